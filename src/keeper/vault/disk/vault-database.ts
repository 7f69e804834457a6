import SqliteDatabase from "better-sqlite3";
import type { Database } from "better-sqlite3";
import { Problem } from "../../../problem.ts";
import { phrase } from "../../../said/phrase.ts";

/**
 * How long a writer waits for the others before it is told that the database is busy. Workers write, and a bad SD card
 * takes seconds for a commit now and then. On the main thread everything else waits meanwhile, so it is less patient.
 */
export const PATIENCE_MS = { worker: 10_000, main: 1000 } as const;

/**
 * Opens an SQLite file so that a committed transaction is on the disk: WAL, `synchronous=FULL` (a property of the
 * connection, so set at every open), deleted rows overwritten.
 *
 * @param migrations the schema, one step per version; `user_version` counts those that have been applied
 * @throws Problem `database_corrupt`, `data_folder_unusable`; nothing in the file is changed then
 */
export function openVaultDatabase(
  file: string,
  migrations: readonly string[],
  patienceMs: number = PATIENCE_MS.main,
): Database {
  let database: Database | undefined;
  try {
    database = new SqliteDatabase(file, { timeout: patienceMs });
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = FULL");
    database.pragma("secure_delete = ON");
    database.pragma("foreign_keys = ON");
    check(database, file);
    migrate(database, file, migrations);
    return database;
  } catch (error) {
    database?.close();
    throw openingProblem(error, file);
  }
}

/** Whatever keeps a database from being opened is the data folder's fault, unless the file is damaged. */
function openingProblem(error: unknown, file: string): Problem {
  const problem = error instanceof Problem ? error : diskProblem(error, file);
  if (problem !== null && problem.code !== "store_failed") return problem;
  const message = problem?.message ?? phrase("database_unopened", { file });
  return new Problem("data_folder_unusable", message, { cause: error });
}

function check(database: Database, file: string): void {
  const finding: unknown = database.pragma("quick_check(1)", { simple: true });
  if (finding !== "ok") throw corrupt(file);
}

function migrate(database: Database, file: string, migrations: readonly string[]): void {
  const version = (): number => Number(database.pragma("user_version", { simple: true }));
  if (version() > migrations.length) throw newerVersion(file);
  if (version() === migrations.length) return;
  const apply = database.transaction(() => {
    for (const step of migrations.slice(version())) database.exec(step);
    database.pragma(`user_version = ${migrations.length}`);
  });
  apply.immediate();
}

/** What a downgrade ends with. */
export function newerVersion(file: string): Problem {
  return new Problem(
    "data_folder_unusable",
    `The database ${file} was written by a newer version of the gateway: install that version again, or restore a backup from before the update.`,
  );
}

/** What SQLite said, as the person's problem; null when `error` is no SQLite error. */
export function diskProblem(error: unknown, file: string): Problem | null {
  const code = sqliteCode(error);
  if (code === null) return null;
  if (/^SQLITE_(CORRUPT|NOTADB|FORMAT)/.test(code)) return corrupt(file, error);
  if (/^SQLITE_(CANTOPEN|PERM|AUTH)/.test(code)) {
    return new Problem("data_folder_unusable", phrase("database_folder", { file }), { cause: error });
  }
  return new Problem("store_failed", phrase("database_unwritable", { file, code, advice: advice(code) }), {
    retryable: true,
    cause: error,
  });
}

/** Whether the disk could not take what opening a database writes: it is full, most of the time. */
export function isDiskFailure(error: unknown): boolean {
  return error instanceof Problem && /^SQLITE_(FULL|IOERR)/.test(sqliteCode(error.cause) ?? "");
}

/** SQLite's own name of an error (`SQLITE_FULL`, ...), or null. */
export function sqliteCode(error: unknown): string | null {
  return error instanceof SqliteDatabase.SqliteError ? error.code : null;
}

function advice(code: string): string {
  if (code.startsWith("SQLITE_FULL")) return phrase("part_advice_space");
  if (code.startsWith("SQLITE_READONLY")) return phrase("part_advice_writable");
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return phrase("part_advice_slow");
  return phrase("part_advice_disk");
}

function corrupt(file: string, cause?: unknown): Problem {
  return new Problem("database_corrupt", phrase("database_damaged", { file }), { cause });
}
