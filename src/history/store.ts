import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { Problem } from "../problem.ts";
import { UnusableDatabase, diskCode, isDamage, openSideDatabase, setAside } from "../side-database.ts";
import { HISTORY_SHAPE, HistoryTable } from "./table.ts";

export interface HistoryStoreOptions {
  /** `history.db` in the data folder. */
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** A file that could not be opened is tried again so much later. */
const REOPEN_MS = 10_000;

/**
 * The history on the disk: what the activity log and the vault do not keep for long enough. Nothing depends on it: what
 * can't be written is lost, which is logged once, and a damaged file is set aside.
 */
export class HistoryStore {
  readonly #options: HistoryStoreOptions;
  #table: HistoryTable | null = null;
  #failing = false;
  /** Monotonic. */
  #notOpenedBefore = -Infinity;

  constructor(options: HistoryStoreOptions) {
    this.#options = options;
  }

  /** In one transaction; false when it could not be written. Never throws. */
  write(act: (table: HistoryTable) => void): boolean {
    const { file, log } = this.#options;
    try {
      this.#use((table) => table.transact(() => act(table)));
      if (this.#failing) log.info("The history of doors, tokens and batteries can be written again.");
      this.#failing = false;
      return true;
    } catch (error) {
      if (!this.#failing) {
        log.warn(
          `${file} can't be written (${diskCode(error)}): what happens meanwhile will be missing from the history of doors, tokens and batteries.`,
          { error },
        );
      }
      this.#failing = true;
      return false;
    }
  }

  /** @throws Problem `store_failed` */
  read<T>(read: (table: HistoryTable) => T): T {
    try {
      return this.#use(read);
    } catch (cause) {
      throw new Problem("store_failed", `The history can't be read (${diskCode(cause)}): check its disk.`, {
        retryable: true,
        cause,
      });
    }
  }

  close(): void {
    const table = this.#table;
    this.#table = null;
    table?.close();
  }

  /** Runs `act`, and once more on a new file if this one turns out to be damaged. */
  #use<T>(act: (table: HistoryTable) => T): T {
    try {
      return act(this.#opened());
    } catch (error) {
      if (!(error instanceof UnusableDatabase) && !isDamage(error)) throw error;
      this.#recreate(error);
      return act(this.#opened());
    }
  }

  #opened(): HistoryTable {
    if (this.#table) return this.#table;
    const { clock, file } = this.#options;
    if (clock.monotonic() < this.#notOpenedBefore) throw new Error(`${file} could not be opened a moment ago.`);
    this.#notOpenedBefore = clock.monotonic() + REOPEN_MS;
    this.#table = new HistoryTable(openSideDatabase(file, HISTORY_SHAPE));
    this.#notOpenedBefore = -Infinity;
    return this.#table;
  }

  #recreate(error: unknown): void {
    const { file, log } = this.#options;
    this.close();
    const { name, reason } = setAside(file, error);
    this.#notOpenedBefore = -Infinity;
    log.warn(`The history ${file} ${reason}: it was set aside as ${name}, and a new one begins.`, { error });
  }
}
