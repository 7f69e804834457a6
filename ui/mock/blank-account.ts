import { ACCOUNT_VALUES } from "../../src/keeper/account-state.ts";
import type { AccountState, AccountValue } from "../../src/keeper/account-state.ts";

/** An account of which nothing is known yet, with every value that accounts have: null, 0, or nothing. */
export function blankAccount(): AccountState {
  const values = Object.entries<AccountValue>(ACCOUNT_VALUES).map(([name, value]) => [name, blank(value)]);
  return Object.fromEntries(values) as AccountState;
}

function blank({ kind, nullable }: AccountValue): unknown {
  if (nullable === true) return null;
  if (kind === "text") return "";
  if (kind === "flag") return false;
  if (kind === "events" || kind === "attempts") return [];
  return typeof kind === "string" ? 0 : kind[0];
}
