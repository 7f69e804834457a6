import { Problem } from "../../problem.ts";
import type { ProblemCode } from "../../problem.ts";
import { claimedEnd } from "../answers/token-life.ts";
import { refreshAdvice, refreshProblemCode } from "./failure-messages.ts";
import { needsBrowser } from "../providers/grants.ts";
import type { Failure } from "./failure.ts";
import type { GrantContext } from "./grant-context.ts";
import { phrase } from "../../said/phrase.ts";
import { isTold } from "../schedule/refusal-retries.ts";
import { confirmedRefusal, nextAttempt } from "../schedule/next-attempt.ts";
import type { NextAttempt, Wanted } from "../schedule/next-attempt.ts";
import { accountProvider } from "../providers/account-provider.ts";
import { toRecord } from "./grant-runner.ts";
import type { GrantReport } from "./grant-runner.ts";
import type { AccountRow } from "../vault/tables/account-columns.ts";
import type { Attempt, FailureRecord } from "../vault/tables/attempt.ts";

type FailureContext = Pick<GrantContext, "vault" | "clock" | "random" | "secrets" | "log" | "providers">;

/** Writes failed grants down: into the account's health and history, the log, and the report. No token is touched. */
export class FailureRecorder {
  readonly #context: FailureContext;

  constructor(context: FailureContext) {
    this.#context = context;
  }

  /**
   * @param attempt null where nothing was called
   * @param wanted absent: as the failure and the ones before it demand
   */
  refreshFailed(account: AccountRow, attempt: Attempt | null, failure: Failure, wanted?: Wanted): GrantReport {
    const next = this.#nextAttempt(account, failure, wanted);
    const told = isTold(account, next.refusals);
    const record = this.#record(account, failure, next);
    if (!this.#context.vault.journal.fail(account.id, attempt, record)) {
      return { outcome: "unneeded", account_id: account.id };
    }
    const { message } = record.event;
    this.log(account, record);
    const retryable = next.at !== null && (failure.class === "transient" || (failure.class === "dead_grant" && !told));
    return failed(account.id, refreshProblemCode(failure), message, retryable);
  }

  /** Leaves the account as it was; its history and the log say why. */
  signInFailed(
    account: AccountRow,
    attempt: Attempt,
    problem: ProblemCode,
    { class: kind, code, message }: Pick<FailureRecord, "class" | "code" | "message">,
  ): GrantReport {
    const { vault, clock, log } = this.#context;
    vault.journal.close(attempt, { at: clock.now(), kind: "failed", class: kind, code, message });
    log.warn(message, { account: account.name, account_id: account.id, class: kind, code });
    return failed(account.id, problem, message, kind === "transient");
  }

  /** An outage is logged when it begins, not at each attempt: its end is logged by the refresh that works again. */
  log(account: AccountRow, { class: kind, code, message }: FailureRecord): void {
    const known = account.consecutive_failures > 0 && account.last_error_message === message;
    this.#context.log[known ? "debug" : "warn"](message, {
      account: account.name,
      account_id: account.id,
      class: kind,
      code,
    });
  }

  /** A failed refresh as the account's health shows it, with the time of the next. */
  record(account: AccountRow, failure: Failure, wanted: Wanted): FailureRecord {
    const next = this.#nextAttempt(account, failure, wanted);
    return this.#record(account, failure, next);
  }

  #record(account: AccountRow, failure: Failure, { at: nextAt, refusals }: NextAttempt): FailureRecord {
    const { clock, secrets } = this.#context;
    const { class: kind, code, reason, refused, retry_after_at } = failure;
    const at = clock.now();
    const told = refused ? isTold(account, refusals) : nextAt === null;
    const advice = refreshAdvice(failure, { isPlanned: nextAt !== null, told }, this.#standIn(account));
    const message = secrets.scrub(advice);
    const needsAttention = kind !== "transient" && (told || nextAt === null);
    const dead = kind === "dead_grant" && needsAttention;
    const event = { at, kind: needsAttention ? "failed" : "retried", class: kind, code, message } as const;
    const shown = kind === "transient" ? (confirmedRefusal(account) ?? event) : event;
    return {
      class: shown.class,
      code: shown.code,
      message: shown.message,
      reason: shown === event ? reason : (account.last_error_reason ?? reason),
      refused,
      refusals,
      retry_after_at,
      next_refresh_at: nextAt,
      sign_in_reason: dead ? "grant_dead" : null,
      event,
    };
  }

  /** Says so where a static token stands in, now or once the present one has ended. */
  #standIn({ id, provider: kind }: AccountRow): string {
    const { vault, clock, providers } = this.#context;
    const { token } = vault.configurations.credentials(id);
    const now = clock.now();
    const isStatic = providers.find((provider) => provider.id === kind)?.grant === "static";
    if (token === undefined || isStatic || (claimedEnd(token) ?? Infinity) <= now) return "";
    const newest = vault.tokens.newest(id);
    const over = newest === null || (newest.expires_at ?? Infinity) <= now;
    return over ? phrase("part_meanwhile_stands_in") : phrase("part_meanwhile_later");
  }

  #nextAttempt(account: AccountRow, failure: Failure, wanted: Wanted = "backoff"): NextAttempt {
    const { vault, clock, random, providers } = this.#context;
    const provider = accountProvider(providers, account);
    const expiresAt = (): number | null => vault.tokens.newest(account.id)?.expires_at ?? null;
    const credentials = provider !== null && !needsBrowser(provider);
    const attempt = { account, failure, wanted, credentials, expiresAt, now: clock.now() };
    return nextAttempt(attempt, () => random.fraction());
  }
}

export function failed(account_id: string, code: ProblemCode, message: string, retryable: boolean): GrantReport {
  return { outcome: "failed", account_id, problem: toRecord(new Problem(code, message, { retryable })) };
}

/** Nobody is signed in to the account any more. */
export function signedOut({ id, name }: Pick<AccountRow, "id" | "name">): GrantReport {
  return failed(id, "sign_in_needed", phrase("signed_out_sign_in", { name }), false);
}
