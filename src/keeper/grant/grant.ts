import { Problem } from "../../problem.ts";
import { plannedRefreshAt } from "../schedule/planned-refresh.ts";
import type { RawAnswer } from "../answers/raw-answer.ts";
import { lookUpEndpoints } from "../token-calls/endpoint-lookup.ts";
import { failureOfAnswer, failureOfCall, interruptedFailure, noRefreshToken } from "./failure.ts";
import { noLogin, endpointsNotFound, staticEnded } from "./failure.ts";
import type { Failure } from "./failure.ts";
import { failed, FailureRecorder } from "./failure-recorder.ts";
import type { GrantStep, GrantContext } from "./grant-context.ts";
import { GrantWriter } from "./grant-writer.ts";
import { CallError } from "../token-calls/http-call.ts";
import type { CallContext } from "../token-calls/http-call.ts";
import { stepDone, callContextOf } from "./grant-context.ts";
import { wrongWay } from "../token-calls/password-login.ts";
import { isWebPage } from "../answers/refusal.ts";
import { accountProvider } from "../providers/account-provider.ts";
import type { Provider } from "../providers/provider.ts";
import { grantRequestOf } from "../token-calls/grant-request.ts";
import type { GrantRequest } from "../token-calls/grant-request.ts";
import { DeviceCodePolls, startDeviceCode } from "./device-code.ts";
import { EndpointRenewal, whatIsGone } from "../endpoints/endpoint-renewal.ts";
import { Settlement } from "./settlement.ts";
import type { AskAgain } from "./settlement.ts";
import { revokeGrant } from "./revocation.ts";
import type { GrantJob, GrantReport } from "./grant-runner.ts";
import { tokenCalls } from "../token-calls/token-call.ts";
import type { AccountRow } from "../vault/tables/account-columns.ts";
import { isAnswered, isRenewal } from "../vault/tables/attempt.ts";
import type { AnsweredAttempt, Attempt } from "../vault/tables/attempt.ts";
import type { StoredToken } from "../vault/tables/token-table.ts";

/**
 * The one procedure that gets tokens, for a refresh and for a sign-in: re-read, decide, journal the intent, call,
 * journal the raw answer before parsing it, normalise, commit. What an interruption left in the journal is finished
 * first: an answer is committed without a call; a refresh without an answer is sent once more at once, since the cloud
 * may or may not have acted on it, and most clouds allow for that within seconds.
 *
 * Failures of the cloud end in a report and in the account's health; only the disk makes this throw.
 *
 * @param unsaved the answer that an earlier flight could not write down: that is done first, and nothing without it
 * @throws Problem `store_failed`, `database_corrupt`
 */
export async function runGrant(
  context: GrantContext,
  job: GrantJob,
  unsaved: AnsweredAttempt | null = null,
): Promise<GrantReport> {
  if (unsaved !== null) context.vault.journal.answer(unsaved, unsaved.answer);
  const account = context.vault.accounts.get(job.account_id);
  if (account === null) return { outcome: "unneeded", account_id: job.account_id };
  if (job.kind === "revoke") {
    await revokeGrant(context, account);
    return { outcome: "unneeded", account_id: account.id };
  }
  const provider = accountProvider(context.providers, account);
  if (provider === null) {
    const message = `${account.name} is of a kind of account that this version does not know: update the gateway.`;
    return failed(account.id, "misconfigured", message, false);
  }
  return new Procedure(context, provider).run(job);
}

type TokenJob = Exclude<GrantJob, { readonly kind: "revoke" }>;

/** Bree's timers may be this much early. */
const DUE_TOLERANCE_MS = 1000;
class Procedure {
  readonly #context: GrantContext;
  /** As the account completes it; read anew with the account. */
  #provider: Provider;
  readonly #callContext: CallContext;
  readonly #failures: FailureRecorder;
  readonly #writer: GrantWriter;
  readonly #settlement: Settlement;
  readonly #polls: DeviceCodePolls;
  readonly #endpoints: EndpointRenewal;

  constructor(context: GrantContext, provider: Provider) {
    this.#context = context;
    this.#provider = provider;
    this.#callContext = callContextOf(context);
    this.#failures = new FailureRecorder(context);
    this.#writer = new GrantWriter(context);
    this.#endpoints = new EndpointRenewal(context, this.#callContext);
    this.#polls = new DeviceCodePolls(context, this.#failures);
    this.#settlement = new Settlement(context, this.#callContext, this.#polls);
  }

  async run(job: TokenJob): Promise<GrantReport> {
    const { vault } = this.#context;
    const finished = await this.#finishLeft(job);
    if (finished !== null && job.kind === "refresh") return finished;

    const account = vault.accounts.get(job.account_id);
    const token = job.kind === "refresh" ? vault.tokens.newest(job.account_id) : null;
    await this.#step("read");
    if (account === null) return { outcome: "unneeded", account_id: job.account_id };
    this.#provider = accountProvider(this.#context.providers, account) ?? this.#provider;
    switch (job.kind) {
      case "refresh":
        return (await this.#poll(account, job.generation)) ?? this.#refresh(account, token, job.generation);
      case "sign_in":
        return this.#signIn(account, job);
      case "device_code":
        return startDeviceCode(this.#context, this.#provider, account);
    }
  }

  /** A sign-in makes good what can't be read any more, so it does not stumble over it. */
  async #finishLeft(job: TokenJob): Promise<GrantReport | null> {
    try {
      const left = this.#context.vault.journal.open(job.account_id);
      return left === null ? null : await this.#finish(left);
    } catch (error) {
      const unreadable = error instanceof Problem && (error.code === "database_corrupt" || error.code === "key_wrong");
      if (job.kind === "refresh" || !unreadable) throw error;
      this.#context.log.warn(error.message, { code: error.code });
      return null;
    }
  }

  /** Ends what an interruption left behind. Null: there is nothing to report of it, go on with the job. */
  async #finish(left: Attempt | AnsweredAttempt): Promise<GrantReport | null> {
    const { vault } = this.#context;
    const account = vault.accounts.get(left.account_id);
    if (account === null) return null;
    if (isAnswered(left)) return this.#settle(account, left, true);
    const interrupted = interruptedFailure(this.#provider, left.grant_type);
    if (left.grant_type === "device_code") {
      this.#polls.interrupted(left);
    } else if (!isRenewal(left)) {
      await this.#failed(account, left, interrupted);
    } else {
      const again = account.last_error_code === interrupted.code;
      vault.journal.fail(account.id, left, this.#failures.record(account, interrupted, again ? "backoff" : "at_once"));
    }
    return null;
  }

  async #refresh(account: AccountRow, token: StoredToken | null, generation: number | null): Promise<GrantReport> {
    const { vault, clock } = this.#context;
    const needed = generation === null ? isDue(account, token, clock.now()) : account.generation === generation;
    await this.#step("decided");
    if (!needed) return { outcome: "unneeded", account_id: account.id };
    const isStatic = this.#provider.grant === "static";
    if (this.#provider.tokenUrl === null && !isStatic) return this.#lookUpEndpoints(account, token, generation);
    const credentials = vault.configurations.credentials(account.id);
    // What a person gave is taken up again, as after a change of clock or name, unless its token is to be replaced.
    const held = isStatic && generation === null ? null : token;
    const grant = grantRequestOf(this.#provider, account, held, credentials, clock.now() + DUE_TOLERANCE_MS);
    if (grant === null) {
      if (isStatic) return this.#failures.refreshFailed(account, null, staticEnded(account.name), "by_hand");
      if (token !== null) return this.#failures.refreshFailed(account, null, noRefreshToken(this.#provider), "never");
      return this.#rest(account);
    }

    const attempt = vault.journal.begin(account, grant.type, clock.now());
    if (attempt === null) return { outcome: "unneeded", account_id: account.id };
    await this.#step("intent_journalled");
    return this.#call(account, attempt, grant);
  }

  /** Asks whether the code of a sign-in on another device has been entered, when its time has come; else null. */
  async #poll(account: AccountRow, generation: number | null): Promise<GrantReport | null> {
    const { vault, clock } = this.#context;
    const code = generation === null ? this.#polls.due(account.id) : null;
    if (code === null) return null;
    await this.#step("decided");
    const attempt = vault.journal.begin(account, "device_code", clock.now());
    if (attempt === null) return { outcome: "unneeded", account_id: account.id };
    await this.#step("intent_journalled");
    return this.#call(account, attempt, { type: "device_code", device_code: code.device_code });
  }

  /** Leaves the account to the person who has to sign in. */
  #rest({ id, name }: AccountRow): GrantReport {
    this.#context.vault.configurations.rest(id);
    return failed(id, "sign_in_needed", `${name} is signed out: sign in.`, false);
  }

  /** Looks up where the account's cloud is asked, which is kept. */
  async #lookUpEndpoints(
    account: AccountRow,
    token: StoredToken | null,
    generation: number | null,
  ): Promise<GrantReport> {
    const { vault } = this.#context;
    const { issuer } = account.settings;
    const found =
      issuer === undefined ? { seen: null } : await lookUpEndpoints(issuer, account.client_id, this.#callContext);
    if ("seen" in found) {
      const failure = endpointsNotFound(this.#provider, found.seen, this.#callContext.timeoutMs / 2);
      return this.#failures.refreshFailed(account, null, failure);
    }
    vault.configurations.learn(account, found.learned);
    const known = vault.accounts.get(account.id);
    const provider = known && accountProvider(this.#context.providers, known);
    // It was removed meanwhile, or has another issuer, of which nothing is known yet.
    if (known === null || !provider?.tokenUrl) return { outcome: "unneeded", account_id: account.id };
    this.#provider = provider;
    if (generation === null && known.sign_in_reason !== null) return this.#rest(known);
    return this.#refresh(known, token, generation);
  }

  async #signIn(account: AccountRow, job: TokenJob & { readonly kind: "sign_in" }): Promise<GrantReport> {
    const { vault, clock, secrets } = this.#context;
    secrets.add(job.code);
    const { code_verifier = null } = job;
    if (code_verifier !== null) secrets.add(code_verifier);
    await this.#step("decided");
    const attempt = vault.journal.begin(account, "authorization_code", clock.now());
    if (attempt === null) return { outcome: "unneeded", account_id: account.id };
    await this.#step("intent_journalled");
    return this.#call(account, attempt, {
      type: "authorization_code",
      code: job.code,
      redirect_uri: job.redirect_uri,
      code_verifier,
    });
  }

  async #call(account: AccountRow, attempt: Attempt, grant: GrantRequest): Promise<GrantReport> {
    const { vault, log, callTimeoutMs } = this.#context;
    const client = { client_id: account.client_id, client_secret: vault.accounts.clientSecret(account.id) };
    const calls = tokenCalls(this.#provider, client, grant, this.#callContext);
    let webPage: RawAnswer | null = null;
    try {
      for (let call = calls[0]; call !== undefined;) {
        const answered = await this.#writer.answer(attempt, await call.send());
        const again = await this.#callElsewhere(account, attempt, grant, answered.answer);
        if (again !== null) return again;
        const wrong = calls.length > 1 ? wrongWay(answered.answer, this.#provider) : null;
        if (wrong === null) return await this.#settle(account, answered);
        if (answered.answer.status < 400 && isWebPage(answered.answer)) webPage = answered.answer;
        const { url } = call;
        const later = calls.slice(calls.indexOf(call) + 1);
        call = later.find((next) => wrong === "way" || next.url !== url);
        if (call !== undefined && !vault.journal.isOpen(account.id))
          return { outcome: "unneeded", account_id: account.id };
      }
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      log.debug("A call to the token endpoint ended without an answer.", { account: account.name, error });
      const again = await this.#callElsewhere(account, attempt, grant, error);
      if (again !== null) return again;
      return this.#failed(account, attempt, failureOfCall(error, this.#provider, callTimeoutMs));
    }
    // Where pages came, something on the way may have sent them, and the login may be there once it has gone.
    if (webPage !== null) return this.#failed(account, attempt, failureOfAnswer(webPage, this.#provider));
    return this.#failures.refreshFailed(account, attempt, noLogin(this.#provider), "by_hand");
  }

  /** The endpoint is gone and the cloud names another one: that is called, within the same attempt. */
  async #callElsewhere(
    account: AccountRow,
    attempt: Attempt,
    grant: GrantRequest,
    seen: RawAnswer | CallError,
  ): Promise<GrantReport | null> {
    const renewed = await this.#endpoints.renew(account, this.#provider, whatIsGone(seen));
    if (renewed === null || !this.#context.vault.journal.isOpen(account.id)) return null;
    this.#provider = renewed;
    return this.#call(account, attempt, grant);
  }

  async #settle(account: AccountRow, attempt: AnsweredAttempt, interrupted = false): Promise<GrantReport> {
    return this.#conclude(await this.#settlement.settle(this.#provider, account, attempt, interrupted));
  }

  async #failed(account: AccountRow, attempt: Attempt, failure: Failure): Promise<GrantReport> {
    return this.#conclude(this.#settlement.failed(account, attempt, failure));
  }

  async #conclude(settled: GrantReport | AskAgain): Promise<GrantReport> {
    if (!("askAgain" in settled)) return settled;
    const { askAgain: account, generation } = settled;
    this.#provider = accountProvider(this.#context.providers, account) ?? this.#provider;
    return this.#refresh(account, this.#context.vault.tokens.newest(account.id), generation);
  }

  #step(step: GrantStep): Promise<void> {
    return stepDone(this.#context, step);
  }
}

function isDue(account: AccountRow, token: StoredToken | null, now: number): boolean {
  const planned = plannedRefreshAt(account, token, now);
  return account.automatic_refresh === 1 && planned !== null && planned <= now + DUE_TOLERANCE_MS;
}
