import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Files that are there wholly or not at all, whenever the power goes: on the disk before they have their name. The
 * gateway alone may read them.
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

/** Has the system write out what it holds back of a file, or of a folder's names. */
function sync(file: string): void {
  const handle = openSync(file, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
