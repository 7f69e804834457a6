import { backoffMs } from "../../backoff.ts";
import type { ProblemRecord } from "./grant-runner.ts";
import type { AccountRow } from "../vault/tables/account-columns.ts";
import type { StoredToken } from "../vault/tables/token-table.ts";

/** The last flight could not do its work, and the vault could not record it: why, and until when nothing is tried. */
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
 * Backs off in memory, where the vault could record nothing, so that a full disk or a crash causes no loop.
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

/** The token that only memory has, while nothing newer came of another sign-in. */
export function tokenInMemory({ generation, sign_in_reason }: AccountRow, stall: Stall | null): StoredToken | null {
  const token = stall?.token ?? null;
  return token !== null && token.generation > generation && sign_in_reason === null ? token : null;
}
