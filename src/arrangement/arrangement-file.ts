import { readFileSync } from "node:fs";
import { isObject } from "../json.ts";
import { replaceFile } from "../keeper/vault/disk/atomic-file.ts";
import type { Log } from "../log.ts";
import { Problem } from "../problem.ts";
import { LAST_PLACE } from "./arrangement.ts";
import type { ArrangementStore, StoredArrangement } from "./arrangement.ts";
import { nameMistake } from "./given-name.ts";

/**
 * The arrangement in a small file of the data folder, which is replaced as a whole: any backup and any crash finds the old one
 * or the new one.
 */
export class ArrangementFile implements ArrangementStore {
  readonly #file: string;
  readonly #log: Log;

  constructor(file: string, log: Log) {
    this.#file = file;
    this.#log = log;
  }

  /** What in it is no arrangement is left out: without it devices have the cloud's names. */
  read(): StoredArrangement {
    try {
      return arrangementIn(JSON.parse(readFileSync(this.#file, "utf8")));
    } catch (error) {
      if (!isMissing(error))
        this.#log.warn(
          `The names and the order of devices in ${this.#file} can't be read: the cloud's names are shown.`,
          {
            error,
          },
        );
      return arrangementIn(null);
    }
  }

  write(arrangement: StoredArrangement): void {
    try {
      replaceFile(this.#file, `${JSON.stringify(arrangement)}\n`);
    } catch (error) {
      this.#log.warn("The names and the order of devices could not be saved.", { error });
      const sentence = "It could not be saved: the gateway's disk is full or can't be written.";
      throw new Problem("store_failed", sentence, { retryable: true, cause: error });
    }
  }
}

function arrangementIn(value: unknown): StoredArrangement {
  const { names, pinned } = isObject(value) ? value : {};
  const given = Object.entries(isObject(names) ? names : {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string" && nameMistake(entry[1]) === null,
  );
  const ids = Array.isArray(pinned) ? pinned.filter((id): id is string => typeof id === "string") : [];
  return { names: Object.fromEntries(given), pinned: [...new Set(ids)].slice(0, LAST_PLACE) };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
