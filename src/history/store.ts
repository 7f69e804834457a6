import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { Problem } from "../problem.ts";
import { SideTable, diskCode, openSideDatabase } from "../side-database.ts";
import { HISTORY_SHAPE, HistoryTable } from "./table.ts";

export interface HistoryStoreOptions {
  /** `history.db` in the data folder. */
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The history on the disk: what the activity log and the vault do not keep for long enough. Nothing depends on it: what
 * can't be written is lost, which is logged once, and a damaged file is set aside.
 */
export class HistoryStore {
  readonly #options: HistoryStoreOptions;
  readonly #table: SideTable<HistoryTable>;
  #failing = false;

  constructor(options: HistoryStoreOptions) {
    this.#options = options;
    const { file, clock, log } = options;
    this.#table = new SideTable({
      file,
      clock,
      open: (path) => new HistoryTable(openSideDatabase(path, HISTORY_SHAPE)),
      replaced: ({ name, reason }, error) => {
        log.warn(`The history ${file} ${reason}: it was set aside as ${name}, and a new one begins.`, { error });
      },
    });
  }

  /** In one transaction; false when it could not be written. Never throws. */
  write(act: (table: HistoryTable) => void): boolean {
    const { file, log } = this.#options;
    try {
      this.#table.use((table) => table.transact(() => act(table)));
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
      return this.#table.use(read);
    } catch (cause) {
      throw new Problem("store_failed", `The history can't be read (${diskCode(cause)}): check its disk.`, {
        retryable: true,
        cause,
      });
    }
  }

  close(): void {
    this.#table.close();
  }
}
