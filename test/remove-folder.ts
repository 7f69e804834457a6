import { rmSync } from "node:fs";

/**
 * Removes a folder and all in it, even while what was begun on another thread (a file opened by a gateway that is not
 * closed but "killed") still makes a file there: it is tried again until nothing is left.
 */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 5 });
}
