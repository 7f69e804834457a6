import { expect, test } from "vitest";
import type { ActivityDraft, ActivityEntry } from "../../src/activity/entry.ts";
import { deviceEvents } from "../../src/activity/event.ts";
import type { ActivityEvent } from "../../src/activity/event.ts";
import { Fold } from "../../src/activity/fold.ts";
import { anEntry, numbered } from "./house.ts";

const START = Date.UTC(2026, 10, 21, 3, 12);
const MINUTE = 60_000;

/** What the log makes of these, newest event first. */
function folded(...drafts: readonly ActivityDraft[]): ActivityEvent[] {
  const fold = new Fold();
  const entries: ActivityEntry[] = drafts.map((draft, index) => {
    const entry = numbered(index + 1, draft, fold.eventOf(draft) ?? index + 1);
    fold.take(entry);
    return entry;
  });
  return deviceEvents(entries);
}

const bare = { value: null, from: null, to: null, cause: null } as const;
const at = (minutes: number): number => START + minutes * MINUTE;
const away = (minutes: number, device_id: string, to = "cloud_unreachable", account_id = "home"): ActivityDraft =>
  anEntry({ ...bare, kind: "device_unavailable", at: at(minutes), device_id, to, account_id });
const back = (minutes: number, device_id: string, account_id = "home"): ActivityDraft =>
  anEntry({ ...bare, kind: "device_available", at: at(minutes), device_id, account_id });

const origin = { kind: "home_assistant", name: "At night", automation: true } as const;
const refused = {
  id: "c",
  name: "lock",
  args: {},
  origin,
  outcome: "refused",
  took_ms: 5,
  error: { code: "refused", message: "No." },
} as const;
const ended = (minutes: number, part: Partial<NonNullable<ActivityDraft["command"]>> = {}): ActivityDraft =>
  anEntry({ ...bare, kind: "command_ended", at: at(minutes), command: { ...refused, id: `c${minutes}`, ...part } });

test("an outage of six devices is one event, and so is its end", () => {
  const ids = ["a", "b", "c", "d", "e", "f"];
  const [outage, ...more] = folded(
    ...ids.map((id, index) => away(index, id)),
    ...ids.map((id, index) => back(10 + index, id)),
  );
  expect(more).toEqual([]);
  expect(outage).toMatchObject({ id: "1", kind: "outage", at: at(0), times: 1, lasted_ms: 15 * MINUTE });
  expect(outage?.ongoing_since_at).toBeNull();
  expect(outage?.entries).toHaveLength(12);
});

test("an outage that lasts goes on while one device is away", () => {
  const [outage] = folded(away(0, "a"), away(1, "b"), back(5, "a"));
  expect(outage).toMatchObject({ ongoing_since_at: at(0), lasted_ms: 0 });
});

test("two outages of different causes that overlap are two events, each with its own end", () => {
  const [second, first, ...more] = folded(
    away(0, "a", "cloud_unreachable"),
    away(3, "b", "offline"),
    back(4, "a"),
    back(9, "b"),
  );
  expect(more).toEqual([]);
  expect(first).toMatchObject({ id: "1", lasted_ms: 4 * MINUTE, ongoing_since_at: null });
  expect(second).toMatchObject({ id: "2", lasted_ms: 6 * MINUTE, ongoing_since_at: null });
});

test("the same cause in two accounts are two outages", () => {
  expect(folded(away(0, "a"), away(0, "b", "cloud_unreachable", "work"))).toHaveLength(2);
});

test("locks that go offline together are one event, and one that does so an hour later is another", () => {
  expect(folded(away(0, "a", "offline"), away(1, "b", "offline"), away(60, "c", "offline"))).toMatchObject([
    { id: "3" },
    { id: "1", entries: [{ device_id: "a" }, { device_id: "b" }] },
  ]);
});

test("a device that goes and comes three times within minutes is one event with the time that it was away", () => {
  const [flaps, ...more] = folded(
    ...[0, 5, 10].flatMap((minutes) => [away(minutes, "a", "offline"), back(minutes + 2, "a")]),
  );
  expect(more).toEqual([]);
  expect(flaps).toMatchObject({ times: 3, lasted_ms: 6 * MINUTE, ongoing_since_at: null });
});

test("a device that goes away again after an hour has had two outages", () => {
  expect(folded(away(0, "a", "offline"), back(2, "a"), away(62, "a", "offline"), back(63, "a"))).toMatchObject([
    { times: 1, lasted_ms: MINUTE },
    { times: 1, lasted_ms: 2 * MINUTE },
  ]);
});

test("a lock that lists lack until it is removed is one event", () => {
  const kinds = ["device_missing", "device_unavailable", "device_removed"] as const;
  const events = folded(
    ...kinds.map((kind, minutes) =>
      anEntry({ ...bare, kind, at: at(minutes), to: kind === "device_unavailable" ? "missing" : null }),
    ),
  );
  expect(events).toMatchObject([{ kind: "outage", times: 1, ongoing_since_at: null }]);
});

test("what is found together is one event", () => {
  const found = (minutes: number, device_id: string): ActivityDraft =>
    anEntry({ ...bare, kind: "device_added", at: at(minutes), device_id });
  expect(folded(found(0, "a"), found(0, "b"), found(30, "c"))).toMatchObject([
    { kind: "added", entries: [{ device_id: "c" }] },
    { kind: "added", entries: [{ device_id: "a" }, { device_id: "b" }] },
  ]);
});

test("the same command refused again and again is one event with a count, until one works", () => {
  const [last, worked, row, ...more] = folded(
    ended(0),
    ended(20),
    ended(40, { origin: { ...origin, name: "Anna" } }),
    ended(41),
    ended(50, { outcome: "confirmed", error: null }),
    ended(51),
  ).filter(({ entries }) => entries[0]?.command?.origin.name !== "Anna");
  expect(more).toEqual([]);
  expect([last?.times, worked?.times]).toEqual([1, 1]);
  expect(row).toMatchObject({ kind: "command", times: 3, at: at(0), last_at: at(41) });
});

test("a command, its effects and an effect that comes late are one event", () => {
  const changed = (minutes: number): ActivityDraft =>
    anEntry({ at: at(minutes), cause: "command", command: { ...refused, id: "c1", outcome: null } });
  expect(folded(changed(0), ended(1, { outcome: "unconfirmed" }), changed(2))).toMatchObject([
    { kind: "command", times: 1 },
  ]);
});
