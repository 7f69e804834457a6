import type { TokenReason } from "../../account.ts";
import type { Learned, ProviderCredentials, AccountConfiguration } from "../../providers/provider-fields.ts";
import type { AccountRow } from "./account-columns.ts";
import { NO_ERROR, NO_GRANT, secretOf } from "./account-table.ts";
import type { Beginning } from "./account-table.ts";
import { dropSeed, readCredentials, sealCredentials } from "./credentials.ts";
import type { SealedDatabase } from "../disk/sealed-database.ts";

/** What accounts at other clouds have beside their client: settings, credentials, and what was found out. */
export class ConfigurationTable {
  readonly #db: SealedDatabase;

  constructor(db: SealedDatabase) {
    this.#db = db;
  }

  /** The secrets that a person gave beside the client's; none for an account that is gone. */
  credentials(id: string): ProviderCredentials {
    return this.#db.read(() => readCredentials(this.#db, id));
  }

  /**
   * Writes the new configuration of an account at another cloud: what was found out before, and what went
   * wrong, counts no more.
   *
   * @param beginning how it begins anew, by why it needed a sign-in until now: a worker may have just written that
   * @param kept whether its tokens, and a call under way, are still the account's
   * @param learned what of that was found out before still holds
   */
  change(
    id: string,
    configuration: AccountConfiguration,
    at: number,
    beginning: (sign_in_reason: TokenReason | null) => Beginning,
    kept: boolean,
    learned: Learned = {},
  ): void {
    const { name, client_id, client_secret, redirect_uri, settings, credentials } = configuration;
    this.#db.write(() => {
      const before = this.#db.sql
        .prepare<[string], Pick<AccountRow, "sign_in_reason">>("SELECT sign_in_reason FROM account WHERE id = ?")
        .get(id);
      for (const table of kept ? [] : ["attempt", "token", "device_code"]) {
        this.#db.sql.prepare(`DELETE FROM ${table} WHERE account_id = ?`).run(id);
      }
      this.#db.sql
        .prepare(
          `UPDATE account SET ${kept ? "" : `${NO_GRANT},`} name = @name, client_id = @client_id, sealed_client_secret = @secret,
             redirect_uri = @redirect_uri, settings = @settings, sealed_credentials = @credentials, learned = @learned,
             changed_at = @at, sign_in_reason = @sign_in_reason, next_refresh_at = @next_refresh_at, ${NO_ERROR}
           WHERE id = @id`,
        )
        .run({
          id,
          name,
          client_id,
          secret: this.#db.seal(client_secret, secretOf(id)),
          redirect_uri,
          settings: JSON.stringify(settings),
          learned: JSON.stringify(learned),
          credentials: sealCredentials(this.#db, id, credentials),
          at,
          ...beginning(before?.sign_in_reason ?? null),
        });
    });
  }

  /** Writes down what was found out about the account's cloud, unless its configuration was changed since `changed_at`. */
  learn({ id, changed_at }: Pick<AccountRow, "id" | "changed_at">, learned: Learned): void {
    this.#db.write(() =>
      this.#db.sql
        .prepare("UPDATE account SET learned = json_patch(learned, ?) WHERE id = ? AND changed_at = ?")
        .run(JSON.stringify(learned), id, changed_at),
    );
  }

  /** The refresh token that was to be sent next is no good. Returns whether there was one. */
  dropSeed(id: string): boolean {
    return this.#db.write(() => dropSeed(this.#db, id));
  }

  /** What was due is done: nothing more is until a person has signed in. */
  rest(id: string): void {
    this.#db.write(() =>
      this.#db.sql
        .prepare(`UPDATE account SET next_refresh_at = NULL, ${NO_ERROR} WHERE id = ? AND sign_in_reason IS NOT NULL`)
        .run(id),
    );
  }
}
