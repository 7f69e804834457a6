import type { JsonObject } from "../json.ts";
import type { Secrets } from "../log.ts";
import type { FailureClass, TokenReason } from "./account.ts";
import { at, bodyObject } from "./answer.ts";
import type { RawAnswer } from "./answer.ts";
import type { Provider } from "./providers/provider.ts";
import type { Grant } from "./source.ts";
import { hasSenselessToken } from "./token-response.ts";
import type { GrantType } from "./vault/journal.ts";

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

/** The standard's error codes (RFC 6749 4.1.2.1 and 5.2, RFC 6750, RFC 8628, OpenID Connect) and what they ask for. */
const STANDARD_ERRORS: Readonly<Record<string, FailureClass>> = {
  invalid_client: "configuration",
  unauthorized_client: "configuration",
  invalid_redirect_uri: "configuration",
  redirect_uri_mismatch: "configuration",
  unsupported_grant_type: "configuration",
  invalid_scope: "configuration",
  invalid_target: "configuration",
  invalid_grant: "dead_grant",
  invalid_token: "dead_grant",
  expired_token: "dead_grant",
  access_denied: "dead_grant",
  login_required: "dead_grant",
  consent_required: "dead_grant",
  interaction_required: "dead_grant",
  server_error: "transient",
  temporarily_unavailable: "transient",
  slow_down: "transient",
};

const TRY_LATER = new Set([408, 425, 429]);
const NO_SUCH_PAGE = new Set([404, 405, 410]);

/**
 * Reads an answer of the token endpoint that granted nothing. Only JSON with a status below 500 can end a grant: HTML,
 * a 5xx or silence may come from anything on the way.
 */
export function failureOfAnswer(answer: RawAnswer, provider: Provider): Failure {
  const body = bodyObject(answer);
  const status = envelopeStatus(answer, body, provider) ?? answer.status;
  const cloud = sentenceStart(provider.label);
  const fail = (said: FailureClass, code: string, words: string): Failure => {
    // Where no person signs in there is no sign-in to ask for: what was refused is what the person has set.
    const kind = said === "dead_grant" && !needsBrowser(provider) ? "configuration" : said;
    return {
      class: kind,
      code,
      what: `${cloud} ${kind === said ? words : says(kind, code, provider)}`,
      reason: reasonOf(kind, status),
      refused: kind === "dead_grant" || (kind === "configuration" && !needsBrowser(provider)),
      retry_after_at: retryAfter(answer),
    };
  };

  if (TRY_LATER.has(status)) {
    return fail("transient", `http_${status}`, status === 429 ? "asks us to call less often" : `is busy (${status})`);
  }
  if (status >= 500) return fail("transient", `http_${status}`, `has an error of its own (${status})`);

  const words = errorWords(answer, body, provider);
  const standard = words.code === null ? undefined : STANDARD_ERRORS[words.code];
  const senseless = hasSenselessToken(answer, provider);
  if (standard !== "transient" && !senseless && isRefusedLogin(status, body, provider)) {
    return fail(
      "configuration",
      words.code ?? "credentials_refused",
      says("configuration", words.code ?? status, provider),
    );
  }
  if (words.code !== null && standard !== undefined)
    return fail(standard, words.code, says(standard, words.code, provider));
  const rule = provider.errorRules.find((rule) => new RegExp(rule.words, "i").test(words.text));
  if (rule !== undefined && body !== null) return fail(rule.class, rule.code, says(rule.class, rule.code, provider));

  if (NO_SUCH_PAGE.has(status)) {
    return fail("configuration", `http_${status}`, `has no token endpoint at its address (${status})`);
  }
  if (status >= 400 && body !== null) {
    return fail("dead_grant", words.code ?? `http_${status}`, `refused (${words.code ?? status})`);
  }
  if (status >= 300) return fail("transient", `http_${status}`, `sent something else than an answer (${status})`);
  return fail(
    "transient",
    "answer_unreadable",
    senseless ? "answered with something in the token's place that is no token" : "answered without a token",
  );
}

/** A cloud may say a secret back to us, in place of an error's code. */
export function withoutSecrets(failure: Failure, secrets: Pick<Secrets, "scrub">): Failure {
  const { code, what } = failure;
  return { ...failure, code: secrets.scrub(code) === code ? code : "refused", what: secrets.scrub(what) };
}

/** A call that ended without an answer, named by its cause (`http-call.ts`). */
export function failureOfCall(code: string, provider: Provider, timeoutMs: number): Failure {
  const cloud = sentenceStart(provider.label);
  const [kind, what] = callFailure(code, timeoutMs);
  return {
    class: kind,
    code,
    what: `${cloud} ${what}`,
    reason: kind === "configuration" ? "client_refused" : "cloud_unreachable",
    refused: false,
    retry_after_at: null,
  };
}

/** A call that a crash or a stop interrupted before its answer was written down: the cloud may have acted on it. */
export function interruptedFailure(provider: Provider, grantType: GrantType): Failure {
  return {
    class: "transient",
    code: "interrupted",
    what: `A ${grantType === "authorization_code" ? "sign-in" : "refresh"} was interrupted before ${provider.label} answered`,
    reason: "cloud_unreachable",
    refused: false,
    retry_after_at: null,
  };
}

/** The cloud granted a token and did not say to whom. */
export function identityUnknown(provider: Provider): Failure {
  return {
    class: "transient",
    code: "identity_unknown",
    what: `${sentenceStart(provider.label)} did not say who has signed in`,
    reason: "cloud_unreachable",
    refused: false,
    retry_after_at: null,
  };
}

/** Where the account's cloud is asked can't be looked up now. */
export function notDiscovered(provider: Provider): Failure {
  return {
    class: "transient",
    code: "not_discovered",
    what: `${sentenceStart(provider.label)} does not tell its endpoints`,
    reason: "cloud_unreachable",
    refused: false,
    retry_after_at: null,
  };
}

/** A static token has ended, or was refused, and there is no other. */
export function staticEnded(account: string): Failure {
  return {
    class: "configuration",
    code: "static_token_ended",
    what: `The token of ${account} is over and can't be renewed: enter a new one`,
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
    what: `${sentenceStart(provider.label)} gave no refresh token at the sign-in`,
    reason: "grant_dead",
    refused: false,
    retry_after_at: null,
  };
}

function callFailure(code: string, timeoutMs: number): [FailureClass, string] {
  switch (code) {
    case "timeout":
      return ["transient", `did not answer within ${timeoutMs / 1000} s`];
    case "name_not_resolved":
      return ["transient", "can't be found by its name: is the internet connection up?"];
    case "connection_refused":
      return ["transient", "refused the connection"];
    case "certificate_of_another_name":
      return ["configuration", "showed a certificate of another name: check its address"];
    case "certificate_refused":
      return ["transient", "showed a certificate that can't be trusted: check this machine's clock"];
    case "answer_too_large":
      return ["transient", "sent more than an answer should hold"];
    case "answer_unreadable":
      return ["transient", "sent an answer that can't be decoded"];
    default:
      return ["transient", "can't be reached: the connection broke"];
  }
}

function reasonOf(kind: FailureClass, status: number): TokenReason {
  if (kind === "configuration") return "client_refused";
  if (kind === "dead_grant") return "grant_dead";
  return status === 429 ? "rate_limited" : "cloud_error";
}

/** A login has no standard: a 401 without a word is a no, and so is an object without a token. */
function isRefusedLogin(status: number, body: JsonObject | null, { grant }: Provider): boolean {
  if (grant !== "password" && grant !== "basic") return false;
  return status === 401 || status === 423 || (body !== null && status < 300);
}

/** The ways to ask a login have all been tried. */
export function noLogin(provider: Provider): Failure {
  return {
    class: "configuration",
    code: "login_not_found",
    what: `${sentenceStart(provider.label)} took the user name and password in none of the usual ways: give the login's own address`,
    reason: "client_refused",
    refused: true,
    retry_after_at: null,
  };
}

function says(kind: FailureClass, code: string | number, provider: Provider): string {
  switch (kind) {
    case "configuration":
      if (!needsBrowser(provider)) return `does not accept the ${CREDENTIALS[provider.grant]} (${code}): correct them`;
      return `does not accept the client (${code}): check client id, client secret and redirect URI`;
    case "dead_grant":
      return `refused the sign-in (${code})`;
    case "transient":
      return `can't answer right now (${code})`;
  }
}

const CREDENTIALS: Readonly<Record<Grant, string>> = {
  authorization_code: "client id and secret",
  client_credentials: "client id and secret",
  password: "user name and password",
  basic: "user name and password",
  static: "token",
};

/** Its accounts begin with a person on the cloud's sign-in page. */
export function needsBrowser({ grant }: Provider): boolean {
  return grant === "authorization_code";
}

/** The status inside an envelope that an HTTP success carries, when it is an error. */
function envelopeStatus(answer: RawAnswer, body: JsonObject | null, provider: Provider): number | null {
  if (provider.envelope === null || body === null || answer.status >= 300) return null;
  const inner = Number(at(body, provider.envelope.status));
  return inner >= 400 && inner <= 599 ? inner : null;
}

interface ErrorWords {
  /** The error's code, where it has the form of one. Never longer text: it might hold anything. */
  readonly code: string | null;
  /** Everything that was said, for the provider's rules. */
  readonly text: string;
}

function errorWords(answer: RawAnswer, body: JsonObject | null, provider: Provider): ErrorWords {
  const challenge = /error="([^"]*)"/.exec(answer.headers["www-authenticate"] ?? "")?.[1];
  const said = [
    at(body, ["error"]),
    at(body, ["error", "code"]),
    at(body, ["error", "message"]),
    challenge,
    ...(provider.envelope?.messages.map((path) => at(body, path)) ?? []),
    at(body, ["error_description"]),
  ].filter((word) => typeof word === "string");
  const code = said.find((word) => /^[a-z]{2,}(_[a-z]{2,}){0,4}$/.test(word) && word.length <= 40);
  return { code: code ?? null, text: said.join(" ") };
}

/** `Retry-After` in seconds or as a date on the server's clock. */
function retryAfter(answer: RawAnswer): number | null {
  const text = answer.headers["retry-after"]?.trim();
  if (text === undefined || text === "") return null;
  if (/^\d+$/.test(text)) return answer.received_at + Number(text) * 1000;
  const moment = Date.parse(text);
  const server = Date.parse(answer.headers["date"] ?? "");
  if (Number.isNaN(moment)) return null;
  return Number.isNaN(server) ? moment : answer.received_at + (moment - server);
}

function sentenceStart(label: string): string {
  return label.charAt(0).toUpperCase() + label.slice(1);
}
