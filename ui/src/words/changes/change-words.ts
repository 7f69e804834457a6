import type { ActivityValue } from "../../../../src/activity/entry.ts";
import type { DeviceValue } from "../../../../src/state/picture.ts";
import { LOW_BATTERY_PERCENT } from "../device-values.ts";
import { say } from "../language/words.ts";
import type { Tone } from "../tone.ts";

/** A change of a value, as the activity log puts it. */
export interface ChangeWords {
  readonly tone: Tone;
  readonly text: string;
  /** The same where nobody of ours asked for it, with who or what does this then; null where that is no question. */
  readonly otherwise: string | null;
}

type Change = (to: ActivityValue | null, from: ActivityValue | null) => ChangeWords;

/** Each value in words. */
const CHANGES: Readonly<Record<DeviceValue, Change>> = {
  battery: (to, from) => {
    const percent = plain(to);
    const tone = typeof to === "number" && to <= LOW_BATTERY_PERCENT ? "warn" : "idle";
    const text =
      from === null
        ? say("activity.change_battery", { percent })
        : say("activity.change_battery_was", { percent, before: plain(from) });
    return { tone, text, otherwise: null };
  },
  door_state: (to) => idle(say(`activity.change_door_${known(to, ["open", "closed"])}`)),
  online: () => idle(say("activity.change_other")),
  lock_mode: (to) => {
    const mode = known(to, ["normal", "passage", "always_locked"]);
    return mode === "unknown"
      ? idle(say("activity.change_other"))
      : idle(say(`activity.change_mode_${mode}`), say(`activity.hand_mode_${mode}`));
  },
  lock_state: (to) => {
    const state = known(to, ["locked", "unlocked", "jammed"]);
    const text = say(`activity.change_lock_${state}`);
    switch (state) {
      case "locked":
        return { tone: "good", text, otherwise: say("activity.hand_lock_locked") };
      case "unlocked":
        // People come and go: no fault, whoever it was.
        return idle(text, say("activity.hand_lock_unlocked"));
      case "jammed":
        return { tone: "bad", text, otherwise: null };
      case "unknown":
        return idle(text);
    }
  },
  switch_state: (to) => {
    const state = known(to, ["on", "off"]);
    const otherwise = state === "unknown" ? null : say(`activity.hand_switch_${state}`);
    return idle(say(`activity.change_switch_${state}`), otherwise);
  },
  level: (to) => {
    const level = plain(to);
    return idle(say("activity.change_level", { level }), say("activity.hand_level", { level }));
  },
  color: () => idle(say("activity.change_color"), say("activity.hand_color")),
  color_temperature: (to) => {
    const kelvin = plain(to);
    return idle(
      say("activity.change_color_temperature", { kelvin }),
      say("activity.hand_color_temperature", { kelvin }),
    );
  },
};

export function changeWords(value: DeviceValue, to: ActivityValue | null, from: ActivityValue | null): ChangeWords {
  return CHANGES[value](to, from);
}

/** Colours have no words. */
export function plain(value: ActivityValue | null): string {
  return typeof value === "object" ? "" : String(value);
}

function idle(text: string, otherwise: string | null = null): ChangeWords {
  return { tone: "idle", text, otherwise };
}

function known<const T extends string>(value: ActivityValue | null, words: readonly T[]): T | "unknown" {
  return words.find((word) => word === value) ?? "unknown";
}
