import { Problem } from "../problem.ts";
import type { ProblemCode } from "../problem.ts";
import { refreshAdvice, refreshProblemCode } from "./advice.ts";
import type { Next } from "./advice.ts";
import type { FailureClass } from "./account.ts";
import type { Failure } from "./failure.ts";
import type { GrantWorld } from "./grant-world.ts";
import { LAST_REFUSAL, retryAt } from "./plan.ts";
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

  /**
   * @param attempt null where nothing was called
   * @param wanted absent: as the failure and the ones before it demand
   */
  refreshFailed(account: AccountRow, attempt: Attempt | null, failure: Failure, wanted?: Next): GrantReport {
    const next = nextAfter(account, failure, wanted);
    const record = this.#record(account, failure, next);
    if (!this.#world.vault.journal.fail(account.id, attempt, record)) {
      return { outcome: "unneeded", account_id: account.id };
    }
    this.log(account, record);
    const retryable = next !== "never" && next !== "late" && record.class !== "configuration";
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

  /** A failed refresh as the account's health shows it, with the time of the next. */
  record(account: AccountRow, failure: Failure, wanted: Next): RecordedFailure {
    return this.#record(account, failure, nextAfter(account, failure, wanted));
  }

  #record(account: AccountRow, failure: Failure, next: Next): RecordedFailure {
    const { vault, clock, random, secrets } = this.#world;
    const { class: kind, code, reason, retry_after_at } = failure;
    const now = clock.now();
    const failures = account.consecutive_failures + 1;
    const refusals = refusalsAfter(account, failure);
    const again = (kind: FailureClass): number => {
      const expires_at = vault.tokens.newest(account.id)?.expires_at ?? null;
      return retryAt({ now, class: kind, failures, refusals, retry_after_at, expires_at }, random.fraction());
    };
    const plans: Readonly<Record<Next, () => number | null>> = {
      at_once: () => now,
      backoff: () => again(kind),
      late: () => again("dead_grant"),
      by_hand: () => null,
      never: () => null,
    };
    const message = secrets.scrub(refreshAdvice(failure, next));
    const dead = next === "never" || next === "late";
    const needsPerson = dead || kind === "configuration";
    return {
      class: kind,
      code,
      message,
      reason,
      refusals,
      next_refresh_at: plans[next](),
      sign_in_reason: dead ? "grant_dead" : null,
      event: { at: now, kind: needsPerson ? "failed" : "retried", class: kind, code, message },
    };
  }
}

function refusalsAfter({ refusals }: AccountRow, failure: Failure): number {
  return failure.refused ? refusals + 1 : refusals;
}

/**
 * What follows. A look that had no answer told nothing, so it is repeated; once the last one was refused it was a person
 * who asked, and nothing is asked again by itself.
 */
function nextAfter(account: AccountRow, failure: Failure, wanted: Next = "backoff"): Next {
  if (wanted === "never") return "never";
  const refusals = refusalsAfter(account, failure);
  const mayLookAgain = account.sign_in_reason === null || account.next_refresh_at !== null;
  if (failure.class === "dead_grant" && refusals > 1) {
    return mayLookAgain && refusals < LAST_REFUSAL ? "late" : "never";
  }
  if (!mayLookAgain) return failure.class === "dead_grant" ? "never" : "by_hand";
  return account.sign_in_reason === "grant_dead" && wanted === "backoff" ? "late" : wanted;
}

export function failed(account_id: string, code: ProblemCode, message: string, retryable: boolean): GrantReport {
  return { outcome: "failed", account_id, problem: toRecord(new Problem(code, message, { retryable })) };
}
