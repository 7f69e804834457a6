import type { JsonObject } from "../json.ts";
import type { DeviceStates } from "./device-model.ts";

export interface Command {
  /** The deferred response's seconds, as recorded. */
  readonly seconds: number;
  readonly takes: (args: JsonObject) => boolean;
  /** What it changes in a device that is in `states`; null when the device takes no notice. */
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
  "st.switch/on": { seconds: 5, takes: () => true, change: () => ({ switch: "on" }) },
  "st.switch/off": { seconds: 5, takes: () => true, change: () => ({ switch: "off" }) },
  "st.switchLevel/setLevel": {
    seconds: 5,
    takes: ({ level }) => Number.isInteger(level) && Number(level) >= 0 && Number(level) <= 100,
    change: (states, { level }) =>
      level === 0 ? { switch: "off" } : { switch: "on", switch_level: Number(level ?? states.switch_level) },
  },
};
