import { createHash } from "node:crypto";
import { lstat, readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/** The SHA-256 of each file by its path, with slashes. What is no file, or too large to be one of ours, has a word instead. */
export type FileHashes = Readonly<Record<string, string>>;

/** What systems and Python leave in folders that they only look at. */
const LITTER = /^(?:__pycache__|\.DS_Store|\._.*|Thumbs\.db|desktop\.ini)$/;
/** Far more than the integration has: whoever has more is somebody else. */
const MOST_FILES = 500;
const LARGEST_BYTES = 4 * 1024 * 1024;

/** Those of all files in a folder and below, links never followed. @throws what the file system throws */
export async function hashFiles(folder: string): Promise<FileHashes> {
  const hashes: Record<string, string> = {};
  const folders = [""];
  for (let within = folders.pop(); within !== undefined; within = folders.pop()) {
    const entries = await readdir(join(folder, within), { withFileTypes: true });
    for (const entry of entries.filter(({ name }) => !LITTER.test(name))) {
      const path = within === "" ? entry.name : `${within}/${entry.name}`;
      if (entry.isDirectory()) folders.push(path);
      else hashes[path] = entry.isFile() ? await hashFile(join(folder, path)) : "not a file";
    }
    if (Object.keys(hashes).length + folders.length > MOST_FILES) return { ...hashes, "...": "too many" };
  }
  return hashes;
}

async function hashFile(file: string): Promise<string> {
  const { size } = await lstat(file);
  if (size > LARGEST_BYTES) return "too large";
  return createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
}

export function isSameFiles(one: FileHashes, other: FileHashes): boolean {
  const paths = Object.keys(one);
  return paths.length === Object.keys(other).length && paths.every((path) => one[path] === other[path]);
}

/** Is every file one of those in `known`, under its own name? */
export function isPartOf(files: FileHashes, known: readonly FileHashes[]): boolean {
  return Object.entries(files).every(([path, hash]) => known.some((each) => each[path] === hash));
}
