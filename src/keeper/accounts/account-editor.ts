import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import { Problem } from "../../problem.ts";
import type { Random } from "../../random.ts";
import type {
  AccountChange,
  AccountSettings,
  ClientDetails,
  RefreshPolicy,
  ProviderChange,
  ProviderDetails,
} from "../account.ts";
import { assertSecretsStay, beginningOf, changeConfiguration } from "./configuration-change.ts";
import type { LiveAccounts, LiveAccount } from "./live-accounts.ts";
import { checkClient, requireClient, tidyClient } from "./client-details.ts";
import { requireOwnedByPage } from "./options-accounts.ts";
import { dueAt } from "../schedule/refresh-times.ts";
import { accountProvider, noSuchProvider } from "../providers/account-provider.ts";
import type { Provider } from "../providers/provider.ts";
import { changedPolicy, policyOf, rulesOf, samePolicy } from "../schedule/refresh-policy.ts";
import { isRenewable } from "../token-calls/grant-request.ts";
import { ALL_FIELDS, isSecret } from "../providers/provider-description.ts";
import type { AccountConfiguration, AccountField } from "../providers/provider-fields.ts";
import {
  changedConfiguration,
  configurationOf,
  fieldsOf,
  isSameUser,
  requireConfiguration,
  requireFieldsOf,
} from "./account-configuration.ts";
import type { TokenOwner } from "./account-configuration.ts";
import type { TakenAccount } from "../imports/taken-account.ts";
import type { Vault } from "../vault/vault.ts";
import type { AccountRow } from "../vault/tables/account-columns.ts";
import type { StoredToken } from "../vault/tables/token-table.ts";
import { phrase } from "../../said/phrase.ts";

export interface AccountEditorOptions {
  readonly vault: Vault;
  readonly accounts: LiveAccounts;
  readonly providers: readonly Provider[];
  /** The provider of the accounts that the options and the page name. */
  readonly defaultProvider: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

const CLIENT_DETAILS = ["name", "client_id", "client_secret", "redirect_uri"] as const;
/** Of a token that another program was given. */
const UNKNOWN_LIFE = { expires_at: null, expiry_source: null, refresh_expires_at: null, scope: null } as const;
const POLICY = ["automatic_refresh", "refresh_buffer_ms", "refresh_buffer_share", "idle_interval_ms"] as const;

/** Writes what people say of accounts: their details, and when to refresh them. */
export class AccountEditor {
  readonly #options: AccountEditorOptions;

  constructor(options: AccountEditorOptions) {
    this.#options = options;
  }

  /** @returns the new account's id @throws Problem `bad_request` with the field, `account_exists` */
  add(details: ClientDetails | ProviderDetails): string {
    const { vault, accounts, random, clock, log, defaultProvider } = this.#options;
    const id = random.uuid();
    const provider = this.#known("provider" in details ? details.provider : defaultProvider);
    requireFieldsOf(provider, details);
    if (!provider.fields.clientOnly) this.#addProviderAccount(id, provider, { ...details, provider: provider.id });
    else {
      const tidy = tidyClient({ client_id: "", client_secret: "", redirect_uri: "", ...details });
      requireClient(tidy);
      this.#requireUnused(provider.id, { ...tidy, settings: {} }, null);
      vault.accounts.add({ ...tidy, id, provider: provider.id, owner: "page" }, clock.now());
    }
    accounts.reload(id);
    log.info("An account was added.", { account: accounts.get(id).row.name, account_id: id });
    return id;
  }

  /** What is stored of the account's fields; of its secrets no more than that they are. */
  settings(row: AccountRow): AccountSettings {
    const provider = this.#options.providers.find(({ id }) => id === row.provider);
    const { client_id, redirect_uri } = row;
    const secrets = this.#readableSecrets(row);
    const stored: Readonly<Partial<Record<string, string>>> = { client_id, redirect_uri, ...row.settings, ...secrets };
    const names = provider === undefined ? ALL_FIELDS : fieldsOf(provider);
    const set = names.filter((name) => (stored[name] ?? "") !== "");
    return {
      account_id: row.id,
      fields: Object.fromEntries(set.filter((name) => !isSecret(name)).map((name) => [name, stored[name]])),
      secrets_set: set.filter(isSecret),
    };
  }

  /**
   * Adds an account that another program has kept, and remembers the file that it was in. Its tokens are stored before any
   * of them is used.
   *
   * @returns the new account's id @throws Problem `bad_request` with the field, `account_exists`
   */
  takeOver(taken: TakenAccount): string {
    const { vault, accounts, random, defaultProvider } = this.#options;
    const { settings, access_token, refresh_token, policy, policySet, message, record } = taken;
    const id = random.uuid();
    const provider = this.#known(defaultProvider).id;
    const client = tidyClient(taken);
    const wrong = checkClient(client);
    if (wrong !== null && client.redirect_uri !== "") requireClient(client);
    this.#requireUnused(provider, { ...client, settings: {} }, null);
    const now = record.imported_at;
    const grant = refresh_token !== null || access_token !== null;
    vault.takeOver({
      account: {
        ...client,
        id,
        provider,
        owner: "page",
        settings,
        credentials: access_token === null && refresh_token !== null ? { refresh_token } : {},
      },
      beginning: {
        sign_in_reason: grant ? null : "never_signed_in",
        next_refresh_at: refresh_token === null ? null : now,
      },
      policy,
      policySet,
      pair: access_token === null ? null : { ...UNKNOWN_LIFE, access_token, refresh_token, obtained_at: now },
      message,
      record,
    });
    accounts.reload(id);
    return id;
  }

  /** @throws as add */
  change(row: AccountRow, change: AccountChange & ProviderChange): void {
    const policy = changedPolicy(policyOf(row), change);
    const provider = this.#options.providers.find(({ id }) => id === row.provider);
    if (provider !== undefined) requireFieldsOf(provider, change);
    if (provider !== undefined && !provider.fields.clientOnly) this.#changeProviderAccount(row, provider, change);
    else if (CLIENT_DETAILS.some((name) => change[name] !== undefined)) this.#changeClientAccount(row, change);
    const entry = this.#options.accounts.get(row.id);
    if (!samePolicy(policy, policyOf(row))) this.setPolicy(entry, policy, true);
  }

  /** Keeps an account that the options no longer name. @throws Problem `account_owned_by_options` */
  keep(row: AccountRow): void {
    requireOwnedByPage(row);
    if (row.left_options_at === null) return;
    this.#options.vault.accounts.handTo("page", row.id, null);
    this.#options.accounts.reload(row.id);
    this.#options.log.info("An account that was in the configuration is kept.", {
      account: row.name,
      account_id: row.id,
    });
  }

  /** Writes when to refresh, and plans the present token anew: not one whose refresh is being retried. */
  setPolicy({ row, token }: LiveAccount, policy: RefreshPolicy, byPage: boolean): void {
    if (samePolicy(policy, policyOf(row)) && (row.refresh_policy_set === 1) === byPage) return;
    const { vault, accounts } = this.#options;
    vault.accounts.setRefreshPolicy(row.id, policy, byPage, (current) => {
      const newest = token?.generation === current.generation ? token : this.#newestToken(row.id);
      return this.#plan(current, newest, policy);
    });
    accounts.reload(row.id);
  }

  /** None of them where they can't be read: then they have to be entered again. */
  #readableSecrets({ id }: AccountRow): Readonly<Partial<Record<AccountField, string>>> {
    const { vault } = this.#options;
    try {
      return { client_secret: vault.accounts.clientSecret(id), ...vault.configurations.credentials(id) };
    } catch (error) {
      if (error instanceof Problem) return {};
      throw error;
    }
  }

  #plan(row: AccountRow, token: StoredToken | null, policy: RefreshPolicy): number | null {
    const { random, providers } = this.#options;
    const provider = accountProvider(providers, row);
    const planned = token !== null && row.sign_in_reason === null && row.consecutive_failures === 0;
    const renews = planned && provider !== null && isRenewable(provider, token);
    return renews ? dueAt(token, rulesOf(policy, provider), random.fraction()) : row.next_refresh_at;
  }

  /** Null also for one that can't be read: its account says so, and when to refresh can be set all the same. */
  #newestToken(id: string): StoredToken | null {
    try {
      return this.#options.vault.tokens.newest(id);
    } catch (error) {
      if (error instanceof Problem && error.code !== "store_failed") return null;
      throw error;
    }
  }

  #addProviderAccount(id: string, provider: Provider, details: ProviderDetails): void {
    const { vault, clock } = this.#options;
    const stored = configurationOf(details, provider);
    requireConfiguration(provider, stored);
    this.#requireUnused(provider.id, stored, null);
    const now = clock.now();
    vault.accounts.add(
      { ...stored, id, provider: provider.id, owner: "page" },
      now,
      beginningOf(provider, stored, now),
    );
  }

  #changeProviderAccount(row: AccountRow, provider: Provider, change: AccountChange & ProviderChange): void {
    const { vault, accounts, clock } = this.#options;
    if (Object.keys(change).every((field) => POLICY.some((name) => name === field))) return;
    const { name, client_id, redirect_uri, settings } = row;
    const before: AccountConfiguration = {
      name,
      client_id,
      redirect_uri,
      settings,
      client_secret: vault.accounts.clientSecret(row.id),
      credentials: vault.configurations.credentials(row.id),
    };
    const after = changedConfiguration(before, provider, change);
    requireConfiguration(provider, after);
    assertSecretsStay(before, after, { ...change });
    this.#requireUnused(provider.id, after, row.id);
    const now = clock.now();
    const kept = changeConfiguration(vault, row, { before, after }, beginningOf(provider, after, now), now);
    // A token that only memory has is the other user's too.
    if (kept) accounts.reload(row.id);
    else accounts.endStall(row.id);
  }

  #changeClientAccount(row: AccountRow, change: Partial<ClientDetails>): void {
    const { vault, accounts, clock } = this.#options;
    const details = tidyClient({
      name: change.name ?? row.name,
      client_id: change.client_id ?? row.client_id,
      client_secret: change.client_secret ?? vault.accounts.clientSecret(row.id),
      redirect_uri: change.redirect_uri ?? row.redirect_uri,
    });
    requireClient(details);
    this.#requireUnused(row.provider, { ...details, settings: {} }, row.id);
    vault.accounts.change(row.id, details, "page", clock.now());
    accounts.reload(row.id);
  }

  /** @throws Problem `bad_request` */
  #known(id: string): Provider {
    const { providers } = this.#options;
    const provider = providers.find((provider) => provider.id === id);
    if (provider !== undefined) return provider;
    throw new Problem("bad_request", noSuchProvider(id, providers), { field: "provider" });
  }

  /** @throws Problem `account_exists` */
  #requireUnused(provider: string, { client_id, settings }: TokenOwner, except: string | null): void {
    const isUser = settings.username !== undefined;
    const hasAddress = isUser || settings.url !== undefined;
    const other = this.#options.accounts.all().find(({ row }) => {
      if (row.provider !== provider || row.id === except) return false;
      return hasAddress ? isSameUser(row, { client_id, settings }) : client_id !== "" && row.client_id === client_id;
    });
    if (other === undefined) return;
    const [field, what] = isUser
      ? (["username", phrase("part_identity_user")] as const)
      : (["client_id", phrase("part_identity_client")] as const);
    throw new Problem("account_exists", phrase("account_exists", { name: other.row.name, identity: what }), {
      field,
    });
  }
}
