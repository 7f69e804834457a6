import { createHash } from "node:crypto";
import type { SealedDatabase } from "../disk/sealed-database.ts";

/** A code that was sent to the token endpoint, or is being sent. */
export interface RedeemedCode {
  readonly account_id: string;
  /** The account's when it began: a later one that a sign-in brought is this code's. */
  readonly generation: number;
  readonly state_hash: string | null;
}

/** The codes that were used, so that none is sent twice: a strict cloud ends the grant of one that is. Only hashes are kept. */
export class RedemptionTable {
  readonly #db: SealedDatabase;

  constructor(db: SealedDatabase) {
    this.#db = db;
  }

  begin(
    code: string,
    state: string | null,
    { account_id, generation }: Omit<RedeemedCode, "state_hash">,
    at: number,
  ): void {
    this.#db.write(() => {
      this.#db.sql.prepare("DELETE FROM redemption WHERE began_at <= ?").run(at - KEPT_MS);
      this.#db.sql
        .prepare(
          `INSERT OR REPLACE INTO redemption (code_hash, state_hash, account_id, generation, began_at) VALUES (?, ?, ?, ?, ?)`,
        )
        .run(hashOf(code), state === null ? null : hashOf(state), account_id, generation, at);
    });
  }

  find(code: string): RedeemedCode | null {
    return this.#db.read(
      () =>
        this.#db.sql
          .prepare<[string], RedeemedCode>(
            "SELECT account_id, generation, state_hash FROM redemption WHERE code_hash = ?",
          )
          .get(hashOf(code)) ?? null,
    );
  }

  /** Whether any code came with this `state`. */
  isUsed(state: string): boolean {
    return this.#db.read(
      () => this.#db.sql.prepare("SELECT 1 FROM redemption WHERE state_hash = ?").get(hashOf(state)) !== undefined,
    );
  }

  /** The code brought nothing, and may be sent again. */
  release(code: string): void {
    this.#db.write(() => this.#db.sql.prepare("DELETE FROM redemption WHERE code_hash = ?").run(hashOf(code)));
  }
}

/** Longer than any cloud's code lives. */
const KEPT_MS = 24 * 3_600_000;

export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
