import type { Log } from "../../log.ts";
import { Problem } from "../../problem.ts";
import type { ClientDetails, RefreshPolicy } from "../account.ts";
import { checkClient, tidyClient } from "./client-details.ts";
import type { ConfigurationProblem } from "./client-details.ts";
import type { Vault } from "../vault/vault.ts";
import type { AccountRow } from "../vault/tables/account-columns.ts";

/** An account as the options name it. */
export interface NamedAccount extends ClientDetails {
  /** Absent: as for all accounts. */
  readonly refresh?: RefreshPolicy;
}

/** A detail that is wrong in the options while the vault has a good one, which goes on being used. */
export interface OptionSlip extends ConfigurationProblem {
  /** Which of the accounts that were named. */
  readonly named: number;
}

export interface MirroredOptions {
  /** The refresh policies that the options name, by account id. */
  readonly policies: ReadonlyMap<string, RefreshPolicy | undefined>;
  readonly slips: readonly OptionSlip[];
}

/**
 * Writes the accounts that the options name into the vault. They are matched by client id; else by name, so that a
 * changed client id stays the same account, to be signed in again. A slip of the pen must not end a sign-in: what is
 * wrong does not replace what was right, and an account that the options no longer name goes over to the page, which asks
 * whether to keep or to remove it.
 */
export function mirrorOptions(
  vault: Vault,
  provider: string,
  named: readonly NamedAccount[],
  { newId, now, log }: { readonly newId: () => string; readonly now: number; readonly log: Log },
): MirroredOptions {
  const details = named.map(tidyClient);
  const all = vault.accounts.all();
  const rows = matching(
    all.filter((row) => row.provider === provider),
    details,
  );
  const kept = details.map((said, index) => withoutSlips(vault, rows.get(index), said));
  const policies = new Map<string, RefreshPolicy | undefined>();
  for (const [index, good] of kept.entries()) {
    const row = rows.get(index);
    const id = row?.id ?? newId();
    policies.set(id, named[index]?.refresh);
    if (row === undefined) vault.accounts.add({ ...good.details, id, provider, owner: "options" }, now);
    else if (!same(vault, row, good.details)) vault.accounts.change(row.id, good.details, "options", now);
  }
  for (const row of all) {
    if (row.owner !== "options" || policies.has(row.id)) continue;
    vault.accounts.handToPage(row.id, now);
    log.warn(`${row.name} is no longer in the configuration. It goes on working: the page asks whether to keep it.`, {
      account: row.name,
    });
  }
  return {
    policies,
    slips: kept.flatMap(({ problems }, index) => problems.map((wrong) => ({ ...wrong, named: index }))),
  };
}

/** @throws Problem `account_owned_by_options` */
export function requireOwnedByPage({ owner, name }: AccountRow): void {
  if (owner === "page") return;
  throw new Problem(
    "account_owned_by_options",
    `${name} comes from the configuration: change it there and start the gateway again.`,
  );
}

/** The stored accounts by the place of those that name them: no name takes away what a client id belongs to. */
function matching(rows: readonly AccountRow[], named: readonly ClientDetails[]): Map<number, AccountRow> {
  const found = new Map<number, AccountRow>();
  const left = new Set(rows);
  const take = (is: (row: AccountRow, details: ClientDetails) => boolean): void => {
    for (const [index, details] of named.entries()) {
      const row = found.has(index) ? undefined : [...left].find((one) => is(one, details));
      if (row === undefined) continue;
      found.set(index, row);
      left.delete(row);
    }
  };
  take((row, { client_id }) => client_id !== "" && row.client_id === client_id);
  take((row, { name }) => row.owner === "options" && row.name === name);
  return found;
}

/** The details with the stored ones in place of those that are wrong; a secret is good for its own client alone. */
function withoutSlips(
  vault: Vault,
  row: AccountRow | undefined,
  said: ClientDetails,
): { readonly details: ClientDetails; readonly problems: readonly ConfigurationProblem[] } {
  const problems: ConfigurationProblem[] = [];
  let details = said;
  for (let wrong = checkClient(details); wrong !== null; wrong = checkClient(details)) {
    const good = row === undefined ? {} : stored(vault, row, wrong.field, details.client_id);
    // Nothing better is known: the account is misconfigured, in the words of the options.
    if (Object.entries(good).every(([field, value]) => details[field as keyof ClientDetails] === value)) {
      return { details: said, problems: [] };
    }
    details = { ...details, ...good };
    const message = `${wrong.message} Until then ${row?.name ?? ""} goes on with the one it had.`;
    problems.push({ field: wrong.field, message });
  }
  return { details, problems };
}

function stored(
  vault: Vault,
  row: AccountRow,
  field: ConfigurationProblem["field"],
  client_id: string,
): Partial<ClientDetails> {
  if (field === "name" || field === "client_id" || field === "redirect_uri") return { [field]: row[field] };
  if (field !== "client_secret" || client_id !== row.client_id) return {};
  const client_secret = readableSecret(vault, row.id);
  return client_secret === null ? {} : { client_secret };
}

function same(vault: Vault, row: AccountRow, details: ClientDetails): boolean {
  return (
    row.owner === "options" &&
    row.name === details.name &&
    row.client_id === details.client_id &&
    row.redirect_uri === details.redirect_uri &&
    readableSecret(vault, row.id) === details.client_secret
  );
}

/** Null for one that can't be read: the options make it good. */
function readableSecret(vault: Vault, account_id: string): string | null {
  try {
    return vault.accounts.clientSecret(account_id);
  } catch (error) {
    if (error instanceof Problem && (error.code === "database_corrupt" || error.code === "key_wrong")) return null;
    throw error;
  }
}
