import { existsSync, rmSync, writeFileSync } from "node:fs";
import { replaceFileBy } from "./atomic-file.ts";

/** What SQLite needs to open a database in WAL mode: the index of the write-ahead log. */
const RESERVE_BYTES = 32 * 1024;

/**
 * Space that is reserved in the data folder while there is some, and released when the disk is full at a start: without
 * the index of its write-ahead log a database can't even be read.
 */
export class Reserve {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** A disk without room for it has other problems, which are reported elsewhere. */
  keep(): void {
    try {
      if (existsSync(this.#file)) return;
      replaceFileBy(this.#file, (draft) => writeFileSync(draft, Buffer.alloc(RESERVE_BYTES, "0")));
    } catch {
      // The next start or stop tries again.
      rmSync(`${this.#file}.new`, { force: true });
    }
  }

  /** @returns whether there was any */
  giveBack(): boolean {
    try {
      rmSync(this.#file);
      return true;
    } catch {
      return false;
    }
  }
}
