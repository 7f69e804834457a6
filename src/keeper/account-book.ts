import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { Problem } from "../problem.ts";
import type { AccountState } from "./account.ts";
import { checkDetails } from "./account-details.ts";
import { describeAccount } from "./account-state.ts";
import type { Stall } from "./account-state.ts";
import type { Vault } from "./vault.ts";
import type { AccountRow } from "./vault/account-table.ts";
import type { StoredToken } from "./vault/token-table.ts";

export interface KeeperUpdate {
  readonly accounts: readonly AccountState[];
  readonly removed: readonly string[];
}

/** One account in memory: what is committed, and how it looks. */
export interface BookEntry {
  readonly row: AccountRow;
  readonly token: StoredToken | null;
  readonly state: AccountState;
  readonly stall: Stall | null;
  /** A grant is under way. */
  readonly refreshing: boolean;
}

const RECENT_EVENTS = 40;
/** The clock may be set back this far before it is called wrong. */
const CLOCK_TOLERANCE_MS = 2 * 60_000;
/** How often the time is written down that a clock must not be earlier than. */
const SEEN_EVERY_MS = 10 * 60_000;

/**
 * The accounts in memory, for speed and for those who listen: the vault is the truth, and an account is read anew after
 * everything that may have changed it.
 */
export class AccountBook {
  readonly #vault: Vault;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #entries = new Map<string, BookEntry>();
  readonly #listeners = new Set<(update: KeeperUpdate) => void>();
  #seenAt: number;

  constructor(vault: Vault, clock: Clock, log: Log) {
    this.#vault = vault;
    this.#clock = clock;
    this.#log = log;
    this.#seenAt = vault.lastSeenAt();
    for (const { id } of vault.accounts.all()) this.reload(id);
  }

  /** @throws Problem `account_not_found` */
  entry(id: string): BookEntry {
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      throw new Problem("account_not_found", "There is no such account: it may have been removed.");
    }
    return entry;
  }

  entries(): BookEntry[] {
    return [...this.#entries.values()];
  }

  /** Calls `listener` with every later change; returns the end of it. */
  subscribe(listener: (update: KeeperUpdate) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reads the account anew, with what memory alone knows, and tells the listeners when it looks different. */
  reload(id: string, known: Partial<Pick<BookEntry, "refreshing" | "stall">> = {}): void {
    const before = this.#entries.get(id);
    const row = this.#vault.accounts.get(id);
    if (row === null) return this.forget(id);
    const refreshing = known.refreshing ?? before?.refreshing ?? false;
    const stall = known.stall === undefined ? (before?.stall ?? null) : known.stall;
    const entry = this.#describe(row, refreshing, stall);
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
    if (now < this.#seenAt + SEEN_EVERY_MS) return;
    this.#seenAt = now;
    this.#vault.seen(now);
  }

  #describe(row: AccountRow, refreshing: boolean, stall: Stall | null): BookEntry {
    const now = this.#clock.now();
    const secrets = this.#secretsOf(row);
    const token = secrets?.token ?? null;
    const state = describeAccount(row, {
      now,
      refreshing,
      stall,
      clockSuspect: now < this.#seenAt - CLOCK_TOLERANCE_MS,
      unreadable: secrets === null,
      detailsProblem: secrets === null ? null : checkDetails({ ...row, client_secret: secrets.clientSecret }),
      client_secret_set: secrets?.clientSecret !== "",
      life: token,
      recent: this.#vault.events.latest(row.id, RECENT_EVENTS),
    });
    return { row, token, state, stall, refreshing };
  }

  /** Null when they can't be read: that account is out of order, the others are not. */
  #secretsOf({ id, name }: AccountRow): { readonly token: StoredToken | null; readonly clientSecret: string } | null {
    try {
      return { token: this.#vault.tokens.newest(id), clientSecret: this.#vault.accounts.clientSecret(id) };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#log.error("a stored sign-in can't be read", { account: name, error });
      return null;
    }
  }

  #tell(update: KeeperUpdate): void {
    for (const listener of this.#listeners) listener(update);
  }
}
