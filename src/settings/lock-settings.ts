import type { SettingFields } from "./setting-fields.ts";
import type { NumberSetting } from "./setting.ts";

/** How the locks are watched, and how long what is known of them counts. */
export interface LockSettings {
  /** Between two polls of an account while nothing happens. */
  readonly pollIntervalMs: number;
  /** A state older than this many polls is stale. */
  readonly staleAfterPolls: number;
  /** A state older than this is no longer shown. */
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

export const LOCK_SETTINGS = {
  poll_interval: {
    variable: "UTEC_GATEWAY_POLL_INTERVAL",
    option: "poll_interval",
    kind: "number",
    min: 10,
    max: 600,
    unit: "seconds",
    otherwise: 30,
  },
  stale_after_polls: {
    variable: "UTEC_GATEWAY_STALE_AFTER_POLLS",
    option: "stale_after_polls",
    kind: "number",
    min: 1,
    max: 20,
    unit: "polls",
    otherwise: 3,
  },
  unavailable_after: {
    variable: "UTEC_GATEWAY_UNAVAILABLE_AFTER",
    option: "unavailable_after",
    kind: "number",
    min: 1,
    max: 1440,
    unit: "minutes",
    otherwise: 15,
  },
  // With the 20 s that the cloud may announce this stays within the 90 s that Home Assistant waits.
  confirmation_margin: {
    variable: "UTEC_GATEWAY_CONFIRMATION_MARGIN",
    option: "confirmation_margin",
    kind: "number",
    min: 5,
    max: 60,
    unit: "seconds",
    otherwise: 25,
  },
  confirmation_interval: {
    variable: "UTEC_GATEWAY_CONFIRMATION_INTERVAL",
    option: "confirmation_interval",
    kind: "number",
    min: 1,
    max: 30,
    unit: "seconds",
    otherwise: 5,
  },
  activity_days: {
    variable: "UTEC_GATEWAY_ACTIVITY_DAYS",
    option: "activity_days",
    kind: "number",
    min: 1,
    max: 365,
    unit: "days",
    otherwise: 30,
  },
} as const satisfies Readonly<Record<string, NumberSetting>>;

export function readLockSettings(fields: SettingFields): LockSettings {
  return {
    pollIntervalMs: fields.number(LOCK_SETTINGS.poll_interval) * 1000,
    staleAfterPolls: fields.number(LOCK_SETTINGS.stale_after_polls),
    unavailableAfterMs: fields.number(LOCK_SETTINGS.unavailable_after) * 60_000,
    confirmation: {
      marginMs: fields.number(LOCK_SETTINGS.confirmation_margin) * 1000,
      intervalMs: fields.number(LOCK_SETTINGS.confirmation_interval) * 1000,
    },
    activityDays: fields.number(LOCK_SETTINGS.activity_days),
  };
}
