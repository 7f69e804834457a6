import { hashOf } from "./redemption-table.ts";
import type { SealedDatabase } from "../disk/sealed-database.ts";

/** A sign-in that a browser is on. */
export interface PendingSignIn {
  readonly account_id: string;
  readonly redirect_uri: string;
  readonly ends_at: number;
}

/** The sign-ins under way, found by the `state` of which only a hash is kept: the redirect may come after a restart. */
export class SignInTable {
  readonly #db: SealedDatabase;
  /** By account: the code of its latest sign-in. */
  readonly #codes = new Map<string, string>();

  constructor(db: SealedDatabase) {
    this.#db = db;
  }

  begin(state: string, { account_id, redirect_uri, ends_at }: PendingSignIn, now: number): void {
    this.#db.write(() => {
      this.#db.sql.prepare("DELETE FROM sign_in WHERE ends_at <= ?").run(now);
      this.#db.sql
        .prepare("INSERT INTO sign_in (state_hash, account_id, redirect_uri, ends_at) VALUES (?, ?, ?, ?)")
        .run(hashOf(state), account_id, redirect_uri, ends_at);
    });
  }

  /** The sign-in that `state` belongs to, while it lasts. */
  find(state: string, now: number): PendingSignIn | null {
    return this.#db.read(
      () =>
        this.#db.sql
          .prepare<[string, number], PendingSignIn>(
            "SELECT account_id, redirect_uri, ends_at FROM sign_in WHERE state_hash = ? AND ends_at > ?",
          )
          .get(hashOf(state), now) ?? null,
    );
  }

  /** Keeps an account's code out of the log; the one of its sign-in before has been redeemed or refused. */
  keepOutOfLog(account_id: string, code: string): void {
    this.#db.forget(this.#codes.get(account_id) ?? null);
    this.#db.register(code);
    this.#codes.set(account_id, code);
  }

  /** A `state` is good for one sign-in. */
  end(state: string): void {
    this.#db.write(() => this.#db.sql.prepare("DELETE FROM sign_in WHERE state_hash = ?").run(hashOf(state)));
  }
}
