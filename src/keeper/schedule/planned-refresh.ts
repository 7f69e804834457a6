import type { AccountRow } from "../vault/tables/account-columns.ts";
import { LAST_REFUSAL } from "./refusal-retries.ts";
import { effectivePlan } from "./refresh-times.ts";
import type { TokenLife } from "./refresh-times.ts";

/**
 * When the stored plan of an account takes effect: its last failure made it, or its token, which counts from the answer.
 * What was refused beyond doubt is not tried sooner because a clock is wrong: that locks people out.
 */
export function plannedRefreshAt(row: AccountRow, life: TokenLife | null, now: number): number | null {
  if (row.refusals >= LAST_REFUSAL) return row.next_refresh_at;
  const madeAt = row.consecutive_failures > 0 ? row.last_error_at : (life?.obtained_at ?? row.last_success_at);
  return effectivePlan(row.next_refresh_at, madeAt, now);
}

/** Timers may be this much early. */
export const DUE_TOLERANCE_MS = 1000;

export function isDue(row: AccountRow, life: TokenLife | null, now: number): boolean {
  const planned = plannedRefreshAt(row, life, now);
  return row.automatic_refresh === 1 && planned !== null && planned <= now + DUE_TOLERANCE_MS;
}
