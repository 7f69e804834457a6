import type { AccountEvent } from "../../account.ts";
import type { SealedDatabase } from "../disk/sealed-database.ts";

/** An event before it is stored: the account's generation is added then. */
export type NewEvent = Omit<AccountEvent, "generation">;

const KEPT = 200;

/** What happened to each account's token, so that people can see in the morning what happened at night. */
export class EventTable {
  readonly #db: SealedDatabase;

  constructor(db: SealedDatabase) {
    this.#db = db;
  }

  /** The latest `limit` (at most 200), oldest first. */
  latest(account_id: string, limit = KEPT): AccountEvent[] {
    return this.#db.read(() =>
      this.#db.sql
        .prepare<[string, number], AccountEvent>(
          `SELECT at, kind, generation, class, code, message FROM event WHERE account_id = ? ORDER BY id DESC LIMIT ?`,
        )
        .all(account_id, limit)
        .toReversed(),
    );
  }

  /** Whether a sign-in has brought a later generation than this one. */
  hasSignedIn(account_id: string, generation: number): boolean {
    return this.#db.read(
      () =>
        this.#db.sql
          .prepare("SELECT 1 FROM event WHERE account_id = ? AND kind = 'signed_in' AND generation > ?")
          .get(account_id, generation) !== undefined,
    );
  }

  add(account_id: string, event: NewEvent): void {
    this.#db.write(() => {
      this.#db.sql
        .prepare(
          `INSERT INTO event (account_id, at, kind, generation, class, code, message)
           SELECT id, @at, @kind, generation, @class, @code, @message FROM account WHERE id = @account_id`,
        )
        .run({ account_id, ...event });
      this.#db.sql
        .prepare(
          `DELETE FROM event WHERE account_id = @account_id AND id <= (
             SELECT id FROM event WHERE account_id = @account_id ORDER BY id DESC LIMIT 1 OFFSET ${KEPT})`,
        )
        .run({ account_id });
    });
  }
}
