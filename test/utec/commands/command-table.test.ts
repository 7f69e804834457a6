import { describe, expect, it } from "vitest";
import { Problem } from "../../../src/problem.ts";
import { DEVICE_COMMANDS } from "../../../src/state/device-commands.ts";
import { COMMAND_NAMES } from "../../../src/state/picture.ts";
import type { CommandArguments, CommandName } from "../../../src/state/picture.ts";
import { readArguments, sameArguments } from "../../../src/utec/commands/command-arguments.ts";
import { CLOUD_COMMANDS, isShown } from "../../../src/utec/commands/command-table.ts";
import { readReports } from "../../../src/utec/reading/states.ts";
import type { DeviceReport } from "../../../src/utec/reading/states.ts";
import { aDevice } from "../../state/models.ts";

const LOCK = aDevice();
const LAMP = aDevice({
  name: "Lamp",
  kind: "light",
  capabilities: ["st.healthCheck", "st.switch", "st.switchLevel", "st.color", "st.colorTemperature"],
});
const PLUG = aDevice({ name: "Plug", kind: "plug", capabilities: ["st.healthCheck", "st.switch"] });

function report(states: object): DeviceReport {
  const [only] = readReports({ devices: [{ id: "door", states }] }, (text) => text);
  if (!only) throw new Error("There is no report.");
  return only;
}

function refusal(ask: () => unknown): Problem {
  try {
    ask();
  } catch (error) {
    if (error instanceof Problem) return error;
  }
  throw new Error("It was not refused.");
}

/** Each command: what goes to the cloud, a report that shows it, and one that does not. */
const EVERY: readonly [CommandName, CommandArguments, object, object, object][] = [
  [
    "lock",
    {},
    { capability: "st.lock", name: "lock" },
    { "st.lock": { lockState: "Locked" } },
    { "st.lock": { lockState: "Jammed" } },
  ],
  [
    "unlock",
    {},
    { capability: "st.lock", name: "unlock" },
    { "st.lock": { lockState: "Unlocked" } },
    { "st.lock": { lockState: "Unknown" } },
  ],
  [
    "set_mode",
    { mode: "passage" },
    { capability: "st.lock", name: "setMode", arguments: { mode: 1 } },
    { "st.lock": { lockMode: 1 } },
    { "st.lock": { lockMode: 0, lockState: "Unlocked" } },
  ],
  [
    "turn_on",
    {},
    { capability: "st.switch", name: "on" },
    { "st.switch": { switch: "on" } },
    { "st.switchLevel": { level: 100 } },
  ],
  [
    "turn_off",
    {},
    { capability: "st.switch", name: "off" },
    { "st.switch": { switch: "off" } },
    { "st.switch": { switch: "unknown" } },
  ],
  [
    "set_level",
    { level: 40 },
    { capability: "st.switchLevel", name: "setLevel", arguments: { level: 40 } },
    { "st.switch": { switch: "on" }, "st.switchLevel": { level: 40 } },
    { "st.switch": { switch: "off" }, "st.switchLevel": { level: 40 } },
  ],
  [
    "set_level",
    { level: 0 },
    { capability: "st.switchLevel", name: "setLevel", arguments: { level: 0 } },
    { "st.switch": { switch: "off" }, "st.switchLevel": { level: 40 } },
    { "st.switch": { switch: "on" }, "st.switchLevel": { level: 40 } },
  ],
  [
    "set_color",
    { color: { r: 1, g: 2, b: 3 } },
    { capability: "st.color", name: "color", arguments: { value: { r: 1, g: 2, b: 3 } } },
    { "st.color": { color: { r: 1, g: 2, b: 3 } } },
    { "st.color": { color: { r: 1, g: 2, b: 4 } } },
  ],
  [
    "set_color_temperature",
    { color_temperature: 4000 },
    { capability: "st.colorTemperature", name: "temperature", arguments: { value: 4000 } },
    { "st.colorTemperature": { temperature: 4000 } },
    { "st.colorTemperature": { temperature: 4001 } },
  ],
];

describe("the table of commands", () => {
  it("has only commands that are tried here", () => {
    expect(new Set(EVERY.map(([name]) => name))).toEqual(new Set(COMMAND_NAMES));
  });

  it.each(EVERY)(
    "%s %j is sent as documented, and is shown by what the cloud says then, and by nothing else",
    (name, args, sent, shown, other) => {
      const { capability, cloudName, cloudArguments } = CLOUD_COMMANDS[name];
      const written = cloudArguments?.(args);
      expect({ capability, name: cloudName, ...(written ? { arguments: written } : {}) }).toEqual(sent);
      expect([shown, other, {}].map((states) => isShown(name, args, report(states)))).toEqual([true, false, false]);
    },
  );

  it.each(EVERY)("%s %j has words for a person", (name, args) => {
    const { reported, title, ability, words } = DEVICE_COMMANDS[name];
    const device = aDevice({ ...LAMP, lock_state: null, lock_mode: null });
    const { request, goal, done, doing } = words(args);
    for (const text of [title, ability, request, goal, done, doing]) expect(text).toMatch(/^[\w#].*[\w%]$/);
    expect(String(reported(device))).not.toContain("undefined");
  });
});

describe("arguments", () => {
  it.each(EVERY)("of %s are taken as they are: %j", (name, args) => {
    const device = CLOUD_COMMANDS[name].capability === "st.lock" ? LOCK : LAMP;
    expect(readArguments(name, args, device)).toEqual(args);
  });

  it.each([
    ["set_level", { level: 101 }, "args.level", "0 to 100"],
    ["set_level", { level: -1 }, "args.level", "0 to 100"],
    ["set_level", { level: 12.5 }, "args.level", "whole"],
    ["set_level", { level: "40" }, "args.level", "whole"],
    ["set_level", { level: null }, "args.level", "must be"],
    ["set_level", {}, "args.level", "is missing"],
    ["set_mode", { mode: "holiday" }, "args.mode", "normal, passage, always_locked"],
    ["set_mode", { mode: 1 }, "args.mode", "normal"],
    ["set_mode", {}, "args.mode", "is missing"],
    ["set_color", { color: { r: 1, g: 2 } }, "args.color", "r, g and b"],
    ["set_color", { color: { r: 1, g: 2, b: 256 } }, "args.color", "0 to 255"],
    ["set_color", { color: { r: 1, g: 2, b: 3, w: 4 } }, "args.color", "r, g and b"],
    ["set_color", { color: "#ff0000" }, "args.color", "r, g and b"],
    ["set_color_temperature", { color_temperature: 100 }, "args.color_temperature", "2000 to 9000"],
    ["lock", { force: true }, "args.force", "takes none"],
    ["turn_on", { level: 3 }, "args.level", "takes none"],
    ["set_level", { level: 3, mode: "normal" }, "args.mode", "takes level"],
    ["lock", { ["x".repeat(5000)]: 1 }, `args.${"x".repeat(60)}`, "not an argument"],
  ] satisfies [CommandName, object, string, string][])(
    "%s %j is refused, with the field that is wrong",
    (name, args, field, words) => {
      const device = CLOUD_COMMANDS[name].capability === "st.lock" ? LOCK : LAMP;
      const problem = refusal(() => readArguments(name, args, device));
      expect(problem).toMatchObject({ code: "bad_request", field });
      expect(problem.message).toContain(words);
      expect(problem.message.length).toBeLessThan(200);
    },
  );

  it("of a colour temperature are limited by the device's own range", () => {
    const warm = aDevice({ ...LAMP, color_temperature_range: { min: 1800, max: 3000, step: 1 } });
    expect(readArguments("set_color_temperature", { color_temperature: 1800 }, warm)).toEqual({
      color_temperature: 1800,
    });
    const problem = refusal(() => readArguments("set_color_temperature", { color_temperature: 4000 }, warm));
    expect(problem.message).toContain("1800 to 3000");
  });

  it("do not matter where the device cannot do it at all", () => {
    for (const [name, device] of [
      ["lock", LAMP],
      ["set_mode", PLUG],
      ["turn_on", LOCK],
      ["set_level", PLUG],
      ["set_color", PLUG],
      ["set_color_temperature", LOCK],
    ] as const) {
      expect(refusal(() => readArguments(name, {}, device)).code).toBe("command_unsupported");
    }
  });

  it("are the same when each of them is", () => {
    expect(sameArguments({}, {})).toBe(true);
    expect(sameArguments({ level: 1 }, { level: 1 })).toBe(true);
    expect(sameArguments({ level: 1 }, { level: 2 })).toBe(false);
    expect(sameArguments({ color: { r: 1, g: 2, b: 3 } }, { color: { b: 3, g: 2, r: 1 } })).toBe(true);
    expect(sameArguments({ color: { r: 1, g: 2, b: 3 } }, { color: { r: 1, g: 2, b: 4 } })).toBe(false);
    expect(sameArguments({ mode: "normal" }, {})).toBe(false);
    // One that a later version will have.
    const atSpeed = (speed: number): object => ({ level: 1, speed });
    expect(sameArguments(atSpeed(1), atSpeed(2))).toBe(false);
    expect(sameArguments(atSpeed(1), { level: 1 })).toBe(false);
    expect(sameArguments(atSpeed(1), atSpeed(1))).toBe(true);
  });
});
