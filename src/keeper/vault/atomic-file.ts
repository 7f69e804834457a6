import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** Files that are there wholly or not at all, whenever the power goes: on the disk before they have their name. */

/** Readable by the gateway alone; throws where a file of that name is there already. */
export function writeOnce(file: string, text: string): void {
  const draft = writeDraft(file, text);
  linkSync(draft, file);
  rmSync(draft);
  syncFile(dirname(file));
}

/** Readable by the gateway alone; takes the place of a file that is there. */
export function replaceFile(file: string, text: string): void {
  renameSync(writeDraft(file, text), file);
  syncFile(dirname(file));
}

/** Has the system write out what it holds back of a file, or of a folder's names. */
export function syncFile(file: string): void {
  const handle = openSync(file, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function writeDraft(file: string, text: string): string {
  const draft = `${file}.new`;
  rmSync(draft, { force: true });
  const handle = openSync(draft, "wx", 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return draft;
}
