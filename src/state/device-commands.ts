import type { Color, DeviceValue, DeviceValues, LOCK_MODES } from "./device-values.ts";

type LockMode = (typeof LOCK_MODES)[number];

/** What a command says beside its name: each command takes the one that it is named after, or none. */
export interface CommandArguments {
  readonly mode?: LockMode;
  /** 0 to 100; 0 turns the light off. */
  readonly level?: number;
  readonly color?: Color;
  /** Kelvin. */
  readonly color_temperature?: number;
}

export interface CommandDefinition {
  /** The one argument that it takes. */
  readonly argument: keyof CommandArguments | null;
  /** What the device reports once it is done. */
  readonly effect: (args: CommandArguments) => Partial<DeviceValues>;
  /** What else it brings about, reported with it or later. */
  readonly sideEffect?: (args: CommandArguments) => Partial<DeviceValues>;
  /** What may take any value on the way there. */
  readonly passes?: DeviceValue;
  /** Begins a log line. */
  readonly title: string;
  /** "… cannot ___". */
  readonly ability: string;
  readonly words: (args: CommandArguments) => CommandWords;
  /** "the cloud reports ___". */
  readonly reported: (device: DeviceValues) => string | number | null;
}

interface CommandWords {
  /** "… was not asked to ___". */
  readonly request: string;
  /** "… did not confirm that it is ___". */
  readonly goal: string;
  /** "___ from this page", once it is done. */
  readonly done: string;
  /** "___ from this page was refused". */
  readonly doing: string;
}

const BLACK: Color = { r: 0, g: 0, b: 0 };

const MODE_WORDS: Readonly<Record<LockMode, { readonly mode: string; readonly goal: string }>> = {
  normal: { mode: "normal mode", goal: "in normal mode" },
  passage: { mode: "passage mode", goal: "in passage mode" },
  always_locked: { mode: "always locked", goal: "in always-locked mode" },
};
/** Where a mode takes the bolt by itself. */
const BOLT_OF_MODE: Readonly<Partial<Record<LockMode, DeviceValues["lock_state"]>>> = {
  passage: "unlocked",
  always_locked: "locked",
};

/**
 * What devices can be asked to do, whoever asks and whatever the cloud calls it: that stands in
 * `utec/commands/command-table.ts`, and what an argument may be in `utec/commands/command-arguments.ts`.
 */
const TABLE = {
  lock: {
    argument: null,
    effect: () => ({ lock_state: "locked" }),
    title: "Lock",
    ability: "lock a door",
    words: () => ({ request: "lock", goal: "locked", done: "Locked", doing: "Locking" }),
    reported: ({ lock_state }) => lock_state,
  },
  unlock: {
    argument: null,
    effect: () => ({ lock_state: "unlocked" }),
    title: "Unlock",
    ability: "unlock a door",
    words: () => ({ request: "unlock", goal: "unlocked", done: "Unlocked", doing: "Unlocking" }),
    reported: ({ lock_state }) => lock_state,
  },
  set_mode: {
    argument: "mode",
    effect: ({ mode = "normal" }) => ({ lock_mode: mode }),
    sideEffect: ({ mode = "normal" }) => {
      const bolt = BOLT_OF_MODE[mode];
      return bolt === undefined ? {} : { lock_state: bolt };
    },
    title: "Set mode",
    ability: "be set to a lock mode",
    words: ({ mode = "normal" }) => {
      const { mode: name, goal } = MODE_WORDS[mode];
      return { request: `be ${goal}`, goal, done: `Mode set to ${name}`, doing: `Setting the mode to ${name}` };
    },
    reported: ({ lock_mode }) => lock_mode && MODE_WORDS[lock_mode].goal,
  },
  turn_on: power("on"),
  turn_off: power("off"),
  set_level: {
    argument: "level",
    // Documented: 0 turns it off, everything else turns it on.
    effect: ({ level = 0 }) => (level === 0 ? { switch_state: "off" } : { switch_state: "on", level }),
    passes: "level",
    title: "Set level",
    ability: "be dimmed",
    words: ({ level = 0 }) => ({
      request: `go to ${level} %`,
      goal: `at ${level} %`,
      done: `Dimmed to ${level}%`,
      doing: `Dimming to ${level}%`,
    }),
    reported: ({ level, switch_state }) => (switch_state === "off" || level === null ? switch_state : `${level} %`),
  },
  set_color: {
    argument: "color",
    effect: ({ color = BLACK }) => ({ color }),
    sideEffect: () => ({ switch_state: "on" }),
    passes: "color",
    title: "Set colour",
    ability: "show colours",
    words: ({ color = BLACK }) => ({
      request: `show the colour ${hex(color)}`,
      goal: `of the colour ${hex(color)}`,
      done: "Colour set",
      doing: "Setting the colour",
    }),
    reported: ({ color }) => color && hex(color),
  },
  set_color_temperature: {
    argument: "color_temperature",
    effect: ({ color_temperature = 0 }) => ({ color_temperature }),
    sideEffect: () => ({ switch_state: "on" }),
    passes: "color_temperature",
    title: "Set colour temperature",
    ability: "change its colour temperature",
    words: ({ color_temperature: kelvin = 0 }) => ({
      request: `go to ${kelvin} K`,
      goal: `at ${kelvin} K`,
      done: `White set to ${kelvin} K`,
      doing: `Setting white to ${kelvin} K`,
    }),
    reported: ({ color_temperature }) => color_temperature && `${color_temperature} K`,
  },
} as const satisfies Readonly<Record<string, CommandDefinition>>;

export type CommandName = keyof typeof TABLE;
export const DEVICE_COMMANDS: Readonly<Record<CommandName, CommandDefinition>> = TABLE;
export const COMMAND_NAMES = Object.keys(TABLE) as readonly CommandName[];

function power(wanted: "on" | "off"): CommandDefinition {
  return {
    argument: null,
    effect: () => ({ switch_state: wanted }),
    // A light may report on its way which level it has passed.
    passes: "level",
    title: `Turn ${wanted}`,
    ability: `be turned ${wanted}`,
    words: () => ({
      request: `turn ${wanted}`,
      goal: wanted,
      done: `Turned ${wanted}`,
      doing: `Turning ${wanted}`,
    }),
    reported: ({ switch_state }) => switch_state,
  };
}

function hex({ r, g, b }: Color): string {
  return `#${[r, g, b].map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}
