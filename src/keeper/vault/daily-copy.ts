import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import { Problem } from "../../problem.ts";
import type { Vault } from "./vault.ts";

export interface DailyCopyOptions {
  readonly vault: Vault;
  /** The data folder; the copies lie in `backups` below it. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
}

const FOLDER = "backups";
const KEPT = 7;
const NAME = /^gateway-\d{4}-\d{2}-\d{2}\.db$/;
/** The clock may be set back this far before its date is doubted. */
const STEP_BACK_MS = 2 * 60_000;
/** After a failure it is tried again so much later. */
const RETRY_MS = 3_600_000;

/**
 * One copy of the database a day (by UTC), the last seven kept, for whoever has to go back. They are sealed with the same
 * key, which is not in them.
 */
export class DailyCopy {
  readonly #options: DailyCopyOptions;
  readonly #folder: string;
  /** Monotonic. */
  #notBefore = -Infinity;

  constructor(options: DailyCopyOptions) {
    this.#options = options;
    this.#folder = join(options.folder, FOLDER);
  }

  /** Makes today's copy where it is missing. Called every 30 s or so; a failure is logged, and the copy tried again in an hour. */
  tick(): void {
    const { vault, clock, log } = this.#options;
    const name = `gateway-${new Date(clock.now()).toISOString().slice(0, 10)}.db`;
    if (clock.monotonic() < this.#notBefore) return;
    try {
      // A clock without a battery starts in the past, where every copy that there is would be one of the future.
      if (clock.now() < vault.lastSeenAt() - STEP_BACK_MS) return;
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const copies = this.#copies();
      if (copies.includes(name)) return;
      const began = clock.monotonic();
      vault.copyTo(join(this.#folder, name));
      log.debug("The database was copied.", { name, took_ms: Math.round(clock.monotonic() - began) });
      for (const old of surplus(this.#copies(), name)) rmSync(join(this.#folder, old));
    } catch (error) {
      this.#notBefore = clock.monotonic() + RETRY_MS;
      const cause = error instanceof Problem ? error.message : "make its disk and the folder writable.";
      log.warn(`Today's copy of the database could not be made in ${this.#folder}: ${cause}`, { error });
    }
  }

  /** Oldest first. */
  #copies(): string[] {
    return copiesIn(this.#folder);
  }
}

/** The daily copies of a data folder as paths, the newest first. @throws what the file system says */
export function dailyCopies(folder: string): string[] {
  const copies = join(folder, FOLDER);
  if (!existsSync(copies)) return [];
  return copiesIn(copies)
    .toReversed()
    .map((name) => join(copies, name));
}

function copiesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => NAME.test(name))
    .sort();
}

/**
 * The copies beyond the seven that are kept: those that a clock ahead of its time has dated after today, the furthest
 * first, then the oldest. Today's is never among them, else each tick would write it anew.
 */
function surplus(copies: readonly string[], today: string): string[] {
  const ahead = copies.filter((name) => name > today).toReversed();
  const rest = copies.filter((name) => name <= today);
  return [...ahead, ...rest].slice(0, Math.max(copies.length - KEPT, 0));
}
