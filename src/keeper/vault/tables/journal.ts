import type { RawAnswer } from "../../answers/raw-answer.ts";
import type { TokenPair } from "../../answers/token-response.ts";
import type { AccountRow } from "./account-columns.ts";
import type { AccountTable } from "./account-table.ts";
import { hasRefreshTokens, isSignIn } from "./attempt.ts";
import type { AnsweredAttempt, Attempt, FailureRecord, GrantType } from "./attempt.ts";
import { dropSeed, keepSeed } from "./credentials.ts";
import { endDeviceCode, pollLater } from "./device-code-table.ts";
import type { Polling } from "./device-code-table.ts";
import type { EventTable, NewEvent } from "./event-table.ts";
import type { SealedDatabase } from "../disk/sealed-database.ts";
import type { TokenTable } from "./token-table.ts";

export interface CommittedGrant {
  readonly pair: TokenPair;
  /** Null where it was not asked, or not told. */
  readonly cloud_user: string | null;
  /** When it is to be refreshed, by the account as it is stored at that moment. */
  readonly plan: (account: AccountRow) => number | null;
  readonly event: NewEvent;
}

/**
 * The journal of calls to token endpoints: what is intended before it is done, what was answered before it is read, and
 * the one transaction that turns an answer into the account's newest token.
 */
export class Journal {
  readonly #db: SealedDatabase;
  readonly #accounts: AccountTable;
  readonly #tokens: TokenTable;
  readonly #events: EventTable;

  constructor(db: SealedDatabase, accounts: AccountTable, tokens: TokenTable, events: EventTable) {
    this.#db = db;
    this.#accounts = accounts;
    this.#tokens = tokens;
    this.#events = events;
  }

  /**
   * Writes down that a call is about to be made. Null when the account is no longer as it was read: removed, signed out
   * or signed in since.
   */
  begin(account: AccountRow, grant_type: GrantType, at: number): Attempt | null {
    return this.#db.write(() => {
      const current = this.#accounts.get(account.id);
      if (current?.generation !== account.generation || current.sign_in_reason !== account.sign_in_reason) return null;
      this.#db.sql.prepare("DELETE FROM attempt WHERE account_id = ?").run(account.id);
      const { lastInsertRowid } = this.#db.sql
        .prepare("INSERT INTO attempt (account_id, grant_type, generation, intent_at) VALUES (?, ?, ?, ?)")
        .run(account.id, grant_type, account.generation, at);
      const { id: account_id, generation } = account;
      const begun = { id: Number(lastInsertRowid), account_id, grant_type, generation, intent_at: at, answer: null };
      this.#accounts.record("begun", begun, current);
      return begun;
    });
  }

  /** Writes the answer down as it came. */
  answer(attempt: Attempt, answer: RawAnswer): AnsweredAttempt {
    this.#db.write(() =>
      this.#db.sql
        .prepare("UPDATE attempt SET answered_at = ?, sealed_answer = ? WHERE id = ?")
        .run(answer.received_at, this.#db.seal(JSON.stringify(answer), answerOf(attempt)), attempt.id),
    );
    return { ...attempt, answer };
  }

  /** Whether an interruption left something behind. */
  isOpen(account_id: string): boolean {
    return this.#db.read(
      () => this.#db.sql.prepare("SELECT 1 FROM attempt WHERE account_id = ?").get(account_id) !== undefined,
    );
  }

  /** What an interruption left behind, or null. */
  open(account_id: string): Attempt | AnsweredAttempt | null {
    return this.#db.read(() => {
      const row = this.#db.sql
        .prepare<[string], AttemptRow>("SELECT * FROM attempt WHERE account_id = ?")
        .get(account_id);
      if (row === undefined) return null;
      const { id, grant_type, generation, intent_at, sealed_answer } = row;
      const answer =
        sealed_answer === null
          ? null
          : (JSON.parse(this.#db.unseal(sealed_answer, answerOf({ account_id, generation }))) as RawAnswer);
      return { id, account_id, grant_type, generation, intent_at, answer };
    });
  }

  /**
   * Makes the pair the account's newest generation and closes the attempt, in one transaction. Null when the account
   * has been removed, signed out or signed in anew since the attempt began: the pair is dropped then.
   *
   * @returns the account's id: an older one when its cloud user had an account before
   */
  commit(attempt: Attempt, grant: CommittedGrant): { readonly account_id: string; readonly generation: number } | null {
    return this.#db.write(() => {
      const account = this.#accountOf(attempt);
      if (account === null) return null;
      const { pair, cloud_user, plan, event } = grant;
      const first = account.cloud_user === null && cloud_user !== null;
      const former = first ? this.#accounts.takeFormerId(account, cloud_user) : null;
      const account_id = former?.id ?? account.id;
      // The tokens are asked too: no damage to a number may put a new token behind an old one.
      const generation =
        Math.max(account.generation, former?.generation ?? 0, this.#tokens.newestGeneration(account_id)) + 1;
      this.#tokens.add(account_id, generation, pair, account.generation);
      const granted = { attempt, generation, pair, cloud_user, next_refresh_at: plan(account), event };
      this.#accounts.record("granted", granted, account, account_id);
      if (hasRefreshTokens(attempt)) dropSeed(this.#db, account_id);
      if (isSignIn(attempt)) endDeviceCode(this.#db, account_id);
      this.#remove(attempt);
      this.#events.add(account_id, event);
      return { account_id, generation };
    });
  }

  /**
   * Writes a failed refresh into the account's health and closes the attempt, if there is one. Tokens are never
   * touched. False when the attempt is no longer the account's: nothing is written then.
   */
  fail(account_id: string, attempt: Attempt | null, failure: FailureRecord): boolean {
    return this.#db.write(() => {
      if (attempt !== null && this.#accountOf(attempt) === null) return false;
      if (attempt !== null) this.#remove(attempt);
      this.#recordFailure(account_id, failure);
      return true;
    });
  }

  /**
   * Keeps the refresh token of an answer that grants no access token, to be sent next. The pair that is held stays as it
   * is: the cloud may not have meant what it said.
   */
  keepRefreshToken(attempt: AnsweredAttempt, refresh_token: string): void {
    this.#db.write(() => {
      if (this.#accountOf(attempt) !== null) keepSeed(this.#db, attempt.account_id, refresh_token);
    });
  }

  /** Ends the grant of an account whose newest token, of `generation`, is not in this database. */
  restored(account_id: string, generation: number, failure: FailureRecord): void {
    this.#db.write(() => {
      this.#accounts.endGrant(account_id, "restored_backup");
      this.#accounts.raiseGeneration(account_id, generation);
      this.#recordFailure(account_id, failure);
    });
  }

  /** The account has come to `generation` elsewhere, and goes on from there: what this database had open is over. */
  goOn(account_id: string, generation: number): void {
    this.#db.write(() => {
      this.#db.sql.prepare("DELETE FROM attempt WHERE account_id = ?").run(account_id);
      this.#accounts.raiseGeneration(account_id, generation);
    });
  }

  /** Writes down that an answer can't be finished yet: it stays open. What it was given for is used up. */
  postpone(attempt: AnsweredAttempt, failure: FailureRecord): void {
    this.#db.write(() => {
      if (this.#accountOf(attempt) === null) return;
      this.#recordFailure(attempt.account_id, failure);
      this.#endDeviceCode(attempt);
    });
  }

  /** Closes an attempt that asked whether a code has been entered: it is asked again. */
  pollLater(attempt: Attempt, polling: Polling): void {
    this.#db.write(() => {
      if (this.#accountOf(attempt) === null) return;
      this.#remove(attempt);
      pollLater(this.#db, attempt.account_id, polling);
    });
  }

  /** Closes an attempt that changes nothing: a sign-in that failed leaves the account as it was. */
  close(attempt: Attempt, event: NewEvent): void {
    this.#db.write(() => {
      if (this.#accountOf(attempt) === null) return;
      this.#remove(attempt);
      this.#endDeviceCode(attempt);
      this.#events.add(attempt.account_id, event);
    });
  }

  /** The attempt's account while the attempt still counts: open, and no newer token since it began. */
  #accountOf(attempt: Attempt): AccountRow | null {
    const row = this.#db.sql
      .prepare<[number], { account_id: string }>("SELECT account_id FROM attempt WHERE id = ?")
      .get(attempt.id);
    const account = row === undefined ? null : this.#accounts.get(row.account_id);
    return account?.generation === attempt.generation ? account : null;
  }

  #endDeviceCode({ account_id, grant_type }: Attempt): void {
    if (grant_type === "device_code") endDeviceCode(this.#db, account_id);
  }

  #remove(attempt: Attempt): void {
    this.#db.sql.prepare("DELETE FROM attempt WHERE id = ?").run(attempt.id);
  }

  #recordFailure(account_id: string, failure: FailureRecord): void {
    const before = this.#accounts.get(account_id);
    if (before === null) return;
    this.#accounts.record("failed", failure, before);
    this.#events.add(account_id, failure.event);
  }
}

interface AttemptRow extends Omit<Attempt, "answer"> {
  readonly sealed_answer: Buffer | null;
}

const answerOf = (attempt: Pick<Attempt, "account_id" | "generation">) =>
  ({ purpose: "answer", owner: attempt.account_id, generation: attempt.generation }) as const;
