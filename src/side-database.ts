import { renameSync, rmSync } from "node:fs";
import SqliteDatabase from "better-sqlite3";
import type { Database } from "better-sqlite3";
import type { Clock } from "./clock.ts";

/** Somebody looks into the file with another program: the gateway waits no longer than this for it. */
const BUSY_TIMEOUT_MS = 50;
/** So much of the write-ahead log stands beside the file, and is given back after each of its ends. */
const WAL_BYTES = 1024 * 1024;
const PAGE_BYTES = 4096;

/** What a new file is made of. */
export interface DatabaseShape {
  /** The statements that make the tables. */
  readonly schema: string;
  /** A file of another version is not read, unless it can be brought to this one. */
  readonly version: number;
  /** By an earlier version, the statements that make a file of the next one of it. */
  readonly upgrades?: Readonly<Record<number, string>>;
}

/** The file cannot be used: it is damaged, no database, or of another version. */
export class UnusableDatabase extends Error {
  override readonly name = "UnusableDatabase";
  /** Where it is whole and of another version. */
  readonly version: number | null;

  constructor(
    message: string,
    { version = null, cause }: { readonly version?: number | null; readonly cause?: unknown },
  ) {
    super(message, { cause });
    this.version = version;
  }
}

/**
 * Opens a database that nothing depends on (not the vault); makes it where it is missing. A crash may cost its last
 * moments, never its shape: WAL with
 * `synchronous=NORMAL` (a property of the connection, as most of these, so set at every open).
 *
 * @throws UnusableDatabase, SqliteError
 */
export function openSideDatabase(file: string, { schema, version: expected, upgrades = {} }: DatabaseShape): Database {
  const database = new SqliteDatabase(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    // First: what another version wrote is not touched.
    const version = Number(database.pragma("user_version", { simple: true }));
    const steps = version === 0 ? [schema] : stepsFrom(version, expected, upgrades);
    if (steps === null) throw new UnusableDatabase(`It is of version ${version}.`, { version });
    // Only an empty file takes this one, and before anything else is written.
    database.pragma("auto_vacuum = INCREMENTAL");
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = NORMAL");
    database.pragma(`journal_size_limit = ${WAL_BYTES}`);
    database.pragma(`wal_autocheckpoint = ${WAL_BYTES / PAGE_BYTES}`);
    if (steps.length > 0) {
      const make = database.transaction(() => {
        for (const step of steps) database.exec(step);
        database.pragma(`user_version = ${expected}`);
      });
      make.immediate();
    }
    return database;
  } catch (error) {
    database.close();
    throw isDamage(error) ? new UnusableDatabase("It is damaged.", { cause: error }) : error;
  }
}

/** What is to be done to a file of `version`; null where nothing leads from there to the expected one. */
function stepsFrom(
  version: number,
  expected: number,
  upgrades: Readonly<Record<number, string>>,
): readonly string[] | null {
  const steps: string[] = [];
  for (let at = version; at !== expected; at += 1) {
    const step = upgrades[at];
    if (step === undefined) return null;
    steps.push(step);
  }
  return steps;
}

/** True for what SQLite says of a file that is damaged, or none of its own. */
export function isDamage(error: unknown): boolean {
  return error instanceof SqliteDatabase.SqliteError && /^SQLITE_(CORRUPT|NOTADB|FORMAT)/.test(error.code);
}

/** What SQLite or the file system calls an error: `SQLITE_FULL`, `EROFS`, ... */
export function diskCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "not open";
}

/** Where a file that can't be used has gone, and why. */
export interface SetAside {
  readonly name: string;
  /** What goes on from the file's name: `was damaged`, ... */
  readonly reason: string;
}

/** Moves the file out of the way, over an earlier one of its kind. @throws what the file system says */
export function setAside(file: string, error: unknown): SetAside {
  const version = error instanceof UnusableDatabase ? error.version : null;
  const name = file.replace(/\.db$/, version === null ? ".damaged.db" : `.version-${version}.db`);
  for (const end of ["-wal", "-shm"]) rmSync(file + end, { force: true });
  renameSync(file, name);
  const reason = version === null ? "was damaged" : "was written by another version of the gateway";
  return { name, reason };
}

/** A file that could not be opened is tried again so much later. */
const REOPEN_MS = 10_000;

export interface SideTableOptions<Table> {
  readonly file: string;
  readonly clock: Clock;
  /** @throws what opening says */
  readonly open: (file: string) => Table;
  /** Called when a damaged file has been set aside, before a new one begins. */
  readonly replaced: (aside: SetAside, error: unknown) => void;
}

/** The table of a file on which nothing depends: opened when it is needed, and begun anew where the file is damaged. */
export class SideTable<Table extends { close(): void }> {
  readonly #options: SideTableOptions<Table>;
  #table: Table | null = null;
  /** Monotonic. */
  #notOpenedBefore = -Infinity;

  constructor(options: SideTableOptions<Table>) {
    this.#options = options;
  }

  /** Runs `act`, and once more on a new file if this one turns out to be damaged. @throws errors of SQLite and the disk */
  use<T>(act: (table: Table) => T): T {
    try {
      return act(this.#opened());
    } catch (error) {
      if (!(error instanceof UnusableDatabase) && !isDamage(error)) throw error;
      this.close();
      const aside = setAside(this.#options.file, error);
      this.#notOpenedBefore = -Infinity;
      this.#options.replaced(aside, error);
      return act(this.#opened());
    }
  }

  close(): void {
    const table = this.#table;
    this.#table = null;
    table?.close();
  }

  #opened(): Table {
    if (this.#table) return this.#table;
    const { clock, file, open } = this.#options;
    if (clock.monotonic() < this.#notOpenedBefore) throw new Error(`${file} could not be opened a moment ago.`);
    this.#notOpenedBefore = clock.monotonic() + REOPEN_MS;
    this.#table = open(file);
    this.#notOpenedBefore = -Infinity;
    return this.#table;
  }
}
