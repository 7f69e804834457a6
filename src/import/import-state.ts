import type { AccountState } from "../keeper/account-state.ts";
import type { Said, Worded } from "../said/said.ts";

/** What may have become of another program's file. `waiting`: there is one, and a person decides. */
export const IMPORT_STATUSES = ["none", "imported", "waiting", "failed"] as const;
export type ImportStatus = (typeof IMPORT_STATUSES)[number];

/** The generations of uteclocal's file. B and C have the same keys: they are told apart by the buffer that each begins with. */
export const GENERATIONS = ["A", "B", "C"] as const;
export type Generation = (typeof GENERATIONS)[number];

export interface TakenKey {
  readonly key: string;
  /** What it became, for people. */
  readonly as: string;
  readonly said?: Said;
}

export interface KeyNotTaken {
  readonly key: string;
  /** Why, and what to do instead. */
  readonly reason: string;
  readonly said?: Said;
}

/** What was said of a file; nothing in here is a secret. */
export interface ImportReport extends Worded {
  /** Null where nothing in the file tells. */
  readonly generation: Generation | null;
  readonly taken: readonly TakenKey[];
  readonly not_taken: readonly KeyNotTaken[];
}

/** How the import stands. */
export interface ImportState extends ImportReport {
  readonly status: ImportStatus;
  /** The file's path, or that it was uploaded; null where there is none. */
  readonly source: string | null;
  readonly imported_at: number | null;
  /** The account that it became; while it waits, the one that has its client already. */
  readonly account_id: string | null;
}

export interface ImportOutcome {
  readonly import: ImportState;
  /** The account that the file became; null where that was removed since. */
  readonly account: AccountState | null;
  /** False: it was imported before, and nothing was changed now. */
  readonly is_new: boolean;
}

/** What the API may ask of the import. */
export interface ImportDesk {
  state(): ImportState;
  /**
   * Imports the content of a file.
   * @param confirmed a person wants a further account beside those that there are
   * @throws Problem `import_unreadable`, `import_unconfirmed`, `account_exists`, `store_failed`
   */
  importText(text: string, confirmed: boolean): ImportOutcome;
  /** Imports the file that lies on the gateway's machine. @throws as importText, and Problem `import_not_found` */
  importFound(confirmed: boolean): ImportOutcome;
}

/** A longer file is none of uteclocal's: its own has less than a tenth of this. */
export const LONGEST_CONFIG_BYTES = 32 * 1024;
