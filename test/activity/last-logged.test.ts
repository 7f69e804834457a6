import { describe, expect, test } from "vitest";
import { observe } from "../../src/activity/last-logged.ts";
import type { Observation, ObservedWith, LastLogged } from "../../src/activity/last-logged.ts";
import type { DeviceState } from "../../src/state/picture.ts";
import { aCommand } from "../state/models.ts";
import { said } from "./house.ts";

const NOW = 1_000_000;

function seen(known: LastLogged | undefined, device: DeviceState, part: Partial<ObservedWith> = {}): Observation {
  return observe(known, device, { commands: [], saidBefore: {}, now: NOW, ...part });
}

const locked = seen(undefined, said({}, 1)).lastLogged;

describe("what is logged of a device", () => {
  test("its first appearance, but no change of state", () => {
    const { entries } = seen(undefined, said({}, 1));
    expect(entries.map(({ kind, device_name }) => [kind, device_name])).toEqual([["device_added", "Front door"]]);
  });

  test("nothing when nothing is new, at no cost: what was last logged stays the same object", () => {
    expect(seen(locked, said({}, 2))).toEqual({ lastLogged: locked, entries: [] });
    expect(seen(locked, said({}, 2)).lastLogged).toBe(locked);
  });

  test.each([
    ["lock_state", "unlocked", "locked"],
    ["lock_state", "jammed", "locked"],
    ["lock_mode", "passage", "normal"],
  ] as const)("%s becoming %s, with what it was before", (value, to, from) => {
    const { lastLogged, entries } = seen(locked, said({ [value]: to }, 2));
    expect(entries).toEqual([
      {
        at: NOW,
        kind: "state_changed",
        device_id: "door",
        device_name: "Front door",
        account_id: "home",
        value,
        from,
        to,
        cause: "poll",
        command: null,
      },
    ]);
    expect(seen(lastLogged, said({ [value]: to }, 3)).entries).toEqual([]);
  });

  test("a battery in percent, a level, and a colour only when one of its parts has changed", () => {
    const lamp = said({ switch_state: "on", level: 40, color: { r: 1, g: 2, b: 3 } }, 1);
    const spoken = (part: Partial<DeviceState>, at: number): DeviceState => ({
      ...lamp,
      said_at: { battery: at, switch_state: at, level: at, color: at },
      ...part,
    });
    const { lastLogged } = seen(undefined, spoken({}, 1));
    expect(seen(lastLogged, spoken({ color: { r: 1, g: 2, b: 3 } }, 2)).entries).toEqual([]);
    const { entries } = seen(lastLogged, spoken({ battery_percent: 20, level: 41, color: { r: 1, g: 2, b: 4 } }, 2));
    expect(entries.map(({ value, from, to }) => [value, from, to])).toEqual([
      ["battery", 70, 20],
      ["level", 40, 41],
      ["color", { r: 1, g: 2, b: 3 }, { r: 1, g: 2, b: 4 }],
    ]);
  });

  test("no value that the cloud has not reported, and none that it only remembers of an offline lock", () => {
    expect(seen(locked, { ...said({ lock_state: "unlocked" }, 2), said_at: {} }).entries).toEqual([]);
    const before = said({}, 2);
    const remembered = { ...before, lock_state: "unlocked" as const };
    expect(seen(locked, remembered, { saidBefore: before.said_at }).entries).toEqual([]);
  });

  test("no value that a device does not have", () => {
    expect(seen(locked, said({ lock_mode: null }, 2)).entries).toEqual([]);
  });

  test("that it became unavailable and available again, with the trouble that caused it", () => {
    const away = seen(locked, said({ online: false, available: false, trouble: "offline" }, 1));
    expect(away.entries).toMatchObject([{ kind: "device_unavailable", to: "offline", value: null }]);
    expect(seen(away.lastLogged, said({ online: false, available: false, trouble: "missing" }, 1)).entries).toEqual([]);
    expect(seen(away.lastLogged, said({}, 2)).entries).toMatchObject([{ kind: "device_available", to: null }]);
  });

  test("after a restart nothing about its availability until the cloud has reported something", () => {
    const away = seen(locked, said({ online: false, available: false, trouble: "offline" }, 1)).lastLogged;
    const unheard = { ...said({}, 2), said_at: {}, online: null, freshness: "unknown" as const };
    expect(seen(away, unheard).entries).toEqual([]);
    expect(seen(seen(away, unheard).lastLogged, said({}, 3)).entries).toMatchObject([{ kind: "device_available" }]);
  });

  test("that a device list lacks it, and that a later one has it", () => {
    const missing = seen(locked, said({ missing_since_at: 5 }, 2));
    expect(missing.entries).toMatchObject([{ kind: "device_missing" }]);
    expect(seen(missing.lastLogged, said({}, 3)).entries).toMatchObject([{ kind: "device_found" }]);
  });

  test("under the name that it has at that time, cut to a readable length", () => {
    const renamed = seen(locked, said({ name: "x".repeat(10_000), lock_state: "unlocked" }, 2));
    expect(renamed.entries[0]?.device_name).toBe("x".repeat(200));
    expect(renamed.lastLogged.name).toBe("x".repeat(200));
    expect(seen(renamed.lastLogged, said({ name: "x".repeat(10_000), lock_state: "unlocked" }, 3)).lastLogged).toBe(
      renamed.lastLogged,
    );
  });

  test("the command that caused a change, as it is at that time", () => {
    const command = aCommand({ name: "unlock", ended_at: null, outcome: null, took_ms: null });
    const { entries } = seen(locked, said({ lock_state: "unlocked" }, 2), { commands: [command] });
    expect(entries).toMatchObject([{ cause: "command", command: { id: "command", name: "unlock", outcome: null } }]);
    expect(entries[0]?.command).not.toHaveProperty("device_id");
  });
});
