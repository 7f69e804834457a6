import type { Clock } from "../../clock.ts";
import { failed } from "../grant/failure-recorder.ts";
import type { GrantReport, GrantRunner } from "../grant/grant-runner.ts";
import type { SignInJob } from "./sign-in.ts";
import type { Vault } from "../vault/vault.ts";
import type { RedeemedCode } from "../vault/tables/redemption-table.ts";
import { phrase } from "../../said/phrase.ts";

export interface RedemptionOptions {
  readonly vault: Vault;
  readonly runner: GrantRunner;
  readonly clock: Clock;
}

/**
 * Sends each code once, however often its redirect is loaded or pasted: who comes while it is under way gets the same
 * outcome, who comes later is told the same success, also after a restart in the middle.
 */
export class Redemption {
  readonly #vault: Vault;
  readonly #runner: GrantRunner;
  readonly #clock: Clock;
  /** By code. */
  readonly #underWay = new Map<string, Promise<GrantReport>>();

  constructor({ vault, runner, clock }: RedemptionOptions) {
    this.#vault = vault;
    this.#runner = runner;
    this.#clock = clock;
  }

  run(signIn: SignInJob): Promise<GrantReport> {
    const { code } = signIn.job;
    const running = this.#underWay.get(code);
    if (running !== undefined) return running;
    const flight = this.#redeem(signIn).finally(() => this.#underWay.delete(code));
    this.#underWay.set(code, flight);
    return flight;
  }

  async #redeem(signIn: SignInJob): Promise<GrantReport> {
    const { code, account_id } = signIn.job;
    const { redemptions, accounts } = this.#vault;
    const earlier = redemptions.find(code);
    const outcome = earlier === null ? null : await this.#outcomeOf(code, earlier);
    if (outcome !== null) return outcome;
    const generation = accounts.get(account_id)?.generation ?? 0;
    redemptions.begin(code, signIn.state, { account_id, generation }, this.#clock.now());
    const report = await this.#runner.run(signIn.job);
    this.#settle(signIn, report);
    return report;
  }

  /** A `state` is good for one sign-in. A code that was not answered for keeps it, and may be sent again. */
  #settle({ job, state }: SignInJob, report: GrantReport): void {
    const mayTryAgain = "problem" in report && report.problem.retryable;
    // Its answer is there, and only not stored yet: what is sent again would end the grant that it brought.
    const isAnswered = mayTryAgain && this.#vault.journal.isOpen(job.account_id);
    if (report.outcome !== "committed" && !isAnswered) this.#vault.redemptions.release(job.code);
    if (!mayTryAgain && state !== null) this.#vault.signIns.end(state);
  }

  /** What became of a code that was sent before; null where nothing did, so that it may be sent again. */
  async #outcomeOf(code: string, earlier: RedeemedCode): Promise<GrantReport | null> {
    const { journal, redemptions, events, accounts } = this.#vault;
    if (journal.isOpen(earlier.account_id)) {
      const report = await this.#runner.run({ kind: "refresh", account_id: earlier.account_id, generation: null });
      if ("problem" in report && journal.isOpen(earlier.account_id)) return report;
    }
    // An account may have got its former id back meanwhile.
    const { account_id, generation } = redemptions.find(code) ?? earlier;
    const account = accounts.get(account_id);
    if (account === null || !events.hasSignedIn(account_id, generation)) return null;
    if (account.sign_in_reason === null) return { outcome: "committed", account_id, generation: account.generation };
    return failed(account_id, "code_refused", phrase("sign_in_code_used"), false);
  }
}
