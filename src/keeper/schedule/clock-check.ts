/** Both clocks of this machine at one moment, ms. */
export interface ClockReading {
  readonly wall: number;
  readonly monotonic: number;
}

/** The time that a cloud's answer gave (its `Date` header, epoch ms), and our own clocks when it arrived. */
export interface ClockWitness {
  readonly cloud_at: number;
  readonly heard: ClockReading;
}

/** A clock may be set back this far before it is called wrong. */
const STEP_BACK_MS = 2 * 60_000;
/** Lives are counted from our own receipt, so a clock that is wrong by less than this does no harm. */
const SKEW_MS = 3_600_000;
/** Before this gateway was written; a clock without a battery starts at 1970. */
const EARLIEST = Date.UTC(2026, 0, 1);

/**
 * Whether the wall clock can't be right. Without a witness: it stands before a time that a running gateway has seen.
 * With one, which counts more than a time that a wrong clock may have left: cloud and machine differ by more than an
 * hour. The monotonic clock stands still while the machine sleeps, so that the cloud's time is now at least, and
 * perhaps later than, what the witness said and has passed since.
 *
 * @param savedAt the latest wall-clock time that was trusted
 */
export function isSuspect({ wall, monotonic }: ClockReading, savedAt: number, witness: ClockWitness | null): boolean {
  if (witness === null) return wall < savedAt - STEP_BACK_MS || wall < EARLIEST;
  const { cloud_at, heard } = witness;
  const cloudNow = cloud_at + (monotonic - heard.monotonic);
  if (wall < cloudNow - SKEW_MS) return true;
  return heard.wall - cloud_at > SKEW_MS && wall > cloudNow + SKEW_MS;
}

/** Reads a `Date` header; null when it holds no time, or one before this gateway was written. */
export function witnessOf(date: string | undefined, heard: ClockReading): ClockWitness | null {
  const cloud_at = Date.parse(date ?? "");
  return cloud_at >= EARLIEST ? { cloud_at, heard } : null;
}
