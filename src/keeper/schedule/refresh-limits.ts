const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** What a person may choose for the refresh: the options, the page, the API and the docs take it from here. */
export const REFRESH_LIMITS = {
  /** The buffer: so long before expiry, up to a week. */
  minutes: { min: 1, max: 7 * 24 * 60 },
  /** Or the share of the token's life that is left then. */
  percent: { min: 1, max: 50 },
  /** The idle interval. */
  hours: { min: 1, max: 23 },
} as const satisfies Readonly<Record<string, Range>>;

const { minutes, percent, hours } = REFRESH_LIMITS;

/** The same limits in the units of a `RefreshPolicy`. */
export const POLICY_LIMITS = {
  refresh_buffer_ms: { min: minutes.min * MINUTE_MS, max: minutes.max * MINUTE_MS },
  refresh_buffer_share: { min: percent.min / 100, max: percent.max / 100 },
  idle_interval_ms: { min: hours.min * HOUR_MS, max: hours.max * HOUR_MS },
} as const satisfies Readonly<Record<string, Range>>;
