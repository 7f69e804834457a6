import { describe, expect, test } from "vitest";
import { csvHead, csvLines } from "../../src/activity/csv.ts";
import type { ActivityDraft, ActivityEntry } from "../../src/activity/entry.ts";
import { tokenEvents } from "../../src/activity/event.ts";
import type { AccountEvents } from "../../src/activity/event.ts";
import { readEvents } from "../../src/activity/event-log.ts";
import type { EventQuery } from "../../src/activity/event-log.ts";
import type { AccountEvent, AccountEventKind } from "../../src/keeper/account.ts";
import { aFolder, aRecorder, aStore, anEntry } from "./house.ts";

const START = Date.UTC(2026, 10, 21);
const MINUTE = 60_000;
const NOTHING = { lastLogged: [], forgotten: [] };
const bare = { value: null, from: null, to: null, cause: null } as const;

function aToken(minutes: number, kind: AccountEventKind): AccountEvent {
  return { at: START + minutes * MINUTE, kind, generation: minutes, class: null, code: null, message: `${kind}.` };
}

/** All pages of the log, one event after the other. */
function readAll(
  rows: Parameters<typeof readEvents>[0],
  tokens: readonly AccountEvents[],
  query: Omit<EventQuery, "before">,
  between: () => void = () => {},
): string[] {
  const ids: string[] = [];
  let before: string | undefined;
  for (let pages = 0; pages < 500; pages += 1) {
    const page = readEvents(rows, tokens, { ...query, before });
    ids.push(...page.events.map(({ id }) => id));
    if (page.next === null) return ids;
    before = page.next;
    between();
  }
  throw new Error("The log has no end.");
}

describe("the events", () => {
  test("are read page by page, doors and tokens by their time: none is split, doubled or left out, also while they grow", () => {
    const { store } = aStore();
    const lost = (minutes: number, device_id: string): ActivityDraft =>
      anEntry({
        ...bare,
        kind: "device_unavailable",
        to: "cloud_unreachable",
        device_id,
        at: START + minutes * MINUTE,
      });
    const back = (minutes: number, device_id: string): ActivityDraft => ({
      ...lost(minutes, device_id),
      kind: "device_available",
      to: null,
    });
    const changes = Array.from({ length: 40 }, (_, minutes) => anEntry({ at: START + minutes * MINUTE }));
    const entries = [...changes, ...[50, 51, 52].map((minutes) => lost(minutes, `door-${minutes}`))];
    store.write({ ...NOTHING, entries });
    const tokens = [{ id: "home", name: "Home", events: [0, 10, 20, 60].map((at) => aToken(at, "refreshed")) }];
    let grown = 53;
    const ids = readAll(store, tokens, { limit: 3 }, () => {
      store.write({ ...NOTHING, entries: [back(grown, "door-50"), lost((grown += 1), "door-50")] });
    });
    expect(ids).toHaveLength(40 + 1 + 4);
    expect(new Set(ids).size).toBe(ids.length);
    const [outage] = readEvents(store, [], { limit: 1 }).events;
    expect(new Set(outage?.entries.map(({ device_id }) => device_id)).size).toBe(3);
  });

  test("an outage over a restart is one event: its end is found", () => {
    const folder = aFolder();
    const first = aRecorder({ folder });
    first.says({});
    first.says({ available: false, online: false, trouble: "offline" });
    first.recorder.stop();
    const second = aRecorder({ folder });
    second.clock.advance(100_000);
    second.says({});
    second.entries();
    const [outage, ...more] = readEvents(second.store, [], { limit: 9 }).events;
    expect(outage?.entries.map(({ kind }) => kind)).toEqual(["device_unavailable", "device_available"]);
    expect(outage?.ongoing_since_at).toBeNull();
    expect(more.map(({ kind }) => kind)).toEqual(["added"]);
  });

  test("failures of a token in a row are one event, with what ended them", () => {
    const kinds = ["refreshed", "retried", "retried", "failed", "recovered", "refreshed", "retried"] as const;
    const events = tokenEvents({ id: "home", name: "Home", events: kinds.map((kind, at) => aToken(at, kind)) });
    expect(events.map(({ times, lasted_ms, ongoing_since_at }) => [times, lasted_ms, ongoing_since_at])).toEqual([
      [1, 0, START + 6 * MINUTE],
      [1, 0, null],
      [3, 3 * MINUTE, null],
      [1, 0, null],
    ]);
  });

  test("are found by names and by what words stand for, all of them, whatever their capitals", () => {
    const { store } = aStore();
    const entries = [
      anEntry({ device_name: "Haustür" }),
      anEntry({ device_name: "Haustür", to: "locked" }),
      anEntry({ device_name: "Gartentor" }),
    ];
    store.write({ ...NOTHING, entries });
    const find = (...words: [string, ...string[]][]): string[] =>
      readAll(store, [], { limit: 9, words: words.map(([text, ...means]) => ({ text, means })) });
    expect(find(["HAUST"])).toEqual(["2", "1"]);
    expect(find(["haustür"], ["geöffnet", "change.lock_state.unlocked"])).toEqual(["1"]);
    expect(find(["geöffnet"])).toEqual([]);
  });

  test("are cut to a day, which an outage that goes on belongs to", () => {
    const { store } = aStore();
    const entries = [
      anEntry({ ...bare, kind: "device_unavailable", to: "offline", device_id: "gate", at: START }),
      ...[1, 2, 3].map((days) => anEntry({ at: START + days * 1440 * MINUTE })),
    ];
    store.write({ ...NOTHING, entries });
    const day = (days: number): number => START + days * 1440 * MINUTE;
    expect(readAll(store, [], { limit: 9, from: day(2), to: day(3) })).toEqual(["3", "1"]);
  });

  test("are cut to a device, an account and a kind", () => {
    const { store } = aStore();
    const entries = [anEntry({ device_id: "gate", account_id: "work" }), anEntry({ to: "jammed" })];
    store.write({ ...NOTHING, entries });
    const tokens = [{ id: "work", name: "Work", events: [aToken(0, "refreshed")] }];
    expect(readAll(store, tokens, { limit: 9, device_id: "gate" })).toEqual(["1"]);
    expect(readAll(store, tokens, { limit: 9, account_id: "work" })).toHaveLength(2);
    expect(readAll(store, tokens, { limit: 9, show: "trouble" })).toEqual(["2"]);
    expect(readAll(store, tokens, { limit: 9, show: "tokens" })).toHaveLength(1);
  });

  test("of each of 500 devices the newest entries come by one question", () => {
    const { store } = aStore();
    const ids = Array.from({ length: 500 }, (_, index) => `lock-${index}`);
    const about = (device_id: string): object => ({
      device_id,
      name: device_id,
      values: {},
      available: true,
      missing: false,
    });
    const entries = ids.flatMap((device_id) => Array.from({ length: 20 }, () => anEntry({ device_id })));
    store.write({ entries, lastLogged: ids.map((id) => about(id) as never), forgotten: [] });
    const began = performance.now();
    const newest = store.newest(9);
    const tookMs = performance.now() - began;
    expect(newest).toHaveLength(4500);
    const own = (id: string): ActivityEntry[] => newest.filter(({ device_id }) => device_id === id);
    expect(own("lock-0").map(({ id }) => id)).toEqual([12, 13, 14, 15, 16, 17, 18, 19, 20]);
    // Without the index it takes seconds.
    expect(tookMs).toBeLessThan(500);
  });
});

describe("the CSV", () => {
  test("has a line for each entry, and no cell that a spreadsheet runs", () => {
    const { store } = aStore();
    const device_name = '=cmd|"/c calc"!A1, "Tür"';
    store.write({ ...NOTHING, entries: [anEntry({ device_name, at: START })] });
    const { events } = readEvents(store, [{ id: "home", name: "@Home", events: [aToken(0, "refreshed")] }], {
      limit: 9,
    });
    const [token, door] = csvLines(events, () => "+49")
      .trim()
      .split("\r\n");
    expect(door).toBe(
      `2026-11-21T00:00:00.000Z,1,change,'+49,"'=cmd|""/c calc""!A1, ""Tür""",door,state_changed,lock_state,locked,unlocked,,,,,,`,
    );
    expect(token).toContain(",token,'@Home,");
    expect(csvHead()).toMatch(/^\uFEFFtime,event,kind,/);
  });
});
