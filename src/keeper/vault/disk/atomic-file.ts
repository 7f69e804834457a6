import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Files that exist completely or not at all, even after a power cut: they are on the disk before they get their name. Only
 * the gateway may read them.
 */

/** Throws where a file of that name is there already. */
export function writeOnce(file: string, text: string): void {
  const draft = draftOf(file, (draft) => writeFileSync(draft, text));
  linkSync(draft, file);
  rmSync(draft);
  sync(dirname(file));
}

/** Takes the place of a file that is there. */
export function replaceFile(file: string, text: string): void {
  replaceFileBy(file, (draft) => writeFileSync(draft, text));
}

/**
 * The same without blocking on the disk; one at a time of each file.
 * @param isWanted asked last: whether the text is still to take the file's place
 */
export async function replaceFileSlowly(file: string, text: string, isWanted: () => boolean): Promise<void> {
  const draft = `${file}.next`;
  await withHandle(await newDraft(draft), async (handle) => {
    await handle.writeFile(text);
    await handle.sync();
  });
  // The draft may belong to somebody else by now, who has started over.
  if (!isWanted()) return;
  renameSync(draft, file);
  await withHandle(await open(dirname(file), "r"), (handle) => handle.sync());
}

/** A draft of our own: one that somebody who has closed the file is still writing loses its name, and is never wanted. */
async function newDraft(draft: string): Promise<FileHandle> {
  for (;;) {
    await rm(draft, { force: true });
    try {
      return await open(draft, "wx", 0o600);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
  }
}

async function withHandle(handle: FileHandle, act: (handle: FileHandle) => Promise<void>): Promise<void> {
  try {
    await act(handle);
  } finally {
    await handle.close();
  }
}

/** As replaceFile; `write` fills an empty file. */
export function replaceFileBy(file: string, write: (draft: string) => void): void {
  renameSync(draftOf(file, write), file);
  sync(dirname(file));
}

function draftOf(file: string, write: (draft: string) => void): string {
  const draft = `${file}.new`;
  rmSync(draft, { force: true });
  closeSync(openSync(draft, "wx", 0o600));
  write(draft);
  sync(draft);
  return draft;
}

/** Has the system write out what it holds back of the names in a folder: what was done before is not undone by a power cut. */
export function syncFolder(folder: string): void {
  sync(folder);
}

/** Has the system write out what it holds back of a file, or of a folder's names. */
function sync(file: string): void {
  const handle = openSync(file, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
