import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import type { Database, Transaction } from "better-sqlite3";
import { openVaultDatabase } from "../../src/keeper/vault/disk/vault-database.ts";

/** What SQLite says of a disk that is full, held by another program, read-only or failing. */
export const DISK_FAULTS = ["SQLITE_FULL", "SQLITE_BUSY", "SQLITE_READONLY", "SQLITE_IOERR_WRITE"] as const;
export type DiskFault = (typeof DISK_FAULTS)[number];

/** As the vault uses them: without arguments. */
type Work = () => unknown;

/** The power fails while a transaction is written: nothing after this instant happens. */
export class PowerLost extends Error {}

/**
 * A real SQLite file whose transactions fail on demand: before they begin, or when they commit (all of it is rolled
 * back then). It can also lose power just before or just after a commit.
 */
export class FaultyDisk {
  readonly folder = mkdtempSync(join(memoryFolder(), "simulation-"));
  /** Null: the disk works. */
  fault: { readonly code: DiskFault; readonly at: "begin" | "commit" } | null = null;
  /** Counts down with each transaction; the power fails at zero, `before` or `after` its commit. */
  powerLoss: { after: number; readonly when: "before" | "after" } | null = null;
  onPowerLost: () => void = () => undefined;
  #powerLost = false;
  readonly #open = new Set<Database>();

  readonly openDatabase: typeof openVaultDatabase = (file, migrations) => {
    const database = openVaultDatabase(file, migrations);
    // The simulated power never takes back what the operating system was given.
    database.pragma("synchronous = OFF");
    this.#open.add(database);
    Object.assign(database, {
      transaction: (work: Work) => this.#faulty(database, work),
      close: () => {
        this.#open.delete(database);
        return SqliteDatabase.prototype.close.call(database);
      },
    });
    return database;
  };

  /** The process is gone: the operating system closes its files. */
  drop(): void {
    for (const database of this.#open) database.close();
    this.#powerLost = false;
    this.powerLoss = null;
  }

  #faulty(database: Database, work: Work): Pick<Transaction<Work>, "immediate"> {
    const transaction = SqliteDatabase.prototype.transaction.bind(database);
    const immediate = (): unknown => {
      // A transaction within another one is a part of it.
      if (database.inTransaction) return transaction(work).immediate();
      if (this.#powerLost) throw new PowerLost();
      this.#fail("begin");
      const result: unknown = transaction((): unknown => {
        const result = work();
        this.#fail("commit");
        this.#losePower("before");
        return result;
      }).immediate();
      this.#losePower("after");
      return result;
    };
    return { immediate };
  }

  #fail(at: "begin" | "commit"): void {
    if (this.fault?.at === at) throw new SqliteDatabase.SqliteError("The simulated disk says no.", this.fault.code);
  }

  #losePower(when: "before" | "after"): void {
    if (this.powerLoss?.when !== when) return;
    if (this.powerLoss.after-- > 0) return;
    this.powerLoss = null;
    this.#powerLost = true;
    this.onPowerLost();
    throw new PowerLost();
  }
}

/** A folder in memory where the machine has one: thousands of databases are made and thrown away. */
function memoryFolder(): string {
  return existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
}
