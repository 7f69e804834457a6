import type { DoorState, LockMode, LockState, SwitchState } from "../../../src/state/picture.ts";

/** The values of devices as people call them. */
const LOCK: Readonly<Record<LockState, string>> = {
  locked: "Locked",
  unlocked: "Unlocked",
  jammed: "Jammed",
  unknown: "Unknown",
};
const MODE: Readonly<Record<LockMode, string>> = {
  normal: "Normal mode",
  passage: "Passage mode",
  always_locked: "Always locked",
};
const DOOR: Readonly<Record<DoorState, string>> = {
  open: "Door open",
  closed: "Door closed",
  unknown: "Door unknown",
};
const SWITCH: Readonly<Record<SwitchState, string>> = { on: "On", off: "Off", unknown: "Unknown" };

/** The second of the five levels that the cloud reports: it often reports one more than its own app. */
export const LOW_BATTERY_PERCENT = 30;

export function lockWord(state: LockState | null): string {
  return LOCK[state ?? "unknown"];
}

export function modeWord(mode: LockMode): string {
  return MODE[mode];
}

export function doorWord(state: DoorState): string {
  return DOOR[state];
}

export function switchWord(state: SwitchState | null): string {
  return SWITCH[state ?? "unknown"];
}
