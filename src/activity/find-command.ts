import type { CommandState, DeviceValue } from "../state/picture.ts";
import type { ActivityValue } from "./entry.ts";

/** A state that shows up so late after an unconfirmed command is still its doing: the cloud lags by 30 to 40 s. */
export const LATE_MS = 60_000;

/** Values that follow the main state, and may be reported a poll later than it. */
const FOLLOWING: ReadonlySet<DeviceValue> = new Set(["level", "color", "color_temperature"]);

/**
 * The command that a change of state is owed to, or null when nobody of ours asked for it: one that has been sent, wants
 * this value, and has not had it yet.
 *
 * @param commands the device's, oldest first
 * @param now epoch ms, as `ended_at` is
 */
export function findCommand(
  value: DeviceValue,
  to: ActivityValue,
  commands: readonly CommandState[],
  now: number,
): CommandState | null {
  return commands.findLast((command) => mayStillAct(command, value, now) && wants(command, value, to)) ?? null;
}

function mayStillAct({ sent_at, ended_at, outcome }: CommandState, value: DeviceValue, now: number): boolean {
  if (sent_at === null) return false;
  if (ended_at === null) return true;
  if (now - ended_at > LATE_MS) return false;
  // A confirmed command has had its turn: what moves the bolt after it is somebody else.
  return outcome === "unconfirmed" || outcome === "offline" || (outcome === "confirmed" && FOLLOWING.has(value));
}

function wants({ name, args }: CommandState, value: DeviceValue, to: ActivityValue): boolean {
  switch (name) {
    case "lock":
      return value === "lock_state" && to === "locked";
    case "unlock":
      return value === "lock_state" && to === "unlocked";
    case "set_mode":
      return value === "lock_mode" ? to === args.mode : value === "lock_state" && to === BOLT_OF_MODE[args.mode ?? ""];
    // A light may say on its way which level it has passed.
    case "turn_on":
      return value === "level" || (value === "switch_state" && to === "on");
    case "turn_off":
      return value === "level" || (value === "switch_state" && to === "off");
    case "set_level":
      return value === "level" || (value === "switch_state" && to === (args.level === 0 ? "off" : "on"));
    case "set_color":
      return value === "color" || (value === "switch_state" && to === "on");
    case "set_color_temperature":
      return value === "color_temperature" || (value === "switch_state" && to === "on");
  }
}

/** Where a mode takes the bolt by itself. */
const BOLT_OF_MODE: Readonly<Record<string, string>> = { passage: "unlocked", always_locked: "locked" };
