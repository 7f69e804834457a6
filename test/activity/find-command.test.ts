import { describe, expect, test } from "vitest";
import { LATE_MS, findCommand } from "../../src/activity/find-command.ts";
import type { ActivityValue } from "../../src/activity/entry.ts";
import type { CommandArguments, CommandName, CommandState, DeviceValue } from "../../src/state/picture.ts";
import { aCommand } from "../state/models.ts";

const NOW = 10_000_000;
const RED = { r: 255, g: 0, b: 0 };

function underWay(part: Partial<CommandState>): CommandState {
  return aCommand({ sent_at: NOW - 1000, ended_at: null, outcome: null, took_ms: null, ...part });
}

describe("a change is attributed to the command that asked for it", () => {
  test.each<[CommandName, CommandArguments, DeviceValue, ActivityValue]>([
    ["lock", {}, "lock_state", "locked"],
    ["unlock", {}, "lock_state", "unlocked"],
    ["set_mode", { mode: "passage" }, "lock_mode", "passage"],
    ["set_mode", { mode: "passage" }, "lock_state", "unlocked"],
    ["set_mode", { mode: "always_locked" }, "lock_state", "locked"],
    ["turn_on", {}, "switch_state", "on"],
    ["turn_on", {}, "level", 80],
    ["turn_off", {}, "switch_state", "off"],
    ["set_level", { level: 40 }, "level", 40],
    ["set_level", { level: 40 }, "level", 25],
    ["set_level", { level: 40 }, "switch_state", "on"],
    ["set_level", { level: 0 }, "switch_state", "off"],
    ["set_color", { color: RED }, "color", RED],
    ["set_color_temperature", { color_temperature: 3000 }, "color_temperature", 3000],
  ])("%s %j: %s is %j", (name, args, value, to) => {
    const command = underWay({ name, args });
    expect(findCommand(value, to, [command], NOW)).toBe(command);
  });

  test.each<[CommandName, CommandArguments, DeviceValue, ActivityValue]>([
    ["lock", {}, "lock_state", "unlocked"],
    ["lock", {}, "lock_state", "jammed"],
    ["unlock", {}, "lock_state", "locked"],
    ["unlock", {}, "door_state", "open"],
    ["set_mode", { mode: "passage" }, "lock_mode", "normal"],
    ["set_mode", { mode: "normal" }, "lock_state", "unlocked"],
    ["turn_on", {}, "switch_state", "off"],
    ["set_level", { level: 40 }, "switch_state", "off"],
    ["set_color", { color: RED }, "level", 10],
    ["lock", {}, "battery", 60],
  ])("and to no other: not to %s %j that %s is %j", (name, args, value, to) => {
    expect(findCommand(value, to, [underWay({ name, args })], NOW)).toBeNull();
  });

  test("not to one in the queue that has not been sent", () => {
    expect(findCommand("lock_state", "locked", [underWay({ sent_at: null })], NOW)).toBeNull();
  });

  test.each(["unconfirmed", "offline"] as const)(
    "to one that ended %s, for the time in which the cloud lags",
    (outcome) => {
      const late = underWay({ ended_at: NOW - LATE_MS, outcome });
      expect(findCommand("lock_state", "locked", [late], NOW)).toBe(late);
      expect(findCommand("lock_state", "locked", [late], NOW + 1)).toBeNull();
    },
  );

  test.each(["confirmed", "refused", "superseded"] as const)("not to one that has ended %s", (outcome) => {
    const over = underWay({ ended_at: NOW - 1000, outcome });
    expect(findCommand("lock_state", "locked", [over], NOW)).toBeNull();
  });

  test("to a confirmed one where a light reports its level a poll later", () => {
    const over = underWay({ name: "turn_on", ended_at: NOW - 1000, outcome: "confirmed" });
    expect(findCommand("level", 80, [over], NOW)).toBe(over);
  });

  test("to the latest of several", () => {
    const commands = [underWay({ id: "first" }), underWay({ id: "second" }), underWay({ id: "third", name: "unlock" })];
    expect(findCommand("lock_state", "locked", commands, NOW)?.id).toBe("second");
  });
});
