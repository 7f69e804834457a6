/**
 * How long to wait before trying again what has failed: one rule for whoever retries, each with numbers of its own. Pure;
 * chance is an argument, so that tests choose it.
 */
export type Backoff = Growth & Spread;

/** How the pauses grow with the failures in a row. */
type Growth =
  /** `firstMs`, then twice as long each time, up to `longestMs`. */
  | { readonly grows: "doubling"; readonly firstMs: number; readonly longestMs: number }
  /** `firstMs`, then longer by `firstMs` each time, up to `longestMs`. */
  | { readonly grows: "evenly"; readonly firstMs: number; readonly longestMs: number }
  /** One after the other; the last one again and again. */
  | { readonly grows: "in_steps"; readonly stepsMs: readonly [number, ...number[]] };

/** How chance spreads a pause, so that many who failed together do not come back together. */
interface Spread {
  /**
   * The shares of the pause between which it falls: by fraction 0 `from`, nearly by 1 `to`. Absent: always the whole of
   * it. From 0 to 1 is what is called full jitter.
   */
  readonly jitter?: { readonly from: number; readonly to: number };
  /** Chance makes no pause shorter than this. */
  readonly leastMs?: number;
}

/**
 * The pause before the next attempt, ms.
 *
 * @param failures in a row, the latest included: 1 or more
 * @param fraction chance in [0, 1)
 */
export function backoffMs(backoff: Backoff, failures: number, fraction = 0): number {
  const { jitter = { from: 1, to: 1 }, leastMs = 0 } = backoff;
  const pauseMs = grownMs(backoff, failures);
  const startMs = Math.max(pauseMs * jitter.from, Math.min(leastMs, pauseMs));
  return startMs + fraction * (pauseMs * jitter.to - startMs);
}

function grownMs(growth: Growth, failures: number): number {
  switch (growth.grows) {
    case "doubling":
      return Math.min(growth.firstMs * 2 ** (failures - 1), growth.longestMs);
    case "evenly":
      return Math.min(growth.firstMs * failures, growth.longestMs);
    case "in_steps":
      return growth.stepsMs[Math.min(failures, growth.stepsMs.length) - 1] ?? growth.stepsMs[0];
  }
}
