import type { Log } from "../../log.ts";
import { incidentKind } from "../account.ts";
import type { AccountState } from "../account.ts";

/** Logs that an account needs attention from now on, and for what, or that it no longer does. */
export function logIncident(log: Log, state: AccountState, open: boolean): void {
  const { name: account, id: account_id, status, reason, sign_in_ends_at, no_token_since_at } = state;
  const kind = open ? incidentKind(state) : null;
  if (kind === "sign_in_ending") {
    const ends_at = new Date(sign_in_ends_at ?? 0).toISOString();
    log.warn(`The sign-in of ${account} ends soon, and a refresh can't extend it: sign in again before then.`, {
      account,
      account_id,
      ends_at,
    });
    return;
  }
  if (kind === "no_token") {
    const since = new Date(no_token_since_at ?? 0).toISOString();
    log.warn(`${account} has not been able to get a token for hours: check the gateway's connection to the cloud.`, {
      account,
      account_id,
      since,
      reason,
    });
    return;
  }
  if (!open) {
    log.info(`${account} no longer needs attention.`, { account, account_id, status });
    return;
  }
  // A warning is for what went wrong; nobody has signed in yet, or somebody has signed out.
  const level = reason === "never_signed_in" || reason === "signed_out" ? "info" : "warn";
  log[level](`${account} needs attention.`, { account, account_id, status, reason });
}
