import type { Database, Statement } from "better-sqlite3";
import { isObject, parseJson } from "../json.ts";
import type { DatabaseShape } from "../side-database.ts";
import type { ActivityDraft, ActivityEntry, ActivityPage, ActivityQuery, DoorChange } from "./entry.ts";
import type { LastLogged } from "./last-logged.ts";

export const ACTIVITY_SHAPE: DatabaseShape = {
  version: 1,
  schema: `
  CREATE TABLE activity (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    device_id TEXT NOT NULL,
    device_name TEXT NOT NULL,
    value TEXT,
    "from" TEXT,
    "to" TEXT,
    cause TEXT,
    command TEXT
  ) STRICT;
  CREATE INDEX activity_at ON activity (at);
  CREATE INDEX activity_device ON activity (device_id, id);
  CREATE TABLE told (
    device_id TEXT PRIMARY KEY,
    seen_at INTEGER NOT NULL,
    content TEXT NOT NULL
  ) STRICT;
`,
};

/** A row: what is neither text nor number in an entry is JSON. */
interface Row {
  readonly id: number;
  readonly at: number;
  readonly kind: ActivityEntry["kind"];
  readonly device_id: string;
  readonly device_name: string;
  readonly value: ActivityEntry["value"];
  readonly from: string | null;
  readonly to: string | null;
  readonly cause: ActivityEntry["cause"];
  readonly command: string | null;
}

/** What was last logged of a device, and when it was last written down. */
export interface LastLoggedRow {
  readonly lastLogged: LastLogged;
  readonly seen_at: number;
}

/** The statements of the log on one open database. All throw SQLite's errors. */
export class ActivityTable {
  readonly #database: Database;
  readonly #insert: Statement;
  readonly #newestId: Statement<[], { readonly seq: number }>;
  readonly #setLastLogged: Statement;
  readonly #dropLastLogged: Statement;
  readonly #dropOldest: Statement;
  readonly #dropBefore: Statement;
  readonly #oldestAt: Statement<[], { readonly at: number | null }>;
  readonly #doorChanges: Statement<[string, number, number], Row>;

  constructor(database: Database) {
    this.#database = database;
    this.#insert = database.prepare(
      `INSERT INTO activity (id, at, kind, device_id, device_name, value, "from", "to", cause, command)
       VALUES (:id, :at, :kind, :device_id, :device_name, :value, :from, :to, :cause, :command)`,
    );
    this.#newestId = database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'activity'");
    this.#setLastLogged = database.prepare(
      `INSERT INTO told (device_id, seen_at, content) VALUES (?, ?, ?)
       ON CONFLICT (device_id) DO UPDATE SET seen_at = excluded.seen_at, content = excluded.content`,
    );
    this.#dropLastLogged = database.prepare("DELETE FROM told WHERE device_id = ?");
    this.#dropOldest = database.prepare(
      "DELETE FROM activity WHERE id IN (SELECT id FROM activity ORDER BY id LIMIT ?)",
    );
    this.#oldestAt = database.prepare("SELECT min(at) AS at FROM activity");
    this.#doorChanges = database.prepare(
      `SELECT * FROM activity WHERE device_id = ? AND id > ? AND kind <> 'command_ended'
       AND (value IS NULL OR value IN ('lock_state', 'door_state')) ORDER BY id LIMIT ?`,
    );
    this.#dropBefore = database.prepare(
      "DELETE FROM activity WHERE id IN (SELECT id FROM activity WHERE at < ? ORDER BY at LIMIT ?)",
    );
  }

  /** All of it in one transaction. */
  transact(act: () => void): void {
    this.#database.transaction(act).immediate();
  }

  /** @param after the number that every entry before this one had at most, also in a file that is gone */
  insert(entry: ActivityDraft, after: number): ActivityEntry {
    const newest = this.#newestId.get()?.seq ?? 0;
    const json = (part: unknown): string | null => (part === null ? null : JSON.stringify(part));
    const { lastInsertRowid } = this.#insert.run({
      ...entry,
      id: newest < after ? after + 1 : null,
      from: json(entry.from),
      to: json(entry.to),
      command: json(entry.command),
    });
    return { id: Number(lastInsertRowid), ...entry };
  }

  page({ device_id, kinds, before, limit }: ActivityQuery): ActivityPage {
    const conditions = [
      ...(device_id === undefined ? [] : ["device_id = ?"]),
      ...(kinds === undefined ? [] : [`kind IN (${kinds.map(() => "?").join(", ")})`]),
      ...(before === undefined ? [] : ["id < ?"]),
    ];
    const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
    const values = [device_id, ...(kinds ?? []), before].filter((value) => value !== undefined);
    // One more than wanted shows whether there is more.
    const rows = this.#database
      .prepare<unknown[], Row>(`SELECT * FROM activity ${where} ORDER BY id DESC LIMIT ?`)
      .all(...values, limit + 1);
    const entries = rows.slice(0, limit).map(entryOf);
    return { entries, next: rows.length > limit ? (entries.at(-1)?.id ?? null) : null };
  }

  /** What changed a door after an entry, oldest first. */
  doorChanges(deviceId: string, after: number, limit: number): DoorChange[] {
    return this.#doorChanges.all(deviceId, after, limit).map((row) => {
      const { id, at, kind, value, from, to, cause, command } = entryOf(row);
      return { id, at, kind, value, from, to, cause, by: command?.origin ?? null };
    });
  }

  setLastLogged(lastLogged: LastLogged, seenAt: number): void {
    this.#setLastLogged.run(lastLogged.device_id, seenAt, JSON.stringify(lastLogged));
  }

  dropLastLogged(deviceId: string): void {
    this.#dropLastLogged.run(deviceId);
  }

  lastLogged(): LastLoggedRow[] {
    const rows = this.#database
      .prepare<[], { readonly content: string; readonly seen_at: number }>("SELECT content, seen_at FROM told")
      .all();
    return rows.flatMap(({ content, seen_at }) => {
      const lastLogged = parseJson(content);
      return isLastLogged(lastLogged) ? [{ lastLogged, seen_at }] : [];
    });
  }

  /** How many were deleted. */
  dropOldest(count: number): number {
    return this.#dropOldest.run(count).changes;
  }

  /** When the oldest entry was written; null where there is none. */
  oldestAt(): number | null {
    return this.#oldestAt.get()?.at ?? null;
  }

  /** Those from before `at`, the oldest first; how many were deleted. */
  dropBefore(at: number, count: number): number {
    return this.#dropBefore.run(at, count).changes;
  }

  /** Gives unused pages back to the disk. */
  shrink(pages: number): void {
    this.#database.pragma(`incremental_vacuum(${pages})`);
  }

  /** Of the file, without unused pages. */
  get usedBytes(): number {
    const number = (name: string): number => Number(this.#database.pragma(name, { simple: true }));
    return (number("page_count") - number("freelist_count")) * number("page_size");
  }

  close(): void {
    this.#database.close();
  }
}

/** SQLite notices a damaged page by its structure, not by its contents: what is not JSON any more is null. */
function entryOf(row: Row): ActivityEntry {
  const json = (text: string | null): unknown => (text === null ? null : (parseJson(text) ?? null));
  return {
    ...row,
    from: json(row.from) as ActivityEntry["from"],
    to: json(row.to) as ActivityEntry["to"],
    command: json(row.command) as ActivityEntry["command"],
  };
}

function isLastLogged(value: unknown): value is LastLogged {
  return isObject(value) && isObject(value["values"]) && typeof value["device_id"] === "string";
}
