/** When a command's outcome is looked for, in milliseconds. */
export interface Confirmation {
  /** The pauses before the first reads: a bolt that moves at once should be seen at once. */
  readonly burstMs: readonly number[];
  /** The same where the cloud announces more time than usual: no hurry. */
  readonly patientBurstMs: readonly number[];
  /** The pause before every later one. */
  readonly intervalMs: number;
  /** How much longer than announced to wait: states have been seen 30 to 40 s late. */
  readonly marginMs: number;
}

export const CONFIRMATION: Confirmation = {
  burstMs: [300, 300, 400, 1000, 2000, 5000, 11_000, 10_000],
  patientBurstMs: [1000, 1000, 2000, 3000, 5000, 8000],
  intervalMs: 5000,
  marginMs: 25_000,
};

/** What the cloud may announce (U-tec developer documentation); anything else counts as the nearer of the two. */
const LEAST_DEFERRED_S = 1;
const MOST_DEFERRED_S = 20;

/** How long to wait for an outcome that the cloud announces within `deferredS`. */
export function windowMs({ marginMs }: Confirmation, deferredS: number): number {
  const seconds = Math.min(MOST_DEFERRED_S, Math.max(LEAST_DEFERRED_S, deferredS));
  return seconds * 1000 + marginMs;
}
