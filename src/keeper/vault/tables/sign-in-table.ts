import { hashOf } from "./redemption-table.ts";
import type { SealedDatabase } from "../disk/sealed-database.ts";

/** A sign-in that a browser is on. */
export interface PendingSignIn {
  readonly account_id: string;
  readonly redirect_uri: string;
  /** What it began with (PKCE); null where it began without. A secret. */
  readonly code_verifier?: string | null;
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

  begin(state: string, { account_id, redirect_uri, code_verifier = null, ends_at }: PendingSignIn, now: number): void {
    const hash = hashOf(state);
    const sealed = code_verifier === null ? null : this.#db.seal(code_verifier, verifierOf(hash));
    this.#db.write(() => {
      this.#db.sql.prepare("DELETE FROM sign_in WHERE ends_at <= ?").run(now);
      this.#db.sql
        .prepare(
          "INSERT INTO sign_in (state_hash, account_id, redirect_uri, sealed_code_verifier, ends_at) VALUES (?, ?, ?, ?, ?)",
        )
        .run(hash, account_id, redirect_uri, sealed, ends_at);
    });
  }

  /** The sign-in that `state` belongs to, while it lasts. */
  find(state: string, now: number): PendingSignIn | null {
    return this.#read("state_hash = ? AND ends_at > ?", hashOf(state), now);
  }

  /** The sign-in of the account that was begun last, while it lasts. */
  latest(account_id: string, now: number): PendingSignIn | null {
    return this.#read("account_id = ? AND ends_at > ? ORDER BY ends_at DESC LIMIT 1", account_id, now);
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

  #read(which: string, of: string, now: number): PendingSignIn | null {
    return this.#db.read(() => {
      const row = this.#db.sql
        .prepare<[string, number], SignInRow>(`SELECT * FROM sign_in WHERE ${which}`)
        .get(of, now);
      if (row === undefined) return null;
      const { state_hash, account_id, redirect_uri, sealed_code_verifier: sealed, ends_at } = row;
      const code_verifier = sealed === null ? null : this.#db.unseal(sealed, verifierOf(state_hash));
      this.#db.register(code_verifier);
      return { account_id, redirect_uri, code_verifier, ends_at };
    });
  }
}

interface SignInRow extends Omit<PendingSignIn, "code_verifier"> {
  readonly state_hash: string;
  readonly sealed_code_verifier: Buffer | null;
}

/** Not bound to the account, which may get its former id back meanwhile. */
const verifierOf = (owner: string) => ({ purpose: "code_verifier", owner, generation: 0 }) as const;
