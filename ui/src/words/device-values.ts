import {
  mdiBatteryAlertVariantOutline,
  mdiBatteryHigh,
  mdiDoorClosed,
  mdiDoorOpen,
  mdiShieldKeyOutline,
  mdiWifi,
  mdiWifiOff,
} from "@mdi/js";
import type { DeviceState, LockMode, LockState, SwitchState } from "../../../src/state/picture.ts";
import { say } from "./language/words.ts";
import type { Tone } from "./tone.ts";

/** The second of the five levels that the cloud reports: it often reports one more than its own app. */
export const LOW_BATTERY_PERCENT = 30;

export function hasLowBattery({ battery_percent: percent, battery_level: level }: DeviceState): boolean {
  return percent === null ? level !== null && level <= 2 : percent <= LOW_BATTERY_PERCENT;
}

export function lockWord(state: LockState | null): string {
  return say(`devices.lock_${state ?? "unknown"}`);
}

export function modeWord(mode: LockMode): string {
  return say(`devices.mode_${mode}`);
}

export function switchWord(state: SwitchState | null): string {
  return say(`devices.switch_${state ?? "unknown"}`);
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
      text: batteryWord(percent, level ?? 0),
      tone: isLow ? "warn" : "",
    };
  },
  ({ door_state: door }, isCurrent) => {
    if (!isCurrent || door === null || door === "unknown") return null;
    return door === "open"
      ? { icon: mdiDoorOpen, text: say("devices.door_open"), tone: "warn" }
      : { icon: mdiDoorClosed, text: say("devices.door_closed"), tone: "" };
  },
  ({ online }, isCurrent) => {
    if (online === false) return { icon: mdiWifiOff, text: say("devices.offline"), tone: "bad" };
    return online === true && isCurrent ? { icon: mdiWifi, text: say("devices.online"), tone: "" } : null;
  },
  ({ lock_mode: mode }) => {
    if (mode !== "passage" && mode !== "always_locked") return null;
    return { icon: mdiShieldKeyOutline, text: modeWord(mode), tone: mode === "passage" ? "warn" : "" };
  },
];

function batteryWord(percent: number | null, level: number): string {
  return percent === null ? say("devices.battery_level", { level }) : say("devices.battery_percent", { percent });
}

export function chipsOf(device: DeviceState, isCurrent: boolean): readonly Chip[] {
  return CHIPS.flatMap((chip) => chip(device, isCurrent) ?? []);
}
