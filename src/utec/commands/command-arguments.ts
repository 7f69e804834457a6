import { isDeepStrictEqual } from "node:util";
import { isObject } from "../../json.ts";
import { Problem } from "../../problem.ts";
import { DEVICE_COMMANDS } from "../../state/device-commands.ts";
import { LOCK_MODES } from "../../state/picture.ts";
import type { Color, CommandArguments, CommandName, DeviceState, ValueRange } from "../../state/picture.ts";
import { CLOUD_COMMANDS } from "./command-table.ts";
import { phrase } from "../../said/phrase.ts";

/** What an argument may be: in words, and as a reader that returns undefined for what is wrong. */
interface Rule {
  readonly allowed: (device: DeviceState) => string;
  readonly read: (value: unknown, device: DeviceState) => CommandArguments | undefined;
}

/** What the documentation allows where a device does not state its own range. */
const COLOR_TEMPERATURES: ValueRange = { min: 2000, max: 9000, step: 1 };

const RULES: Readonly<Record<keyof CommandArguments, Rule>> = {
  mode: {
    allowed: () => `one of ${LOCK_MODES.join(", ")}`,
    read: (value) => {
      const mode = LOCK_MODES.find((known) => known === value);
      return mode && { mode };
    },
  },
  level: {
    allowed: () => "a whole number from 0 to 100",
    read: (value) => (isWhole(value, 0, 100) ? { level: value } : undefined),
  },
  color: {
    allowed: () => "r, g and b, each a whole number from 0 to 255",
    read: (value) => {
      const color = readColor(value);
      return color && { color };
    },
  },
  color_temperature: {
    allowed: (device) => {
      const { min, max } = temperaturesOf(device);
      return `a whole number of kelvin from ${min} to ${max}`;
    },
    read: (value, device) => {
      const { min, max } = temperaturesOf(device);
      return isWhole(value, min, max) ? { color_temperature: value } : undefined;
    },
  },
};

/**
 * The arguments of a command for a device, validated.
 * @throws Problem `command_unsupported` where the device cannot do it at all; `bad_request` with the `field` that is
 * missing, out of range, or not one of the command's
 */
export function readArguments(name: CommandName, args: object, device: DeviceState): CommandArguments {
  const { argument, ability } = DEVICE_COMMANDS[name];
  const { aspect, capability } = CLOUD_COMMANDS[name];
  // A lock with an unknown handle type is a lock by its category alone, until it reports its states.
  const isBoltOrMode = aspect === "bolt" || aspect === "mode";
  const can = isBoltOrMode ? device.kind === "lock" : device.capabilities.includes(capability);
  if (!can) throw new Problem("command_unsupported", phrase("command_unsupported", { device: device.name, ability }));

  const said = new Map(Object.entries(args));
  for (const given of said.keys()) {
    if (given === argument) continue;
    const taken = argument === null ? phrase("part_takes_none") : phrase("part_takes_one", { name: argument });
    throw wrong(given, phrase("part_trouble_argument", { command: name, takes: taken }));
  }
  if (argument === null) return {};
  const value = said.get(argument);
  const read = RULES[argument].read(value, device);
  if (read !== undefined) return read;
  const must = value === undefined ? "is missing: it must be" : "must be";
  throw wrong(argument, `${must} ${RULES[argument].allowed(device)}`);
}

/** Compares whole objects, so that no argument can be forgotten: commands that differ in one are two. */
export function sameArguments(one: CommandArguments, other: CommandArguments): boolean {
  return isDeepStrictEqual(one, other);
}

function wrong(argument: string, sentence: string): Problem {
  const name = argument.slice(0, 60);
  return new Problem("bad_request", phrase("field_wrong", { name, trouble: sentence }), { field: `args.${name}` });
}

function readColor(value: unknown): Color | undefined {
  if (!isObject(value) || Object.keys(value).length !== 3) return undefined;
  const { r, g, b } = value;
  return isWhole(r, 0, 255) && isWhole(g, 0, 255) && isWhole(b, 0, 255) ? { r, g, b } : undefined;
}

function isWhole(value: unknown, min: number, max: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;
}

function temperaturesOf(device: DeviceState): ValueRange {
  return device.color_temperature_range ?? COLOR_TEMPERATURES;
}
