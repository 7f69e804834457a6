import { Problem } from "../problem.ts";
import type { ProblemCode } from "../problem.ts";
import { refreshAdvice, refreshProblemCode } from "./advice.ts";
import type { Next } from "./advice.ts";
import type { Failure } from "./failure.ts";
import type { GrantWorld } from "./grant-world.ts";
import { retryAt } from "./plan.ts";
import { toRecord } from "./runner.ts";
import type { GrantReport } from "./runner.ts";
import type { AccountRow } from "./vault/account-table.ts";
import type { Attempt, RecordedFailure } from "./vault/journal.ts";

/** Writes failed grants down: into the account's health and history, the log, and the report. No token is touched. */
export class FailureBook {
  readonly #world: Pick<GrantWorld, "vault" | "clock" | "random" | "secrets" | "log">;

  constructor(world: Pick<GrantWorld, "vault" | "clock" | "random" | "secrets" | "log">) {
    this.#world = world;
  }

  /** @param attempt null where nothing was called */
  refreshFailed(account: AccountRow, attempt: Attempt | null, failure: Failure, next: Next): GrantReport {
    const record = this.record(account, failure, next);
    if (!this.#world.vault.journal.fail(account.id, attempt, record)) {
      return { outcome: "unneeded", account_id: account.id };
    }
    this.log(account, record);
    const retryable = next !== "never" && record.class !== "configuration";
    return failed(account.id, refreshProblemCode(failure, next), record.message, retryable);
  }

  /** Leaves the account as it was; its history and the log say why. */
  signInFailed(
    account: AccountRow,
    attempt: Attempt,
    problem: ProblemCode,
    { class: kind, code, message }: Pick<RecordedFailure, "class" | "code" | "message">,
  ): GrantReport {
    const { vault, clock, log } = this.#world;
    vault.journal.close(attempt, { at: clock.now(), kind: "failed", class: kind, code, message });
    log.warn(message, { account: account.name, class: kind, code });
    return failed(account.id, problem, message, kind === "transient");
  }

  /** An outage is said when it begins, not at each attempt: its end is said by the refresh that works again. */
  log(account: AccountRow, { class: kind, code, message }: RecordedFailure): void {
    const known = account.consecutive_failures > 0 && account.last_error_message === message;
    this.#world.log[known ? "debug" : "warn"](message, { account: account.name, class: kind, code });
  }

  /**
   * A failed refresh as the account's health shows it, with the time of the next. Where a sign-in is needed it was a
   * person who asked, and nothing is asked again by itself.
   */
  record(account: AccountRow, failure: Failure, wanted: Next): RecordedFailure {
    const next = account.sign_in_reason !== null && wanted !== "never" ? "by_hand" : wanted;
    const { vault, clock, random, secrets } = this.#world;
    const { class: kind, code, reason, retry_after_at } = failure;
    const now = clock.now();
    const backoff = (): number => {
      const expires_at = vault.tokens.newest(account.id)?.expires_at ?? null;
      const failures = account.consecutive_failures + 1;
      return retryAt({ now, class: kind, failures, retry_after_at, expires_at }, random.fraction());
    };
    const message = secrets.scrub(refreshAdvice(failure, next));
    const needsPerson = next === "never" || kind === "configuration";
    return {
      class: kind,
      code,
      message,
      reason,
      next_refresh_at: next === "at_once" ? now : next === "backoff" ? backoff() : null,
      sign_in_reason: next === "never" ? "grant_dead" : null,
      event: { at: now, kind: needsPerson ? "failed" : "retried", class: kind, code, message },
    };
  }
}

export function failed(account_id: string, code: ProblemCode, message: string, retryable: boolean): GrantReport {
  return { outcome: "failed", account_id, problem: toRecord(new Problem(code, message, { retryable })) };
}
