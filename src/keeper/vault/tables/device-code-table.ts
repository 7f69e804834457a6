import { fromJson } from "../../providers/provider-fields.ts";
import type { SealedDatabase } from "../disk/sealed-database.ts";
import { SealBroken } from "../disk/sealing.ts";

/** What a cloud gave for a sign-in on another device (RFC 8628). `device_code` is a secret, the rest is for the person. */
export interface GivenCode {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri: string;
  readonly verification_uri_complete: string | null;
}

/** When the cloud is asked whether the code has been entered. */
export interface Polling {
  /** As the cloud wants it. */
  readonly interval_ms: number;
  readonly next_poll_at: number;
  /** Calls in a row that brought no answer. */
  readonly failures: number;
}

/** A sign-in on another device that is under way. */
export interface DeviceCode extends GivenCode, Polling {
  readonly ends_at: number;
}

/** The sign-ins on another device that are under way, one at most for each account: they go on after a restart. */
export class DeviceCodeTable {
  readonly #db: SealedDatabase;

  constructor(db: SealedDatabase) {
    this.#db = db;
  }

  /** In place of one that was under way. Nothing is begun for an account that is gone. */
  begin(account_id: string, { interval_ms, next_poll_at, failures, ends_at, ...given }: DeviceCode): void {
    const sealed = this.#db.seal(JSON.stringify(given satisfies GivenCode), codeOf(account_id));
    this.#db.write(() =>
      this.#db.sql
        .prepare(
          `INSERT OR REPLACE INTO device_code (account_id, sealed_code, interval_ms, next_poll_at, failures, ends_at)
           SELECT id, ?, ?, ?, ?, ? FROM account WHERE id = ?`,
        )
        .run(sealed, interval_ms, next_poll_at, failures, ends_at, account_id),
    );
  }

  /** Null for none, and for one that can't be read any more: a person begins another one more easily than anything else. */
  find(account_id: string): DeviceCode | null {
    return this.#db.read(() => {
      const row = this.#db.sql
        .prepare<[string], DeviceCodeRow>("SELECT * FROM device_code WHERE account_id = ?")
        .get(account_id);
      if (row === undefined) return null;
      const { sealed_code, interval_ms, next_poll_at, failures, ends_at } = row;
      const given = this.#given(sealed_code, account_id);
      return given === null ? null : { ...given, interval_ms, next_poll_at, failures, ends_at };
    });
  }

  end(account_id: string): void {
    this.#db.write(() => endDeviceCode(this.#db, account_id));
  }

  #given(sealed: Buffer, account_id: string): GivenCode | null {
    try {
      const given = fromJson(this.#db.unseal(sealed, codeOf(account_id))) as unknown as GivenCode;
      this.#db.register(given.device_code);
      return given;
    } catch (error) {
      if (error instanceof SealBroken) return null;
      throw error;
    }
  }
}

/** Within a transaction. */
export function pollLater(db: SealedDatabase, account_id: string, polling: Polling): void {
  db.sql
    .prepare(
      `UPDATE device_code SET interval_ms = @interval_ms, next_poll_at = @next_poll_at, failures = @failures
       WHERE account_id = @account_id`,
    )
    .run({ account_id, ...polling });
}

/** Within a transaction. */
export function endDeviceCode(db: SealedDatabase, account_id: string): void {
  db.sql.prepare("DELETE FROM device_code WHERE account_id = ?").run(account_id);
}

interface DeviceCodeRow extends Polling {
  readonly sealed_code: Buffer;
  readonly ends_at: number;
}

const codeOf = (owner: string) => ({ purpose: "device_code", owner, generation: 0 }) as const;
