import { chmod, lstat, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import type { Stats } from "node:fs";
import { dirname, join } from "node:path";

/** What the file system has under a name, links not followed; null for nothing. @throws what else it throws */
export async function entryAt(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return null;
    throw error;
  }
}

/** Makes a folder where there is none, for Home Assistant to look into. */
export async function makeFolder(path: string): Promise<void> {
  if ((await entryAt(path)) !== null) return;
  await mkdir(path);
  await letRead(path, 0o755);
}

/** Copies files so that all of them, and the names of all, are on the disk when it resolves. */
export async function copyFiles(from: string, to: string, paths: readonly string[]): Promise<void> {
  const folders = new Set([to]);
  await mkdir(to);
  for (const path of paths) {
    const target = join(to, path);
    for (let folder = dirname(target); !folders.has(folder); folder = dirname(folder)) folders.add(folder);
    await mkdir(dirname(target), { recursive: true });
    await writeOut(target, await readFile(join(from, path)));
  }
  for (const folder of folders) {
    await letRead(folder, 0o755);
    await sync(folder);
  }
}

/** A file with this text and no other, or the one before: never a part of it. */
export async function replaceText(file: string, text: string): Promise<void> {
  const draft = `${file}.next`;
  await rm(draft, { force: true });
  await writeOut(draft, text);
  await rename(draft, file);
  await sync(dirname(file));
}

/** Has the system write out what it holds back of a folder's names. */
export async function sync(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } catch (error) {
    // Network shares know nothing of the kind.
    if (codeOf(error) !== "EINVAL" && codeOf(error) !== "ENOTSUP") throw error;
  } finally {
    await handle.close();
  }
}

async function writeOut(file: string, content: string | Buffer): Promise<void> {
  const handle = await open(file, "wx");
  try {
    await letRead(file, 0o644);
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Home Assistant may run as another user; the umask is for what the gateway keeps for itself. */
async function letRead(path: string, mode: number): Promise<void> {
  try {
    await chmod(path, mode);
  } catch (error) {
    // Some file systems have no modes of their own.
    if (codeOf(error) !== "EPERM" && codeOf(error) !== "ENOTSUP") throw error;
  }
}

export function codeOf(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}
