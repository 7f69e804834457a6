import {
  mdiBatteryAlertVariantOutline,
  mdiBatteryHigh,
  mdiDoorClosed,
  mdiDoorOpen,
  mdiShieldKeyOutline,
  mdiWifi,
  mdiWifiOff,
} from "@mdi/js";
import type { DeviceState, DoorState, LockMode, LockState, SwitchState } from "../../../src/state/picture.ts";
import type { Tone } from "./tone.ts";

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

export function hasLowBattery({ battery_percent: percent, battery_level: level }: DeviceState): boolean {
  return percent === null ? level !== null && level <= 2 : percent <= LOW_BATTERY_PERCENT;
}

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

/** What a lock's card shows of a value beside its state. */
export interface Chip {
  readonly icon: string;
  readonly text: string;
  readonly tone: Tone | "";
}

/** @param isCurrent where nothing newer comes, some values are the first to be wrong */
type ChipOf = (device: DeviceState, isCurrent: boolean) => Chip | null;

/** The chips stand in this order; the changes of values stand in `changes/change-words.ts`. */
const CHIPS: readonly ChipOf[] = [
  (device) => {
    const { battery_percent: percent, battery_level: level } = device;
    if (percent === null && level === null) return null;
    const isLow = hasLowBattery(device);
    return {
      icon: isLow ? mdiBatteryAlertVariantOutline : mdiBatteryHigh,
      text: percent === null ? `Battery ${level} of 5` : `Battery ${percent}%`,
      tone: isLow ? "warn" : "",
    };
  },
  ({ door_state: door }, isCurrent) => {
    if (!isCurrent || door === null || door === "unknown") return null;
    return door === "open"
      ? { icon: mdiDoorOpen, text: doorWord(door), tone: "warn" }
      : { icon: mdiDoorClosed, text: doorWord(door), tone: "" };
  },
  ({ online }, isCurrent) => {
    if (online === false) return { icon: mdiWifiOff, text: "Offline", tone: "bad" };
    return online === true && isCurrent ? { icon: mdiWifi, text: "Online", tone: "" } : null;
  },
  ({ lock_mode: mode }) => {
    if (mode !== "passage" && mode !== "always_locked") return null;
    return { icon: mdiShieldKeyOutline, text: modeWord(mode), tone: mode === "passage" ? "warn" : "" };
  },
];

export function chipsOf(device: DeviceState, isCurrent: boolean): readonly Chip[] {
  return CHIPS.flatMap((chip) => chip(device, isCurrent) ?? []);
}
