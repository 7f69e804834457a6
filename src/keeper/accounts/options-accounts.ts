import { createHash } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import { Problem } from "../../problem.ts";
import type { Random } from "../../random.ts";
import type { RefreshPolicy } from "../account.ts";
import { noSuchProvider } from "../providers/account-provider.ts";
import type { AccountConfiguration, AccountField, ProviderCredentials } from "../providers/provider-fields.ts";
import type { Provider } from "../providers/provider.ts";
import type { AccountRow } from "../vault/tables/account-columns.ts";
import type { Vault } from "../vault/vault.ts";
import { checkConfiguration, configurationOf, fieldOfOthers, isSameUser } from "./account-configuration.ts";
import type { ConfigurationProblem } from "./client-details.ts";
import { beginningOf, changeConfiguration } from "./configuration-change.ts";
import { phrase } from "../../said/phrase.ts";

/** An account as the options name it. */
export interface NamedAccount extends Partial<Readonly<Record<AccountField, string>>> {
  /** Absent: the usual one. */
  readonly provider?: string;
  readonly name: string;
  /** Absent: as for all accounts. */
  readonly refresh?: RefreshPolicy;
  /** Why the refresh token that it is to begin with can't be read. */
  readonly unread_beginning?: string;
}

/** What is wrong in the options and was not taken: what the vault has goes on being used. */
export interface OptionSlip {
  readonly field: ConfigurationProblem["field"] | "provider";
  readonly message: string;
  /** Which of the accounts that were named. */
  readonly named: number;
}

export interface MirroredOptions {
  /** The refresh policies that the options name, by account id. */
  readonly policies: ReadonlyMap<string, RefreshPolicy | undefined>;
  readonly slips: readonly OptionSlip[];
}

export interface MirrorParts {
  readonly vault: Vault;
  readonly providers: readonly Provider[];
  readonly defaultProvider: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** What an account is to be, by the options. */
interface Wanted {
  readonly index: number;
  readonly provider: Provider;
  readonly said: AccountConfiguration;
}

/**
 * Writes the accounts that the options name into the vault. They are matched by who they are at their cloud; else by
 * name, so that a changed client id stays the same account, to be signed in again. A slip of the pen must not end a
 * sign-in: what is wrong does not replace what was right, and an account that the options no longer name goes over to the
 * page, which asks whether to keep or to remove it.
 */
export function mirrorOptions(named: readonly NamedAccount[], parts: MirrorParts): MirroredOptions {
  const { vault, providers, defaultProvider, clock, log } = parts;
  const slips: OptionSlip[] = [];
  const all = vault.accounts.all();
  const wanted: Wanted[] = [];
  const policies = new Map<string, RefreshPolicy | undefined>();
  for (const [index, one] of named.entries()) {
    const id = one.provider ?? defaultProvider;
    const provider = providers.find((provider) => provider.id === id);
    if (provider === undefined) {
      const message = phrase("account_left_as_was", { sentence: noSuchProvider(id, providers), name: one.name });
      slips.push({ named: index, field: "provider", message });
      const row = all.find(({ owner, name }) => owner === "options" && name === one.name);
      if (row !== undefined) policies.set(row.id, one.refresh);
      continue;
    }
    const other = fieldOfOthers(provider, one);
    if (other !== null) slips.push({ ...other, named: index });
    wanted.push({ index, provider, said: configurationOf({ ...one, provider: id }, provider) });
  }
  const rows = matching(
    all.filter(({ id }) => !policies.has(id)),
    wanted,
  );
  const kept = wanted.map((one) => ({ ...one, ...withoutSlips(vault, rows.get(one.index), one) }));
  for (const { index, provider, details } of kept) {
    const row = rows.get(index);
    const unread = named[index]?.unread_beginning;
    // Who is signed in has begun: the file may be gone by then.
    if (unread !== undefined && row?.sign_in_reason !== null) {
      slips.push({ named: index, field: "refresh_token", message: unread });
    }
    policies.set(row?.id ?? write(parts, provider, details), named[index]?.refresh);
    if (row !== undefined) rewrite(parts, row, provider, details);
  }
  for (const row of all) {
    if (row.owner !== "options" || policies.has(row.id)) continue;
    vault.accounts.handTo("page", row.id, clock.now());
    log.warn(`${row.name} is no longer in the configuration. It goes on working: the page asks whether to keep it.`, {
      account: row.name,
      account_id: row.id,
    });
  }
  slips.push(...kept.flatMap(({ problems, index }) => problems.map((wrong) => ({ ...wrong, named: index }))));
  return { policies, slips };
}

/** @throws Problem `account_owned_by_options` */
export function requireOwnedByPage({ owner, name }: AccountRow): void {
  if (owner === "page") return;
  throw new Problem("account_owned_by_options", phrase("account_of_options", { name }));
}

/** The stored accounts by the place of those that name them: no name takes away what a client id belongs to. */
function matching(rows: readonly AccountRow[], wanted: readonly Wanted[]): Map<number, AccountRow> {
  const found = new Map<number, AccountRow>();
  const left = new Set(rows);
  const take = (is: (row: AccountRow, said: AccountConfiguration) => boolean): void => {
    for (const { index, provider, said } of wanted) {
      const row = found.has(index) ? undefined : [...left].find((one) => one.provider === provider.id && is(one, said));
      if (row === undefined) continue;
      found.set(index, row);
      left.delete(row);
    }
  };
  take((row, said) => said.settings.username !== undefined && isSameUser(row, said));
  take(
    (row, { client_id, settings }) =>
      client_id !== "" && row.client_id === client_id && row.settings.username === settings.username,
  );
  take((row, { name }) => row.owner === "options" && row.name === name);
  return found;
}

/** The details with the stored ones in place of those that are wrong; a secret is good for its own user alone. */
function withoutSlips(
  vault: Vault,
  row: AccountRow | undefined,
  { provider, said }: Wanted,
): { readonly details: AccountConfiguration; readonly problems: readonly ConfigurationProblem[] } {
  const problems: ConfigurationProblem[] = [];
  const seeded = withSeed(vault, row, said);
  let details = seeded;
  for (let wrong = checkConfiguration(provider, details); wrong !== null;) {
    const better = row === undefined ? null : withStored(vault, row, wrong.field, details);
    // Nothing better is known: the account is misconfigured, in the words of the options.
    if (better === null) return { details: seeded, problems: [] };
    details = better;
    const message = phrase("account_goes_on", { sentence: wrong.message, name: row?.name ?? "" });
    problems.push({ field: wrong.field, message });
    const next = checkConfiguration(provider, details);
    if (next !== null && problems.some(({ field }) => field === next.field)) return { details: seeded, problems: [] };
    wrong = next;
  }
  return { details, problems };
}

/** The details with the stored value of one field; null where that is not known, or no better. */
function withStored(
  vault: Vault,
  row: AccountRow,
  field: ConfigurationProblem["field"],
  details: AccountConfiguration,
): AccountConfiguration | null {
  if (field === "name" || field === "client_id" || field === "redirect_uri") {
    return row[field] === "" || row[field] === details[field] ? null : { ...details, [field]: row[field] };
  }
  if (field === "client_secret") {
    const client_secret =
      details.client_id === row.client_id ? readable(() => vault.accounts.clientSecret(row.id)) : null;
    return client_secret === null || client_secret === "" ? null : { ...details, client_secret };
  }
  if (field === "password" || field === "token" || field === "refresh_token") {
    const value = isSameUser(row, details) ? credentialsOf(vault, row)?.[field] : undefined;
    return value === undefined ? null : { ...details, credentials: { ...details.credentials, [field]: value } };
  }
  const value = row.settings[field];
  return value === undefined ? null : { ...details, settings: { ...details.settings, [field]: value } };
}

/**
 * The refresh token that an account begins with counts once. Whatever stands in the options later, a sign-in that works
 * is not replaced by it; one that is over begins again with another one.
 */
function withSeed(vault: Vault, row: AccountRow | undefined, said: AccountConfiguration): AccountConfiguration {
  const { refresh_token: seed, ...others } = said.credentials;
  const seed_taken = seed === undefined ? undefined : createHash("sha256").update(seed).digest("hex").slice(0, 16);
  const takes = row === undefined || (row.sign_in_reason !== null && row.settings.seed_taken !== seed_taken);
  if (seed !== undefined && seed_taken !== undefined && takes) {
    return { ...said, settings: { ...said.settings, seed_taken } };
  }
  const waiting = row === undefined ? undefined : credentialsOf(vault, row)?.refresh_token;
  const before = row?.settings.seed_taken;
  return {
    ...said,
    settings: { ...said.settings, ...(before === undefined ? {} : { seed_taken: before }) },
    credentials: { ...others, ...(waiting === undefined ? {} : { refresh_token: waiting }) },
  };
}

/** @returns the new account's id */
function write({ vault, random, clock }: MirrorParts, provider: Provider, details: AccountConfiguration): string {
  const id = random.uuid();
  const now = clock.now();
  const account = { ...details, id, provider: provider.id, owner: "options" } as const;
  // One that is misconfigured waits until it is corrected.
  const usable = checkConfiguration(provider, details) === null;
  vault.accounts.add(account, now, usable ? beginningOf(provider, details, now) : undefined);
  return id;
}

function rewrite(
  { vault, clock }: MirrorParts,
  row: AccountRow,
  provider: Provider,
  details: AccountConfiguration,
): void {
  const now = clock.now();
  const client_secret = readable(() => vault.accounts.clientSecret(row.id));
  const credentials = credentialsOf(vault, row);
  const isSame =
    row.name === details.name &&
    row.client_id === details.client_id &&
    row.redirect_uri === details.redirect_uri &&
    client_secret === details.client_secret &&
    credentials !== null &&
    // Of a client alone, the options say nothing else: what was imported with it stays.
    (provider.fields.clientOnly === true || sorted(row.settings) === sorted(details.settings)) &&
    sorted(credentials) === sorted(details.credentials);
  if (isSame) {
    if (row.owner === "page") vault.accounts.handTo("options", row.id, null);
  } else if (provider.fields.clientOnly) {
    vault.accounts.change(row.id, details, "options", now);
  } else {
    const before = { ...row, client_secret: client_secret ?? "", credentials: credentials ?? {} };
    const usable = checkConfiguration(provider, details) === null;
    const beginning = usable
      ? beginningOf(provider, details, now)
      : ({ sign_in_reason: "never_signed_in", next_refresh_at: null } as const);
    changeConfiguration(vault, row, { before, after: details }, beginning, now);
    vault.accounts.handTo("options", row.id, null);
  }
}

function sorted(values: object): string {
  return JSON.stringify(Object.entries(values).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function credentialsOf(vault: Vault, row: AccountRow): ProviderCredentials | null {
  return readable(() => vault.configurations.credentials(row.id));
}

/** Null for what can't be read: the options make it good. */
function readable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Problem && (error.code === "database_corrupt" || error.code === "key_wrong")) return null;
    throw error;
  }
}
