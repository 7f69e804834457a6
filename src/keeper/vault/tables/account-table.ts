import type { AccountIncident, AccountOwner, ClientDetails, RefreshPolicy, TokenReason } from "../../account.ts";
import { fromJson } from "../../providers/provider-fields.ts";
import type { ProviderCredentials, ProviderSettings } from "../../providers/provider-fields.ts";
import { ACCOUNT_COLUMNS } from "./account-columns.ts";
import type { AccountColumn, AccountOccasions, AccountReactions, AccountRow } from "./account-columns.ts";
import { readCredentials, sealCredentials } from "./credentials.ts";
import type { SealedDatabase } from "../disk/sealed-database.ts";

export interface NewAccount extends ClientDetails {
  readonly id: string;
  readonly provider: string;
  readonly owner: AccountOwner;
  readonly settings?: ProviderSettings;
  readonly credentials?: ProviderCredentials;
}

/** How an account begins, or begins anew: null and null is one that waits for a person. */
export interface Beginning {
  readonly sign_in_reason: TokenReason | null;
  readonly next_refresh_at: number | null;
}

const WAITS: Beginning = { sign_in_reason: "never_signed_in", next_refresh_at: null };

/** The accounts: their details, and their health over restarts. */
export class AccountTable {
  readonly #db: SealedDatabase;

  constructor(db: SealedDatabase) {
    this.#db = db;
  }

  all(): AccountRow[] {
    return this.#db.read(() =>
      this.#db.sql.prepare<[], StoredRow>(`SELECT ${READ} FROM account ORDER BY rowid`).all().map(asRow),
    );
  }

  get(id: string): AccountRow | null {
    return this.#db.read(() => {
      const row = this.#db.sql.prepare<[string], StoredRow>(`SELECT ${READ} FROM account WHERE id = ?`).get(id);
      return row === undefined ? null : asRow(row);
    });
  }

  /** Empty for an account that is gone. */
  clientSecret(id: string): string {
    return this.#db.read(() => {
      const row = this.#db.sql
        .prepare<[string], { sealed_client_secret: Buffer }>("SELECT sealed_client_secret FROM account WHERE id = ?")
        .get(id);
      if (row === undefined) return "";
      const secret = this.#db.unseal(row.sealed_client_secret, secretOf(id));
      this.#db.register(secret);
      return secret;
    });
  }

  add(account: NewAccount, at: number, beginning: Beginning = WAITS): void {
    const { id, provider, owner, name, client_id, client_secret, redirect_uri, settings = {}, credentials } = account;
    this.#db.write(() =>
      this.#db.sql
        .prepare(
          `INSERT INTO account (id, provider, owner, name, client_id, sealed_client_secret, redirect_uri, settings,
             sealed_credentials, changed_at, sign_in_reason, next_refresh_at)
           VALUES (@id, @provider, @owner, @name, @client_id, @secret, @redirect_uri, @settings, @credentials, @at,
             @sign_in_reason, @next_refresh_at)`,
        )
        .run({
          id,
          provider,
          owner,
          name,
          client_id,
          secret: this.#db.seal(client_secret, secretOf(id)),
          redirect_uri,
          settings: JSON.stringify(settings),
          credentials: sealCredentials(this.#db, id, credentials ?? {}),
          at,
          ...beginning,
        }),
    );
  }

  /**
   * Writes new details. Another client id ends the grant, which belongs to the old client and is not sent again. Any
   * other change clears what the cloud refused because of the old details, and makes a kept grant due at once.
   */
  change(id: string, details: ClientDetails, owner: AccountOwner, at: number): void {
    const { name, client_id, client_secret, redirect_uri } = details;
    this.#db.write(() => {
      const before = this.get(id);
      if (before === null) return;
      this.#db.sql
        .prepare(
          `UPDATE account SET name = ?, client_id = ?, sealed_client_secret = ?, redirect_uri = ?, owner = ?, changed_at = ?,
             left_options_at = CASE WHEN owner = ? THEN left_options_at END WHERE id = ?`,
        )
        .run(name, client_id, this.#db.seal(client_secret, secretOf(id)), redirect_uri, owner, at, owner, id);
      if (client_id !== before.client_id) {
        this.endGrant(id, before.sign_in_reason ?? "signed_out");
      } else if (before.last_error_class === "configuration") {
        this.#db.sql
          .prepare(
            `UPDATE account SET ${NO_ERROR}, next_refresh_at = CASE WHEN sign_in_reason IS NULL THEN ? END WHERE id = ?`,
          )
          .run(at, id);
      }
    });
  }

  /** Who owns the account from now on. @param left_options_at when the options stopped naming it; null: kept, or named */
  handTo(owner: AccountOwner, id: string, left_options_at: number | null): void {
    this.#db.write(() =>
      this.#db.sql
        .prepare("UPDATE account SET owner = ?, left_options_at = ? WHERE id = ?")
        .run(owner, left_options_at, id),
    );
  }

  /**
   * @param byPage whether the page set it, for this account alone
   * @param plan when the account is due then, by its row as it is stored at that moment: a worker may have just written
   */
  setRefreshPolicy(
    id: string,
    policy: RefreshPolicy,
    byPage: boolean,
    plan: (account: AccountRow) => number | null,
  ): void {
    this.#db.write(() => {
      const account = this.get(id);
      if (account === null) return;
      this.#db.sql
        .prepare(
          `UPDATE account SET automatic_refresh = @automatic, refresh_buffer_ms = @refresh_buffer_ms,
             refresh_buffer_share = @refresh_buffer_share, idle_interval_ms = @idle_interval_ms,
             refresh_policy_set = @set, next_refresh_at = @next_refresh_at WHERE id = @id`,
        )
        .run({
          id,
          automatic: policy.automatic_refresh ? 1 : 0,
          refresh_buffer_ms: policy.refresh_buffer_ms,
          refresh_buffer_share: policy.refresh_buffer_share,
          idle_interval_ms: policy.idle_interval_ms,
          set: byPage ? 1 : 0,
          next_refresh_at: plan(account),
        });
    });
  }

  setIncident(id: string, { number, kind, opened_at, closed_at }: AccountIncident): void {
    this.#db.write(() =>
      this.#db.sql
        .prepare(
          `UPDATE account SET incident_number = ?, incident_kind = ?, incident_opened_at = ?, incident_closed_at = ?
           WHERE id = ?`,
        )
        .run(number, kind, opened_at, closed_at, id),
    );
  }

  /**
   * Within a transaction: writes what its columns make of an occasion.
   * @param id by now: the one of `before`, unless the account has taken over a former one
   */
  record<Name extends keyof AccountOccasions>(
    occasion: Name,
    what: AccountOccasions[Name],
    before: AccountRow,
    id: string = before.id,
  ): void {
    const { columns, sql } = WRITES[occasion];
    const values = columns.map((column: AccountReactions<unknown>) => column[occasion]?.(what, before));
    this.#db.sql.prepare(sql).run(...values, id);
  }

  rememberUser(id: string, cloud_user: string): void {
    this.#db.write(() => this.#db.sql.prepare("UPDATE account SET cloud_user = ? WHERE id = ?").run(cloud_user, id));
  }

  /** The next token's number is above `generation`. */
  raiseGeneration(id: string, generation: number): void {
    this.#db.write(() =>
      this.#db.sql.prepare("UPDATE account SET generation = max(generation, ?) WHERE id = ?").run(generation, id),
    );
  }

  /** From now on a person must sign in; whatever call is under way counts no more. */
  endGrant(id: string, reason: TokenReason): void {
    this.#db.write(() => {
      for (const table of ["attempt", "device_code"]) {
        this.#db.sql.prepare(`DELETE FROM ${table} WHERE account_id = ?`).run(id);
      }
      this.#db.sql
        .prepare(`UPDATE account SET sign_in_reason = ?, ${NO_GRANT}, ${NO_ERROR} WHERE id = ?`)
        .run(reason, id);
    });
  }

  /** Forgets the account and wipes its tokens; its id is kept for the day when the same cloud user comes back. */
  remove(id: string): void {
    this.#db.write(() => {
      this.#db.sql
        .prepare(
          `INSERT OR REPLACE INTO former_account (provider, cloud_user, id, generation)
           SELECT provider, cloud_user, id, generation FROM account WHERE id = ? AND cloud_user IS NOT NULL`,
        )
        .run(id);
      this.#db.sql.prepare("DELETE FROM account WHERE id = ?").run(id);
    });
    this.#db.wipeLog();
  }

  /**
   * The first sign-in of an account whose cloud user had one before takes over the old id, so that Home Assistant keeps
   * its entities. Returns the old id and its last generation, or null when there is none.
   */
  takeFormerId(account: AccountRow, cloud_user: string): { readonly id: string; readonly generation: number } | null {
    return this.#db.write(() => {
      const former = this.#db.sql
        .prepare<[string, string], { id: string; generation: number }>(
          "DELETE FROM former_account WHERE provider = ? AND cloud_user = ? RETURNING id, generation",
        )
        .get(account.provider, cloud_user);
      if (former === undefined) return null;
      const secret = this.#db.seal(this.clientSecret(account.id), secretOf(former.id));
      const credentials = sealCredentials(this.#db, former.id, readCredentials(this.#db, account.id));
      // What was sealed under the new id can't be opened under the old one.
      this.#db.sql.prepare("DELETE FROM token WHERE account_id = ?").run(account.id);
      this.#db.sql
        .prepare("UPDATE account SET id = ?, sealed_client_secret = ?, sealed_credentials = ? WHERE id = ?")
        .run(former.id, secret, credentials, account.id);
      return former;
    });
  }
}

const COLUMNS = Object.entries<AccountColumn<unknown>>(ACCOUNT_COLUMNS);
const READ = COLUMNS.flatMap(([name]) => (name.startsWith("sealed_") ? [] : name)).join(", ");

/** Sets an account's health back to good. */
export const NO_ERROR = settingBack("withoutError");
/** Sets back what hangs on its tokens. */
export const NO_GRANT = settingBack("withoutGrant");

/** The row as SQLite has it. */
interface StoredRow extends Omit<AccountRow, "settings" | "learned"> {
  readonly settings: string;
  readonly learned: string;
}

function asRow({ settings, learned, ...row }: StoredRow): AccountRow {
  return { ...row, settings: fromJson(settings), learned: fromJson(learned) };
}

function settingBack(to: "withoutError" | "withoutGrant"): string {
  return COLUMNS.flatMap(([name, { [to]: value }]) => (value === undefined ? [] : `${name} = ${value ?? "NULL"}`)).join(
    ", ",
  );
}

/** How an occasion is written. Of a column that is named twice SQLite takes the later value. */
const WRITES = { begun: writeOf("begun", []), granted: writeOf("granted", [NO_ERROR]), failed: writeOf("failed", []) };

function writeOf(occasion: keyof AccountOccasions, first: readonly string[]) {
  const written = COLUMNS.filter(([, column]) => column[occasion] !== undefined);
  const settings = written.map(([name]) => `${name} = ?`);
  return {
    columns: written.map(([, column]) => column),
    sql: `UPDATE account SET ${[...first, ...settings].join(", ")} WHERE id = ?`,
  };
}

export const secretOf = (owner: string) => ({ purpose: "client_secret", owner, generation: 0 }) as const;
