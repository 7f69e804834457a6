import { existsSync, rmSync, statSync } from "node:fs";
import SqliteDatabase from "better-sqlite3";

/**
 * The version of a database's schema, found out without changing anything: who opens a database to write takes over
 * what its write-ahead log holds. Null where it can't be told.
 */
export function schemaVersion(file: string): number | null {
  return look(file, (database) => Number(database.pragma("user_version", { simple: true })));
}

/** Whether a file is a database that is whole; it is not changed. */
export function isWhole(file: string): boolean {
  return look(file, (database) => database.pragma("integrity_check(1)", { simple: true }) === "ok") ?? false;
}

function look<T>(file: string, act: (database: SqliteDatabase.Database) => T): T | null {
  if (!existsSync(file) || statSync(file).size === 0) return null;
  const before = ["-wal", "-shm"].filter((end) => !existsSync(file + end));
  try {
    const database = new SqliteDatabase(file, { readonly: true, fileMustExist: true });
    try {
      return act(database);
    } finally {
      database.close();
    }
  } catch {
    return null;
  } finally {
    // Beside a database with a write-ahead log, a look leaves these two behind.
    for (const end of before) rmSync(file + end, { force: true });
  }
}
