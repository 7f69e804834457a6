import type { SettingFields } from "./setting-fields.ts";

/** How the locks are watched, and how long what is known of them counts. */
export interface LockSettings {
  /** Between two polls of an account while nothing happens. */
  readonly pollIntervalMs: number;
  /** A state that is older than so many polls is stale. */
  readonly staleAfterPolls: number;
  /** A state that is older than this is none any more. */
  readonly unavailableAfterMs: number;
  readonly confirmation: ConfirmationSettings;
  /** How long the activity log remembers. */
  readonly activityDays: number;
}

/** How the outcome of a command is looked for. */
export interface ConfirmationSettings {
  /** Between the time by which the cloud announces the outcome and the end of waiting for it. */
  readonly marginMs: number;
  /** Between two reads, after the first burst of them. */
  readonly intervalMs: number;
}

export type LockSettingName = keyof typeof LOCK_SETTINGS;

interface NumberSetting {
  readonly min: number;
  readonly max: number;
  readonly otherwise: number;
  readonly unit: string;
}

export const LOCK_SETTINGS = {
  poll_interval: { min: 10, max: 600, otherwise: 30, unit: "seconds" },
  stale_after_polls: { min: 1, max: 20, otherwise: 3, unit: "polls" },
  unavailable_after: { min: 1, max: 1440, otherwise: 15, unit: "minutes" },
  // With the 20 s that the cloud may announce this stays within the 90 s that Home Assistant waits.
  confirmation_margin: { min: 5, max: 60, otherwise: 25, unit: "seconds" },
  confirmation_interval: { min: 1, max: 30, otherwise: 5, unit: "seconds" },
  activity_days: { min: 1, max: 365, otherwise: 30, unit: "days" },
} as const satisfies Readonly<Record<string, NumberSetting>>;

/** Reads them all; `nameOf` gives the name under which an option stands in this source. */
export function readLockSettings(fields: SettingFields, nameOf: (option: LockSettingName) => string): LockSettings {
  const number = (option: LockSettingName): number => {
    const { otherwise, unit, ...range } = LOCK_SETTINGS[option];
    return fields.integer(nameOf(option), range, unit) ?? otherwise;
  };
  return {
    pollIntervalMs: number("poll_interval") * 1000,
    staleAfterPolls: number("stale_after_polls"),
    unavailableAfterMs: number("unavailable_after") * 60_000,
    confirmation: {
      marginMs: number("confirmation_margin") * 1000,
      intervalMs: number("confirmation_interval") * 1000,
    },
    activityDays: number("activity_days"),
  };
}
