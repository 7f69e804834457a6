import { describe, expect, test, vi } from "vitest";
import type { ActivityEntry } from "../../src/activity/entry.ts";
import { LATE_MS } from "../../src/activity/find-command.ts";
import { GATHER_MS } from "../../src/activity/recorder.ts";
import { ManualClock } from "../clock.ts";
import { aCommand } from "../state/models.ts";
import { aFolder, aRecorder, said } from "./house.ts";

/** What an entry tells, in short. */
function short({ kind, value, to, cause, command }: ActivityEntry): string {
  const what = value === null ? kind : `${value}=${JSON.stringify(to)}`;
  const by = command === null ? cause : `${command.name} ${command.outcome ?? "under way"}`;
  return by === null ? what : `${what} by ${by}`;
}

describe("the recorder", () => {
  test("logs a turn by hand as seen in a poll", () => {
    const { says, entries } = aRecorder();
    says({});
    says({ lock_state: "unlocked" });
    expect(entries().map(short)).toEqual(["device_added", 'lock_state="unlocked" by poll']);
  });

  test("logs nothing of what the picture starts with, which an earlier run knew, but how it has changed", () => {
    const folder = aFolder();
    const first = aRecorder({ folder });
    first.says({});
    first.entries();
    first.recorder.stop();
    const old = { ...said({ lock_state: "unlocked" }, 1), freshness: "expired", available: false } as const;
    const { says, entries } = aRecorder({ folder }, old);
    expect(entries().map(short)).toEqual(["device_added"]);
    says({});
    expect(entries().map(short), "it was locked all the time").toEqual(["device_added"]);
    says({ lock_state: "unlocked" });
    expect(entries().map(short)).toEqual(["device_added", 'lock_state="unlocked" by poll']);
  });

  test("does not treat what the picture starts with as news when something else of the device changes", () => {
    const folder = aFolder();
    const first = aRecorder({ folder });
    first.says({});
    first.recorder.stop();
    const old = { ...said({ lock_state: "unlocked" }, 1), freshness: "stale" } as const;
    const { picture, entries } = aRecorder({ folder }, old);
    picture.update({ devices: [{ ...old, trouble: "cloud_unreachable" }] });
    expect(entries().map(short)).toEqual(["device_added"]);
  });

  test("logs a command's effect as the command's, and its end once", () => {
    const { says, command, entries } = aRecorder();
    says({});
    const origin = { kind: "home_assistant", name: "Anna", automation: false } as const;
    command({ name: "unlock", origin });
    says({ lock_state: "unlocked" });
    command({ name: "unlock", origin, ended_at: 5, outcome: "confirmed", took_ms: 2100 });
    command({ name: "unlock", origin, ended_at: 6, outcome: "confirmed", took_ms: 2100 });
    const [, change, end, ...more] = entries();
    expect(change).toMatchObject({ kind: "state_changed", cause: "command", command: { id: "command" } });
    expect(end).toMatchObject({
      kind: "command_ended",
      device_name: "Front door",
      cause: null,
      command: { id: "command", name: "unlock", origin, outcome: "confirmed", took_ms: 2100, error: null },
    });
    expect(more).toEqual([]);
  });

  test("a lock that locks itself again after a confirmed unlock did so by itself", () => {
    const { says, command, entries, clock } = aRecorder();
    says({});
    command({ name: "unlock" });
    says({ lock_state: "unlocked" });
    command({ name: "unlock", ended_at: clock.now(), outcome: "confirmed" });
    says({ lock_state: "locked" });
    says({ lock_state: "unlocked" });
    expect(entries().map(short).slice(3)).toEqual(['lock_state="locked" by poll', 'lock_state="unlocked" by poll']);
  });

  test("a state that comes at the same moment as the end of its command is attributed to it", () => {
    const { says, command, entries, picture, clock } = aRecorder();
    says({});
    command({ name: "unlock" });
    clock.advance(1000);
    picture.update({
      devices: [said({ lock_state: "unlocked" }, clock.now())],
      commands: [aCommand({ name: "unlock", sent_at: 1, ended_at: clock.now() })],
    });
    expect(entries().map(short)).toEqual([
      "device_added",
      'lock_state="unlocked" by unlock under way',
      "command_ended by unlock confirmed",
    ]);
  });

  test("a state that comes late after an unconfirmed command is attributed to it, after its end", () => {
    const { says, command, entries, clock } = aRecorder();
    says({});
    command({ name: "unlock" });
    const error = { code: "command_unconfirmed", message: "It did not confirm." };
    command({ name: "unlock", ended_at: clock.now() + 1000, outcome: "unconfirmed", took_ms: 45_000, error });
    clock.advance(20_000);
    says({ lock_state: "unlocked" });
    expect(entries().map(short).slice(1)).toEqual([
      "command_ended by unlock unconfirmed",
      'lock_state="unlocked" by unlock unconfirmed',
    ]);
  });

  test("the end of a command for a device that nobody knows any more is logged without a name, not with an id in its place", () => {
    const { command, entries } = aRecorder();
    command({ ended_at: 1, outcome: "refused", device_id: "gone" });
    expect(entries()).toMatchObject([{ kind: "command_ended", device_id: "gone", device_name: "" }]);
  });

  test("a removed device is logged by its name, and is new when it comes back", () => {
    const { says, picture, entries } = aRecorder();
    says({});
    picture.update({ removed_devices: ["door"] });
    says({ lock_state: "unlocked" });
    expect(entries().map(short)).toEqual(["device_added", "device_removed", "device_added"]);
    expect(entries()[1]).toMatchObject({ device_name: "Front door" });
  });

  test("writes what happens together in one transaction, and then publishes it with its numbers", () => {
    const { picture, recorder, clock, store } = aRecorder();
    const heard: number[][] = [];
    const unfollow = recorder.follow((entries) => heard.push(entries.map(({ id }) => id)));
    for (const id of ["a", "b", "c"]) picture.update({ devices: [said({ id }, clock.now())] });
    clock.advance(GATHER_MS - 1);
    expect([heard, store.page({ limit: 10 }).entries]).toEqual([[], []]);
    clock.advance(1);
    expect(heard).toEqual([[1, 2, 3]]);
    unfollow();
    picture.update({ removed_devices: ["a"] });
    clock.advance(GATHER_MS);
    expect(heard).toHaveLength(1);
  });

  test("keeps all of a house of ten thousand devices, in short transactions", () => {
    const { picture, recorder, clock, store } = aRecorder();
    const heard: number[] = [];
    recorder.follow((entries) => heard.push(entries.length));
    const devices = Array.from({ length: 10_000 }, (_, index) => said({ id: `lock-${index}` }, clock.now()));
    picture.update({ devices });
    clock.advance(GATHER_MS * 10);
    expect(heard).toEqual(Array.from({ length: 10 }, () => 1000));
    expect(store.lastLogged()).toHaveLength(10_000);
    expect(clock.armed).toBe(1);
  });
});

describe("a restart", () => {
  test("causes no changes: what was known before it is known after it", () => {
    const folder = aFolder();
    const first = aRecorder({ folder });
    first.says({ lock_state: "unlocked", door_state: "closed" });
    first.recorder.stop();
    const second = aRecorder({ folder });
    second.picture.update({ devices: [said({ lock_state: "unknown", online: null, said_at: {} }, 0)] });
    second.says({ lock_state: "unlocked", door_state: "closed" });
    expect(second.entries().map(short)).toEqual(["device_added"]);
  });

  test("logs what was turned while the gateway was off as seen in a poll", () => {
    const folder = aFolder();
    const first = aRecorder({ folder });
    first.says({});
    first.recorder.stop();
    const second = aRecorder({ folder });
    second.says({ lock_state: "unlocked" });
    expect(second.entries().at(-1)).toMatchObject({ from: "locked", to: "unlocked", cause: "poll", id: 2 });
  });

  test("does not log the end of an old command again", () => {
    const folder = aFolder();
    const first = aRecorder({ folder });
    first.command({ ended_at: 1, outcome: "refused" });
    first.recorder.stop();
    const second = aRecorder({ folder });
    expect(second.entries().map(short)).toEqual(["command_ended by lock refused"]);
  });

  test("a stop writes what has gathered, and leaves no timer", () => {
    const folder = aFolder();
    const first = aRecorder({ folder });
    first.says({});
    first.says({ lock_state: "jammed" });
    first.recorder.stop();
    expect(first.clock.armed).toBe(0);
    expect(aRecorder({ folder }).entries().map(short)).toEqual(["device_added", 'lock_state="jammed" by poll']);
  });

  test.for([
    ["and the effect is told as asked by who asked for it", 5_000, 'lock_state="unlocked" by unlock unconfirmed'],
    ["and what is found so much later is nobody's", 3_600_000, 'lock_state="unlocked" by poll'],
  ] as const)("a kill amid a command is told as its end, %s", ([_what, offMs, told]) => {
    const folder = aFolder();
    const first = aRecorder({ folder });
    first.says({});
    first.command({ name: "unlock", origin: { kind: "home_assistant", name: "Anna", automation: false } });
    // Nothing of it gets another turn.
    const second = aRecorder({ folder, clock: new ManualClock(first.clock.now() + offMs) });
    second.says({ lock_state: "unlocked" });
    const entries = second.entries();
    expect(entries.map(short)).toEqual(["device_added", "command_ended by unlock unconfirmed", told]);
    expect(entries[1]?.command).toMatchObject({ origin: { name: "Anna" }, error: { code: "gateway_restarted" } });
    if (offMs < LATE_MS) expect(entries[2]?.event).toBe(entries[1]?.event);
    second.recorder.stop();
    const third = aRecorder({ folder, clock: new ManualClock(second.clock.now()) });
    expect(third.entries(), "it is told once").toHaveLength(3);
  });

  test("a command that was not confirmed before a stop is still the cause of what follows it", () => {
    const folder = aFolder();
    const first = aRecorder({ folder });
    first.says({});
    first.command({ name: "unlock" });
    first.command({ name: "unlock", ended_at: first.clock.now() + 1000, outcome: "unconfirmed" });
    first.recorder.stop();
    const second = aRecorder({ folder, clock: new ManualClock(first.clock.now() + 5000) });
    second.says({ lock_state: "unlocked" });
    expect(second.entries().map(short)).toEqual([
      "device_added",
      "command_ended by unlock unconfirmed",
      'lock_state="unlocked" by unlock unconfirmed',
    ]);
  });

  test("commands that can have no effect any more do not stay in the file", () => {
    const { command, says, entries, clock, store } = aRecorder();
    says({});
    command({ name: "unlock" });
    expect(store.commands()).toHaveLength(1);
    command({ name: "unlock", ended_at: clock.now(), outcome: "unconfirmed" });
    clock.advance(LATE_MS + 2000);
    says({ lock_state: "jammed" });
    entries();
    expect(store.commands()).toEqual([]);
  });

  test("of a disk that fails for long, only commands under way are kept for it", () => {
    const { command, clock, store } = aRecorder();
    const write = store.write.bind(store);
    const unwritten: number[] = [];
    const failing = vi.spyOn(store, "write").mockImplementation(({ commands = [] }) => {
      unwritten.push(commands.length);
      return null;
    });
    for (let n = 0; n < 50; n += 1) {
      command({ id: `c${n}` });
      command({ id: `c${n}`, ended_at: clock.now(), outcome: "confirmed" });
      clock.advance(GATHER_MS);
    }
    expect(Math.max(...unwritten)).toBeLessThanOrEqual(2);
    failing.mockImplementation(write);
    command({ id: "last" });
    expect(store.commands().map(({ id }) => id)).toEqual(["last"]);
  });
});
