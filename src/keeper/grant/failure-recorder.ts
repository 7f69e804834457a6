import { Problem } from "../../problem.ts";
import type { ProblemCode } from "../../problem.ts";
import { refreshAdvice, refreshProblemCode } from "./failure-messages.ts";
import { needsBrowser } from "./failure.ts";
import type { Failure } from "./failure.ts";
import type { GrantContext } from "./grant-context.ts";
import { LAST_REFUSAL, isTold, pauseBeforeLook, pauseBeforeRepeat } from "../schedule/refusal-retries.ts";
import { retryAt } from "../schedule/refresh-times.ts";
import { accountProvider } from "../providers/account-provider.ts";
import { toRecord } from "./grant-runner.ts";
import type { GrantReport } from "./grant-runner.ts";
import type { AccountRow } from "../vault/tables/account-table.ts";
import type { Attempt, FailureRecord } from "../vault/tables/journal.ts";

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
    const { next, refusals } = this.#whatFollows(account, failure, wanted);
    const told = isTold(account, refusals);
    const record = this.#record(account, failure, next, refusals);
    if (!this.#context.vault.journal.fail(account.id, attempt, record)) {
      return { outcome: "unneeded", account_id: account.id };
    }
    const { message } = record.event;
    this.log(account, record);
    const retryable = next !== null && (failure.class === "transient" || (failure.class === "dead_grant" && !told));
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
    log.warn(message, { account: account.name, class: kind, code });
    return failed(account.id, problem, message, kind === "transient");
  }

  /** An outage is said when it begins, not at each attempt: its end is said by the refresh that works again. */
  log(account: AccountRow, { class: kind, code, message }: FailureRecord): void {
    const known = account.consecutive_failures > 0 && account.last_error_message === message;
    this.#context.log[known ? "debug" : "warn"](message, { account: account.name, class: kind, code });
  }

  /** A failed refresh as the account's health shows it, with the time of the next. */
  record(account: AccountRow, failure: Failure, wanted: Wanted): FailureRecord {
    const { next, refusals } = this.#whatFollows(account, failure, wanted);
    return this.#record(account, failure, next, refusals);
  }

  #record(account: AccountRow, failure: Failure, next: number | null, refusals: number): FailureRecord {
    const { clock, secrets } = this.#context;
    const { class: kind, code, reason } = failure;
    const at = clock.now();
    const told = failure.refused ? isTold(account, refusals) : next === null;
    const message = secrets.scrub(refreshAdvice(failure, { isPlanned: next !== null, told }));
    const needsPerson = kind !== "transient" && (told || next === null);
    const dead = kind === "dead_grant" && needsPerson;
    const event = { at, kind: needsPerson ? "failed" : "retried", class: kind, code, message } as const;
    const shown = kind === "transient" ? (knownVerdict(account) ?? event) : event;
    return {
      class: shown.class,
      code: shown.code,
      message: shown.message,
      reason: shown === event ? reason : (account.last_error_reason ?? reason),
      refusals,
      next_refresh_at: next,
      sign_in_reason: dead ? "grant_dead" : null,
      event,
    };
  }

  /**
   * When it is tried again (epoch ms, null for never by itself), and how many refusals there are by then. What asks ahead
   * of a planned look does not use that up; where nothing is planned, it was a person who asked.
   */
  #whatFollows(account: AccountRow, failure: Failure, wanted: Wanted = "backoff"): WhatFollows {
    const { vault, clock, random, providers } = this.#context;
    const now = clock.now();
    const isRested = account.sign_in_reason !== null && account.next_refresh_at === null;
    const isEarly = account.refusals >= LAST_REFUSAL && (account.next_refresh_at ?? 0) > now + EARLY_MS;
    const refusals = account.refusals + (failure.refused && !isEarly ? 1 : 0);
    const backoff = (): WhatFollows => {
      const expires_at = vault.tokens.newest(account.id)?.expires_at ?? null;
      const { retry_after_at } = failure;
      const failures = account.consecutive_failures + 1;
      return { next: retryAt({ now, failures, retry_after_at, expires_at }, random.fraction()), refusals };
    };
    if (wanted === "soon") return backoff();
    if (wanted === "never" || wanted === "by_hand" || isRested) return { next: null, refusals };
    if (wanted === "at_once") return { next: now, refusals };
    if (isEarly) return { next: account.next_refresh_at, refusals };
    const provider = accountProvider(providers, account);
    const refused = { refusals, credentials: provider !== null && !needsBrowser(provider) };
    const after = (pauseMs: number | null): WhatFollows => ({
      next: pauseMs === null ? null : Math.round(now + pauseMs),
      refusals,
    });
    if (failure.refused) return after(pauseBeforeLook(refused, random.fraction()));
    if (knownVerdict(account) !== null) return after(pauseBeforeRepeat(refused, random.fraction()));
    return backoff();
  }
}

/** What the caller knows better than the failure tells. */
export type Wanted = "at_once" | "soon" | "backoff" | "by_hand" | "never";

interface WhatFollows {
  readonly next: number | null;
  readonly refusals: number;
}

/** Timers may be this much early. */
const EARLY_MS = 2000;

/** What a confirmed refusal has said: an outage on top of it makes it no less true, and is no other incident. */
function knownVerdict(account: AccountRow): Pick<FailureRecord, "class" | "code" | "message"> | null {
  const { last_error_class: kind, last_error_code: code, last_error_message: message } = account;
  const isRefused = kind === "dead_grant" || kind === "configuration";
  const isConfirmed = account.refusals > 0 && isTold(account, account.refusals);
  if (!isRefused || !isConfirmed || code === null || message === null) return null;
  return { class: kind, code, message };
}

export function failed(account_id: string, code: ProblemCode, message: string, retryable: boolean): GrantReport {
  return { outcome: "failed", account_id, problem: toRecord(new Problem(code, message, { retryable })) };
}
