import { createHash } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "better-sqlite3";
import type { Clock } from "../clock.ts";
import type { Secrets } from "../log.ts";
import { Problem } from "../problem.ts";
import type { Random } from "../random.ts";
import type { AccountDetails, AccountEvent, AccountOwner, FailureClass, TokenReason } from "./account.ts";
import type { RawAnswer } from "./answer.ts";
import { diskProblem, openDatabase } from "./database.ts";
import { readKey, readOrMakeKey } from "./key-file.ts";
import { MIGRATIONS } from "./schema.ts";
import { Sealer, SealBroken } from "./sealing.ts";
import type { TokenPair } from "./token-response.ts";

/** An account as it is stored: no secret in it. */
export interface AccountRow {
  readonly id: string;
  readonly provider: string;
  readonly owner: AccountOwner;
  readonly name: string;
  readonly client_id: string;
  readonly redirect_uri: string;
  readonly automatic_refresh: 0 | 1;
  readonly refresh_buffer_ms: number | null;
  /** When a person last changed its details. */
  readonly changed_at: number;
  readonly cloud_user: string | null;
  /** Of the newest token that was ever committed; 0 before the first. */
  readonly generation: number;
  /** Why a person must sign in; null while the grant is good. */
  readonly sign_in_reason: TokenReason | null;
  readonly next_refresh_at: number | null;
  readonly last_success_at: number | null;
  readonly last_attempt_at: number | null;
  readonly last_error_class: FailureClass | null;
  readonly last_error_code: string | null;
  readonly last_error_message: string | null;
  readonly last_error_reason: TokenReason | null;
  readonly last_error_at: number | null;
  readonly consecutive_failures: number;
  readonly refresh_count: number;
  readonly failure_count: number;
}

export interface StoredToken extends TokenPair {
  readonly generation: number;
}

export type GrantType = "refresh_token" | "authorization_code";

/** One call to the token endpoint that is under way: intended, or answered and not yet committed. */
export interface Attempt {
  readonly id: number;
  readonly account_id: string;
  readonly grant_type: GrantType;
  /** The generation that it started from. */
  readonly generation: number;
  readonly intent_at: number;
  readonly answer: RawAnswer | null;
}

export interface CommittedGrant {
  readonly pair: TokenPair;
  readonly cloud_user: string | null;
  readonly next_refresh_at: number | null;
  readonly event: Omit<AccountEvent, "generation">;
}

export interface RecordedFailure {
  readonly at: number;
  readonly class: FailureClass;
  readonly code: string;
  readonly message: string;
  readonly reason: TokenReason;
  readonly next_refresh_at: number | null;
  /** Set when the grant is lost: a person must sign in. */
  readonly sign_in_reason: TokenReason | null;
  readonly event: Omit<AccountEvent, "generation">;
}

export interface PendingSignIn {
  readonly account_id: string;
  readonly redirect_uri: string;
  readonly ends_at: number;
}

export interface VaultOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly secrets: Secrets;
}

const DATABASE = "gateway.db";
const KEY = "gateway.key";
const EVENTS_KEPT = 200;

/**
 * Everything that must outlive the process, encrypted where it is secret: the gateway's id, accounts, their tokens
 * (current and previous generation), the calls that are under way, and the events. Every method is one transaction;
 * when it returns, what it wrote is on the disk. Every secret that it reads is registered first.
 *
 * @throws Problem `store_failed`, `database_corrupt`, `key_wrong` from any method
 */
export class Vault {
  readonly folder: string;
  readonly gateway_id: string;
  readonly #file: string;
  readonly #database: Database;
  readonly #sealer: Sealer;
  readonly #secrets: Secrets;

  private constructor(folder: string, database: Database, sealer: Sealer, gateway_id: string, secrets: Secrets) {
    this.folder = folder;
    this.gateway_id = gateway_id;
    this.#file = join(folder, DATABASE);
    this.#database = database;
    this.#sealer = sealer;
    this.#secrets = secrets;
  }

  /**
   * Opens the vault at the gateway's start; makes folder, key and database the first time.
   * @throws Problem `data_folder_unusable`, `database_corrupt`, `key_wrong`; what is there is left as it is
   */
  static open({ folder, clock, random, secrets }: VaultOptions): Vault {
    const file = join(folder, DATABASE);
    const key = readOrMakeKey(join(folder, KEY), existsSync(file), random);
    const database = openDatabase(file, { migrations: MIGRATIONS, check: true });
    try {
      const sealer = new Sealer(key, random);
      const id = gatewayId(database) ?? firstStart(database, sealer, random, clock);
      proveKey(database, sealer, id, join(folder, KEY));
      return new Vault(folder, database, sealer, id, secrets);
    } catch (error) {
      database.close();
      throw diskProblem(error, file) ?? error;
    }
  }

  /** A second handle on a vault that is open, for the worker thread. @throws as open */
  static join({ folder, random, secrets }: Omit<VaultOptions, "clock">): Vault {
    const file = join(folder, DATABASE);
    const sealer = new Sealer(readKey(join(folder, KEY)), random);
    const database = openDatabase(file, { migrations: MIGRATIONS, check: false });
    const id = gatewayId(database);
    if (id === null) {
      database.close();
      throw new Problem(
        "database_corrupt",
        `The database ${file} has lost its gateway's id: restore it from a backup.`,
      );
    }
    return new Vault(folder, database, sealer, id, secrets);
  }

  /** Makes the data folder where it does not exist. @throws Problem `data_folder_unusable` */
  static makeFolder(folder: string): void {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    } catch (cause) {
      throw new Problem(
        "data_folder_unusable",
        `${folder} can't be used as data folder: give the path of a writable folder.`,
        {
          cause,
        },
      );
    }
  }

  close(): void {
    this.#database.close();
  }

  /** The latest wall-clock time that a running gateway has seen. */
  lastSeenAt(): number {
    return this.#read(() => {
      const row = this.#database.prepare<[], { last_seen_at: number }>("SELECT last_seen_at FROM gateway").get();
      return row?.last_seen_at ?? 0;
    });
  }

  seen(at: number): void {
    this.#write(() => this.#database.prepare("UPDATE gateway SET last_seen_at = ?").run(at));
  }

  // Accounts

  accounts(): AccountRow[] {
    return this.#read(() =>
      this.#database.prepare<[], AccountRow>(`SELECT ${ACCOUNT_COLUMNS} FROM account ORDER BY rowid`).all(),
    );
  }

  account(id: string): AccountRow | null {
    return this.#read(() => this.#account(id));
  }

  clientSecret(account_id: string): string {
    return this.#read(() => {
      const row = this.#database
        .prepare<[string], { sealed_client_secret: Buffer }>("SELECT sealed_client_secret FROM account WHERE id = ?")
        .get(account_id);
      if (row === undefined) return "";
      const secret = this.#sealer.open(row.sealed_client_secret, secretOf(account_id));
      this.#secrets.add(secret);
      return secret;
    });
  }

  addAccount(
    account: AccountDetails & { readonly id: string; readonly provider: string; readonly owner: AccountOwner },
    at: number,
  ): void {
    this.#write(() =>
      this.#database
        .prepare(
          `INSERT INTO account (id, provider, owner, name, client_id, sealed_client_secret, redirect_uri, automatic_refresh, changed_at)
           VALUES (@id, @provider, @owner, @name, @client_id, @sealed_client_secret, @redirect_uri, 1, @changed_at)`,
        )
        .run({
          id: account.id,
          provider: account.provider,
          owner: account.owner,
          name: account.name,
          client_id: account.client_id,
          sealed_client_secret: this.#sealer.seal(account.client_secret, secretOf(account.id)),
          redirect_uri: account.redirect_uri,
          changed_at: at,
        }),
    );
  }

  /**
   * Writes new details. Another client id ends the grant (it belongs to the old client); any change clears what the
   * cloud refused because of the old ones and makes a kept grant due at once.
   */
  changeAccount(id: string, details: AccountDetails, owner: AccountOwner, at: number): void {
    this.#write(() => {
      const before = this.#account(id);
      if (before === null) return;
      this.#database
        .prepare(
          `UPDATE account SET name = @name, client_id = @client_id, sealed_client_secret = @sealed_client_secret,
             redirect_uri = @redirect_uri, owner = @owner, changed_at = @at WHERE id = @id`,
        )
        .run({
          id,
          owner,
          at,
          name: details.name,
          client_id: details.client_id,
          redirect_uri: details.redirect_uri,
          sealed_client_secret: this.#sealer.seal(details.client_secret, secretOf(id)),
        });
      if (details.client_id !== before.client_id && before.sign_in_reason === null) {
        this.#database
          .prepare("UPDATE account SET sign_in_reason = 'signed_out', next_refresh_at = NULL WHERE id = ?")
          .run(id);
        this.#database.prepare("DELETE FROM attempt WHERE account_id = ?").run(id);
      } else if (before.last_error_class === "configuration") {
        this.#database
          .prepare(
            `UPDATE account SET ${NO_ERROR}, next_refresh_at = CASE WHEN sign_in_reason IS NULL THEN @at END WHERE id = @id`,
          )
          .run({ id, at });
      }
    });
  }

  setOwner(id: string, owner: AccountOwner): void {
    this.#write(() => this.#database.prepare("UPDATE account SET owner = ? WHERE id = ?").run(owner, id));
  }

  setRefreshRules(id: string, automatic: boolean, bufferMs: number | null, next_refresh_at: number | null): void {
    this.#write(() =>
      this.#database
        .prepare("UPDATE account SET automatic_refresh = ?, refresh_buffer_ms = ?, next_refresh_at = ? WHERE id = ?")
        .run(automatic ? 1 : 0, bufferMs, next_refresh_at, id),
    );
  }

  rememberUser(id: string, cloud_user: string): void {
    this.#write(() => this.#database.prepare("UPDATE account SET cloud_user = ? WHERE id = ?").run(cloud_user, id));
  }

  /** Forgets the account and wipes its tokens; its id is kept for the day when the same cloud user comes back. */
  removeAccount(id: string): void {
    this.#write(() => {
      this.#database
        .prepare(
          `INSERT OR REPLACE INTO former_account (provider, cloud_user, id, generation)
           SELECT provider, cloud_user, id, generation FROM account WHERE id = ? AND cloud_user IS NOT NULL`,
        )
        .run(id);
      this.#database.prepare("DELETE FROM account WHERE id = ?").run(id);
    });
    this.#wipeLog();
  }

  /** Wipes the tokens and whatever is under way; the account stays. */
  signOut(id: string, event: Omit<AccountEvent, "generation">): void {
    this.#write(() => {
      this.#database.prepare("DELETE FROM token WHERE account_id = ?").run(id);
      this.#database.prepare("DELETE FROM attempt WHERE account_id = ?").run(id);
      this.#database
        .prepare(`UPDATE account SET sign_in_reason = 'signed_out', next_refresh_at = NULL, ${NO_ERROR} WHERE id = ?`)
        .run(id);
      this.#addEvent(id, event);
    });
    this.#wipeLog();
  }

  // Tokens

  /** The newest committed token; null before the first sign-in and after a sign-out. */
  token(account_id: string): StoredToken | null {
    return this.#read(() => {
      const row = this.#database
        .prepare<[string], TokenRow>("SELECT * FROM token WHERE account_id = ? ORDER BY generation DESC LIMIT 1")
        .get(account_id);
      if (row === undefined) return null;
      const { sealed_pair, generation, obtained_at, expires_at, refresh_expires_at, scope } = row;
      const pair = JSON.parse(this.#sealer.open(sealed_pair, tokenOf(account_id, generation))) as SealedPair;
      this.#secrets.add(pair.access_token);
      if (pair.refresh_token !== null) this.#secrets.add(pair.refresh_token);
      return { ...pair, generation, obtained_at, expires_at, refresh_expires_at, scope };
    });
  }

  // The journal

  /** Writes down that a call is about to be made. */
  beginAttempt(account: AccountRow, grant_type: GrantType, at: number): Attempt {
    return this.#write(() => {
      this.#database.prepare("DELETE FROM attempt WHERE account_id = ?").run(account.id);
      const { lastInsertRowid } = this.#database
        .prepare("INSERT INTO attempt (account_id, grant_type, generation, intent_at) VALUES (?, ?, ?, ?)")
        .run(account.id, grant_type, account.generation, at);
      this.#database.prepare("UPDATE account SET last_attempt_at = ? WHERE id = ?").run(at, account.id);
      return {
        id: Number(lastInsertRowid),
        account_id: account.id,
        grant_type,
        generation: account.generation,
        intent_at: at,
        answer: null,
      };
    });
  }

  /** Writes the answer down as it came. */
  recordAnswer(attempt: Attempt, answer: RawAnswer): Attempt {
    this.#write(() =>
      this.#database
        .prepare("UPDATE attempt SET answered_at = ?, sealed_answer = ? WHERE id = ?")
        .run(answer.received_at, this.#sealer.seal(JSON.stringify(answer), answerOf(attempt)), attempt.id),
    );
    return { ...attempt, answer };
  }

  openAttempt(account_id: string): Attempt | null {
    return this.#read(() => {
      const row = this.#database
        .prepare<[string], AttemptRow>("SELECT * FROM attempt WHERE account_id = ?")
        .get(account_id);
      if (row === undefined) return null;
      const { id, grant_type, generation, intent_at, sealed_answer } = row;
      const answer =
        sealed_answer === null
          ? null
          : (JSON.parse(this.#sealer.open(sealed_answer, answerOf({ account_id, generation }))) as RawAnswer);
      return { id, account_id, grant_type, generation, intent_at, answer };
    });
  }

  /**
   * Makes the answer's pair the account's newest generation and closes the attempt, in one transaction. Null when the
   * account has been removed, signed out or signed in anew since the attempt began: the pair is dropped then.
   *
   * @returns the account's id, which is an older one when its cloud user had an account before
   */
  commit(attempt: Attempt, grant: CommittedGrant): { readonly account_id: string; readonly generation: number } | null {
    return this.#write(() => {
      if (!this.#isOpen(attempt)) return null;
      const { pair, cloud_user } = grant;
      const earlier = this.#giveFormerId(attempt.account_id, cloud_user);
      const account_id = earlier?.id ?? attempt.account_id;
      const generation = Math.max(attempt.generation, earlier?.generation ?? 0) + 1;
      const sealed: SealedPair = { access_token: pair.access_token, refresh_token: pair.refresh_token };
      this.#database
        .prepare(
          `INSERT INTO token (account_id, generation, sealed_pair, obtained_at, expires_at, refresh_expires_at, scope)
           VALUES (@account_id, @generation, @sealed_pair, @obtained_at, @expires_at, @refresh_expires_at, @scope)`,
        )
        .run({
          account_id,
          generation,
          sealed_pair: this.#sealer.seal(JSON.stringify(sealed), tokenOf(account_id, generation)),
          obtained_at: pair.obtained_at,
          expires_at: pair.expires_at,
          refresh_expires_at: pair.refresh_expires_at,
          scope: pair.scope,
        });
      this.#database
        .prepare("DELETE FROM token WHERE account_id = ? AND generation < ?")
        .run(account_id, attempt.generation);
      this.#database
        .prepare(
          `UPDATE account SET generation = @generation, sign_in_reason = NULL, next_refresh_at = @next_refresh_at,
             cloud_user = coalesce(@cloud_user, cloud_user), last_success_at = @at,
             refresh_count = refresh_count + @refreshes, ${NO_ERROR} WHERE id = @account_id`,
        )
        .run({
          account_id,
          generation,
          cloud_user,
          next_refresh_at: grant.next_refresh_at,
          at: grant.event.at,
          refreshes: attempt.grant_type === "refresh_token" ? 1 : 0,
        });
      this.#database.prepare("DELETE FROM attempt WHERE id = ?").run(attempt.id);
      this.#addEvent(account_id, grant.event);
      return { account_id, generation };
    });
  }

  /**
   * Writes a failed refresh into the account's health and closes the attempt, if there is one; `keepAttempt` leaves an
   * answer in the journal that can't be finished yet. False when the attempt is no longer the account's: nothing is
   * written then. Tokens are never touched.
   */
  recordFailure(account_id: string, attempt: Attempt | null, failure: RecordedFailure, keepAttempt = false): boolean {
    return this.#write(() => {
      if (attempt !== null && !this.#isOpen(attempt)) return false;
      this.#database
        .prepare(
          `UPDATE account SET last_error_class = @class, last_error_code = @code, last_error_message = @message,
             last_error_reason = @reason, last_error_at = @at, next_refresh_at = @next_refresh_at,
             sign_in_reason = coalesce(@sign_in_reason, sign_in_reason),
             consecutive_failures = consecutive_failures + 1, failure_count = failure_count + 1
           WHERE id = @account_id`,
        )
        .run({
          account_id,
          class: failure.class,
          code: failure.code,
          message: failure.message,
          reason: failure.reason,
          at: failure.at,
          next_refresh_at: failure.next_refresh_at,
          sign_in_reason: failure.sign_in_reason,
        });
      if (attempt !== null && !keepAttempt) this.#database.prepare("DELETE FROM attempt WHERE id = ?").run(attempt.id);
      this.#addEvent(account_id, failure.event);
      return true;
    });
  }

  /** Closes an attempt that changes nothing: a sign-in that failed leaves the account as it was. */
  closeAttempt(attempt: Attempt, event: Omit<AccountEvent, "generation">): void {
    this.#write(() => {
      if (!this.#isOpen(attempt)) return;
      this.#database.prepare("DELETE FROM attempt WHERE id = ?").run(attempt.id);
      this.#addEvent(attempt.account_id, event);
    });
  }

  // Events

  /** The latest `limit`, oldest first. */
  events(account_id: string, limit = EVENTS_KEPT): AccountEvent[] {
    return this.#read(() =>
      this.#database
        .prepare<[string, number], AccountEvent>(
          `SELECT at, kind, generation, class, code, message FROM event WHERE account_id = ? ORDER BY id DESC LIMIT ?`,
        )
        .all(account_id, limit)
        .toReversed(),
    );
  }

  // Sign-ins under way

  beginSignIn(state: string, signIn: PendingSignIn, now: number): void {
    this.#write(() => {
      this.#database.prepare("DELETE FROM sign_in WHERE ends_at <= ?").run(now);
      this.#database
        .prepare("INSERT INTO sign_in (state_hash, account_id, redirect_uri, ends_at) VALUES (?, ?, ?, ?)")
        .run(hash(state), signIn.account_id, signIn.redirect_uri, signIn.ends_at);
    });
  }

  /** The sign-in that this `state` belongs to, while it lasts. */
  signIn(state: string, now: number): PendingSignIn | null {
    return this.#read(
      () =>
        this.#database
          .prepare<[string, number], PendingSignIn>(
            "SELECT account_id, redirect_uri, ends_at FROM sign_in WHERE state_hash = ? AND ends_at > ?",
          )
          .get(hash(state), now) ?? null,
    );
  }

  /** A `state` is good for one sign-in. */
  endSignIn(state: string): void {
    this.#write(() => this.#database.prepare("DELETE FROM sign_in WHERE state_hash = ?").run(hash(state)));
  }

  #account(id: string): AccountRow | null {
    return (
      this.#database.prepare<[string], AccountRow>(`SELECT ${ACCOUNT_COLUMNS} FROM account WHERE id = ?`).get(id) ??
      null
    );
  }

  #isOpen(attempt: Attempt): boolean {
    const row = this.#database
      .prepare<[number], { generation: number }>(
        "SELECT account.generation FROM attempt JOIN account ON account.id = attempt.account_id WHERE attempt.id = ?",
      )
      .get(attempt.id);
    return row?.generation === attempt.generation;
  }

  /** The first sign-in of an account whose cloud user had one before takes over the old id. */
  #giveFormerId(account_id: string, cloud_user: string | null): { id: string; generation: number } | null {
    const account = this.#account(account_id);
    if (account === null || cloud_user === null || account.cloud_user !== null) return null;
    const former = this.#database
      .prepare<[string, string], { id: string; generation: number }>(
        "SELECT id, generation FROM former_account WHERE provider = ? AND cloud_user = ?",
      )
      .get(account.provider, cloud_user);
    if (former === undefined) return null;
    const secret = this.#sealer.seal(this.clientSecret(account_id), secretOf(former.id));
    this.#database.prepare("DELETE FROM token WHERE account_id = ?").run(account_id);
    this.#database
      .prepare("UPDATE account SET id = ?, sealed_client_secret = ? WHERE id = ?")
      .run(former.id, secret, account_id);
    this.#database
      .prepare("DELETE FROM former_account WHERE provider = ? AND cloud_user = ?")
      .run(account.provider, cloud_user);
    return former;
  }

  #addEvent(account_id: string, event: Omit<AccountEvent, "generation">): void {
    this.#database
      .prepare(
        `INSERT INTO event (account_id, at, kind, generation, class, code, message)
         SELECT id, @at, @kind, generation, @class, @code, @message FROM account WHERE id = @account_id`,
      )
      .run({ account_id, ...event });
    this.#database
      .prepare(
        `DELETE FROM event WHERE account_id = @account_id AND id <= (
           SELECT id FROM event WHERE account_id = @account_id ORDER BY id DESC LIMIT 1 OFFSET ${EVENTS_KEPT})`,
      )
      .run({ account_id });
  }

  #read<T>(read: () => T): T {
    return this.#guard(read);
  }

  #write<T>(write: () => T): T {
    return this.#guard(() => this.#database.transaction(write).immediate());
  }

  /** Deleted rows live on in the write-ahead log until it is emptied; a reader at work puts that off. */
  #wipeLog(): void {
    this.#guard(() => this.#database.pragma("wal_checkpoint(TRUNCATE)"));
  }

  #guard<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      if (error instanceof SealBroken) {
        throw new Problem(
          "database_corrupt",
          `${error.message} Restore ${this.#file} from a backup, or sign in again.`,
          {
            cause: error,
          },
        );
      }
      throw diskProblem(error, this.#file) ?? error;
    }
  }
}

interface TokenRow {
  readonly generation: number;
  readonly sealed_pair: Buffer;
  readonly obtained_at: number;
  readonly expires_at: number;
  readonly refresh_expires_at: number | null;
  readonly scope: string | null;
}

type SealedPair = Pick<TokenPair, "access_token" | "refresh_token">;

interface AttemptRow extends Omit<Attempt, "answer"> {
  readonly sealed_answer: Buffer | null;
}

const ACCOUNT_COLUMNS = `id, provider, owner, name, client_id, redirect_uri, automatic_refresh, refresh_buffer_ms, changed_at,
  cloud_user, generation, sign_in_reason, next_refresh_at, last_success_at, last_attempt_at, last_error_class,
  last_error_code, last_error_message, last_error_reason, last_error_at, consecutive_failures, refresh_count, failure_count`;

const NO_ERROR = `last_error_class = NULL, last_error_code = NULL, last_error_message = NULL, last_error_reason = NULL,
  last_error_at = NULL, consecutive_failures = 0`;

const secretOf = (owner: string) => ({ purpose: "client_secret", owner, generation: 0 }) as const;
const tokenOf = (owner: string, generation: number) => ({ purpose: "token", owner, generation }) as const;
const answerOf = (attempt: Pick<Attempt, "account_id" | "generation">) =>
  ({ purpose: "answer", owner: attempt.account_id, generation: attempt.generation }) as const;
const proofOf = (owner: string) => ({ purpose: "key_proof", owner, generation: 0 }) as const;

function hash(state: string): string {
  return createHash("sha256").update(state).digest("hex");
}

function gatewayId(database: Database): string | null {
  return database.prepare<[], { id: string }>("SELECT id FROM gateway").get()?.id ?? null;
}

function firstStart(database: Database, sealer: Sealer, random: Random, clock: Clock): string {
  const id = random.uuid();
  database
    .prepare("INSERT INTO gateway (only_row, id, key_id, sealed_proof, last_seen_at) VALUES (1, ?, ?, ?, ?)")
    .run(id, sealer.keyId, sealer.seal(id, proofOf(id)), clock.now());
  return id;
}

function proveKey(database: Database, sealer: Sealer, id: string, keyFile: string): void {
  const row = database.prepare<[], { sealed_proof: Buffer }>("SELECT sealed_proof FROM gateway").get();
  try {
    if (row !== undefined && sealer.open(row.sealed_proof, proofOf(id)) === id) return;
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
  }
  throw new Problem(
    "key_wrong",
    `The key file ${keyFile} does not fit the database beside it: put the right key back from a backup, or move the whole data folder away to start anew.`,
  );
}
