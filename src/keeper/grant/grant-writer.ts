import { backoffMs } from "../../backoff.ts";
import { sleep } from "../../clock.ts";
import { Problem } from "../../problem.ts";
import type { AccountEvent } from "../account.ts";
import type { RawAnswer } from "../answers/raw-answer.ts";
import { stepDone } from "./grant-context.ts";
import type { GrantContext } from "./grant-context.ts";
import { dueAt } from "../schedule/refresh-times.ts";
import { believedLife } from "../schedule/proven-life.ts";
import type { Provider } from "../providers/provider.ts";
import { rulesOf } from "../schedule/refresh-policy.ts";
import { isRenewable } from "../token-calls/grant-request.ts";
import type { GrantReport } from "./grant-runner.ts";
import type { TokenPair } from "../answers/token-response.ts";
import type { AccountRow } from "../vault/tables/account-columns.ts";
import type { AnsweredAttempt, Attempt } from "../vault/tables/attempt.ts";
import { phrase } from "../../said/phrase.ts";

/** A busy disk may be free again soon; after that the answer waits in memory, and is served from there. */
const SAVE_PAUSE = { grows: "in_steps", stepsMs: [100, 400] } as const;

/** Writes down what a cloud granted: its answer before anybody reads it, then the new token. */
export class GrantWriter {
  readonly #context: GrantContext;

  constructor(context: GrantContext) {
    this.#context = context;
  }

  /** Writes the answer down before anybody reads it. */
  async answer(attempt: Attempt, answer: RawAnswer): Promise<AnsweredAttempt> {
    this.#context.onAnswer?.({ ...attempt, answer });
    await stepDone(this.#context, "answered");
    const answered = await this.#saving(() => this.#context.vault.journal.answer(attempt, answer));
    await stepDone(this.#context, "answer_journalled");
    return answered;
  }

  /** Keeps the refresh token of an answer that grants no access token. */
  keepRefreshToken(attempt: AnsweredAttempt, refresh_token: string): Promise<void> {
    this.#context.secrets.add(refresh_token);
    return this.#saving(() => this.#context.vault.journal.keepRefreshToken(attempt, refresh_token));
  }

  /** Makes the pair the account's newest token, and plans its refresh. */
  async commit(
    provider: Provider,
    account: AccountRow,
    attempt: AnsweredAttempt,
    granted: TokenPair,
    cloud_user: string | null,
    { kind, message }: Pick<AccountEvent, "kind" | "message">,
  ): Promise<GrantReport> {
    const { vault, clock, random, log } = this.#context;
    // As the token's readers have found it by now.
    const current = vault.accounts.get(account.id) ?? account;
    const { proven_life = null } = current.learned;
    const { pair, proven } = believedLife(granted, proven_life, attempt.generation);
    if (proven !== proven_life) {
      await this.#saving(() => vault.configurations.learn(current, { proven_life: proven }));
    }
    // Its endpoint is there again, or another one.
    if (current.learned.read_again) {
      await this.#saving(() => vault.configurations.learn(current, { read_again: null }));
    }
    const fraction = random.fraction();
    const plan = (stored: AccountRow): number | null =>
      isRenewable(provider, pair) ? dueAt(pair, rulesOf(stored, provider), fraction) : pair.expires_at;
    const event = { at: clock.now(), kind, class: null, code: null, message };
    const committed = await this.#saving(() => vault.journal.commit(attempt, { pair, cloud_user, plan, event }));
    await stepDone(this.#context, "committed");
    if (committed === null) return { outcome: "unneeded", account_id: account.id };
    const { account_id, generation } = committed;
    const expires_at = pair.expires_at === null ? null : new Date(pair.expires_at).toISOString();
    log.info(message, { account: account.name, account_id: account.id, generation, expires_at });
    return { outcome: "committed", account_id, generation };
  }

  /** Nothing of this is on the disk yet, so a save that fails is tried again. */
  async #saving<T>(save: () => T): Promise<T> {
    for (let failures = 1; failures <= SAVE_PAUSE.stepsMs.length; failures += 1) {
      try {
        return save();
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== "store_failed") throw error;
        this.#context.log.error("A token could not be saved yet.", { error });
        await sleep(this.#context.clock, backoffMs(SAVE_PAUSE, failures));
      }
    }
    return save();
  }
}

/** What the history says of it. */
export const SIGNED_IN = { kind: "signed_in", message: phrase("signed_in") } as const;

export function refreshedEvent(failures: number, interrupted: boolean): Pick<AccountEvent, "kind" | "message"> {
  if (interrupted) return { kind: "adopted", message: phrase("token_recovered") };
  if (failures === 0) return { kind: "refreshed", message: phrase("token_refreshed") };
  return { kind: "recovered", message: phrase("token_refreshed_attempt", { number: failures + 1 }) };
}
