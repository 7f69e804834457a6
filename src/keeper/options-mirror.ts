import type { AccountDetails } from "./account.ts";
import { tidyDetails } from "./account-details.ts";
import type { Vault } from "./vault.ts";
import type { AccountRow } from "./vault/account-table.ts";

/**
 * Writes the accounts that the options name into the vault. They are matched by client id; else by name, so that a
 * changed client id stays the same account, to be signed in again. An account that the options no longer name is not
 * removed with them, since a slip of the pen must not end a sign-in: it goes over to the page, where it can be removed.
 */
export function mirrorOptions(
  vault: Vault,
  provider: string,
  named: readonly AccountDetails[],
  newId: () => string,
  now: number,
): void {
  const left = new Map(vault.accounts.all().map((row) => [row.id, row]));
  for (const details of named.map(tidyDetails)) {
    const row = matching([...left.values()], provider, details);
    if (row === undefined) {
      vault.accounts.add({ ...details, id: newId(), provider, owner: "options" }, now);
      continue;
    }
    left.delete(row.id);
    if (!same(vault, row, details)) vault.accounts.change(row.id, details, "options", now);
  }
  for (const row of left.values()) if (row.owner === "options") vault.accounts.setOwner(row.id, "page");
}

function matching(rows: readonly AccountRow[], provider: string, details: AccountDetails): AccountRow | undefined {
  const ours = rows.filter((row) => row.provider === provider);
  return (
    ours.find((row) => row.client_id === details.client_id) ??
    ours.find((row) => row.owner === "options" && row.name === details.name)
  );
}

function same(vault: Vault, row: AccountRow, details: AccountDetails): boolean {
  return (
    row.owner === "options" &&
    row.name === details.name &&
    row.client_id === details.client_id &&
    row.redirect_uri === details.redirect_uri &&
    vault.accounts.clientSecret(row.id) === details.client_secret
  );
}
