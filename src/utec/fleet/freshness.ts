import { MAIN_VALUES } from "../../state/picture.ts";
import type { DeviceState, DeviceTrouble, Freshness } from "../../state/picture.ts";

/** How long what the cloud reports counts. */
export interface FreshnessRules {
  /** A main state older than so many polls is stale. */
  readonly staleAfterPolls: number;
  /** A main state older than this is expired; but never before it is stale. */
  readonly unavailableAfterMs: number;
}

/** The ages from which on a main state is stale, and expired. */
export interface AgeLimits {
  readonly staleMs: number;
  readonly expiredMs: number;
}

/** What may keep news of a device from arriving. */
export interface Circumstances {
  /** The account that serves it has a token for requests, or will get one without a person. */
  readonly signedIn: boolean;
  readonly cloudAnswers: boolean;
  /** As the cloud reports it; null before it has. */
  readonly online: boolean | null;
  /** The latest device list lacked it. */
  readonly missing: boolean;
  /** The latest polls were answered without it, or without its main state. */
  readonly unreported: boolean;
}

/** @param pollIntervalMs between two polls of the account while nothing happens */
export function limitsOf(pollIntervalMs: number, rules: FreshnessRules): AgeLimits {
  const staleMs = pollIntervalMs * rules.staleAfterPolls;
  return { staleMs, expiredMs: Math.max(rules.unavailableAfterMs, staleMs) };
}

/** @param ageMs of the main state; null where the cloud has never reported it */
export function freshnessOf(ageMs: number | null, { staleMs, expiredMs }: AgeLimits): Freshness {
  if (ageMs === null) return "unknown";
  if (ageMs >= expiredMs) return "expired";
  return ageMs >= staleMs ? "stale" : "fresh";
}

/** The age at which the freshness will change; null when it stays what it is. */
export function turnsAt(ageMs: number | null, { staleMs, expiredMs }: AgeLimits): number | null {
  if (ageMs === null || ageMs >= expiredMs) return null;
  return ageMs >= staleMs ? expiredMs : staleMs;
}

/** May the state of the device be shown? */
export function isAvailable(online: boolean | null, freshness: Freshness): boolean {
  return online !== false && freshness !== "expired";
}

/** The most important one; the next one shows once it is gone. */
export function troubleOf(circumstances: Circumstances): DeviceTrouble | null {
  if (!circumstances.signedIn) return "sign_in_needed";
  if (!circumstances.cloudAnswers) return "cloud_unreachable";
  if (circumstances.online === false) return "offline";
  if (circumstances.missing) return "missing";
  return circumstances.unreported ? "not_reported" : null;
}

/** Unknown devices have none. */
export function hasMainState(device: DeviceState): boolean {
  return MAIN_MEMBERS.some((member) => device[member] !== null);
}

export function wasMainStateReported({ said_at }: DeviceState): boolean {
  return MAIN_MEMBERS.some((value) => said_at[value] !== undefined);
}

const MAIN_MEMBERS = [...new Set(Object.values(MAIN_VALUES))];
