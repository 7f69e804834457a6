import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import { Problem } from "../../problem.ts";
import type { AccountState } from "../account.ts";
import type { ConfigurationProblem } from "./client-details.ts";
import { accountView, staticToken } from "./account-view.ts";
import type { StaticToken } from "./account-view.ts";
import { logIncident } from "./incident-log.ts";
import { incidentOf, nextIncident, sameIncident } from "./incident.ts";
import { pollAt } from "../schedule/poll-times.ts";
import { TrustedClock } from "../schedule/trusted-clock.ts";
import { accountProvider, unknownKind } from "../providers/account-provider.ts";
import { provenByRefusal } from "../schedule/proven-life.ts";
import type { Provider } from "../providers/provider.ts";
import type { RefusedTokens } from "../schedule/refused-tokens.ts";
import type { Grant } from "../providers/grants.ts";
import type { ProviderCredentials } from "../providers/provider-fields.ts";
import { checkConfiguration } from "./account-configuration.ts";
import { tokenInMemory } from "../grant/stall.ts";
import type { Stall } from "../grant/stall.ts";
import type { Vault } from "../vault/vault.ts";
import type { AccountRow } from "../vault/tables/account-columns.ts";
import type { StoredToken } from "../vault/tables/token-table.ts";
import { phrase } from "../../said/phrase.ts";

export interface KeeperUpdate {
  readonly accounts: readonly AccountState[];
  readonly removed: readonly string[];
}

/** What is known of an account in memory alone. */
interface AccountMemory {
  /** Why its last flight could not do its work; null where it could. */
  readonly stall: Stall | null;
  /** A grant is under way. */
  readonly refreshing: boolean;
}

/** One account in memory: what is committed, and how it looks. */
export interface LiveAccount extends AccountMemory {
  readonly row: AccountRow;
  /** The newest committed one, or the one that the disk does not take. */
  readonly token: StoredToken | null;
  /** The static token that a person entered for when no login works. */
  readonly fallback: StaticToken | null;
  readonly state: AccountState;
  /** When it is asked whether a code has been entered on another device; null without one. */
  readonly pollAt: number | null;
}

export interface LiveAccountsOptions {
  readonly vault: Vault;
  readonly providers: readonly Provider[];
  readonly clock: Clock;
  readonly log: Log;
  readonly refused: RefusedTokens;
}

interface AccountSecrets {
  readonly token: StoredToken | null;
  readonly fallback: StaticToken | null;
  readonly clientSecret: string | null;
  readonly credentials: ProviderCredentials;
  /** Why the vault could not read them. */
  readonly problem: Problem | null;
}

const RECENT_EVENTS = 40;

/**
 * The accounts in memory, for speed and for the listeners: the vault is the truth, and an account is read again after
 * anything that may have changed it.
 */
export class LiveAccounts {
  readonly #vault: Vault;
  readonly #providers: readonly Provider[];
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #refused: RefusedTokens;
  readonly #entries = new Map<string, LiveAccount>();
  readonly #listeners = new Set<(update: KeeperUpdate) => void>();
  readonly #trustedClock: TrustedClock;

  constructor({ vault, providers, clock, log, refused }: LiveAccountsOptions) {
    this.#vault = vault;
    this.#providers = providers;
    this.#clock = clock;
    this.#log = log;
    this.#refused = refused;
    this.#trustedClock = new TrustedClock(clock, vault.lastSeenAt());
    for (const { id } of vault.accounts.all()) this.reload(id);
  }

  /** @throws Problem `account_not_found` */
  get(id: string): LiveAccount {
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      throw new Problem("account_not_found", phrase("account_gone"));
    }
    return entry;
  }

  find(id: string): LiveAccount | undefined {
    return this.#entries.get(id);
  }

  all(): LiveAccount[] {
    return [...this.#entries.values()];
  }

  /** Calls `listener` with every later change; returns the end of it. */
  subscribe(listener: (update: KeeperUpdate) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reads the account anew after something that may have changed it. */
  reload(id: string): void {
    this.#read(id, this.#memoryOf(id));
  }

  flightStarted(id: string): void {
    this.#read(id, { ...this.#memoryOf(id), refreshing: true });
  }

  /** @param stall why it could not do its work; null where it could, and whatever stood in the way before is over */
  flightEnded(id: string, stall: Stall | null): void {
    this.#read(id, { refreshing: false, stall });
  }

  stall(id: string, stall: Stall): void {
    this.#read(id, { ...this.#memoryOf(id), stall });
  }

  /** What stood in the way is over, and a token that only memory has is dropped. */
  endStall(id: string): void {
    this.#read(id, { ...this.#memoryOf(id), stall: null });
  }

  forget(id: string): void {
    if (this.#entries.delete(id)) this.#tell({ accounts: [], removed: [id] });
  }

  /** Updates what changes with time. */
  tick(): void {
    for (const id of this.#entries.keys()) this.reload(id);
    const seenAt = this.#trustedClock.timeToSave();
    if (seenAt !== null) this.#unlessDiskFails(() => this.#vault.seen(seenAt));
  }

  /** Checks our clock by the `Date` header that the account's cloud has just sent, for all accounts there. */
  noteCloudTime(id: string, date: string | undefined): void {
    const row = this.#entries.get(id)?.row;
    if (row !== undefined) this.#trustedClock.compare(this.#cloudOf(row), date);
  }

  #cloudOf(row: AccountRow): string {
    return accountProvider(this.#providers, row)?.label ?? row.provider;
  }

  /** The cloud refused the account's newest token: stores what that shows about the life of the next one. */
  refused(id: string): void {
    const { row, token } = this.get(id);
    const before = row.learned.proven_life ?? null;
    const proven_life = token === null ? null : provenByRefusal(token, before, this.#clock.now());
    if (proven_life === null) return;
    this.#unlessDiskFails(() => this.#vault.configurations.learn(row, { proven_life }));
  }

  #memoryOf(id: string): AccountMemory {
    const { refreshing, stall } = this.#entries.get(id) ?? { refreshing: false, stall: null };
    return { refreshing, stall };
  }

  /** Reads the account, and tells the listeners when it looks different. */
  #read(id: string, memory: AccountMemory): void {
    const before = this.#entries.get(id);
    const read = this.#stored(id, memory);
    if (read === null) return this.forget(id);
    const entry = this.#withIncident(read, before);
    this.#entries.set(id, entry);
    if (JSON.stringify(entry.state) !== JSON.stringify(before?.state)) {
      this.#tell({ accounts: [entry.state], removed: [] });
    }
  }

  /** Null when the account is gone. While the disk fails, the account stays as it was last read, and shows that. */
  #stored(id: string, memory: AccountMemory): LiveAccount | null {
    try {
      const row = this.#vault.accounts.get(id);
      return row === null ? null : this.#describe(row, memory);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const before = this.#entries.get(id);
      if (before === undefined) throw error;
      const token = tokenInMemory(before.row, memory.stall) ?? before.token;
      return { ...before, ...memory, token, state: this.#unreadable(before, error) };
    }
  }

  /** Logged once, with the sentence that says what to do. */
  #unreadable({ state }: LiveAccount, { code, message, cause }: Problem): AccountState {
    if (state.status === "store_failed" && state.last_error?.message === message) return state;
    this.#log.error(message, { account: state.name, account_id: state.id, code, cause });
    const last_error = { class: "transient", code, message, at: this.#clock.now() } as const;
    return { ...state, status: "store_failed", reason: null, last_error };
  }

  #describe(row: AccountRow, memory: AccountMemory): LiveAccount {
    const now = this.#clock.now();
    const secrets = this.#readSecrets(row);
    const token = tokenInMemory(row, memory.stall) ?? secrets.token;
    const provider = this.#providers.find(({ id }) => id === row.provider);
    const code = this.#vault.deviceCodes.find(row.id);
    const state = accountView(row, {
      ...memory,
      now,
      clockSuspect: this.#trustedClock.isSuspect(this.#cloudOf(row)),
      unreadable: secrets.problem,
      refused: token !== null && this.#refused.has(row, token.generation),
      configurationProblem: this.#configurationProblem(row, secrets),
      client_secret_set: secrets.clientSecret !== "",
      life: token,
      fallback: secrets.fallback,
      grant: this.#grantOf(row),
      provider_label: provider?.title ?? row.provider,
      has_devices: provider?.hasDevices ?? false,
      deviceCode: code,
      recent: this.#vault.events.latest(row.id, RECENT_EVENTS),
    });
    const nextPollAt = code === null ? null : pollAt(code, now);
    return { ...memory, row, token, fallback: secrets.fallback, state, pollAt: nextPollAt };
  }

  #configurationProblem(row: AccountRow, { clientSecret, credentials }: AccountSecrets): ConfigurationProblem | null {
    if (clientSecret === null) return null;
    const provider = this.#providers.find(({ id }) => id === row.provider);
    if (provider !== undefined)
      return checkConfiguration(provider, { ...row, client_secret: clientSecret, credentials });
    return { field: "name", message: unknownKind(row) };
  }

  #grantOf(row: AccountRow): Grant | null {
    return accountProvider(this.#providers, row)?.grant ?? null;
  }

  /**
   * Sealed values that don't open affect this account alone. A token that was read before the damage is still served.
   */
  #readSecrets(row: AccountRow): AccountSecrets {
    const { id, name, generation } = row;
    try {
      const token = this.#vault.tokens.newest(id);
      const clientSecret = this.#vault.accounts.clientSecret(id);
      const credentials = this.#vault.configurations.credentials(id);
      const fallback = this.#grantOf(row) === "static" ? null : staticToken(credentials);
      return { token, fallback, clientSecret, credentials, problem: null };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const before = this.#entries.get(id);
      if (before?.state.status !== "store_failed")
        this.#log.error(error.message, { account: name, account_id: id, code: error.code });
      const token = before?.row.generation === generation ? before.token : null;
      return { token, fallback: null, clientSecret: null, credentials: {}, problem: error };
    }
  }

  /**
   * Writes down that the account needs attention, or no longer. Not while the disk fails: until it works again the number that
   * follows the stored one is the same after every restart.
   */
  #withIncident(entry: LiveAccount, before: LiveAccount | undefined): LiveAccount {
    const { row, state } = entry;
    const latest = before === undefined ? state.incident : before.state.incident;
    const incident = nextIncident(latest, state, this.#clock.now());
    if (incident === null) return entry;
    if (!sameIncident(incident, latest)) logIncident(this.#log, state, incident.closed_at === null);
    if (state.status !== "store_failed" && !sameIncident(incident, incidentOf(row))) {
      this.#unlessDiskFails(() => this.#vault.accounts.setIncident(row.id, incident));
    }
    return { ...entry, state: { ...state, incident } };
  }

  #unlessDiskFails<T>(action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#log.error(error.message, { code: error.code, cause: error.cause });
      return undefined;
    }
  }

  #tell(update: KeeperUpdate): void {
    for (const listener of this.#listeners) listener(update);
  }
}
