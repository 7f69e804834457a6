/**
 * When to look again at what a token endpoint has refused. An outage may look like a refusal, so each gets a second and a
 * third look before it is believed; and what is believed goes on being looked at, since clouds mend their faults, too.
 */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** After so many refusals in a row a person is told. */
const TELLING_REFUSAL = 2;
/** The last of the looks that find out whether it was an outage: from here on it is believed. */
export const LAST_REFUSAL = 3;

/** After the first refusal, the second, ...: six hours after it is believed the days begin. */
const LOOKS_MS = [MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 5 * HOUR_MS];
/** So many days a refused sign-in is looked at. */
const LONGEST_DAYS = 30;
/** A look without an answer told nothing: it is repeated as soon as this. */
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
  if (credentials && refusals >= LAST_REFUSAL) return DAY_MS * (1 + fraction / 10);
  if (refusals >= LOOKS_MS.length + 1 + LONGEST_DAYS) return null;
  const pauseMs = LOOKS_MS[refusals - 1] ?? DAY_MS;
  // The first is to be late rather than early, the others no later than promised.
  return Math.round(pauseMs * (refusals === 1 ? 1 + fraction / 10 : 1 - fraction / 10));
}

/** The same after a look that had no answer. */
export function pauseBeforeRepeat(refused: RefusedGrant, fraction: number): number | null {
  const pauseMs = pauseBeforeLook(refused, fraction);
  return pauseMs === null || refused.credentials ? pauseMs : Math.min(pauseMs, LONGEST_REPEAT_MS);
}

/**
 * Whether a person is told of a refusal: once it is confirmed. At once where nothing has ever worked, since somebody is
 * setting it up, and where nothing is looked at by itself.
 */
export function isTold(
  account: { readonly generation: number; readonly automatic_refresh: 0 | 1 },
  refusals: number,
): boolean {
  return refusals >= TELLING_REFUSAL || account.generation === 0 || account.automatic_refresh === 0;
}
