import { isObject } from "../../json.ts";
import type { JsonObject } from "../../json.ts";
import type { DeviceStates } from "./device-model.ts";

export interface Command {
  /** The deferred response's seconds, as recorded. */
  readonly seconds: number;
  readonly takes: (args: JsonObject) => boolean;
  /** What it changes in a device that is in `states`; null when the device ignores it. */
  readonly change: (states: DeviceStates, args: JsonObject) => Partial<DeviceStates> | null;
}

const PASSAGE = 1;

/** By capability and name. U-tec developer documentation; what a mode does to the bolt is inferred. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  "st.lock/lock": {
    seconds: 20,
    takes: () => true,
    change: (states) => (states.lock_mode === PASSAGE ? null : { lock_state: "Locked" }),
  },
  "st.lock/unlock": {
    seconds: 20,
    takes: () => true,
    change: (states) => (states.lock_mode === PASSAGE ? null : { lock_state: "Unlocked" }),
  },
  "st.lock/setMode": {
    seconds: 5,
    takes: ({ mode }) => mode === 0 || mode === 1 || mode === 2,
    change: (_, { mode }) => ({
      lock_mode: Number(mode),
      ...(mode === PASSAGE ? { lock_state: "Unlocked" } : {}),
    }),
  },
  // What the colours are called is not documented; a shipped client (utec-py) guesses it from the states' names.
  "st.color/color": {
    seconds: 5,
    takes: ({ value }) => ["r", "g", "b"].every((part) => isObject(value) && isWithin(value[part], 0, 255)),
    change: (states, { value }) => ({ switch: "on", color: isObject(value) ? value : (states.color ?? {}) }),
  },
  "st.colorTemperature/temperature": {
    seconds: 5,
    takes: ({ value }) => isWithin(value, 2000, 9000),
    change: (_, { value }) => ({ switch: "on", color_temperature: Number(value) }),
  },
  "st.switch/on": { seconds: 5, takes: () => true, change: () => ({ switch: "on" }) },
  "st.switch/off": { seconds: 5, takes: () => true, change: () => ({ switch: "off" }) },
  "st.switchLevel/setLevel": {
    seconds: 5,
    takes: ({ level }) => isWithin(level, 0, 100),
    change: (states, { level }) =>
      level === 0 ? { switch: "off" } : { switch: "on", switch_level: Number(level ?? states.switch_level) },
  },
};

function isWithin(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}
