import { backoffMs } from "../../backoff.ts";

/** When to refresh, and when to try again: pure decisions about absolute times (epoch ms) and durations (ms). */

/** A token is refreshed somewhere in this share of its life: early, so that most of a week outlives an outage. */
export const EARLIEST_SHARE = 0.7;
export const LATEST_SHARE = 0.9;
/** No margin eats more than this share of a life, so that short tokens don't loop. */
const LARGEST_MARGIN_SHARE = 0.2;
/** How long before the refresh token's own end it is used at the latest. */
const REFRESH_TOKEN_MARGIN_MS = 24 * 3_600_000;

/** A call that failed is made again at a random moment within the pause. */
const SHORTEST_RETRY_MS = 1000;
const RETRY = {
  grows: "doubling",
  firstMs: 2 * SHORTEST_RETRY_MS,
  longestMs: 15 * 60_000,
  jitter: { from: 0, to: 1 },
  leastMs: SHORTEST_RETRY_MS,
} as const;
/** A server that names a longer wait than this is not taken at its word. */
const LONGEST_RETRY_AFTER_MS = 3_600_000;

/** A reader waits for a refresh only in the token's last 30 s, or its last tenth where that is shorter. */
const READER_WAIT_MS = 30_000;
const READER_WAIT_SHARE = 0.1;
/** Servers count in whole seconds and from before the answer was on its way, so that a token's last second may be none. */
const UNSURE_END = { ms: 1250, share: 0.25 } as const;
/** The refresh is started so long before that end is unsure. */
const LATEST_START = { ms: 1500, share: 0.3 } as const;

export interface TokenLife {
  readonly obtained_at: number;
  /** Null where nobody knows. */
  readonly expires_at: number | null;
  readonly refresh_expires_at: number | null;
}

export interface RefreshRules {
  /** Refresh this long before expiry, where the person set it; null for the jittered share of the life. */
  readonly bufferMs: number | null;
  /** The same as a share of the life, which no other margin limits. */
  readonly bufferShare: number | null;
  /** The provider's or the person's: the grant must be used at least this often. */
  readonly idleIntervalMs: number | null;
}

/**
 * When the token is due: the earliest of the jittered share of its life (or expiry minus the person's buffer), the idle
 * interval, and the refresh token's own end minus a margin.
 *
 * @param fraction chance in [0, 1): drawn once per token
 * @returns null where nothing demands a refresh
 */
export function dueAt(life: TokenLife, rules: RefreshRules, fraction: number): number | null {
  const { obtained_at, expires_at } = life;
  const candidates: number[] = [];
  if (expires_at !== null) {
    const lifeMs = Math.max(expires_at - obtained_at, 0);
    const bufferMs = bufferOf(rules, lifeMs);
    candidates.push(
      bufferMs === null
        ? Math.min(
            obtained_at + lifeMs * (EARLIEST_SHARE + fraction * (LATEST_SHARE - EARLIEST_SHARE)),
            expires_at - atMost(LATEST_START, lifeMs),
          )
        : expires_at - bufferMs,
    );
  }
  if (rules.idleIntervalMs !== null) candidates.push(obtained_at + rules.idleIntervalMs);
  // One that had passed when the refresh worked all the same is none.
  if (life.refresh_expires_at !== null && life.refresh_expires_at > obtained_at) {
    const lifeMs = life.refresh_expires_at - obtained_at;
    candidates.push(life.refresh_expires_at - Math.min(REFRESH_TOKEN_MARGIN_MS, lifeMs * LARGEST_MARGIN_SHARE));
  }
  return candidates.length === 0 ? null : Math.round(Math.min(...candidates));
}

function bufferOf({ bufferMs, bufferShare }: RefreshRules, lifeMs: number): number | null {
  if (bufferShare !== null) return lifeMs * bufferShare;
  return bufferMs === null ? null : Math.min(bufferMs, lifeMs * LARGEST_MARGIN_SHARE);
}

/** How long before the end of a sign-in that no refresh moves a person is told. */
const FIXED_END_NOTICE_MS = 7 * 24 * 3_600_000;

export interface SignInLife {
  readonly obtained_at: number;
  readonly refresh_expires_at: number | null;
  /** Since when that end has been told. */
  readonly refresh_since_at: number | null;
}

/**
 * From when on a person should know that the refresh token ends, and the sign-in with it; null where no end is known.
 * An end that refreshes move on is the gateway's own matter until the refresh that should have moved it is late.
 */
export function noticeFrom({ obtained_at, refresh_expires_at: end, refresh_since_at }: SignInLife): number | null {
  if (end === null || end <= obtained_at) return null;
  const since = refresh_since_at ?? obtained_at;
  const marginMs = Math.max(end - since, 0) * LARGEST_MARGIN_SHARE;
  if (since < obtained_at) return end - Math.min(FIXED_END_NOTICE_MS, marginMs);
  return end - Math.min(REFRESH_TOKEN_MARGIN_MS, marginMs) / 2;
}

/** The clock may be set back this far before a plan that was made on it is called wrong. */
const CLOCK_TOLERANCE_MS = 2 * 60_000;

/**
 * When a stored plan takes effect: a plan that was made at a moment still to come was made on a wrong clock, and nobody
 * can tell how old its token is. It is due at once.
 *
 * @param madeAt when the plan was made, on the clock of then
 */
export function effectivePlan(plannedFor: number | null, madeAt: number | null, now: number): number | null {
  if (plannedFor === null || madeAt === null || madeAt <= now + CLOCK_TOLERANCE_MS) return plannedFor;
  return Math.min(plannedFor, now);
}

/** From this moment on a reader waits for the refresh instead of taking the token. */
export function readersWaitFrom({ obtained_at, expires_at }: TokenLife): number {
  if (expires_at === null) return Infinity;
  const lifeMs = Math.max(expires_at - obtained_at, 0);
  const waitMs = Math.max(lifeMs * READER_WAIT_SHARE, atMost(UNSURE_END, lifeMs));
  return expires_at - Math.min(READER_WAIT_MS, waitMs);
}

export function isOver({ expires_at }: Pick<TokenLife, "expires_at">, now: number): boolean {
  return expires_at !== null && expires_at <= now;
}

function atMost({ ms, share }: { readonly ms: number; readonly share: number }, lifeMs: number): number {
  return Math.min(ms, lifeMs * share);
}

export interface RetrySituation {
  readonly now: number;
  /** Failures in a row, this one included. */
  readonly failures: number;
  /** What the server asked for, epoch ms. */
  readonly retry_after_at: number | null;
  /** The end of the access token: attempts come faster as it nears. */
  readonly expires_at: number | null;
}

/**
 * When to try again after a failure that may pass: full-jitter exponential backoff, never sooner than the server asked,
 * nor later than the token's end: what asks for patience may be a proxy on the way.
 */
export function retryAt(situation: RetrySituation, fraction: number): number {
  const { now, expires_at } = situation;
  const left = expires_at === null || expires_at <= now ? Infinity : expires_at - now;
  const asked = Math.min((situation.retry_after_at ?? now) - now, LONGEST_RETRY_AFTER_MS, left);
  return Math.round(now + Math.max(delayMs(situation, fraction), asked));
}

function delayMs({ failures, expires_at, now }: RetrySituation, fraction: number): number {
  const left = expires_at === null ? Infinity : expires_at - now;
  const nearingMs = left > 0 ? Math.max(left / 4, SHORTEST_RETRY_MS) : RETRY.longestMs;
  return backoffMs({ ...RETRY, longestMs: Math.min(RETRY.longestMs, nearingMs) }, failures, fraction);
}
