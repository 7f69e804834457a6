import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { Problem } from "../problem.ts";
import type { ProblemCode } from "../problem.ts";
import type { Random } from "../random.ts";
import type { AccessToken, AccountDesk, AccountDetails, AccountEvent, AccountState, TokenSource } from "./account.ts";
import { checkDetails, requireDetails, tidyDetails } from "./account-details.ts";
import { describeAccount } from "./account-state.ts";
import { callbackState, readCallback } from "./callback.ts";
import { authorizeUrl } from "./oauth-client.ts";
import { dueAt, readersWaitFrom, retryAt } from "./plan.ts";
import type { Provider } from "./providers/provider.ts";
import { toProblem } from "./runner.ts";
import type { GrantReport, GrantRunner, ProblemRecord } from "./runner.ts";
import type { AccountRow, StoredToken, Vault } from "./vault.ts";

export interface KeeperUpdate {
  readonly accounts: readonly AccountState[];
  readonly removed: readonly string[];
}

export interface RefreshSettings {
  readonly automaticRefresh: boolean;
  readonly refreshBufferMs: number | null;
}

export interface KeeperOptions {
  readonly vault: Vault;
  readonly providers: readonly Provider[];
  /** The provider of accounts that the options or the page name. */
  readonly defaultProvider: string;
  readonly runner: GrantRunner;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

const RECENT_EVENTS = 40;
/** How long a browser may take on the cloud's sign-in page. */
const SIGN_IN_LASTS_MS = 10 * 60_000;
const ASKED_REFRESH_PAUSE_MS = 30_000;
/** When a token and the one before it were refused within this time, another refresh won't help. */
const REFUSAL_PAUSE_MS = 30_000;
const CLOCK_TOLERANCE_MS = 2 * 60_000;
const SEEN_EVERY_MS = 10 * 60_000;

/** Why an account's procedure stands still, and until when. */
interface Stall {
  readonly problem: ProblemRecord;
  readonly times: number;
  readonly until: number;
}

/** One account in memory: what is committed, read anew after every flight. */
interface Entry {
  readonly row: AccountRow;
  readonly token: StoredToken | null;
  readonly state: AccountState;
}

/**
 * The keeper as the rest of the house sees it, on the main thread: hands out committed tokens, asks for refreshes,
 * answers for the accounts. The vault is the truth; this holds a copy for speed and reads it anew after each write.
 */
export class Keeper implements TokenSource, AccountDesk {
  readonly #vault: Vault;
  readonly #providers: readonly Provider[];
  readonly #defaultProvider: string;
  readonly #runner: GrantRunner;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #log: Log;
  readonly #entries = new Map<string, Entry>();
  readonly #refreshing = new Set<string>();
  /** The generation that the cloud refused last, and when (monotonic). */
  readonly #refused = new Map<string, { readonly generation: number; readonly at: number }>();
  readonly #askedAt = new Map<string, number>();
  /** Accounts whose procedure could not do its work, which the vault can't tell of. */
  readonly #stalls = new Map<string, Stall>();
  readonly #listeners = new Set<(update: KeeperUpdate) => void>();
  #seenAt: number;

  /** Reads all accounts. Nothing is called before `start`. */
  constructor(options: KeeperOptions) {
    this.#vault = options.vault;
    this.#providers = options.providers;
    this.#defaultProvider = options.defaultProvider;
    this.#runner = options.runner;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#log = options.log;
    this.#seenAt = this.#vault.lastSeenAt();
    for (const row of this.#vault.accounts()) this.#load(row.id);
    this.#runner.listen({
      started: (id) => {
        this.#refreshing.add(id);
        this.#reload(id);
      },
      ended: (id, report) => this.#flightEnded(id, report),
    });
  }

  /**
   * Writes the accounts that the options name into the vault. Matched by provider and client id; else by name, so that
   * a changed client id stays the same account, to be signed in again. An account that the options no longer name is
   * never removed with them: it goes over to the page, where it can be.
   */
  mirrorOptions(accounts: readonly AccountDetails[], settings: RefreshSettings): void {
    const unnamed = new Map(this.#vault.accounts().map((row) => [row.id, row]));
    for (const details of accounts.map(tidyDetails)) {
      const rows = [...unnamed.values()].filter((row) => row.provider === this.#defaultProvider);
      const row =
        rows.find((row) => row.client_id === details.client_id) ??
        rows.find((row) => row.owner === "options" && row.name === details.name);
      if (row === undefined) {
        this.#insert(details, "options");
        continue;
      }
      unnamed.delete(row.id);
      const unchanged =
        row.owner === "options" &&
        row.name === details.name &&
        row.client_id === details.client_id &&
        row.redirect_uri === details.redirect_uri &&
        this.#read(row)?.secret === details.client_secret;
      if (!unchanged) this.#vault.changeAccount(row.id, details, "options", this.#clock.now());
    }
    for (const row of unnamed.values()) if (row.owner === "options") this.#vault.setOwner(row.id, "page");
    for (const row of this.#vault.accounts()) this.#applyRules(row, settings);
  }

  /** Takes up what an interruption left, and plans every account's next refresh. */
  start(): void {
    this.tick();
    for (const { row } of this.#entries.values()) {
      this.#plan(row.id);
      if (this.#vault.openAttempt(row.id) !== null) {
        this.#background(this.#runner.run({ kind: "refresh", account_id: row.id, generation: null }));
      }
    }
  }

  /** What the passing of time changes: called every 30 s or less. */
  tick(): void {
    const now = this.#clock.now();
    for (const id of this.#entries.keys()) this.#reload(id);
    if (now < this.#seenAt + SEEN_EVERY_MS) return;
    this.#seenAt = now;
    try {
      this.#vault.seen(now);
    } catch (error) {
      this.#log.warn("the time of the last check could not be saved", { error });
    }
  }

  accounts(): AccountState[] {
    return [...this.#entries.values()].map((entry) => entry.state);
  }

  /** Calls `listener` with every later change; returns the end of it. */
  subscribe(listener: (update: KeeperUpdate) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  // TokenSource

  async getToken(account_id: string): Promise<AccessToken> {
    const entry = this.#entry(account_id);
    const { row, token } = entry;
    if (token === null || row.sign_in_reason === "signed_out" || row.sign_in_reason === "never_signed_in") {
      throw this.#cannotServe(entry);
    }
    const now = this.#clock.now();
    const waitFrom = readersWaitFrom(token);
    const refused = this.#refused.get(account_id)?.generation === token.generation;
    if (!refused && (waitFrom === null || now < waitFrom)) return accessToken(token);
    const expired = refused || token.expires_at <= now;
    if (!this.#mayRefresh(entry)) {
      if (expired) throw this.#cannotServe(entry);
      return accessToken(token);
    }
    const report = await this.#refresh(entry);
    const after = this.#entry(account_id).token;
    const usable = after !== null && (after.generation !== token.generation || !expired);
    if (usable && after.expires_at > this.#clock.now()) return accessToken(after);
    throw "problem" in report ? toProblem(report.problem) : this.#cannotServe(this.#entry(account_id));
  }

  async invalidate(account_id: string, generation: number): Promise<AccessToken> {
    const entry = this.#entry(account_id);
    const { token } = entry;
    if (token === null || token.generation !== generation) return this.getToken(account_id);
    const now = this.#clock.monotonic();
    const earlier = this.#refused.get(account_id);
    if (earlier?.generation !== generation) {
      const left = earlier === undefined ? 0 : earlier.at + REFUSAL_PAUSE_MS - now;
      if (left > 0) {
        throw new Problem(
          "cloud_error",
          `The cloud of ${entry.row.name} refuses the token that it has just issued; the gateway waits before it asks for another.`,
          { retryable: true, retry_after_s: Math.ceil(left / 1000) },
        );
      }
      this.#refused.set(account_id, { generation, at: now });
    }
    return this.getToken(account_id);
  }

  // AccountDesk

  addAccount(details: AccountDetails): AccountState {
    const tidy = tidyDetails(details);
    requireDetails(tidy);
    this.#requireUnused(tidy.client_id, null);
    const id = this.#insert(tidy, "page");
    this.#log.info("added an account", { account: tidy.name });
    return this.#entry(id).state;
  }

  updateAccount(account_id: string, details: Partial<AccountDetails>): AccountState {
    const { row } = this.#entry(account_id);
    if (row.owner === "options") throw ownedByOptions(row);
    const secret = this.#vault.clientSecret(account_id);
    const changed = tidyDetails({
      name: details.name ?? row.name,
      client_id: details.client_id ?? row.client_id,
      client_secret: details.client_secret ?? secret,
      redirect_uri: details.redirect_uri ?? row.redirect_uri,
    });
    requireDetails(changed);
    this.#requireUnused(changed.client_id, account_id);
    this.#vault.changeAccount(account_id, changed, "page", this.#clock.now());
    this.#reload(account_id);
    this.#plan(account_id);
    return this.#entry(account_id).state;
  }

  async removeAccount(account_id: string): Promise<void> {
    const { row } = this.#entry(account_id);
    if (row.owner === "options") throw ownedByOptions(row);
    this.#vault.removeAccount(account_id);
    this.#forget(account_id);
    this.#log.info("removed an account", { account: row.name });
  }

  authorise(account_id: string): { readonly url: string } {
    const { row } = this.#entry(account_id);
    const wrong = checkDetails({ ...row, client_secret: this.#vault.clientSecret(account_id) });
    if (wrong !== null) throw new Problem("misconfigured", wrong.message, { field: wrong.field });
    const state = this.#random.bytes(24).toString("base64url");
    const now = this.#clock.now();
    this.#vault.beginSignIn(
      state,
      { account_id, redirect_uri: row.redirect_uri, ends_at: now + SIGN_IN_LASTS_MS },
      now,
    );
    return { url: authorizeUrl(this.#provider(row), row.client_id, row.redirect_uri, state).href };
  }

  async exchange(callback_url: string, account_id?: string): Promise<AccountState> {
    const now = this.#clock.now();
    const state = callbackState(callback_url);
    const pending = state === null ? null : this.#vault.signIn(state, now);
    const id = account_id ?? pending?.account_id;
    if (id === undefined || (state !== null && pending?.account_id !== id)) throw anotherSignIn();
    const { row } = this.#entry(id);
    const { code } = readCallback(callback_url, this.#provider(row));
    const redirect_uri = pending?.redirect_uri ?? row.redirect_uri;
    const report = await this.#runner.run({ kind: "sign_in", account_id: id, code, redirect_uri });
    if (state !== null && !("problem" in report && report.problem.retryable)) this.#vault.endSignIn(state);
    if ("problem" in report) throw toProblem(report.problem);
    return this.#entry(report.account_id).state;
  }

  async refreshNow(account_id: string): Promise<AccountState> {
    const entry = this.#entry(account_id);
    if (entry.token === null || entry.row.sign_in_reason === "signed_out") throw this.#cannotServe(entry);
    if (!this.#refreshing.has(account_id)) {
      const now = this.#clock.monotonic();
      const left = (this.#askedAt.get(account_id) ?? -Infinity) + ASKED_REFRESH_PAUSE_MS - now;
      if (left > 0) {
        const seconds = Math.ceil(left / 1000);
        throw new Problem(
          "rate_limited",
          `${entry.row.name} was refreshed by hand a moment ago: try again in ${seconds} s.`,
          {
            retryable: true,
            retry_after_s: seconds,
          },
        );
      }
      this.#askedAt.set(account_id, now);
    }
    const report = await this.#refresh(entry);
    if ("problem" in report) throw toProblem(report.problem);
    return this.#entry(account_id).state;
  }

  async signOut(account_id: string): Promise<AccountState> {
    const { row } = this.#entry(account_id);
    const event = {
      at: this.#clock.now(),
      kind: "signed_out",
      class: null,
      code: null,
      message: "Signed out.",
    } as const;
    this.#vault.signOut(account_id, event);
    this.#reload(account_id);
    this.#plan(account_id);
    this.#log.info("signed out", { account: row.name });
    return this.#entry(account_id).state;
  }

  events(account_id: string): AccountEvent[] {
    this.#entry(account_id);
    return this.#vault.events(account_id);
  }

  #refresh({ row }: Entry): Promise<GrantReport> {
    return this.#runner.run({ kind: "refresh", account_id: row.id, generation: row.generation });
  }

  /** A flight runs, or one may be started: not while a person is needed, nor between two attempts. */
  #mayRefresh({ row }: Entry): boolean {
    if (this.#refreshing.has(row.id)) return true;
    if (row.sign_in_reason !== null || row.automatic_refresh === 0 || this.#stalls.has(row.id)) return false;
    return row.consecutive_failures === 0 || (row.next_refresh_at ?? Infinity) <= this.#clock.now();
  }

  #flightEnded(id: string, report: GrantReport): void {
    this.#refreshing.delete(id);
    if (report.outcome === "broken") this.#stall(id, report.problem);
    else this.#stalls.delete(id);
    if (report.account_id !== id) this.#forget(id);
    this.#reload(report.account_id);
    this.#plan(report.account_id);
  }

  /** Backs off in memory what could not be written down, so that a full disk or a crash makes no loop. */
  #stall(id: string, problem: ProblemRecord): void {
    const now = this.#clock.now();
    const times = (this.#stalls.get(id)?.times ?? 0) + 1;
    const situation = { now, class: "transient", failures: times + 1, retry_after_at: null, expires_at: null } as const;
    this.#stalls.set(id, { problem, times, until: retryAt(situation, this.#random.fraction()) });
    this.#log.error("a refresh could not do its work", {
      account_id: id,
      code: problem.code,
      problem: problem.message,
    });
  }

  #background(flight: Promise<GrantReport>): void {
    flight.catch((error: unknown) => this.#log.error("a refresh ended unexpectedly", { error }));
  }

  #insert(details: AccountDetails, owner: "options" | "page"): string {
    const id = this.#random.uuid();
    this.#vault.addAccount({ ...details, id, provider: this.#defaultProvider, owner }, this.#clock.now());
    this.#reload(id);
    return id;
  }

  #applyRules(row: AccountRow, settings: RefreshSettings): void {
    const token = row.sign_in_reason === null ? (this.#read(row)?.token ?? null) : null;
    const changed =
      row.refresh_buffer_ms !== settings.refreshBufferMs || (row.automatic_refresh === 1) !== settings.automaticRefresh;
    if (changed) {
      const rules = { bufferMs: settings.refreshBufferMs, idleIntervalMs: this.#provider(row).idleIntervalMs };
      const due =
        token === null || row.consecutive_failures > 0 || token.refresh_token === null
          ? row.next_refresh_at
          : dueAt(token, rules, this.#random.fraction());
      this.#vault.setRefreshRules(row.id, settings.automaticRefresh, settings.refreshBufferMs, due);
    }
    this.#reload(row.id);
  }

  #plan(id: string): void {
    const entry = this.#entries.get(id);
    this.#runner.plan(id, entry?.state.next_refresh_at ?? null);
  }

  #forget(id: string): void {
    this.#entries.delete(id);
    this.#refused.delete(id);
    this.#askedAt.delete(id);
    this.#stalls.delete(id);
    this.#runner.plan(id, null);
    this.#tell({ accounts: [], removed: [id] });
  }

  /** Reads the account anew and tells the listeners when it looks different. */
  #reload(id: string): void {
    const before = this.#entries.get(id)?.state;
    const entry = this.#load(id);
    if (entry !== null && JSON.stringify(entry.state) !== JSON.stringify(before)) {
      this.#tell({ accounts: [entry.state], removed: [] });
    }
  }

  #load(id: string): Entry | null {
    const row = this.#vault.account(id);
    if (row === null) return null;
    const read = this.#read(row);
    const token = read?.token ?? null;
    const now = this.#clock.now();
    const state = describeAccount(row, {
      now,
      refreshing: this.#refreshing.has(id),
      clockSuspect: now < this.#seenAt - CLOCK_TOLERANCE_MS,
      unreadable: read === null,
      stall: this.#stalls.get(id) ?? null,
      detailsProblem: read === null ? null : checkDetails({ ...row, client_secret: read.secret }),
      client_secret_set: read?.secret !== "",
      life: token,
      recent: this.#vault.events(id, RECENT_EVENTS),
    });
    const entry = { row, token, state };
    this.#entries.set(id, entry);
    return entry;
  }

  #tell(update: KeeperUpdate): void {
    for (const listener of this.#listeners) listener(update);
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined)
      throw new Problem("account_not_found", "There is no such account: it may have been removed.");
    return entry;
  }

  #provider(row: AccountRow): Provider {
    const provider = this.#providers.find((provider) => provider.id === row.provider);
    if (provider === undefined) {
      throw new Problem("misconfigured", `${row.name} is of a kind of account that this version does not know.`);
    }
    return provider;
  }

  /** Why no token can be had, as the person's problem. */
  #cannotServe({ row, state }: Entry): Problem {
    const { status, last_error } = state;
    if (status === "sign_in_needed") {
      return new Problem("sign_in_needed", `${row.name} is not signed in: sign in on the gateway's page.`);
    }
    if (status === "misconfigured") {
      return new Problem(
        "misconfigured",
        last_error?.message ?? `The settings of ${row.name} are wrong: correct them.`,
      );
    }
    if (status === "paused") {
      return new Problem(
        "refresh_paused",
        `The token of ${row.name} has ended and automatic refresh is off: refresh it by hand, or switch it on.`,
      );
    }
    const stall = this.#stalls.get(row.id);
    if (stall !== undefined) return toProblem(stall.problem);
    if (status === "store_failed") {
      return new Problem("store_failed", `The stored sign-in of ${row.name} can't be read: restore the data folder.`);
    }
    const message = row.last_error_message ?? `${row.name} has no token right now.`;
    return new Problem(cloudProblem(row), message, { retryable: true });
  }

  #read(row: AccountRow): { readonly token: StoredToken | null; readonly secret: string } | null {
    try {
      return { token: this.#vault.token(row.id), secret: this.#vault.clientSecret(row.id) };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#log.error("a stored sign-in can't be read", { account: row.name, error });
      return null;
    }
  }

  #requireUnused(client_id: string, except: string | null): void {
    const other = [...this.#entries.values()].find(
      ({ row }) => row.provider === this.#defaultProvider && row.client_id === client_id && row.id !== except,
    );
    if (other === undefined) return;
    throw new Problem("account_exists", `${other.row.name} has this client id already: change that account instead.`, {
      field: "client_id",
    });
  }
}

function accessToken(token: StoredToken): AccessToken {
  return { value: token.access_token, generation: token.generation, expires_at: token.expires_at };
}

function cloudProblem({ last_error_reason: reason }: AccountRow): ProblemCode {
  return reason === "cloud_unreachable" || reason === "rate_limited" ? reason : "cloud_error";
}

function ownedByOptions(row: AccountRow): Problem {
  return new Problem(
    "account_owned_by_options",
    `${row.name} comes from the configuration: change it there and start the gateway again.`,
  );
}

function anotherSignIn(): Problem {
  return new Problem(
    "callback_of_another_sign_in",
    "This address belongs to another sign-in, or to one that has been used or is older than 10 minutes: start the sign-in again.",
    { field: "callback_url" },
  );
}
