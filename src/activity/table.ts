import type { Database, Statement } from "better-sqlite3";
import { isObject, parseJson } from "../json.ts";
import type { DatabaseShape } from "../side-database.ts";
import type { CommandState } from "../state/picture.ts";
import type { ActivityDraft, ActivityEntry, ActivityPage, ActivityQuery, DoorChange, EventRows } from "./entry.ts";
import type { LastLogged } from "./last-logged.ts";

/** Commands that were sent and may still have an effect, for the next run to know whose it is. */
const COMMANDS = `
  CREATE TABLE command (
    id TEXT PRIMARY KEY,
    content TEXT NOT NULL
  ) STRICT;`;

export const ACTIVITY_SHAPE: DatabaseShape = {
  version: 2,
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
    command TEXT,
    event INTEGER NOT NULL,
    account_id TEXT
  ) STRICT;
  CREATE INDEX activity_at ON activity (at);
  CREATE INDEX activity_device ON activity (device_id, id);
  CREATE INDEX activity_event ON activity (event);
  CREATE TABLE told (
    device_id TEXT PRIMARY KEY,
    seen_at INTEGER NOT NULL,
    content TEXT NOT NULL
  ) STRICT;
  ${COMMANDS}
`,
  // An entry of an earlier version is an event of its own.
  upgrades: {
    1: `
  ALTER TABLE activity ADD COLUMN event INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE activity ADD COLUMN account_id TEXT;
  UPDATE activity SET event = id;
  CREATE INDEX activity_event ON activity (event);
  ${COMMANDS}
`,
  },
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
  readonly event: number;
  readonly account_id: string | null;
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
  readonly #setCommand: Statement;
  readonly #dropCommand: Statement;
  readonly #dropLastLogged: Statement;
  readonly #dropOldest: Statement;
  readonly #dropBefore: Statement;
  readonly #oldestAt: Statement<[], { readonly at: number | null }>;
  readonly #doorChanges: Statement<[string, number, number], Row>;

  constructor(database: Database) {
    this.#database = database;
    this.#insert = database.prepare(
      `INSERT INTO activity (id, at, kind, device_id, device_name, value, "from", "to", cause, command, event, account_id)
       VALUES (:id, :at, :kind, :device_id, :device_name, :value, :from, :to, :cause, :command, :event, :account_id)`,
    );
    this.#newestId = database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'activity'");
    this.#setLastLogged = database.prepare(
      `INSERT INTO told (device_id, seen_at, content) VALUES (?, ?, ?)
       ON CONFLICT (device_id) DO UPDATE SET seen_at = excluded.seen_at, content = excluded.content`,
    );
    this.#setCommand = database.prepare(
      "INSERT INTO command (id, content) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET content = excluded.content",
    );
    this.#dropCommand = database.prepare("DELETE FROM command WHERE id = ?");
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

  /**
   * @param after the number that every entry before this one had at most, also in a file that is gone
   * @param event the one that it belongs to; null where it begins one
   */
  insert(entry: ActivityDraft, after: number, event: number | null): ActivityEntry {
    const id = Math.max(this.#newestId.get()?.seq ?? 0, after) + 1;
    const json = (part: unknown): string | null => (part === null ? null : JSON.stringify(part));
    const written = { id, event: event ?? id, ...entry };
    this.#insert.run({
      ...written,
      from: json(entry.from),
      to: json(entry.to),
      command: json(entry.command),
    });
    return written;
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

  events({ before, limit, device_id }: Parameters<EventRows["events"]>[0]): ActivityEntry[] {
    const from = Number.isFinite(before) ? before : Number.MAX_SAFE_INTEGER;
    const of = device_id === undefined ? "" : "device_id = :device_id AND";
    return this.#database
      .prepare<unknown[], Row>(
        `SELECT * FROM activity WHERE event IN (
           SELECT DISTINCT event FROM activity WHERE ${of} event < :from ORDER BY event DESC LIMIT :limit
         ) ORDER BY event DESC, id`,
      )
      .all({ from, limit, ...(device_id === undefined ? {} : { device_id }) })
      .map(entryOf);
  }

  after(at: number): number {
    const row = this.#database
      .prepare<[number], { readonly id: number | null }>("SELECT max(id) AS id FROM activity WHERE at < ?")
      .get(at);
    return (row?.id ?? 0) + 1;
  }

  /** Each device that is known is looked up in the index. */
  newest(each: number): ActivityEntry[] {
    return this.#database
      .prepare<[number], Row>(
        `SELECT activity.* FROM told JOIN activity ON activity.id IN (
           SELECT id FROM activity WHERE device_id = told.device_id ORDER BY id DESC LIMIT ?)
         ORDER BY activity.id`,
      )
      .all(each)
      .map(entryOf);
  }

  /** What the next event may go on with, oldest first: the newest entries, and since when devices have been away. */
  foldable(newest: number, away: readonly string[]): ActivityEntry[] {
    const last = this.#database.prepare<[string, string], Row>(
      "SELECT * FROM activity WHERE device_id = ? AND kind = ? ORDER BY id DESC LIMIT 1",
    );
    const losses = away.flatMap((id) => [last.get(id, "device_unavailable"), last.get(id, "device_missing")]);
    const recent = this.#database.prepare<[number], Row>("SELECT * FROM activity ORDER BY id DESC LIMIT ?").all(newest);
    const rows = new Map([...losses, ...recent].flatMap((row) => (row === undefined ? [] : [[row.id, row] as const])));
    return [...rows.values()].sort((a, b) => a.id - b.id).map(entryOf);
  }

  setCommand(command: CommandState): void {
    this.#setCommand.run(command.id, JSON.stringify(command));
  }

  dropCommand(id: string): void {
    this.#dropCommand.run(id);
  }

  commands(): CommandState[] {
    return this.#database
      .prepare<[], { readonly content: string }>("SELECT content FROM command ORDER BY rowid")
      .all()
      .flatMap(({ content }) => {
        const command = parseJson(content);
        return isObject(command) && typeof command["device_id"] === "string"
          ? [command as unknown as CommandState]
          : [];
      });
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
