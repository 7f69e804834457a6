import { backoffMs } from "../../backoff.ts";
import type { DeviceCode, Polling } from "../vault/tables/device-code-table.ts";

/** When to ask whether the code of a sign-in on another device has been entered: pure, epoch ms. */

/** Timers may be this much early. */
const EARLY_MS = 1000;
/** RFC 8628, section 3.5: by so much longer is every pause from then on. */
const SLOW_DOWN_MS = 5000;
/** What brings no answer is asked less often, up to this. */
const LONGEST_BACKOFF_MS = 60_000;

type PollDate = Pick<Polling, "next_poll_at" | "interval_ms">;

/** The date that counts by this clock: one that is further away than any pause was made on another. */
export function pollAt({ next_poll_at, interval_ms }: PollDate, now: number): number {
  return next_poll_at > now + longestPauseMs(interval_ms) + EARLY_MS ? now : next_poll_at;
}

export function isPollDue(polling: PollDate, now: number): boolean {
  return pollAt(polling, now) <= now + EARLY_MS;
}

/** Why a poll brought no token. */
export interface PollFailure {
  readonly class: "transient" | "configuration" | "dead_grant";
  readonly code: string;
  readonly retry_after_at: number | null;
}

/** When it is asked again; null where it is over. After the code's end it is asked once more: the cloud's clock counts. */
export function afterPoll(code: DeviceCode, failure: PollFailure, now: number): Polling | null {
  if (failure.class !== "transient" || now >= code.ends_at) return null;
  const isPending = failure.code === "authorization_pending";
  const isTooFast = failure.code === "slow_down" || failure.code === "http_429";
  const interval_ms = code.interval_ms + (isTooFast ? SLOW_DOWN_MS : 0);
  const failures = isPending || isTooFast ? 0 : code.failures + 1;
  const backoff = {
    grows: "doubling",
    firstMs: interval_ms,
    longestMs: longestPauseMs(interval_ms),
  } as const;
  const pauseMs = failures === 0 ? interval_ms : backoffMs(backoff, failures);
  const asked = Math.min(failure.retry_after_at ?? now, now + LONGEST_BACKOFF_MS);
  const next_poll_at = Math.max(now + pauseMs, asked);
  return { interval_ms, failures, next_poll_at: Math.min(next_poll_at, Math.max(code.ends_at, now + interval_ms)) };
}

function longestPauseMs(interval_ms: number): number {
  return Math.max(LONGEST_BACKOFF_MS, interval_ms);
}
