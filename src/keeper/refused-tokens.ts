import type { Clock } from "../clock.ts";

interface Refusal {
  readonly generation: number;
  /** Monotonic ms. */
  readonly at: number;
}

/** Which access tokens the clouds' APIs have refused. In memory alone: after a restart the cloud is asked once more. */
export class RefusedTokens {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #latest = new Map<string, Refusal>();

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
  }

  add(account_id: string, generation: number): void {
    this.#latest.set(account_id, { generation, at: this.#clock.monotonic() });
  }

  /** Was the token of this generation the last one to be refused? */
  has(account_id: string, generation: number): boolean {
    return this.#latest.get(account_id)?.generation === generation;
  }

  /** How long ago a token of the account was refused (ms); null where none was. */
  sinceLatest(account_id: string): number | null {
    const latest = this.#latest.get(account_id);
    return latest === undefined ? null : this.#clock.monotonic() - latest.at;
  }

  /** The account is gone. */
  forget(account_id: string): void {
    this.#latest.delete(account_id);
  }
}
