import { Problem } from "../../problem.ts";
import type { ClientDetails, RefreshPolicy } from "../account.ts";
import { tidyClient } from "./client-details.ts";
import type { Vault } from "../vault/vault.ts";
import type { AccountRow } from "../vault/tables/account-columns.ts";

/** An account as the options name it. */
export interface NamedAccount extends ClientDetails {
  /** Absent: as for all accounts. */
  readonly refresh?: RefreshPolicy;
}

/**
 * Writes the accounts that the options name into the vault. They are matched by client id; else by name, so that a
 * changed client id stays the same account, to be signed in again. An account that the options no longer name is not
 * removed with them, since a slip of the pen must not end a sign-in: it goes over to the page, where it can be removed.
 *
 * @returns the refresh policies that the options name, by account id
 */
export function mirrorOptions(
  vault: Vault,
  provider: string,
  named: readonly NamedAccount[],
  newId: () => string,
  now: number,
): Map<string, RefreshPolicy | undefined> {
  const policies = new Map<string, RefreshPolicy | undefined>();
  const left = new Map(vault.accounts.all().map((row) => [row.id, row]));
  for (const { refresh, ...rest } of named) {
    const details = tidyClient(rest);
    const row = matching([...left.values()], provider, details);
    const id = row?.id ?? newId();
    policies.set(id, refresh);
    if (row === undefined) {
      vault.accounts.add({ ...details, id, provider, owner: "options" }, now);
      continue;
    }
    left.delete(row.id);
    if (!same(vault, row, details)) vault.accounts.change(row.id, details, "options", now);
  }
  for (const row of left.values()) if (row.owner === "options") vault.accounts.setOwner(row.id, "page");
  return policies;
}

function matching(rows: readonly AccountRow[], provider: string, details: ClientDetails): AccountRow | undefined {
  const ours = rows.filter((row) => row.provider === provider);
  return (
    ours.find((row) => row.client_id === details.client_id) ??
    ours.find((row) => row.owner === "options" && row.name === details.name)
  );
}

function same(vault: Vault, row: AccountRow, details: ClientDetails): boolean {
  return (
    row.owner === "options" &&
    row.name === details.name &&
    row.client_id === details.client_id &&
    row.redirect_uri === details.redirect_uri &&
    hasSecret(vault, row.id, details.client_secret)
  );
}

/** One that can't be read is not the same, so that the options make it good. */
function hasSecret(vault: Vault, account_id: string, client_secret: string): boolean {
  try {
    return vault.accounts.clientSecret(account_id) === client_secret;
  } catch (error) {
    if (error instanceof Problem && (error.code === "database_corrupt" || error.code === "key_wrong")) return false;
    throw error;
  }
}
