import type { JsonObject } from "../../json.ts";
import type {
  CommandArguments,
  CommandName,
  DeviceState,
  LockMode,
  LockState,
  LockTransition,
  SwitchState,
} from "../../state/picture.ts";
import type { DeviceReport } from "../reading/states.ts";

/** What a command moves. Two commands that move the same thing to different ends are contrary. */
export type Aspect = "bolt" | "mode" | "power" | "color";

/** One kind of command: how the cloud calls it, who can do it, what shows that it was done, and its words. */
export interface CommandKind {
  readonly aspect: Aspect;
  /** How the cloud calls it. */
  readonly capability: string;
  readonly cloudName: string;
  readonly cloudArguments?: (args: CommandArguments) => JsonObject;
  /** The one argument that it takes. */
  readonly argument: keyof CommandArguments | null;
  /** How long the cloud is known to take; its answer may say otherwise. */
  readonly deferredS: number;
  /** Does this report say that it is done? */
  readonly shows: (report: DeviceReport, args: CommandArguments) => boolean;
  /**
   * What the device is shown to be doing meanwhile. Nothing where it is already as asked: "locking" reads as not locked,
   * to voice assistants as well as to automations.
   */
  readonly transition: (device: DeviceState) => LockTransition | null;
  /** Begins a log line. */
  readonly title: string;
  /** "… cannot ___". */
  readonly ability: string;
  /** "… was not asked to ___". */
  readonly request: (args: CommandArguments) => string;
  /** "… did not confirm that it is ___". */
  readonly goal: (args: CommandArguments) => string;
  /** "the cloud says ___". */
  readonly reported: (device: DeviceState) => string | number | null;
}

/** U-tec developer documentation; the deferred seconds as recorded. */
const DEFERRED_LOCK_S = 20;
const DEFERRED_S = 5;

const MODE_NUMBERS: Readonly<Record<LockMode, number>> = { normal: 0, passage: 1, always_locked: 2 };
const MODE_WORDS: Readonly<Record<LockMode, string>> = {
  normal: "in normal mode",
  passage: "in passage mode",
  always_locked: "in always-locked mode",
};

export const COMMANDS: Readonly<Record<CommandName, CommandKind>> = {
  lock: bolt("lock", "locked", "locking"),
  unlock: bolt("unlock", "unlocked", "unlocking"),
  set_mode: {
    aspect: "mode",
    capability: "st.lock",
    cloudName: "setMode",
    argument: "mode",
    cloudArguments: ({ mode = "normal" }) => ({ mode: MODE_NUMBERS[mode] }),
    deferredS: DEFERRED_S,
    shows: ({ lock_mode }, { mode }) => lock_mode === mode,
    transition: () => null,
    title: "Set mode",
    ability: "be set to a lock mode",
    request: ({ mode = "normal" }) => `be ${MODE_WORDS[mode]}`,
    goal: ({ mode = "normal" }) => MODE_WORDS[mode],
    reported: ({ lock_mode }) => lock_mode && MODE_WORDS[lock_mode],
  },
  turn_on: power("on"),
  turn_off: power("off"),
  set_level: {
    aspect: "power",
    capability: "st.switchLevel",
    cloudName: "setLevel",
    argument: "level",
    cloudArguments: ({ level }) => ({ level }),
    deferredS: DEFERRED_S,
    // Documented: 0 turns it off, everything else turns it on.
    shows: ({ level, switch_state }, args) =>
      args.level === 0 ? switch_state === "off" || level === 0 : level === args.level && switch_state !== "off",
    transition: () => null,
    title: "Set level",
    ability: "be dimmed",
    request: ({ level }) => `go to ${level} %`,
    goal: ({ level }) => `at ${level} %`,
    reported: ({ level, switch_state }) => (switch_state === "off" || level === null ? switch_state : `${level} %`),
  },
  // These two are not documented: a shipped client (utec-py) guesses them from the states' names.
  set_color: {
    aspect: "color",
    capability: "st.color",
    cloudName: "color",
    argument: "color",
    cloudArguments: ({ color }) => ({ value: { ...color } }),
    deferredS: DEFERRED_S,
    shows: ({ color }, args) =>
      color?.r === args.color?.r && color?.g === args.color?.g && color?.b === args.color?.b && color !== undefined,
    transition: () => null,
    title: "Set colour",
    ability: "show colours",
    request: (args) => `show the colour ${hex(args)}`,
    goal: (args) => `of the colour ${hex(args)}`,
    reported: ({ color }) => color && hex({ color }),
  },
  set_color_temperature: {
    aspect: "color",
    capability: "st.colorTemperature",
    cloudName: "temperature",
    argument: "color_temperature",
    cloudArguments: ({ color_temperature }) => ({ value: color_temperature }),
    deferredS: DEFERRED_S,
    shows: (report, { color_temperature }) => report.color_temperature === color_temperature,
    transition: () => null,
    title: "Set colour temperature",
    ability: "change its colour temperature",
    request: ({ color_temperature }) => `go to ${color_temperature} K`,
    goal: ({ color_temperature }) => `at ${color_temperature} K`,
    reported: ({ color_temperature }) => color_temperature && `${color_temperature} K`,
  },
};

function bolt(name: "lock" | "unlock", wanted: LockState, transition: LockTransition): CommandKind {
  return {
    aspect: "bolt",
    capability: "st.lock",
    cloudName: name,
    argument: null,
    deferredS: DEFERRED_LOCK_S,
    shows: ({ lock_state }) => lock_state === wanted,
    transition: ({ lock_state, freshness }) => (lock_state === wanted && freshness === "fresh" ? null : transition),
    title: name === "lock" ? "Lock" : "Unlock",
    ability: `${name} a door`,
    request: () => name,
    goal: () => wanted,
    reported: ({ lock_state }) => lock_state,
  };
}

function power(wanted: Extract<SwitchState, "on" | "off">): CommandKind {
  return {
    aspect: "power",
    capability: "st.switch",
    cloudName: wanted,
    argument: null,
    deferredS: DEFERRED_S,
    shows: ({ switch_state }) => switch_state === wanted,
    transition: () => null,
    title: `Turn ${wanted}`,
    ability: `be turned ${wanted}`,
    request: () => `turn ${wanted}`,
    goal: () => wanted,
    reported: ({ switch_state }) => switch_state,
  };
}

function hex({ color }: CommandArguments): string {
  const { r, g, b } = color ?? { r: 0, g: 0, b: 0 };
  return `#${[r, g, b].map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}
