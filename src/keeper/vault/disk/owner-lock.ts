import SqliteDatabase from "better-sqlite3";
import type { Database } from "better-sqlite3";
import { sleep } from "../../../clock.ts";
import type { Clock } from "../../../clock.ts";
import { Problem } from "../../../problem.ts";
import { diskProblem, sqliteCode } from "./vault-database.ts";

export interface OwnerLockOptions {
  /** The side file; nothing else opens it. */
  readonly file: string;
  readonly clock: Clock;
  /** How long another owner may take to stop (after a restart the old process may still be stopping). */
  readonly waitMs: number;
}

const RETRY_MS = 100;

/**
 * One process per data folder: an exclusive transaction on a small side file, open for the process's whole life. The
 * operating system ends it with the process, however that dies, so nothing expires under a suspended owner and nothing
 * delays a restart.
 */
export class OwnerLock {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  /** @throws Problem `data_folder_in_use` after `waitMs`, `data_folder_unusable` */
  static async acquire({ file, clock, waitMs }: OwnerLockOptions): Promise<OwnerLock> {
    const deadline = clock.monotonic() + waitMs;
    for (;;) {
      const database = tryLock(file);
      if (database !== null) return new OwnerLock(database);
      if (clock.monotonic() >= deadline) {
        throw new Problem(
          "data_folder_in_use",
          `Another gateway is running on the data folder (it holds ${file}): stop it, or give this one a folder of its own.`,
          { retryable: true },
        );
      }
      await sleep(clock, RETRY_MS);
    }
  }

  release(): void {
    this.#database.close();
  }
}

function tryLock(file: string): Database | null {
  let database: Database | undefined;
  try {
    database = new SqliteDatabase(file, { timeout: 0 });
    // A journal in memory: the lock then writes nothing, so a full disk does not keep it away.
    database.pragma("journal_mode = MEMORY");
    database.exec("BEGIN EXCLUSIVE");
    return database;
  } catch (error) {
    database?.close();
    if (sqliteCode(error)?.startsWith("SQLITE_BUSY") === true) return null;
    throw (
      diskProblem(error, file) ??
      new Problem(
        "data_folder_unusable",
        `The file ${file} can't be opened: give the gateway a writable data folder.`,
        {
          cause: error,
        },
      )
    );
  }
}
