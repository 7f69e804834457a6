import type { SealedDatabase } from "../vault/disk/sealed-database.ts";

/** What became of another program's file. */
export interface StoredImport {
  /** The SHA-256 of the file's content, in hex. */
  readonly content_hash: string;
  readonly imported_at: number;
  /** Null once the account has been removed. */
  readonly account_id: string | null;
  /** JSON, for whoever imported it. */
  readonly report: string;
}

/** The files that were imported, so that none is imported twice: each with what was said of it. */
export class ImportTable {
  readonly #db: SealedDatabase;

  constructor(db: SealedDatabase) {
    this.#db = db;
  }

  /** Null for one that was never imported. */
  find(content_hash: string): StoredImport | null {
    return this.#db.read(
      () =>
        this.#db.sql.prepare<[string], StoredImport>("SELECT * FROM import WHERE content_hash = ?").get(content_hash) ??
        null,
    );
  }

  /** The one that was imported last; null where none was. */
  latest(): StoredImport | null {
    return this.#db.read(
      () =>
        this.#db.sql
          .prepare<[], StoredImport>("SELECT * FROM import ORDER BY imported_at DESC, rowid DESC LIMIT 1")
          .get() ?? null,
    );
  }

  /** A file whose account was removed may be imported once more. */
  add(imported: StoredImport): void {
    this.#db.write(() =>
      this.#db.sql
        .prepare(
          `INSERT OR REPLACE INTO import (content_hash, imported_at, account_id, report)
           VALUES (@content_hash, @imported_at, @account_id, @report)`,
        )
        .run(imported),
    );
  }
}
