import { backoffMs } from "../../backoff.ts";
import type { Clock } from "../../clock.ts";
import type { AccountRow } from "../vault/tables/account-columns.ts";

interface Refusal {
  readonly generation: number;
  /** Monotonic ms. */
  readonly at: number;
  /** In a row, each of the token that the refresh after the one before had brought. */
  readonly uncured: number;
  /** How often this one token was refused: when it was tried again, too. */
  readonly times: number;
}

/** How long no other refresh is asked for once 1, 2, ... of them in a row cured nothing. */
const REFRESH_PAUSE = { grows: "in_steps", stepsMs: [30_000, 10 * 60_000, 3_600_000, 6 * 3_600_000] } as const;
/** A token that worked for so long was a cure. */
const CURED_MS = 24 * 3_600_000;
/** A refused token that can't be replaced is tried again after so long, then less and less often. */
const TRIAL_PAUSE = { grows: "doubling", firstMs: 5 * 60_000, longestMs: 3_600_000 } as const;

/** Which access tokens the clouds' APIs have refused. In memory alone: after a restart the cloud is asked once more. */
export class RefusedTokens {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #latest = new Map<string, Refusal>();

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
  }

  add(account_id: string, generation: number): void {
    const at = this.#clock.monotonic();
    const earlier = this.#latest.get(account_id);
    const same = earlier?.generation === generation;
    const follows = earlier?.generation === generation - 1 && at - earlier.at < CURED_MS;
    const uncured = earlier === undefined ? 1 : same ? earlier.uncured : follows ? earlier.uncured + 1 : 1;
    this.#latest.set(account_id, { generation, at, uncured, times: same ? earlier.times + 1 : 1 });
  }

  /**
   * Is the token of this generation not to be used, since it was refused? One that can't be replaced now is tried again
   * after a while, for the refusal may have been temporary; not where the sign-in itself was refused.
   */
  has(account: Pick<AccountRow, "id" | "sign_in_reason" | "last_error_class">, generation: number): boolean {
    const refusal = this.#latest.get(account.id);
    if (refusal?.generation !== generation) return false;
    const isForGood =
      account.sign_in_reason !== null ||
      account.last_error_class === "dead_grant" ||
      account.last_error_class === "configuration";
    return isForGood || this.#clock.monotonic() - refusal.at < backoffMs(TRIAL_PAUSE, refusal.times);
  }

  /** For how long (ms) no refresh is to be asked for because the token of this generation is refused, too. */
  pauseLeft(account_id: string, generation: number): number {
    const earlier = this.#latest.get(account_id);
    if (earlier === undefined || earlier.generation === generation) return 0;
    return Math.max(0, earlier.at + backoffMs(REFRESH_PAUSE, earlier.uncured) - this.#clock.monotonic());
  }

  /** The account is gone. */
  forget(account_id: string): void {
    this.#latest.delete(account_id);
  }
}
