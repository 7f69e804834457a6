import { backoffMs } from "../../backoff.ts";
import type { Provider } from "../providers/provider.ts";
import type { BrokenReport, ProblemRecord } from "./grant-runner.ts";
import { readTokenAnswer, renewed } from "../answers/token-response.ts";
import { refreshSince } from "../vault/tables/token-table.ts";
import type { StoredToken } from "../vault/tables/token-table.ts";

/** The last flight could not do its work, which the vault can't tell of: why, and until when nothing is tried. */
export interface Stall {
  readonly problem: ProblemRecord;
  readonly at: number;
  /** In a row. */
  readonly times: number;
  readonly until: number;
  /** What the cloud granted and the disk did not take: it is served, and its save tried for ever. */
  readonly token: StoredToken | null;
}

const RETRY = {
  grows: "doubling",
  firstMs: 4000,
  longestMs: 15 * 60_000,
  jitter: { from: 0, to: 1 },
  leastMs: 1000,
} as const;
/** What exists in memory alone is saved within half a minute of the disk's return. */
const SAVE_RETRY = { ...RETRY, longestMs: 32_000 } as const;

/**
 * Backs off in memory from what the vault can't tell of, so that a full disk or a crash makes no loop.
 *
 * @param fraction chance in [0, 1)
 */
export function nextStall(
  earlier: Stall | null,
  problem: ProblemRecord,
  token: StoredToken | null,
  at: number,
  fraction: number,
): Stall {
  const times = (earlier?.times ?? 0) + 1;
  const pauseMs = backoffMs(token === null ? RETRY : SAVE_RETRY, times, fraction);
  return { problem, at, times, token, until: Math.round(at + pauseMs) };
}

/**
 * The token of an answer that the disk does not take. Not after a crash, which leaves the answer in the journal; not of
 * a sign-in, whose user is not known yet.
 */
export function unsavedToken(
  token: StoredToken | null,
  { problem, unsaved }: BrokenReport,
  provider: Provider,
): StoredToken | null {
  if (unsaved === undefined || problem.code === "internal" || unsaved.grant_type === "authorization_code") return null;
  const pair = readTokenAnswer(unsaved.answer, provider, token);
  if (pair === null) return null;
  const whole = renewed(pair, token);
  return { ...whole, refresh_since_at: refreshSince(whole, token), generation: unsaved.generation + 1 };
}
