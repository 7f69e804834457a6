import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { Problem } from "../../problem.ts";
import { phrase } from "../../said/phrase.ts";

/**
 * The ids of revoked clients, in a file beside the database that no backup takes along: an older copy of the database
 * that is put back does not let them in again.
 */
export class Revocations {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** Empty where there is no file: on another machine, or where everything was restored. */
  all(): ReadonlySet<string> {
    try {
      return new Set(readFileSync(this.#file, "utf8").split("\n").filter(Boolean));
    } catch {
      return new Set();
    }
  }

  /** On the disk when this returns. @throws Problem `store_failed` */
  add(client_id: string): void {
    try {
      const file = openSync(this.#file, "a", 0o600);
      try {
        writeSync(file, `${client_id}\n`);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    } catch (cause) {
      const message = phrase("revocations_unwritable", { file: this.#file });
      throw new Problem("store_failed", message, { retryable: true, cause });
    }
  }
}
