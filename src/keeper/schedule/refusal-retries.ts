import { backoffMs } from "../../backoff.ts";

/**
 * When to ask again after a token endpoint has refused. An outage may look like a refusal, so each is checked a second and
 * a third time before it is believed; and even then it is checked again, since clouds fix their faults, too.
 */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** After so many refusals in a row people are notified. */
const TELLING_REFUSAL = 2;
/** The last of the checks that show whether it was an outage: from here on the refusal is believed. */
export const LAST_REFUSAL = 3;

/** The first look is to be late rather than early, the others no later than promised. */
const LATE = { from: 1, to: 1.1 } as const;
const EARLY = { from: 1, to: 0.9 } as const;
/** After the first refusal, the second, ...: six hours after it is believed the days begin. */
const LOOKS = { grows: "in_steps", stepsMs: [MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 5 * HOUR_MS, DAY_MS] } as const;
/** So many days a refused sign-in is looked at. */
const LONGEST_DAYS = 30;
/** A check without an answer shows nothing: it is repeated as soon as this. */
const LONGEST_REPEAT_MS = HOUR_MS;

export interface RefusedGrant {
  /** In a row, the latest included. */
  readonly refusals: number;
  /** What was refused are a person's own credentials: whoever tries a wrong password often is locked out. */
  readonly credentials: boolean;
}

/**
 * How long until the next look (ms); null for none.
 * @param fraction chance in [0, 1)
 */
export function pauseBeforeLook({ refusals, credentials }: RefusedGrant, fraction: number): number | null {
  if (credentials && refusals >= LAST_REFUSAL) {
    return Math.round(backoffMs({ grows: "in_steps", stepsMs: [DAY_MS], jitter: LATE }, refusals, fraction));
  }
  if (refusals >= LOOKS.stepsMs.length + LONGEST_DAYS) return null;
  return Math.round(backoffMs({ ...LOOKS, jitter: refusals === 1 ? LATE : EARLY }, refusals, fraction));
}

/** The same after a look that had no answer. */
export function pauseBeforeRepeat(refused: RefusedGrant, fraction: number): number | null {
  const pauseMs = pauseBeforeLook(refused, fraction);
  return pauseMs === null || refused.credentials ? pauseMs : Math.min(pauseMs, LONGEST_REPEAT_MS);
}

/**
 * Whether people are notified of a refusal: once it is confirmed. At once where nothing has ever worked, since somebody is
 * setting it up, and where nothing is checked by itself.
 */
export function isTold(
  account: { readonly generation: number; readonly automatic_refresh: 0 | 1 },
  refusals: number,
): boolean {
  return refusals >= TELLING_REFUSAL || account.generation === 0 || account.automatic_refresh === 0;
}
