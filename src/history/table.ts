import type { Database, Statement } from "better-sqlite3";
import type { DatabaseShape } from "../side-database.ts";
import type { KeptReading } from "./battery-forecast.ts";
import type { TimeSpan, TokenMark } from "./history-models.ts";

export const HISTORY_SHAPE: DatabaseShape = {
  version: 1,
  schema: `
  CREATE TABLE run (
    started_at INTEGER PRIMARY KEY,
    alive_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE mark (
    id INTEGER PRIMARY KEY,
    account_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    until INTEGER,
    count INTEGER NOT NULL,
    code TEXT,
    event_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX mark_account ON mark (account_id, id);
  CREATE TABLE battery (
    device_id TEXT NOT NULL,
    day INTEGER NOT NULL,
    at INTEGER NOT NULL,
    percent REAL NOT NULL,
    level INTEGER,
    PRIMARY KEY (device_id, day)
  ) STRICT, WITHOUT ROWID;
`,
};

/** A mark in the file, and when the latest event in it was. */
export interface KeptMark extends TokenMark {
  readonly id: number;
  readonly event_at: number;
}

const DAY_MS = 86_400_000;
/** A token that lives minutes has no more of them in a month than that. */
const MOST_MARKS = 25_000;

/** The statements of the history on one open database. All throw SQLite's errors. */
export class HistoryTable {
  readonly #database: Database;
  readonly #setAlive: Statement;
  readonly #runs: Statement<[], TimeSpan>;
  readonly #setMark: Statement;
  readonly #lastMark: Statement<[string], KeptMark>;
  readonly #marks: Statement<[string, number, number], KeptMark>;
  readonly #dropMarks: Statement;
  readonly #setBattery: Statement;
  readonly #battery: Statement<[string], KeptReading>;

  constructor(database: Database) {
    this.#database = database;
    this.#setAlive = database.prepare(
      "INSERT INTO run VALUES (?, ?) ON CONFLICT (started_at) DO UPDATE SET alive_at = excluded.alive_at",
    );
    this.#runs = database.prepare(`SELECT started_at AS "from", alive_at AS "to" FROM run ORDER BY started_at`);
    this.#setMark = database.prepare(
      `INSERT OR REPLACE INTO mark (id, account_id, kind, at, until, count, code, event_at)
       VALUES (:id, :account_id, :kind, :at, :until, :count, :code, :event_at)`,
    );
    this.#lastMark = database.prepare("SELECT * FROM mark WHERE account_id = ? ORDER BY id DESC LIMIT 1");
    this.#marks = database.prepare(
      "SELECT * FROM mark WHERE account_id = ? AND id > ? AND coalesce(until, event_at) >= ? ORDER BY id LIMIT 2000",
    );
    this.#dropMarks = database.prepare("DELETE FROM mark WHERE account_id = ?");
    this.#setBattery = database.prepare(
      `INSERT INTO battery VALUES (:device_id, :day, :at, :percent, :level)
       ON CONFLICT (device_id, day) DO UPDATE SET at = excluded.at, percent = excluded.percent, level = excluded.level`,
    );
    this.#battery = database.prepare("SELECT at, percent, level FROM battery WHERE device_id = ? ORDER BY day");
  }

  /** All of it in one transaction. */
  transact(act: () => void): void {
    this.#database.transaction(act).immediate();
  }

  setAlive(startedAt: number, at: number): void {
    this.#setAlive.run(startedAt, at);
  }

  /** When the gateway ran, in the order of the starts. */
  runs(): TimeSpan[] {
    return this.#runs.all();
  }

  /** @param id null: a new one */
  setMark(account_id: string, { kind, at, until, count, code }: TokenMark, eventAt: number, id: number | null): void {
    this.#setMark.run({ id, account_id, kind, at, until, count, code, event_at: eventAt });
  }

  lastMark(accountId: string): KeptMark | null {
    return this.#lastMark.get(accountId) ?? null;
  }

  /** Some of the marks that reach beyond `from`, in order, after the one with the number `after`. */
  marks(accountId: string, after: number, from: number): KeptMark[] {
    return this.#marks.all(accountId, after, from);
  }

  dropMarks(accountId: string): void {
    this.#dropMarks.run(accountId);
  }

  /** The latest one of a day counts. */
  setBattery(device_id: string, { at, percent, level }: KeptReading): void {
    this.#setBattery.run({ device_id, day: Math.floor(at / DAY_MS), at, percent, level });
  }

  /** In the order of the days. */
  battery(deviceId: string): KeptReading[] {
    return this.#battery.all(deviceId);
  }

  /** Deletes runs and marks that ended before `before`, and batteries from before `batteriesBefore`. */
  tidy(before: number, batteriesBefore: number): void {
    this.#database.prepare("DELETE FROM run WHERE alive_at < ?").run(before);
    this.#database.prepare("DELETE FROM mark WHERE coalesce(until, event_at) < ?").run(before);
    this.#database
      .prepare("DELETE FROM mark WHERE id <= (SELECT id FROM mark ORDER BY id DESC LIMIT 1 OFFSET ?)")
      .run(MOST_MARKS);
    this.#database.prepare("DELETE FROM battery WHERE day < ?").run(Math.floor(batteriesBefore / DAY_MS));
    this.#database.pragma("incremental_vacuum(256)");
  }

  close(): void {
    this.#database.close();
  }
}
