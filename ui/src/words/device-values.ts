import {
  mdiBatteryAlertVariantOutline,
  mdiBatteryHigh,
  mdiDoorClosed,
  mdiDoorOpen,
  mdiShieldKeyOutline,
  mdiWifi,
  mdiWifiOff,
} from "@mdi/js";
import type { ActivityValue } from "../../../src/activity/entry.ts";
import type { DeviceState, DeviceValue, LockMode, LockState, SwitchState } from "../../../src/state/picture.ts";
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

/** A change of a value, as the activity log puts it. */
export interface ChangeWords {
  readonly tone: Tone;
  readonly text: string;
  /** Who or what does this where nobody of ours asked for it. */
  readonly otherwise: string;
}

/** What a lock's card shows of a value beside its state. */
export interface Chip {
  readonly icon: string;
  readonly text: string;
  readonly tone: Tone | "";
}

interface ValueWords {
  readonly change: (to: ActivityValue | null, from: ActivityValue | null) => ChangeWords;
  /** @param isCurrent where nothing newer comes, some values are the first to be wrong */
  readonly chip?: (device: DeviceState, isCurrent: boolean) => Chip | null;
}

const BY_HAND = "by hand or code";
const BY_HAND_OR_ITSELF = "by hand or by itself";
const ELSEWHERE = "by hand or in the app";

/** Each value in words; the chips stand in this order. */
const VALUE_WORDS: Readonly<Record<DeviceValue, ValueWords>> = {
  battery: {
    change: (to, from) => {
      const isLow = typeof to === "number" && to <= LOW_BATTERY_PERCENT;
      const was = from === null ? "" : `, was ${plain(from)}%`;
      return { tone: isLow ? "warn" : "idle", text: `Battery at ${plain(to)}%${was}`, otherwise: "" };
    },
    chip: (device) => {
      const { battery_percent: percent, battery_level: level } = device;
      if (percent === null && level === null) return null;
      const isLow = hasLowBattery(device);
      return {
        icon: isLow ? mdiBatteryAlertVariantOutline : mdiBatteryHigh,
        text: batteryWord(percent, level ?? 0),
        tone: isLow ? "warn" : "",
      };
    },
  },
  door_state: {
    change: (to) => ({
      tone: "idle",
      text: DOOR_CHANGES[plain(to)] ?? "The door sensor no longer knows",
      otherwise: "",
    }),
    chip: ({ door_state: door }, isCurrent) => {
      if (!isCurrent || door === null || door === "unknown") return null;
      return door === "open"
        ? { icon: mdiDoorOpen, text: say("devices.door_open"), tone: "warn" }
        : { icon: mdiDoorClosed, text: say("devices.door_closed"), tone: "" };
    },
  },
  online: {
    change: () => ({ tone: "idle", text: "Changed", otherwise: "" }),
    chip: ({ online }, isCurrent) => {
      if (online === false) return { icon: mdiWifiOff, text: say("devices.offline"), tone: "bad" };
      return online === true && isCurrent ? { icon: mdiWifi, text: say("devices.online"), tone: "" } : null;
    },
  },
  lock_mode: {
    change: (to) => ({ tone: "idle", text: MODE_CHANGES[plain(to)] ?? "Mode changed", otherwise: ELSEWHERE }),
    chip: ({ lock_mode: mode }) => {
      if (mode !== "passage" && mode !== "always_locked") return null;
      return { icon: mdiShieldKeyOutline, text: modeWord(mode), tone: mode === "passage" ? "warn" : "" };
    },
  },
  lock_state: {
    change: (to) =>
      LOCK_CHANGES[plain(to)] ?? {
        tone: "idle",
        text: "The cloud no longer knows whether it is locked",
        otherwise: "",
      },
  },
  switch_state: {
    change: (to) =>
      to === "unknown"
        ? { tone: "idle", text: "The cloud no longer knows whether it is on", otherwise: "" }
        : { tone: "idle", text: `Turned ${plain(to)}`, otherwise: ELSEWHERE },
  },
  level: { change: (to) => ({ tone: "idle", text: `Dimmed to ${plain(to)}%`, otherwise: ELSEWHERE }) },
  color: { change: () => ({ tone: "idle", text: "Colour changed", otherwise: ELSEWHERE }) },
  color_temperature: { change: (to) => ({ tone: "idle", text: `White at ${plain(to)} K`, otherwise: ELSEWHERE }) },
};

export function changeWords(value: DeviceValue, to: ActivityValue | null, from: ActivityValue | null): ChangeWords {
  return VALUE_WORDS[value].change(to, from);
}

function batteryWord(percent: number | null, level: number): string {
  return percent === null ? say("devices.battery_level", { level }) : say("devices.battery_percent", { percent });
}

export function chipsOf(device: DeviceState, isCurrent: boolean): readonly Chip[] {
  return Object.values(VALUE_WORDS).flatMap(({ chip }) => chip?.(device, isCurrent) ?? []);
}

/** Colours have no words. */
export function plain(value: ActivityValue | null): string {
  return typeof value === "object" ? "" : String(value);
}

const LOCK_CHANGES: Readonly<Record<string, ChangeWords>> = {
  unlocked: { tone: "warn", text: "Opened", otherwise: BY_HAND },
  locked: { tone: "good", text: "Locked", otherwise: BY_HAND_OR_ITSELF },
  jammed: { tone: "bad", text: "Jammed", otherwise: "" },
};
const MODE_CHANGES: Readonly<Record<string, string>> = {
  normal: "Set to normal mode",
  passage: "Set to passage mode",
  always_locked: "Set to always locked",
};
const DOOR_CHANGES: Readonly<Record<string, string>> = { open: "Door opened", closed: "Door closed" };
