import { closeSync, mkdirSync, openSync, readdirSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { describe, expect, test } from "vitest";
import type { ActivityEntry } from "../../src/activity/entry.ts";
import { aFolder, aRecorder, aStore, anEntry, said, sizeOf } from "./house.ts";

const DAY_MS = 86_400_000;
const NOTHING = { lastLogged: [], forgotten: [] };

function ids(entries: readonly ActivityEntry[]): number[] {
  return entries.map(({ id }) => id);
}

describe("reading", () => {
  test("gives back what was written, in every part, newest first", () => {
    const { store } = aStore();
    const command = {
      id: "c",
      name: "set_level",
      args: { level: 40 },
      origin: { kind: "page", name: "Jürgen 🔑", automation: false },
      outcome: "unconfirmed",
      took_ms: 45_000,
      error: { code: "command_unconfirmed", message: "It did not confirm." },
    } as const;
    const drafts = [
      anEntry({ command, cause: "command", value: "level", from: 10, to: 40 }),
      anEntry({ value: "color", from: null, to: { r: 1, g: 2, b: 3 } }),
      anEntry({ kind: "device_added", value: null, from: null, to: null, cause: null, device_id: "a/b:c" }),
    ];
    const written = store.write({ ...NOTHING, entries: drafts });
    expect(written).toEqual(drafts.map((draft, index) => ({ event: index + 1, id: index + 1, ...draft })));
    expect(store.page({ limit: 10 })).toEqual({ entries: written?.toReversed(), next: null });
  });

  test("goes page by page to the end, and says where that is", () => {
    const { store } = aStore();
    store.write({ ...NOTHING, entries: Array.from({ length: 5 }, () => anEntry()) });
    const first = store.page({ limit: 2 });
    expect([ids(first.entries), first.next]).toEqual([[5, 4], 4]);
    const second = store.page({ limit: 2, before: 4 });
    expect([ids(second.entries), second.next]).toEqual([[3, 2], 2]);
    expect(store.page({ limit: 2, before: 2 })).toMatchObject({ entries: [{ id: 1 }], next: null });
    expect(store.page({ limit: 5 }).next).toBeNull();
    expect(store.page({ limit: 2, before: 1 })).toEqual({ entries: [], next: null });
  });

  test("by device and by kind", () => {
    const { store } = aStore();
    const entries = [
      anEntry(),
      anEntry({ device_id: "gate" }),
      anEntry({ device_id: "gate", kind: "command_ended" }),
      anEntry({ device_id: "gate", kind: "device_missing" }),
    ];
    store.write({ ...NOTHING, entries });
    expect(ids(store.page({ limit: 9, device_id: "gate" }).entries)).toEqual([4, 3, 2]);
    expect(ids(store.page({ limit: 9, kinds: ["state_changed"] }).entries)).toEqual([2, 1]);
    const both = store.page({ limit: 1, device_id: "gate", kinds: ["command_ended", "device_missing"], before: 4 });
    expect(ids(both.entries)).toEqual([3]);
    expect(store.page({ limit: 9, device_id: "nobody" }).entries).toEqual([]);
  });

  test("a number is never used twice, even when all entries are gone", () => {
    const { store, clock } = aStore();
    store.write({ ...NOTHING, entries: [anEntry({ at: clock.now() }), anEntry({ at: clock.now() })] });
    clock.jump(31 * DAY_MS);
    store.tidy();
    expect(store.page({ limit: 9 }).entries).toEqual([]);
    expect(store.write({ ...NOTHING, entries: [anEntry()] })).toMatchObject([{ id: 3 }]);
  });
});

describe("what is kept", () => {
  test("is what is not older than its days, deleted in short steps", () => {
    const { store, clock } = aStore({ days: 7 });
    const old = clock.now();
    for (let batch = 0; batch < 3; batch += 1) {
      store.write({ ...NOTHING, entries: Array.from({ length: 500 }, () => anEntry({ at: old })) });
    }
    clock.jump(DAY_MS);
    store.write({ ...NOTHING, entries: [anEntry({ at: clock.now() })] });
    clock.jump(6 * DAY_MS + 1);
    expect([store.tidy(), store.tidy(), store.tidy()]).toEqual([true, false, false]);
    expect(ids(store.page({ limit: 500 }).entries)).toEqual([1501]);
  });

  test("is all but a day after the clock was years ahead for a while", () => {
    const { store, clock } = aStore({ days: 30 });
    for (let day = 0; day < 3; day += 1) {
      store.write({ ...NOTHING, entries: [anEntry({ at: clock.now() })] });
      clock.jump(2 * DAY_MS);
    }
    clock.jump(3 * 365 * DAY_MS);
    while (store.tidy());
    clock.jump(-3 * 365 * DAY_MS);
    while (store.tidy());
    expect(ids(store.page({ limit: 9 }).entries)).toEqual([3, 2]);
  });

  test("gives its space back to the disk", () => {
    const { store, clock, file } = aStore();
    for (let batch = 0; batch < 10; batch += 1) {
      store.write({ ...NOTHING, entries: Array.from({ length: 1000 }, () => anEntry({ at: clock.now() })) });
    }
    const before = sizeOf(file);
    clock.jump(31 * DAY_MS);
    while (store.tidy());
    for (let step = 0; step < 10; step += 1) store.tidy();
    store.close();
    expect(before).toBeGreaterThan(1_000_000);
    expect(sizeOf(file)).toBeLessThan(100_000);
  });

  test("is never larger than its limit: the newest entries stay", () => {
    const limitBytes = 8 * 1024 * 1024;
    const { store, file } = aStore({ limitBytes });
    let largest = 0;
    let last = 0;
    for (let batch = 0; batch < 100; batch += 1) {
      const entries = Array.from({ length: 500 }, () => anEntry({ device_name: "n".repeat(100) }));
      last = store.write({ ...NOTHING, entries })?.at(-1)?.id ?? 0;
      largest = Math.max(largest, sizeOf(file));
    }
    expect(largest).toBeLessThanOrEqual(limitBytes);
    const { entries } = store.page({ limit: 500 });
    expect(ids(entries)).toEqual(Array.from({ length: 500 }, (_, index) => last - index));
    expect(store.page({ limit: 1, before: 1000 }).entries).toEqual([]);
  });

  test("holds no secret, and no endless text", () => {
    const { store, secrets } = aStore();
    secrets.add("hunter2hunter2");
    const error = { code: "command_refused", message: `Bearer hunter2hunter2 ${"x".repeat(5000)}` };
    const command = { id: "c", name: "lock", args: {}, outcome: "refused", took_ms: 1, error } as const;
    const origin = { kind: "api", name: null, automation: false } as const;
    store.write({ ...NOTHING, entries: [anEntry({ command: { ...command, origin } })] });
    const [entry] = store.page({ limit: 1 }).entries;
    expect(entry?.command?.error?.message).toMatch(/^Bearer \[secret\] x+$/);
    expect(entry?.command?.error?.message).toHaveLength(500);
  });
});

describe("a file that is no longer a database", () => {
  test.each([
    ["nonsense", "damaged", (file: string) => writeFileSync(file, "no database at all ".repeat(1000))],
    [
      "the log of another version",
      "version-7",
      (file: string) => {
        const other = new SqliteDatabase(file);
        other.exec("CREATE TABLE activity (x)");
        other.pragma("user_version = 7");
        other.close();
      },
    ],
  ])("%s is set aside with a message, and a new log begins", (_case, end, spoil) => {
    const folder = aFolder();
    const file = join(folder, "activity.db");
    spoil(file);
    const { store, warnings } = aStore({ folder });
    expect(store.lastLogged()).toEqual([]);
    expect(store.write({ ...NOTHING, entries: [anEntry()] })).toMatchObject([{ id: 1 }]);
    expect(store.page({ limit: 9 }).entries).toHaveLength(1);
    const word = end === "damaged" ? "was damaged" : "was written by another version of the gateway";
    expect(warnings()).toEqual([expect.stringContaining(`${word}: it was set aside as`)]);
    expect(readdirSync(folder)).toContain(`activity.${end}.db`);
  });

  test("damaged while it is in use, it is set aside too, and a restart after it makes no false changes", () => {
    const folder = aFolder();
    const first = aRecorder({ folder });
    const locks = Array.from({ length: 300 }, (_, index) => `lock-${index}`);
    first.picture.update({ devices: locks.map((id) => said({ id }, first.clock.now())) });
    first.clock.advance(1000);
    first.store.close();
    const { size } = statSync(first.file);
    writeFileSync(first.file, Buffer.alloc(size - 4096, 0xaa), { flag: "r+", encoding: null });
    first.picture.update({ devices: [said({ id: "lock-1", lock_state: "jammed" }, first.clock.now())] });
    first.clock.advance(1000);
    expect(first.store.page({ limit: 9 }).entries).toMatchObject([{ device_id: "lock-1", to: "jammed" }]);
    expect(first.warnings()).toHaveLength(1);
    first.recorder.stop();
    const second = aRecorder({ folder });
    second.picture.update({ devices: locks.map((id) => said({ id }, second.clock.now())) });
    second.clock.advance(1000);
    expect(second.entries().slice(1)).toMatchObject([{ device_id: "lock-1", from: "jammed", to: "locked" }]);
  });

  test("damaged during a write, what is published is what the new file holds, each once", () => {
    const { store, file } = aStore();
    const lastLogged = { device_id: "door", name: "Front door", values: {}, available: true, missing: false };
    store.write({ ...NOTHING, entries: [anEntry()] });
    store.close();
    const database = new SqliteDatabase(file, { readonly: true });
    const root = database.prepare("SELECT rootpage FROM sqlite_master WHERE name = 'told'").pluck().get();
    database.close();
    const page = openSync(file, "r+");
    writeSync(page, Buffer.alloc(4096, 0xaa), 0, 4096, (Number(root) - 1) * 4096);
    closeSync(page);
    const written = store.write({ entries: [anEntry({ to: "jammed" })], lastLogged: [lastLogged], forgotten: [] });
    expect(store.recreated).toBe(1);
    // Whoever has read up to the first takes the second for a newer one.
    expect(written).toMatchObject([{ id: 2, to: "jammed" }]);
    expect(store.page({ limit: 9 }).entries).toEqual(written);
  });

  test("a row whose contents were lost is read without them", () => {
    const { store, file } = aStore();
    store.write({ entries: [anEntry()], lastLogged: [], forgotten: [] });
    store.close();
    const database = new SqliteDatabase(file);
    database.exec(`UPDATE activity SET "to" = '{"r":', command = '{'`);
    database.exec("INSERT INTO told VALUES ('a', 1, '[1')");
    database.close();
    expect(store.page({ limit: 1 }).entries).toMatchObject([{ from: "locked", to: null, command: null }]);
    expect(store.lastLogged()).toEqual([]);
  });
});

describe("a folder that cannot be written", () => {
  test("costs the entries, is logged once, and its end too", () => {
    const folder = join(aFolder(), "not-there");
    const { store, clock, said: lines } = aStore({ folder });
    expect(store.write({ ...NOTHING, entries: [anEntry()] })).toBeNull();
    expect(store.write({ ...NOTHING, entries: [anEntry(), anEntry()] })).toBeNull();
    expect(() => store.page({ limit: 1 })).toThrow(expect.objectContaining({ code: "store_failed", retryable: true }));
    expect(lines()).toEqual([expect.stringMatching(/can't be written .* make its disk and its folder writable/)]);
    mkdirSync(folder);
    clock.advance(9999);
    expect(store.write({ ...NOTHING, entries: [] })).toBeNull();
    clock.advance(1);
    expect(store.write({ ...NOTHING, entries: [anEntry()] })).toMatchObject([{ id: 1 }]);
    expect(lines().slice(1)).toEqual(["The activity log can be written again; 3 entries are missing."]);
  });
});

test("a log of the first version is brought to this one, with all that it holds", () => {
  const folder = aFolder();
  const file = join(folder, "activity.db");
  const old = new SqliteDatabase(file);
  old.exec(`
    CREATE TABLE activity (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, kind TEXT NOT NULL,
      device_id TEXT NOT NULL, device_name TEXT NOT NULL, value TEXT, "from" TEXT, "to" TEXT, cause TEXT, command TEXT) STRICT;
    CREATE INDEX activity_at ON activity (at);
    CREATE INDEX activity_device ON activity (device_id, id);
    CREATE TABLE told (device_id TEXT PRIMARY KEY, seen_at INTEGER NOT NULL, content TEXT NOT NULL) STRICT;
    INSERT INTO activity (at, kind, device_id, device_name) VALUES (1, 'device_added', 'door', 'Front door');
    PRAGMA user_version = 1;`);
  old.close();
  const { store, warnings } = aStore({ folder });
  store.write({ ...NOTHING, entries: [anEntry()] });
  expect(store.page({ limit: 9 }).entries).toMatchObject([
    { id: 2, event: 2, account_id: "home" },
    { id: 1, event: 1, account_id: null, device_name: "Front door" },
  ]);
  expect(warnings()).toEqual([]);
});
