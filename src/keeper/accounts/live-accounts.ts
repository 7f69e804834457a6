import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import { Problem } from "../../problem.ts";
import { incidentKind } from "../account.ts";
import type { AccountState } from "../account.ts";
import type { ConfigurationProblem } from "./client-details.ts";
import { accountView } from "./account-view.ts";
import type { StaticToken } from "./account-view.ts";
import { incidentOf, nextIncident, sameIncident } from "./incident.ts";
import { isSuspect, witnessOf } from "../schedule/clock-check.ts";
import type { ClockReading, ClockWitness } from "../schedule/clock-check.ts";
import { accountProvider } from "../providers/account-provider.ts";
import { provenByRefusal } from "../schedule/proven-life.ts";
import type { Provider } from "../providers/provider.ts";
import type { RefusedTokens } from "../schedule/refused-tokens.ts";
import type { Grant, ProviderCredentials } from "../providers/provider-fields.ts";
import { checkConfiguration } from "./provider-details.ts";
import type { Stall } from "../grant/unsaved-token.ts";
import { claimedEnd } from "../answers/token-life.ts";
import type { Vault } from "../vault/vault.ts";
import type { AccountRow } from "../vault/tables/account-table.ts";
import type { StoredToken } from "../vault/tables/token-table.ts";

export interface KeeperUpdate {
  readonly accounts: readonly AccountState[];
  readonly removed: readonly string[];
}

/** One account in memory: what is committed, and how it looks. */
export interface LiveAccount {
  readonly row: AccountRow;
  /** The newest committed one, or the one that the disk does not take. */
  readonly token: StoredToken | null;
  /** What a person gave for the time in which no login works. */
  readonly fallback: StaticToken | null;
  readonly state: AccountState;
  readonly stall: Stall | null;
  /** A grant is under way. */
  readonly refreshing: boolean;
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
  /** Why the vault does not give them. */
  readonly problem: Problem | null;
}

const RECENT_EVENTS = 40;
/** How often the time is written down that a clock must not be earlier than. */
const SEEN_EVERY_MS = 10 * 60_000;

/**
 * The accounts in memory, for speed and for those who listen: the vault is the truth, and an account is read anew after
 * everything that may have changed it.
 */
export class LiveAccounts {
  readonly #vault: Vault;
  readonly #providers: readonly Provider[];
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #refused: RefusedTokens;
  readonly #entries = new Map<string, LiveAccount>();
  readonly #listeners = new Set<(update: KeeperUpdate) => void>();
  /** The latest wall-clock time that was trusted. */
  #seenAt: number;
  /** By cloud: one whose clock is wrong speaks for its own accounts alone. */
  readonly #witnesses = new Map<string, ClockWitness>();

  constructor({ vault, providers, clock, log, refused }: LiveAccountsOptions) {
    this.#vault = vault;
    this.#providers = providers;
    this.#clock = clock;
    this.#log = log;
    this.#refused = refused;
    this.#seenAt = vault.lastSeenAt();
    for (const { id } of vault.accounts.all()) this.reload(id);
  }

  /** @throws Problem `account_not_found` */
  get(id: string): LiveAccount {
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      throw new Problem("account_not_found", "There is no such account: it may have been removed.");
    }
    return entry;
  }

  all(): LiveAccount[] {
    return [...this.#entries.values()];
  }

  /** Calls `listener` with every later change; returns the end of it. */
  subscribe(listener: (update: KeeperUpdate) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reads the account anew, with what memory alone knows, and tells the listeners when it looks different. */
  reload(id: string, known: Partial<Pick<LiveAccount, "refreshing" | "stall">> = {}): void {
    const before = this.#entries.get(id);
    const refreshing = known.refreshing ?? before?.refreshing ?? false;
    const stall = known.stall === undefined ? (before?.stall ?? null) : known.stall;
    const read = this.#read(id, refreshing, stall);
    if (read === null) return this.forget(id);
    const entry = this.#withIncident(read, before);
    this.#entries.set(id, entry);
    if (JSON.stringify(entry.state) !== JSON.stringify(before?.state)) {
      this.#tell({ accounts: [entry.state], removed: [] });
    }
  }

  forget(id: string): void {
    if (this.#entries.delete(id)) this.#tell({ accounts: [], removed: [id] });
  }

  /** What the passing of time changes. */
  tick(): void {
    for (const id of this.#entries.keys()) this.reload(id);
    const now = this.#clock.now();
    // A time that a wrong clock left is taken back; one in between needs no writing.
    if (Math.abs(now - this.#seenAt) < SEEN_EVERY_MS || !this.#isClockTrusted()) return;
    this.#seenAt = now;
    this.#unlessDiskFails(() => this.#vault.seen(now));
  }

  /** Takes the `Date` header that the account's cloud has just sent as witness of the time, for all accounts there. */
  hear(id: string, date: string | undefined): void {
    const row = this.#entries.get(id)?.row;
    const witness = witnessOf(date, this.#reading());
    if (row !== undefined && witness !== null) this.#witnesses.set(this.#cloudOf(row), witness);
  }

  #cloudOf(row: AccountRow): string {
    return accountProvider(this.#providers, row)?.label ?? row.provider;
  }

  /** The cloud refused the account's newest token: what that teaches of the next one's life is written down. */
  refused(id: string): void {
    const { row, token } = this.get(id);
    const before = row.learned.proven_life ?? null;
    const proven_life = token === null ? null : provenByRefusal(token, before, this.#clock.now());
    if (proven_life === null) return;
    this.#unlessDiskFails(() => this.#vault.configurations.learn(row, { proven_life }));
  }

  #reading(): ClockReading {
    return { wall: this.#clock.now(), monotonic: this.#clock.monotonic() };
  }

  #isClockSuspect(row: AccountRow): boolean {
    return isSuspect(this.#reading(), this.#seenAt, this.#witnesses.get(this.#cloudOf(row)) ?? null);
  }

  /** By one cloud at least; where none was heard, by the time that was trusted last. */
  #isClockTrusted(): boolean {
    const witnesses = this.#witnesses.size === 0 ? [null] : [...this.#witnesses.values()];
    return witnesses.some((witness) => !isSuspect(this.#reading(), this.#seenAt, witness));
  }

  /** Null when the account is gone. While the disk fails, the account stands as it was last read, and says so. */
  #read(id: string, refreshing: boolean, stall: Stall | null): LiveAccount | null {
    try {
      const row = this.#vault.accounts.get(id);
      return row === null ? null : this.#describe(row, refreshing, stall);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const before = this.#entries.get(id);
      if (before === undefined) throw error;
      const token = unsavedToken(before.row, stall) ?? before.token;
      return { ...before, token, refreshing, stall, state: this.#unreadable(before, error) };
    }
  }

  /** Says it once, with the sentence that tells the way out. */
  #unreadable({ state }: LiveAccount, { code, message, cause }: Problem): AccountState {
    if (state.status === "store_failed" && state.last_error?.message === message) return state;
    this.#log.error(message, { account: state.name, code, cause });
    const last_error = { class: "transient", code, message, at: this.#clock.now() } as const;
    return { ...state, status: "store_failed", reason: null, last_error };
  }

  #describe(row: AccountRow, refreshing: boolean, stall: Stall | null): LiveAccount {
    const now = this.#clock.now();
    const secrets = this.#readSecrets(row);
    const token = unsavedToken(row, stall) ?? secrets.token;
    const state = accountView(row, {
      now,
      refreshing,
      stall,
      clockSuspect: this.#isClockSuspect(row),
      unreadable: secrets.problem,
      refused: token !== null && this.#refused.has(row, token.generation),
      configurationProblem: this.#configurationProblem(row, secrets),
      client_secret_set: secrets.clientSecret !== "",
      life: token,
      fallback: secrets.fallback,
      grant: this.#grantOf(row),
      recent: this.#vault.events.latest(row.id, RECENT_EVENTS),
    });
    return { row, token, fallback: secrets.fallback, state, stall, refreshing };
  }

  #configurationProblem(row: AccountRow, { clientSecret, credentials }: AccountSecrets): ConfigurationProblem | null {
    if (clientSecret === null) return null;
    const provider = this.#providers.find(({ id }) => id === row.provider);
    if (provider !== undefined)
      return checkConfiguration(provider, { ...row, client_secret: clientSecret, credentials });
    const message = `${row.name} is of a kind of account that this version does not know: update the gateway.`;
    return { field: "name", message };
  }

  #grantOf(row: AccountRow): Grant | null {
    return accountProvider(this.#providers, row)?.grant ?? null;
  }

  /**
   * Sealed values that don't open put this account out of order, not the others. A token that was read before the
   * damage goes on being served.
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
      if (before?.state.status !== "store_failed") this.#log.error(error.message, { account: name, code: error.code });
      const token = before?.row.generation === generation ? before.token : null;
      return { token, fallback: null, clientSecret: null, credentials: {}, problem: error };
    }
  }

  /**
   * Writes down that a person is needed, or no longer. Not while the disk fails: until it works again the number that
   * follows the stored one is the same after every restart.
   */
  #withIncident(entry: LiveAccount, before: LiveAccount | undefined): LiveAccount {
    const { row, state } = entry;
    const latest = before === undefined ? state.incident : before.state.incident;
    const incident = nextIncident(latest, state, this.#clock.now());
    if (incident === null) return entry;
    if (!sameIncident(incident, latest)) this.#sayIncident(state, incident.closed_at === null);
    if (state.status !== "store_failed" && !sameIncident(incident, incidentOf(row))) {
      this.#unlessDiskFails(() => this.#vault.accounts.setIncident(row.id, incident));
    }
    return { ...entry, state: { ...state, incident } };
  }

  #sayIncident(state: AccountState, open: boolean): void {
    const { name: account, status, reason, sign_in_ends_at, no_token_since_at } = state;
    const kind = open ? incidentKind(state) : null;
    if (kind === "sign_in_ending") {
      const ends_at = new Date(sign_in_ends_at ?? 0).toISOString();
      this.#log.warn(`The sign-in of ${account} ends, and no refresh can move that: sign in anew before.`, {
        account,
        ends_at,
      });
      return;
    }
    if (kind === "no_token") {
      const since = new Date(no_token_since_at ?? 0).toISOString();
      this.#log.warn(`${account} could get no token for hours: see what stands between the gateway and the cloud.`, {
        account,
        since,
        reason,
      });
      return;
    }
    if (!open) {
      this.#log.info(`${account} needs no person any more.`, { account, status });
      return;
    }
    // A warning is for what went wrong; nobody has signed in yet, or somebody has signed out.
    const level = reason === "never_signed_in" || reason === "signed_out" ? "info" : "warn";
    this.#log[level](`${account} needs a person.`, { account, status, reason });
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

function staticToken({ token }: ProviderCredentials): StaticToken | null {
  return token === undefined ? null : { value: token, expires_at: claimedEnd(token) };
}

/** The token that only memory has, while nothing newer came of another sign-in. */
function unsavedToken({ generation, sign_in_reason }: AccountRow, stall: Stall | null): StoredToken | null {
  const token = stall?.token ?? null;
  return token !== null && token.generation > generation && sign_in_reason === null ? token : null;
}
