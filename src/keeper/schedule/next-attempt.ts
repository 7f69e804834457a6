import { LAST_REFUSAL, isTold, pauseBeforeLook, pauseBeforeRepeat } from "./refusal-retries.ts";
import { retryAt } from "./refresh-times.ts";
import type { AccountRow } from "../vault/tables/account-columns.ts";
import type { FailureRecord } from "../vault/tables/attempt.ts";

/** What the caller knows better than the failure tells. */
export type Wanted = "at_once" | "soon" | "backoff" | "by_hand" | "never";

export interface FailedAttempt {
  /** As it was before this failure. */
  readonly account: AccountRow;
  readonly failure: {
    readonly refused: boolean;
    /** The earliest retry that the server asked for, epoch ms. */
    readonly retry_after_at: number | null;
  };
  readonly wanted: Wanted;
  /** The end of the newest access token (epoch ms), read only where it counts; null without one, or where nobody knows. */
  readonly expiresAt: () => number | null;
  /** What is sent are a person's own credentials: whoever tries a wrong password often is locked out. */
  readonly credentials: boolean;
  readonly now: number;
}

export interface NextAttempt {
  /** Epoch ms; null for never by itself. */
  readonly at: number | null;
  /** Refusals in a row by then. */
  readonly refusals: number;
}

/** Timers may be this much early. */
const EARLY_MS = 2000;

/**
 * When a failed refresh is tried again. What asks ahead of a planned look does not use that up; where nothing is planned,
 * it was a person who asked.
 *
 * @param fraction draws chance, in [0, 1)
 */
export function nextAttempt(failed: FailedAttempt, fraction: () => number): NextAttempt {
  const { account, failure, now } = failed;
  const isEarly = account.refusals >= LAST_REFUSAL && (account.next_refresh_at ?? 0) > now + EARLY_MS;
  const refusals = account.refusals + (failure.refused && !isEarly ? 1 : 0);
  return { at: attemptAt(failed, isEarly, refusals, fraction), refusals };
}

function attemptAt(failed: FailedAttempt, isEarly: boolean, refusals: number, fraction: () => number): number | null {
  const { account, failure, wanted, credentials, now } = failed;
  if (wanted === "soon") return afterBackoff(failed, fraction());
  const isRested = account.sign_in_reason !== null && account.next_refresh_at === null;
  if (wanted === "never" || wanted === "by_hand" || isRested) return null;
  if (wanted === "at_once") return now;
  if (isEarly) return account.next_refresh_at;
  const refused = { refusals, credentials };
  if (failure.refused) return after(now, pauseBeforeLook(refused, fraction()));
  if (confirmedRefusal(account) !== null) return after(now, pauseBeforeRepeat(refused, fraction()));
  return afterBackoff(failed, fraction());
}

function after(now: number, pauseMs: number | null): number | null {
  return pauseMs === null ? null : Math.round(now + pauseMs);
}

function afterBackoff({ account, failure, expiresAt, now }: FailedAttempt, fraction: number): number {
  const { retry_after_at } = failure;
  const failures = account.consecutive_failures + 1;
  return retryAt({ now, failures, retry_after_at, expires_at: expiresAt() }, fraction);
}

/** What a confirmed refusal has said: an outage on top of it makes it no less true, and is no other incident. */
export function confirmedRefusal(account: AccountRow): Pick<FailureRecord, "class" | "code" | "message"> | null {
  const { last_error_class: kind, last_error_code: code, last_error_message: message } = account;
  const isRefused = kind === "dead_grant" || kind === "configuration";
  const isConfirmed = account.refusals > 0 && isTold(account, account.refusals);
  if (!isRefused || !isConfirmed || code === null || message === null) return null;
  return { class: kind, code, message };
}
