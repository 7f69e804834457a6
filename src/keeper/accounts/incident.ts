import { incidentKind } from "../account.ts";
import type { AccountIncident, SignInState } from "../account.ts";
import type { AccountRow } from "../vault/tables/account-columns.ts";

/** The account's latest incident, as it was written down. */
export function incidentOf(row: AccountRow): AccountIncident | null {
  const { incident_number, incident_kind, incident_opened_at, incident_closed_at } = row;
  if (incident_kind === null || incident_opened_at === null) return null;
  return {
    number: incident_number,
    kind: incident_kind,
    opened_at: incident_opened_at,
    closed_at: incident_closed_at,
  };
}

/** The latest incident once the account is in this state: the same, closed, or a new one where a person must do something else. */
export function nextIncident(latest: AccountIncident | null, state: SignInState, now: number): AccountIncident | null {
  const open = latest !== null && latest.closed_at === null;
  const kind = incidentKind(state);
  if (open && latest.kind === kind) return latest;
  if (kind !== null) return { number: (latest?.number ?? 0) + 1, kind, opened_at: now, closed_at: null };
  return open ? { ...latest, closed_at: now } : latest;
}

export function sameIncident(a: AccountIncident | null, b: AccountIncident | null): boolean {
  return a?.number === b?.number && a?.closed_at === b?.closed_at;
}
