import type { AccountState } from "../../keeper/account.ts";

export function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

/** How many of the refreshes worked, in per cent with one decimal; null before the first. */
export function successRate(accounts: readonly Pick<AccountState, "refresh_count" | "failure_count">[]): number | null {
  const good = accounts.reduce((sum, { refresh_count }) => sum + refresh_count, 0);
  const all = accounts.reduce((sum, { failure_count }) => sum + failure_count, good);
  return all === 0 ? null : Math.round((good / all) * 1000) / 10;
}
