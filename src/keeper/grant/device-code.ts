import type { AccountRow } from "../vault/tables/account-columns.ts";
import type { Attempt } from "../vault/tables/attempt.ts";
import type { DeviceCode } from "../vault/tables/device-code-table.ts";
import { EndpointRenewal, whatIsGone } from "../endpoints/endpoint-renewal.ts";
import type { Provider } from "../providers/provider.ts";
import { afterPoll, isPollDue } from "../schedule/poll-times.ts";
import { readDeviceAuthorization } from "../token-calls/device-authorization.ts";
import { CallError } from "../token-calls/http-call.ts";
import { requestDeviceCode } from "../token-calls/oauth-client.ts";
import { signInAdvice, signInProblemCode } from "./failure-messages.ts";
import { failed } from "./failure-recorder.ts";
import type { FailureRecorder } from "./failure-recorder.ts";
import { endpointsNotFound, failureOfAnswer, failureOfCall, withoutSecrets } from "./failure.ts";
import type { Failure } from "./failure.ts";
import { callContextOf } from "./grant-context.ts";
import type { GrantContext } from "./grant-context.ts";
import type { GrantReport } from "./grant-runner.ts";
import { phrase } from "../../said/phrase.ts";

/** In less nobody finds the page and enters a code. */
const LEAST_TIME_MS = 20_000;

/**
 * Begins a sign-in on another device: asks the cloud for a code and stores it. What fails is told to who asked and
 * leaves the account as it was. One that is under way goes on.
 *
 * @throws Problem `store_failed`
 */
export async function startDeviceCode(
  context: GrantContext,
  known: Provider,
  account: AccountRow,
): Promise<GrantReport> {
  const { vault, clock, secrets, log } = context;
  const underWay = vault.deviceCodes.find(account.id);
  if (underWay !== null && underWay.ends_at > clock.now() + LEAST_TIME_MS)
    return { outcome: "unneeded", account_id: account.id };
  const provider = await withEndpoints(context, known, account);
  if ("class" in provider) return notBegun(context, account, provider);
  if (provider.deviceAuthorizationUrl === null || provider.tokenUrl === null) {
    return failed(account.id, "bad_request", noDeviceCode(account.name, provider), false);
  }
  const given = await ask(context, provider, account);
  if ("class" in given) return notBegun(context, account, given);
  const { life_ms, interval_ms, ...code } = given;
  secrets.add(code.device_code);
  const now = clock.now();
  vault.deviceCodes.begin(account.id, {
    ...code,
    interval_ms,
    next_poll_at: now + interval_ms,
    failures: 0,
    ends_at: now + life_ms,
  });
  log.info("A sign-in on another device has begun.", { account: account.name, account_id: account.id });
  return { outcome: "unneeded", account_id: account.id };
}

export function noDeviceCode(account: string, { label }: Provider): string {
  return phrase("device_code_unknown", { name: account, cloud: label });
}

/** The code, or why there is none. Where the endpoint is gone, the discovery document may know another. */
async function ask(context: GrantContext, provider: Provider, account: AccountRow) {
  const client = { client_id: account.client_id, client_secret: context.vault.accounts.clientSecret(account.id) };
  const answer = await requestDeviceCode(provider, client, callContextOf(context)).catch((error: unknown) => {
    if (error instanceof CallError) return error;
    throw error;
  });
  const given = answer instanceof CallError ? null : readDeviceAuthorization(answer, provider);
  if (given !== null) return given;
  const renewed = await new EndpointRenewal(context, callContextOf(context)).renew(
    account,
    provider,
    whatIsGone(answer),
  );
  if (renewed?.deviceAuthorizationUrl) return ask(context, renewed, account);
  return answer instanceof CallError
    ? failureOfCall(answer, provider, context.callTimeoutMs)
    : failureOfAnswer(answer, provider);
}

async function withEndpoints(
  context: GrantContext,
  provider: Provider,
  account: AccountRow,
): Promise<Provider | Failure> {
  const isKnown = provider.deviceAuthorizationUrl !== null && provider.tokenUrl !== null;
  if (isKnown || account.settings.issuer === undefined) return provider;
  const learned = await new EndpointRenewal(context, callContextOf(context)).learn(account);
  if (learned === null) return provider;
  return "seen" in learned ? endpointsNotFound(provider, learned.seen, context.callTimeoutMs / 2) : learned.provider;
}

function notBegun({ secrets, log }: GrantContext, account: AccountRow, said: Failure): GrantReport {
  const failure = withoutSecrets(said, secrets);
  const message = signInAdvice(failure);
  log.warn(message, { account: account.name, account_id: account.id, class: failure.class, code: failure.code });
  return failed(account.id, signInProblemCode(failure), message, failure.class === "transient");
}

/** Asks the cloud whether the person has entered the code, as often as the cloud wants it, until it says yes or no. */
export class DeviceCodePolls {
  readonly #context: GrantContext;
  readonly #failures: FailureRecorder;

  constructor(context: GrantContext, failures: FailureRecorder) {
    this.#context = context;
    this.#failures = failures;
  }

  /** The code that is to be asked about now. */
  due(account_id: string): DeviceCode | null {
    const { vault, clock } = this.#context;
    const code = vault.deviceCodes.find(account_id);
    return code !== null && isPollDue(code, clock.now()) ? code : null;
  }

  /** Nobody knows what was answered: it is asked again. */
  interrupted(attempt: Attempt): void {
    const { vault, clock } = this.#context;
    const { interval_ms = 0, failures = 0 } = vault.deviceCodes.find(attempt.account_id) ?? {};
    vault.journal.pollLater(attempt, { interval_ms, failures, next_poll_at: clock.now() + interval_ms });
  }

  /** The cloud gave no token: it may give one later. */
  failed(account: AccountRow, attempt: Attempt, failure: Failure): GrantReport {
    const { vault, clock, log } = this.#context;
    const code = vault.deviceCodes.find(account.id);
    const next = code === null ? null : afterPoll(code, failure, clock.now());
    if (next !== null) {
      log.debug("The code has not been entered yet.", {
        account: account.name,
        account_id: account.id,
        code: failure.code,
      });
      vault.journal.pollLater(attempt, next);
      return { outcome: "unneeded", account_id: account.id };
    }
    const said = endOf(failure);
    return this.#failures.signInFailed(account, attempt, said.problem, said);
  }
}

/** How it ended, for the person who may still look at the code. */
function endOf(failure: Failure) {
  const { class: kind, code } = failure;
  if (code === "access_denied") {
    const message = phrase("device_code_declined");
    return { class: kind, code, problem: "sign_in_refused", message } as const;
  }
  const wasAsked = WAITING.has(code);
  if (kind === "transient" && !wasAsked) {
    const message = phrase("device_code_expired_meanwhile", { what: failure.what });
    return { class: "dead_grant", code: "expired_token", problem: "code_refused", message } as const;
  }
  if (wasAsked || code === "expired_token") {
    const message = phrase("device_code_expired");
    return { class: "dead_grant", code: "expired_token", problem: "code_refused", message } as const;
  }
  return { class: kind, code, problem: signInProblemCode(failure), message: signInAdvice(failure) };
}

/** What the cloud says while the code is still to be entered. */
const WAITING: ReadonlySet<string> = new Set(["authorization_pending", "slow_down", "http_429"]);
