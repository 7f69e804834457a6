import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import Database from "better-sqlite3";

/** Written last into a folder: it is whole. */
const STAMP = ".complete";

/** Where everything that is fetched or built once is kept, outside of the repository. */
export function cacheFolder(): string {
  return join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "utec-gateway");
}

/** The folder `name` of the cache, if it is there and whole. */
export function builtBefore(name: string): string | undefined {
  const folder = join(cacheFolder(), name);
  return existsSync(join(folder, STAMP)) ? folder : undefined;
}

/**
 * The folder `name` of the cache, built by `build` when it isn't there yet.
 *
 * It is built where it will stay, for virtual environments and patched programs hold their own path; the stamp that is
 * written last says that it is whole, and a folder without it is built again. Two runs never build the same folder: the
 * second waits for the first.
 *
 * @param name must say all that the content depends on, versions above all: a folder is never updated
 */
export async function builtOnce(name: string, build: (folder: string) => Promise<void>): Promise<string> {
  return builtBefore(name) ?? alone(name, async () => builtBefore(name) ?? buildAnew(name, build));
}

async function buildAnew(name: string, build: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder(), name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  await build(folder);
  await writeFile(join(folder, STAMP), `${new Date().toISOString()}\n`);
  return folder;
}

/**
 * Does the work while no other process of this person does work of that name; the second one waits. The lock is an
 * open transaction, which the operating system ends with its process.
 */
export async function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  await mkdir(cacheFolder(), { recursive: true });
  const database = new Database(join(cacheFolder(), `${name}.lock`), { timeout: 0 });
  try {
    while (!begun(database)) await wait(200);
    return await work();
  } finally {
    database.close();
  }
}

function begun(database: Database.Database): boolean {
  try {
    database.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code === "SQLITE_BUSY") return false;
    throw error;
  }
}
