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
 * It is built where it will stand, for virtual environments and patched programs hold their own path; the stamp that is
 * written last says that it is whole, and a folder without it is built anew. Two runs never build the same folder: the
 * second waits for the first. The lock is an open transaction, which the operating system ends with its process.
 *
 * @param name must say all that the content depends on, versions above all: a folder is never updated
 */
export async function builtOnce(name: string, build: (folder: string) => Promise<void>): Promise<string> {
  const before = builtBefore(name);
  if (before !== undefined) return before;

  const folder = join(cacheFolder(), name);
  await mkdir(cacheFolder(), { recursive: true });
  const release = await lock(join(cacheFolder(), `${name}.lock`));
  try {
    if (builtBefore(name) !== undefined) return folder;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    await build(folder);
    await writeFile(join(folder, STAMP), `${new Date().toISOString()}\n`);
    return folder;
  } finally {
    release();
  }
}

async function lock(path: string): Promise<() => void> {
  const database = new Database(path, { timeout: 0 });
  for (;;) {
    try {
      database.exec("BEGIN EXCLUSIVE");
      return () => database.close();
    } catch (error) {
      if (!(error instanceof Database.SqliteError) || error.code !== "SQLITE_BUSY") throw error;
      await wait(200);
    }
  }
}
