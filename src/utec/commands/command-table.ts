import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../../json.ts";
import { DEVICE_COMMANDS } from "../../state/device-commands.ts";
import type {
  CommandArguments,
  CommandName,
  DeviceState,
  DeviceValue,
  LockMode,
  LockState,
  LockTransition,
} from "../../state/picture.ts";
import type { DeviceReport } from "../reading/states.ts";

/** What a command moves. Two commands that move the same thing to different ends are contrary. */
export type Aspect = "bolt" | "mode" | "power" | "color";

/** How the cloud takes a command; what the command is, does and is called stands in `state/device-commands.ts`. */
export interface CloudCommand {
  readonly aspect: Aspect;
  /** The cloud's own names for it. */
  readonly capability: string;
  readonly cloudName: string;
  readonly cloudArguments?: (args: CommandArguments) => JsonObject;
  /** How long the cloud is known to take; its answer may say otherwise. */
  readonly deferredS: number;
  /** Does this report say that it is done? By default: where it reports the command's whole effect. */
  readonly shows?: (report: DeviceReport, args: CommandArguments) => boolean;
  /**
   * What the device is shown to be doing meanwhile. Nothing where it is already as asked: "locking" reads as not
   * locked, to voice assistants as well as to automations.
   */
  readonly transition?: (device: DeviceState) => LockTransition | null;
}

/** U-tec developer documentation; the deferred seconds as recorded. */
const DEFERRED_LOCK_S = 20;
const DEFERRED_S = 5;

const MODE_NUMBERS: Readonly<Record<LockMode, number>> = { normal: 0, passage: 1, always_locked: 2 };

const BOLT = { aspect: "bolt", capability: "st.lock", deferredS: DEFERRED_LOCK_S } as const;
const POWER = { aspect: "power", capability: "st.switch", deferredS: DEFERRED_S } as const;

export const CLOUD_COMMANDS: Readonly<Record<CommandName, CloudCommand>> = {
  lock: { ...BOLT, cloudName: "lock", transition: towards("locked", "locking") },
  unlock: { ...BOLT, cloudName: "unlock", transition: towards("unlocked", "unlocking") },
  set_mode: {
    aspect: "mode",
    capability: "st.lock",
    cloudName: "setMode",
    cloudArguments: ({ mode = "normal" }) => ({ mode: MODE_NUMBERS[mode] }),
    deferredS: DEFERRED_S,
  },
  turn_on: { ...POWER, cloudName: "on" },
  turn_off: { ...POWER, cloudName: "off" },
  set_level: {
    aspect: "power",
    capability: "st.switchLevel",
    cloudName: "setLevel",
    cloudArguments: ({ level }) => ({ level }),
    deferredS: DEFERRED_S,
    shows: ({ level, switch_state }, args) =>
      args.level === 0 ? switch_state === "off" || level === 0 : level === args.level && switch_state !== "off",
  },
  // These two are not documented: a shipped client (utec-py) guesses them from the states' names.
  set_color: {
    aspect: "color",
    capability: "st.color",
    cloudName: "color",
    cloudArguments: ({ color }) => ({ value: { ...color } }),
    deferredS: DEFERRED_S,
  },
  set_color_temperature: {
    aspect: "color",
    capability: "st.colorTemperature",
    cloudName: "temperature",
    cloudArguments: ({ color_temperature }) => ({ value: color_temperature }),
    deferredS: DEFERRED_S,
  },
};

/** Does the report say that the command is done? */
export function isShown(name: CommandName, args: CommandArguments, report: DeviceReport): boolean {
  const { shows } = CLOUD_COMMANDS[name];
  if (shows) return shows(report, args);
  const effect = Object.entries(DEVICE_COMMANDS[name].effect(args));
  return effect.every(([value, wanted]) => isDeepStrictEqual(report[value as DeviceValue], wanted));
}

function towards(wanted: LockState, transition: LockTransition): NonNullable<CloudCommand["transition"]> {
  return ({ lock_state, freshness }) => (lock_state === wanted && freshness === "fresh" ? null : transition);
}
