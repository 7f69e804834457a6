import { readFileSync } from "node:fs";
import { isObject } from "../../json.ts";
import { replaceFile } from "../../keeper/vault/disk/atomic-file.ts";
import type { Log } from "../../log.ts";
import type { SessionStore, StoredSession } from "./sessions.ts";

/** Sessions in a small file of the data folder, so that a restart logs nobody out. Without it people log in again. */
export class SessionFile implements SessionStore {
  readonly #file: string;
  readonly #log: Log;

  constructor(file: string, log: Log) {
    this.#file = file;
    this.#log = log;
  }

  read(): readonly StoredSession[] {
    try {
      const kept: unknown = JSON.parse(readFileSync(this.#file, "utf8"));
      return Array.isArray(kept) ? kept.filter(isStoredSession) : [];
    } catch {
      return [];
    }
  }

  write(sessions: readonly StoredSession[]): void {
    try {
      replaceFile(this.#file, `${JSON.stringify(sessions)}\n`);
    } catch (error) {
      this.#log.warn("The logins could not be saved: after a restart the password is asked for again.", {
        error,
      });
    }
  }
}

function isStoredSession(value: unknown): value is StoredSession {
  return isObject(value) && typeof value["hash"] === "string" && typeof value["ends_at"] === "number";
}
