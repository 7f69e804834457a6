import { mkdir, rm } from "node:fs/promises";

/** The folder, with nothing in it. */
export async function emptyFolder(path: string): Promise<string> {
  await rm(path, { recursive: true, force: true });
  await mkdir(path, { recursive: true });
  return path;
}
