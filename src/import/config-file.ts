import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { LONGEST_CONFIG_BYTES } from "./import-state.ts";
import { textOf } from "./json-text.ts";
import { phrase } from "../said/phrase.ts";

/** As uteclocal calls it. */
const NAME = "config.json";

/** What lies where a config is looked for. `message` goes on after the file's name. */
export type FoundConfig =
  | { readonly kind: "nothing" }
  | { readonly kind: "unusable"; readonly file: string; readonly message: string }
  | { readonly kind: "text"; readonly file: string; readonly text: string };

/**
 * Looks for uteclocal's config, where a person has said that it is, else in the data folder. It is only read: whatever it is,
 * it is left as it is.
 *
 * @param named a folder, or the file itself; null where nobody has named one
 */
export function findConfig(named: string | null, dataFolder: string): FoundConfig {
  const file = named === null ? join(dataFolder, NAME) : fileAt(named);
  let handle: number;
  try {
    // Without waiting: what is named may be a pipe that nobody writes into.
    handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    const isMissing = code === "ENOENT" || code === "ENOTDIR";
    if (isMissing && named === null) return { kind: "nothing" };
    const message = isMissing ? phrase("part_fault_not_there") : phrase("part_fault_forbidden");
    return { kind: "unusable", file, message };
  }
  try {
    return read(handle, file);
  } catch {
    return { kind: "unusable", file, message: phrase("part_fault_disk") };
  } finally {
    closeSync(handle);
  }
}

function read(handle: number, file: string): FoundConfig {
  const facts = fstatSync(handle);
  if (!facts.isFile()) return { kind: "unusable", file, message: phrase("part_fault_no_file") };
  const content = Buffer.alloc(LONGEST_CONFIG_BYTES + 1);
  let length = 0;
  while (length < content.length) {
    const got = readSync(handle, content, length, content.length - length, null);
    if (got === 0) break;
    length += got;
  }
  if (length > LONGEST_CONFIG_BYTES) {
    const message = phrase("part_fault_too_long", { limit: LONGEST_CONFIG_BYTES / 1024 });
    return { kind: "unusable", file, message };
  }
  return { kind: "text", file, text: textOf(content.subarray(0, length)) };
}

function fileAt(named: string): string {
  try {
    return statSync(named).isDirectory() ? join(named, NAME) : named;
  } catch {
    // Opening it says why.
    return named;
  }
}
