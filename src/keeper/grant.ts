import type { Clock } from "../clock.ts";
import { sleep } from "../clock.ts";
import type { Log, Secrets } from "../log.ts";
import { Problem } from "../problem.ts";
import type { ProblemCode } from "../problem.ts";
import type { Random } from "../random.ts";
import type { AccountEvent, TokenReason } from "./account.ts";
import { failureOfAnswer, failureOfCall, interruptedFailure, noRefreshToken } from "./failure.ts";
import type { Failure } from "./failure.ts";
import { CallFailed } from "./http-call.ts";
import type { Fetch, Transport } from "./http-call.ts";
import { askWho } from "./identity.ts";
import { requestToken } from "./oauth-client.ts";
import type { TokenGrant } from "./oauth-client.ts";
import { dueAt, retryAt } from "./plan.ts";
import type { Provider } from "./providers/provider.ts";
import { toRecord } from "./runner.ts";
import type { GrantJob, GrantReport } from "./runner.ts";
import { readTokenAnswer } from "./token-response.ts";
import type { TokenPair } from "./token-response.ts";
import type { AccountRow, Attempt, StoredToken, Vault } from "./vault.ts";

/** The points between which the procedure can be interrupted, in order; `onStep` hears of each once it is behind us. */
export const GRANT_STEPS = [
  "read",
  "decided",
  "intent_journalled",
  "answered",
  "answer_journalled",
  "normalised",
  "identified",
  "committed",
] as const;
export type GrantStep = (typeof GRANT_STEPS)[number];

/** Everything that the procedure touches. */
export interface GrantWorld {
  readonly vault: Vault;
  readonly providers: readonly Provider[];
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: Fetch;
  readonly secrets: Secrets;
  readonly log: Log;
  /** For one call, the whole answer included. */
  readonly callTimeoutMs: number;
  readonly onStep?: (step: GrantStep) => void | Promise<void>;
}

/**
 * The one procedure that gets tokens, for a refresh and for a sign-in: re-read, decide, journal the intent, call,
 * journal the raw answer before parsing it, normalise, commit. What an interruption left in the journal is finished
 * first: an answer is committed without a call; a refresh without an answer is sent once more at once, since the
 * cloud may or may not have acted on it and most clouds allow for that within seconds.
 *
 * Failures of the cloud are a report and a line in the account's health; only a disk that fails throws.
 *
 * @throws Problem `store_failed`, `database_corrupt`
 */
export async function runGrant(world: GrantWorld, job: GrantJob): Promise<GrantReport> {
  const found = world.vault.account(job.account_id);
  if (found === null) return { outcome: "unneeded", account_id: job.account_id };
  const provider = world.providers.find((provider) => provider.id === found.provider);
  if (provider === undefined) {
    return failed(
      job.account_id,
      "misconfigured",
      `${found.name} is of a kind of account that this version does not know.`,
    );
  }
  return new Procedure(world, provider).run(job);
}

class Procedure {
  readonly #world: GrantWorld;
  readonly #provider: Provider;
  readonly #transport: Transport;

  constructor(world: GrantWorld, provider: Provider) {
    this.#world = world;
    this.#provider = provider;
    this.#transport = { fetch: world.fetch, clock: world.clock, timeoutMs: world.callTimeoutMs };
  }

  async run(job: GrantJob): Promise<GrantReport> {
    const { vault } = this.#world;
    const left = vault.openAttempt(job.account_id);
    if (left !== null) {
      const report = await this.#finish(left);
      if (job.kind === "refresh" && report !== null) return report;
    }
    const account = vault.account(job.account_id);
    const token = vault.token(job.account_id);
    await this.#step("read");
    if (account === null) return { outcome: "unneeded", account_id: job.account_id };
    return job.kind === "refresh" ? this.#refresh(account, token, job.generation) : this.#signIn(account, job);
  }

  async #refresh(account: AccountRow, token: StoredToken | null, generation: number | null): Promise<GrantReport> {
    const { vault, clock } = this.#world;
    const needed = generation === null ? isDue(account, clock.now()) : account.generation === generation;
    await this.#step("decided");
    if (!needed) return { outcome: "unneeded", account_id: account.id };
    if (token === null) return failed(account.id, "sign_in_needed", `${account.name} is signed out: sign in.`);
    if (token.refresh_token === null) return this.#refreshFailed(account, null, noRefreshToken(this.#provider), token);

    const attempt = vault.beginAttempt(account, "refresh_token", clock.now());
    await this.#step("intent_journalled");
    return this.#call(account, attempt, { type: "refresh_token", refresh_token: token.refresh_token });
  }

  async #signIn(account: AccountRow, job: GrantJob & { kind: "sign_in" }): Promise<GrantReport> {
    this.#world.secrets.add(job.code);
    await this.#step("decided");
    const attempt = this.#world.vault.beginAttempt(account, "authorization_code", this.#world.clock.now());
    await this.#step("intent_journalled");
    return this.#call(account, attempt, {
      type: "authorization_code",
      code: job.code,
      redirect_uri: job.redirect_uri,
    });
  }

  async #call(account: AccountRow, attempt: Attempt, grant: TokenGrant): Promise<GrantReport> {
    const { vault } = this.#world;
    const credentials = { client_id: account.client_id, client_secret: vault.clientSecret(account.id) };
    let answer;
    try {
      answer = await requestToken(this.#provider, credentials, grant, this.#transport);
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      this.#world.log.debug("a call to the token endpoint ended without an answer", { account: account.id, error });
      return this.#failed(account, attempt, failureOfCall(error.code, this.#provider, this.#world.callTimeoutMs));
    }
    await this.#step("answered");
    const answered = await this.#saving(() => vault.recordAnswer(attempt, answer));
    await this.#step("answer_journalled");
    return this.#settle(account, answered);
  }

  /** Ends what an interruption left behind. Null: go on with the job. */
  async #finish(left: Attempt): Promise<GrantReport | null> {
    const { vault, clock } = this.#world;
    const account = vault.account(left.account_id);
    if (account === null) return null;
    if (left.answer !== null) return this.#settle(account, left);
    if (left.grant_type === "authorization_code") {
      const message = "The sign-in was interrupted before the cloud answered: sign in again.";
      vault.closeAttempt(left, { at: clock.now(), kind: "failed", class: "transient", code: "interrupted", message });
      return null;
    }
    const again = account.last_error_code === "interrupted";
    this.#recordFailure(account, left, interruptedFailure(this.#provider), again ? "backoff" : "at_once");
    return null;
  }

  /** Reads the journalled answer and commits what it grants. */
  async #settle(account: AccountRow, attempt: Attempt): Promise<GrantReport> {
    const { answer } = attempt;
    if (answer === null) throw new Error("Only an answered attempt can be settled.");
    const pair = readTokenAnswer(answer, this.#provider);
    await this.#step("normalised");
    if (pair === null) return this.#failed(account, attempt, failureOfAnswer(answer, this.#provider));
    this.#world.secrets.add(pair.access_token);
    if (pair.refresh_token !== null) this.#world.secrets.add(pair.refresh_token);
    return attempt.grant_type === "refresh_token"
      ? this.#commitRefresh(account, attempt, pair)
      : this.#commitSignIn(account, attempt, pair);
  }

  async #commitRefresh(account: AccountRow, attempt: Attempt, pair: TokenPair): Promise<GrantReport> {
    const old = this.#world.vault.token(account.id);
    const whole = { ...pair, refresh_token: pair.refresh_token ?? old?.refresh_token ?? null };
    const recovered = account.consecutive_failures > 0;
    const report = await this.#commit(account, attempt, whole, null, {
      kind: recovered ? "recovered" : "refreshed",
      message: recovered
        ? `Refreshed again, after ${account.consecutive_failures} failed ${account.consecutive_failures === 1 ? "attempt" : "attempts"}.`
        : "The token was refreshed.",
    });
    if (report.outcome === "committed" && account.cloud_user === null) {
      const user = await this.#askWho(pair);
      if (user !== null) this.#world.vault.rememberUser(account.id, user);
    }
    return report;
  }

  async #commitSignIn(account: AccountRow, attempt: Attempt, pair: TokenPair): Promise<GrantReport> {
    const user = await this.#askWho(pair);
    await this.#step("identified");
    const { provider, known } = { provider: this.#provider, known: account.cloud_user };
    if (provider.identity !== null && known !== null && user === null) {
      // The answer stays in the journal: nothing is lost, and nothing of a stranger is stored under this account.
      const failure: Failure = {
        class: "transient",
        code: "identity_unknown",
        what: `${capitalised(provider.label)} did not say who has signed in`,
        reason: "cloud_unreachable",
        retry_after_at: null,
      };
      this.#recordFailure(account, attempt, failure, "backoff", true);
      return failed(
        account.id,
        "cloud_unreachable",
        `${failure.what}; the sign-in is finished as soon as it does.`,
        true,
      );
    }
    if (user !== null && known !== null && user !== known) {
      const message = `${account.name} belongs to another user of ${provider.label}: sign in as that user, or add a second account for this one.`;
      const event = {
        at: this.#world.clock.now(),
        kind: "failed",
        class: "configuration",
        code: "other_user",
      } as const;
      this.#world.vault.closeAttempt(attempt, { ...event, message });
      return failed(account.id, "other_user", message);
    }
    return this.#commit(account, attempt, pair, user, { kind: "signed_in", message: "Signed in." });
  }

  async #commit(
    account: AccountRow,
    attempt: Attempt,
    pair: TokenPair,
    cloud_user: string | null,
    { kind, message }: Pick<AccountEvent, "kind" | "message">,
  ): Promise<GrantReport> {
    const { vault, clock, random, log } = this.#world;
    const rules = { bufferMs: account.refresh_buffer_ms, idleIntervalMs: this.#provider.idleIntervalMs };
    const committed = await this.#saving(() =>
      vault.commit(attempt, {
        pair,
        cloud_user,
        next_refresh_at: pair.refresh_token === null ? null : dueAt(pair, rules, random.fraction()),
        event: { at: clock.now(), kind, class: null, code: null, message },
      }),
    );
    await this.#step("committed");
    if (committed === null) return { outcome: "unneeded", account_id: account.id };
    log.info(kind === "signed_in" ? "signed in" : "refreshed the token", {
      account: account.name,
      generation: committed.generation,
      expires_at: new Date(pair.expires_at).toISOString(),
    });
    return { outcome: "committed", ...committed };
  }

  #failed(account: AccountRow, attempt: Attempt, failure: Failure): GrantReport {
    return attempt.grant_type === "refresh_token"
      ? this.#refreshFailed(account, attempt, failure, this.#world.vault.token(account.id))
      : this.#signInFailed(account, attempt, failure);
  }

  #refreshFailed(
    account: AccountRow,
    attempt: Attempt | null,
    failure: Failure,
    token: StoredToken | null,
  ): GrantReport {
    const confirmed = account.last_error_class === "dead_grant" || token?.refresh_token === null;
    const dead = failure.class === "dead_grant" && confirmed;
    const message = this.#recordFailure(account, attempt, failure, dead ? "never" : "backoff");
    if (message === null) return { outcome: "unneeded", account_id: account.id };
    return failed(
      account.id,
      dead ? "sign_in_needed" : refreshProblem(failure),
      message,
      failure.class !== "configuration" && !dead,
    );
  }

  #signInFailed(account: AccountRow, attempt: Attempt, failure: Failure): GrantReport {
    const [code, advice] = signInProblem(failure);
    const message = this.#world.secrets.scrub(`${failure.what}; ${advice}`);
    const event = { at: this.#world.clock.now(), kind: "failed", class: failure.class, code: failure.code } as const;
    this.#world.vault.closeAttempt(attempt, { ...event, message });
    this.#world.log.warn("a sign-in failed", { account: account.name, code: failure.code, message });
    return failed(account.id, code, message, failure.class === "transient");
  }

  /** Writes a failed refresh down and plans the next. Returns its sentence; null when the attempt counts no more. */
  #recordFailure(
    account: AccountRow,
    attempt: Attempt | null,
    failure: Failure,
    next: "at_once" | "backoff" | "never",
    keepAttempt = false,
  ): string | null {
    const { vault, clock, random, secrets, log } = this.#world;
    const now = clock.now();
    const needsPerson = next === "never" || failure.class === "configuration";
    const message = secrets.scrub(`${failure.what}${adviceFor(failure, next)}`);
    const situation = {
      now,
      class: failure.class,
      failures: account.consecutive_failures + 1,
      retry_after_at: failure.retry_after_at,
      expires_at: vault.token(account.id)?.expires_at ?? null,
    };
    const { class: kind, code, reason } = failure;
    const recorded = vault.recordFailure(
      account.id,
      attempt,
      {
        at: now,
        class: kind,
        code,
        message,
        reason,
        next_refresh_at: { at_once: now, backoff: retryAt(situation, random.fraction()), never: null }[next],
        sign_in_reason: next === "never" ? ("grant_dead" satisfies TokenReason) : null,
        event: { at: now, kind: needsPerson ? "failed" : "retried", class: kind, code, message },
      },
      keepAttempt,
    );
    if (!recorded) return null;
    log.warn("a refresh failed", { account: account.name, class: kind, code, message });
    return message;
  }

  async #askWho(pair: TokenPair): Promise<string | null> {
    return askWho(this.#provider, pair.access_token, this.#transport, this.#world.random);
  }

  /** A full or busy disk may have room again in a moment, and what is being saved exists nowhere else. */
  async #saving<T>(save: () => T): Promise<T> {
    for (const pauseMs of SAVE_PAUSES_MS) {
      try {
        return save();
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== "store_failed") throw error;
        this.#world.log.error("a token could not be saved yet", { error });
        await sleep(this.#world.clock, pauseMs);
      }
    }
    return save();
  }

  async #step(step: GrantStep): Promise<void> {
    this.#world.log.trace("step", { step });
    await this.#world.onStep?.(step);
  }
}

/** Bree's timers and the guard may be this much early. */
const DUE_TOLERANCE_MS = 1000;
const SAVE_PAUSES_MS = [100, 500, 2000];

function isDue(account: AccountRow, now: number): boolean {
  const { automatic_refresh, next_refresh_at } = account;
  return automatic_refresh === 1 && next_refresh_at !== null && next_refresh_at <= now + DUE_TOLERANCE_MS;
}

function adviceFor(failure: Failure, next: "at_once" | "backoff" | "never"): string {
  if (next === "never") return "; sign in again.";
  switch (failure.class) {
    case "transient":
      return "; the gateway tries again by itself.";
    case "configuration":
      return "; the gateway also tries again each hour.";
    case "dead_grant":
      return "; the gateway asks once more in a minute before it asks for a new sign-in.";
  }
}

function refreshProblem(failure: Failure): ProblemCode {
  switch (failure.class) {
    case "configuration":
      return "misconfigured";
    case "dead_grant":
      return "cloud_error";
    case "transient":
      return cloudProblem(failure);
  }
}

function signInProblem(failure: Failure): [ProblemCode, string] {
  switch (failure.class) {
    case "configuration":
      return ["client_refused", "then sign in again."];
    case "dead_grant":
      return ["code_refused", "a code works once and only for minutes: start the sign-in again."];
    case "transient":
      return [cloudProblem(failure), "try the sign-in again in a moment."];
  }
}

function cloudProblem(failure: Failure): ProblemCode {
  if (failure.code === "answer_unreadable") return "cloud_answer_unreadable";
  if (failure.reason === "rate_limited") return "rate_limited";
  return failure.reason === "cloud_unreachable" ? "cloud_unreachable" : "cloud_error";
}

function failed(account_id: string, code: ProblemCode, message: string, retryable = false): GrantReport {
  return { outcome: "failed", account_id, problem: toRecord(new Problem(code, message, { retryable })) };
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
