import { mdiDoorOpen, mdiHelpCircleOutline, mdiLock, mdiLockAlert, mdiLockClock, mdiLockOpenVariant } from "@mdi/js";
import type { DeviceState } from "../../../../src/state/picture.ts";
import { lockWord } from "../../words/device-values.ts";
import { say } from "../../words/language/words.ts";
import type { Tone } from "../../words/tone.ts";

/** What a lock shows of itself at first sight. */
export interface Face {
  readonly icon: string;
  readonly tone: Tone;
  readonly word: string;
}

/** Whether the last known state may still be shown as the state. */
export function isState({ available, freshness }: DeviceState): boolean {
  return available && freshness !== "expired";
}

export function faceOf(device: DeviceState): Face {
  if (device.transition === "locking") return { icon: mdiLockClock, tone: "busy", word: say("devices.locking") };
  if (device.transition === "unlocking") return { icon: mdiLockClock, tone: "busy", word: say("devices.unlocking") };
  if (!isState(device)) return { icon: mdiHelpCircleOutline, tone: "idle", word: say("devices.lock_unknown") };
  if (device.lock_mode === "passage" && device.lock_state !== "jammed") {
    return {
      icon: mdiLockOpenVariant,
      tone: device.freshness === "stale" ? "idle" : "warn",
      word: say("devices.mode_passage"),
    };
  }
  const word = lockWord(device.lock_state);
  const old = device.freshness === "stale";
  switch (device.lock_state) {
    case "locked":
      // The bolt is out, and holds nothing.
      if (device.door_state === "open" && !old)
        return { icon: mdiDoorOpen, tone: "warn", word: say("devices.lock_open") };
      return { icon: mdiLock, tone: old ? "idle" : "good", word };
    case "unlocked":
      return { icon: mdiLockOpenVariant, tone: old ? "idle" : "warn", word };
    case "jammed":
      return { icon: mdiLockAlert, tone: "bad", word };
    case "unknown":
    case null:
      return { icon: mdiHelpCircleOutline, tone: "idle", word };
  }
}
