import { Problem } from "../../problem.ts";
import { DUE_TOLERANCE_MS, isDue } from "../schedule/planned-refresh.ts";
import { LoginSearch } from "../login-search/login-search.ts";
import { loginMoved } from "../login-search/login-moved.ts";
import type { RawAnswer } from "../answers/raw-answer.ts";
import {
  endpointsNotFound,
  failureOfAnswer,
  failureOfCall,
  failureOfSearch,
  interruptedFailure,
  noRefreshToken,
  staticEnded,
} from "./failure.ts";
import type { Failure } from "./failure.ts";
import { failed, FailureRecorder, signedOut } from "./failure-recorder.ts";
import type { GrantContext } from "./grant-context.ts";
import { GrantWriter } from "./grant-writer.ts";
import { CallError } from "../token-calls/http-call.ts";
import type { CallContext } from "../token-calls/http-call.ts";
import { stepDone, callContextOf } from "./grant-context.ts";
import { accountProvider, unknownKind } from "../providers/account-provider.ts";
import type { Provider } from "../providers/provider.ts";
import { grantRequestOf } from "../token-calls/grant-request.ts";
import type { GrantRequest } from "../token-calls/grant-request.ts";
import { DeviceCodePolls, startDeviceCode } from "./device-code.ts";
import { EndpointRenewal, whatIsGone } from "../endpoints/endpoint-renewal.ts";
import { Settlement } from "./settlement.ts";
import type { AskAgain } from "./settlement.ts";
import { revokeGrant } from "./revocation.ts";
import type { GrantJob, GrantReport } from "./grant-runner.ts";
import type { LoginToFind } from "../token-calls/login-routes.ts";
import { askLogin, callForToken } from "../token-calls/token-call.ts";
import type { Wanted } from "../schedule/next-attempt.ts";
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
    return unneeded(account);
  }
  const provider = accountProvider(context.providers, account);
  if (provider !== null) return new Procedure(context, provider).run(job);
  return failed(account.id, "misconfigured", unknownKind(account), false);
}

type TokenJob = Exclude<GrantJob, { readonly kind: "revoke" }>;

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
    await stepDone(this.#context, "read");
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
    if (isAnswered(left)) return this.#finishAnswered(account, left);
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

  /** An answer that only says where a login is not is taken down, and the search goes on from there. */
  async #finishAnswered(account: AccountRow, left: AnsweredAttempt): Promise<GrantReport | null> {
    const { route } = left.answer;
    if (left.grant_type !== "login_search" || route === undefined) return this.#settle(account, left, true);
    const { outcome } = new LoginSearch(this.#context, this.#provider, account, []).take(left.answer, route);
    if (outcome === "accepted") return this.#settle(account, left, true);
    if (outcome === "outage") return this.#failed(account, left, failureOfAnswer(left.answer, this.#provider));
    return null;
  }

  async #refresh(account: AccountRow, token: StoredToken | null, generation: number | null): Promise<GrantReport> {
    const { vault, clock } = this.#context;
    const needed = generation === null ? isDue(account, token, clock.now()) : account.generation === generation;
    await stepDone(this.#context, "decided");
    if (!needed) return unneeded(account);
    const isStatic = this.#provider.grant === "static";
    if (this.#provider.tokenUrl === null && !isStatic) return this.#lookUp(account, token, generation);
    const credentials = vault.configurations.credentials(account.id);
    // What a person gave is taken up again, as after a change of clock or name, unless its token is to be replaced.
    const held = isStatic && generation === null ? null : token;
    const grant = grantRequestOf(this.#provider, account, held, credentials, clock.now() + DUE_TOLERANCE_MS);
    if (grant === null) {
      if (isStatic) return this.#failures.refreshFailed(account, null, staticEnded(account.name), "by_hand");
      if (token !== null) return this.#failures.refreshFailed(account, null, noRefreshToken(this.#provider), "never");
      return this.#rest(account);
    }

    return this.#begin(account, grant);
  }

  /** Asks whether the code of a sign-in on another device has been entered, when its time has come; else null. */
  async #poll(account: AccountRow, generation: number | null): Promise<GrantReport | null> {
    const code = generation === null ? this.#polls.due(account.id) : null;
    if (code === null) return null;
    await stepDone(this.#context, "decided");
    return this.#begin(account, { type: "device_code", device_code: code.device_code });
  }

  /** Leaves the account to the person who has to sign in. */
  #rest(account: AccountRow): GrantReport {
    this.#context.vault.configurations.rest(account.id);
    return signedOut(account);
  }

  /** Looks up where the account's cloud is asked, which is kept. */
  async #lookUp(account: AccountRow, token: StoredToken | null, generation: number | null): Promise<GrantReport> {
    const learned = await this.#endpoints.learn(account);
    // It was removed meanwhile, or has another issuer, of which nothing is known yet.
    if (learned === null) return unneeded(account);
    if ("seen" in learned) {
      const failure = endpointsNotFound(this.#provider, learned.seen, this.#callContext.timeoutMs / 2);
      return this.#failures.refreshFailed(account, null, failure);
    }
    this.#provider = learned.provider;
    if (generation === null && learned.account.sign_in_reason !== null) return this.#rest(learned.account);
    return this.#refresh(learned.account, token, generation);
  }

  async #signIn(account: AccountRow, job: TokenJob & { readonly kind: "sign_in" }): Promise<GrantReport> {
    const { secrets } = this.#context;
    const { code, redirect_uri, code_verifier = null } = job;
    secrets.add(code);
    if (code_verifier !== null) secrets.add(code_verifier);
    await stepDone(this.#context, "decided");
    return this.#begin(account, { type: "authorization_code", code, redirect_uri, code_verifier });
  }

  /** Writes down what is about to be done, and does it. */
  async #begin(account: AccountRow, grant: GrantRequest): Promise<GrantReport> {
    const { vault, clock } = this.#context;
    const attempt = vault.journal.begin(account, grant.type, clock.now());
    if (attempt === null) return unneeded(account);
    await stepDone(this.#context, "intent_journalled");
    return this.#call(account, attempt, grant);
  }

  async #call(account: AccountRow, attempt: Attempt, grant: GrantRequest): Promise<GrantReport> {
    const { vault, log, secrets, callTimeoutMs } = this.#context;
    const client = { client_id: account.client_id, client_secret: vault.accounts.clientSecret(account.id) };
    if (grant.type === "login_search") {
      const { routes, credentials } = grant;
      return this.#search(account, attempt, { routes, credentials: { ...credentials, ...client } });
    }
    try {
      const answer = await callForToken(this.#provider, client, grant, this.#callContext);
      const answered = await this.#writer.answer(attempt, answer);
      const again = await this.#callElsewhere(account, attempt, grant, answer);
      if (again !== null) return again;
      const moved =
        grant.type === "password" ? loginMoved(account, grant.route, answer, this.#provider, secrets) : null;
      if (moved === null) return await this.#settle(account, answered);
      vault.configurations.learn(account, { attempts: moved });
      return await this.#askAgain(account.id, attempt.generation);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      const about = { account: account.name, account_id: account.id };
      log.debug("A call to the token endpoint ended without an answer.", { ...about, error });
      const again = await this.#callElsewhere(account, attempt, grant, error);
      if (again !== null) return again;
      return this.#failed(account, attempt, failureOfCall(error, this.#provider, callTimeoutMs));
    }
  }

  /** Looks for the account's login, as far as this flight comes. */
  async #search(account: AccountRow, attempt: Attempt, { routes, credentials }: LoginToFind): Promise<GrantReport> {
    const { vault, callTimeoutMs } = this.#context;
    const isOpen = (): boolean => vault.journal.isOpen(account.id);
    const found = await new LoginSearch(this.#context, this.#provider, account, routes).run(
      {
        ask: async (route) => this.#writer.answer(attempt, await askLogin(route, credentials, this.#callContext)),
        isWanted: () => isOpen() && vault.accounts.get(account.id)?.changed_at === account.changed_at,
      },
      account.next_refresh_at === null,
    );
    if (found.end === "accepted") return this.#settle(account, found.answered);
    if (found.end === "unwanted") return isOpen() ? this.#askAgain(account.id, attempt.generation) : unneeded(account);
    const { failure, wanted } = failureOfSearch(found, account.learned, this.#provider, callTimeoutMs);
    return this.#failed(account, attempt, failure, wanted);
  }

  /** With the account as it is stored by now. */
  async #askAgain(account_id: string, generation: number): Promise<GrantReport> {
    const account = this.#context.vault.accounts.get(account_id);
    return account === null ? { outcome: "unneeded", account_id } : this.#conclude({ askAgain: account, generation });
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

  async #failed(account: AccountRow, attempt: Attempt, failure: Failure, wanted?: Wanted): Promise<GrantReport> {
    return this.#conclude(this.#settlement.failed(account, attempt, failure, wanted));
  }

  async #conclude(settled: GrantReport | AskAgain): Promise<GrantReport> {
    if (!("askAgain" in settled)) return settled;
    const { askAgain: account, generation } = settled;
    this.#provider = accountProvider(this.#context.providers, account) ?? this.#provider;
    return this.#refresh(account, this.#context.vault.tokens.newest(account.id), generation);
  }
}

function unneeded({ id }: AccountRow): GrantReport {
  return { outcome: "unneeded", account_id: id };
}
