import type { Secrets } from "../../log.ts";
import type { FailureClass, TokenReason } from "../account.ts";
import { bodyObject } from "../answers/raw-answer.ts";
import type { RawAnswer } from "../answers/raw-answer.ts";
import { CallError } from "../token-calls/http-call.ts";
import { envelopeStatus, refusalIn } from "../answers/refusal.ts";
import type { Provider } from "../providers/provider.ts";
import { seenInAnswer, seenInCall, sentenceStart } from "../token-calls/unexpected-answer.ts";
import { needsBrowser } from "../providers/grants.ts";
import type { Grant } from "../providers/grants.ts";
import type { Learned } from "../providers/provider-fields.ts";
import type { SearchEnd } from "../login-search/login-search.ts";
import type { Wanted } from "../schedule/next-attempt.ts";
import { refusalsIn } from "../token-calls/login-record.ts";
import { hasSenselessToken } from "../answers/token-response.ts";
import { isSignIn } from "../vault/tables/attempt.ts";
import type { GrantType } from "../vault/tables/attempt.ts";
import { phrase } from "../../said/phrase.ts";

/** Why a call to the token endpoint granted nothing. */
export interface Failure {
  readonly class: FailureClass;
  /** Stable, snake_case: the OAuth error where the cloud sent one, else the kind (`timeout`, `http_500`, ...). */
  readonly code: string;
  /** What happened, as the beginning of a sentence: "The U-tec cloud did not answer within 20 s". No full stop. */
  readonly what: string;
  readonly reason: TokenReason;
  /** The cloud refused the grant, or the credentials that stand in its place: each time counts. */
  readonly refused: boolean;
  /** The earliest retry that the server asked for, epoch ms. */
  readonly retry_after_at: number | null;
}

const TRY_LATER = new Set([408, 425, 429]);

/**
 * Reads an answer of the token endpoint that granted nothing. Who answered decides: only the endpoint's own words, with a
 * status below 500, can end a grant or need a correction. Everything else may come from anything on the way.
 */
export function failureOfAnswer(answer: RawAnswer, provider: Provider): Failure {
  const body = bodyObject(answer);
  // Some clouds wrap their errors into a success.
  const inner = answer.status < 300 ? envelopeStatus(body, provider) : null;
  const status = inner !== null && inner <= 599 ? inner : answer.status;
  const retry_after_at = retryAfter(answer);
  const isBusy = TRY_LATER.has(status) || status >= 500;
  const isSenseless = hasSenselessToken(answer, provider);
  const words = isBusy ? null : refusalIn(answer, body, provider);
  // A login that answers with nonsense has not said no to the password, unless an error's code does.
  const said = isSenseless && words?.code === "credentials_refused" ? null : words;
  if (said === null) {
    return {
      class: "transient",
      code: status < 300 ? "answer_unreadable" : `http_${status}`,
      what: isSenseless
        ? phrase("part_what_no_token", { cloud: sentenceStart(provider.label) })
        : seenInAnswer({ ...answer, status }, provider, phrase("part_sought_token")),
      reason: status === 429 ? "rate_limited" : "cloud_error",
      refused: false,
      retry_after_at,
    };
  }
  // Where no person signs in there is no sign-in to ask for: what was refused is what the person has set.
  const kind = said.class === "dead_grant" && !needsBrowser(provider) ? "configuration" : said.class;
  return {
    class: kind,
    code: said.code,
    what: says(kind, said.code, provider),
    reason: REASONS[kind],
    refused: kind !== "transient",
    retry_after_at,
  };
}

const REASONS: Readonly<Record<FailureClass, TokenReason>> = {
  configuration: "client_refused",
  dead_grant: "grant_dead",
  transient: "cloud_error",
};

/** A cloud may echo a secret in place of an error's code. */
export function withoutSecrets(failure: Failure, secrets: Pick<Secrets, "scrub">): Failure {
  const { code, what } = failure;
  return { ...failure, code: secrets.scrub(code) === code ? code : "refused", what: secrets.scrub(what) };
}

/** A call that ended without an answer, named by its cause (`http-call.ts`). */
export function failureOfCall(failed: CallError, provider: Provider, timeoutMs: number): Failure {
  return unreachable(failed.code, seenInCall(failed, provider, timeoutMs));
}

/** A call that a crash or a stop interrupted before its answer was written down: the cloud may have acted on it. */
export function interruptedFailure(provider: Provider, grantType: GrantType): Failure {
  const kind = isSignIn({ grant_type: grantType }) ? phrase("part_kind_sign_in") : phrase("part_kind_refresh");
  return unreachable("interrupted", phrase("part_what_interrupted", { kind, cloud: provider.label }));
}

/** The cloud granted a token and did not say to whom. */
export function identityUnknown(provider: Provider): Failure {
  return unreachable("identity_unknown", phrase("part_what_nobody", { cloud: sentenceStart(provider.label) }));
}

/**
 * Where the account's cloud is asked can't be looked up now.
 * @param seen what came in place of the discovery document; null for a document that names no endpoints
 */
export function endpointsNotFound(provider: Provider, seen: RawAnswer | CallError | null, timeoutMs: number): Failure {
  if (seen === null) {
    return unreachable("not_discovered", phrase("part_what_no_endpoints", { cloud: sentenceStart(provider.label) }));
  }
  const what =
    seen instanceof CallError
      ? seenInCall(seen, provider, timeoutMs)
      : seenInAnswer(seen, provider, phrase("part_sought_discovery"));
  return unreachable("not_discovered", what);
}

function unreachable(code: string, what: string): Failure {
  return { class: "transient", code, what, reason: "cloud_unreachable", refused: false, retry_after_at: null };
}

/** A static token has ended, or was refused, and there is no other. */
export function staticEnded(account: string): Failure {
  return {
    class: "configuration",
    code: "static_token_ended",
    what: phrase("part_what_static_ended", { name: account }),
    reason: "client_refused",
    refused: true,
    retry_after_at: null,
  };
}

/** The grant has no refresh token, so that only a person can renew it. */
export function noRefreshToken(provider: Provider): Failure {
  return {
    class: "dead_grant",
    code: "no_refresh_token",
    what: phrase("part_what_no_refresh_token", { cloud: sentenceStart(provider.label) }),
    reason: "grant_dead",
    refused: false,
    retry_after_at: null,
  };
}

/** Why a search for a login, or the part of it that fits into a flight, brought nothing, and when it goes on. */
export function failureOfSearch(
  found: Extract<SearchEnd, { readonly end: "outage" | "unfinished" | "nowhere" }>,
  { login_route }: Learned,
  provider: Provider,
  timeoutMs: number,
): { readonly failure: Failure; readonly wanted?: Wanted } {
  switch (found.end) {
    case "outage": {
      const { seen } = found;
      const isCall = seen instanceof CallError;
      return { failure: isCall ? failureOfCall(seen, provider, timeoutMs) : failureOfAnswer(seen, provider) };
    }
    case "unfinished": {
      const what = phrase("part_what_search_goes_on", { cloud: provider.label });
      return { failure: unreachable("login_search_unfinished", what), wanted: "at_once" };
    }
    case "nowhere":
      // What has worked may work again, so it is asked for ever.
      if (login_route !== undefined) return { failure: loginGone(provider) };
      return { failure: noLogin(provider, refusalsIn(found.record)), wanted: "by_hand" };
  }
}

function saidBy(refusals: number): string {
  return refusals === 1 ? phrase("part_ways_one") : phrase("part_ways_many", { count: refusals });
}

/**
 * The ways to ask a login have all been tried, or enough of them have refused.
 * @param refusals how many have said that the user name, the password or the client is wrong
 */
export function noLogin(provider: Provider, refusals: number): Failure {
  const label = sentenceStart(provider.label);
  const what =
    refusals === 0
      ? phrase("part_what_login_not_found", { cloud: label, credentials: credentialsOf(provider) })
      : phrase("part_what_credentials", { cloud: label, credentials: credentialsOf(provider), ways: saidBy(refusals) });
  return {
    class: "configuration",
    code: refusals === 0 ? "login_not_found" : "credentials_refused",
    what,
    reason: "client_refused",
    refused: true,
    retry_after_at: null,
  };
}

/** The login that has worked is not there any more, nor at another of the usual addresses. */
function loginGone(provider: Provider): Failure {
  const what = phrase("part_what_login_gone", { cloud: sentenceStart(provider.label) });
  return { ...unreachable("login_gone", what), reason: "cloud_error" };
}

function says(kind: FailureClass, code: string, provider: Provider): string {
  const cloud = sentenceStart(provider.label);
  const credentials = credentialsOf(provider);
  switch (kind) {
    case "configuration":
      if (needsBrowser(provider)) return phrase("part_what_client", { cloud, code });
      // The cloud's own word for it; a refusal without one is told without.
      return code === "credentials_refused"
        ? phrase("part_what_credentials_wrong", { cloud, credentials })
        : phrase("part_what_credentials_code", { cloud, credentials, code });
    case "dead_grant":
      return phrase("part_what_sign_in_refused", { cloud, code });
    case "transient":
      return phrase("part_what_not_now", { cloud, code });
  }
}

function credentialsOf({ grant, credentials }: Provider): string {
  return credentials ?? CREDENTIALS[grant];
}

const CREDENTIALS: Readonly<Record<Grant, string>> = {
  authorization_code: "client id and secret",
  device_code: "client id",
  client_credentials: "client id and secret",
  password: "user name and password",
  basic: "user name and password",
  static: "token",
};

/** `Retry-After` in seconds or as a date on the server's clock. */
function retryAfter(answer: RawAnswer): number | null {
  const text = (answer.headers["retry-after"] ?? "").trim();
  if (/^\d+$/.test(text)) return answer.received_at + Number(text) * 1000;
  const moment = Date.parse(text);
  const server = Date.parse(answer.headers["date"] ?? "");
  if (Number.isNaN(moment)) return null;
  return Number.isNaN(server) ? moment : answer.received_at + (moment - server);
}
