import type { JsonObject } from "../../json.ts";
import type { FailureClass } from "../account.ts";
import { at } from "./raw-answer.ts";
import type { RawAnswer } from "./raw-answer.ts";
import type { Provider } from "../providers/provider.ts";

/** What a token endpoint says of a request that it does not grant. */
export interface Refusal {
  readonly class: FailureClass;
  /** Stable, snake_case: the error's code where it has the form of one. */
  readonly code: string;
}

/** The standard's error codes (RFC 6749 4.1.2.1 and 5.2, RFC 6750, RFC 8628, OpenID Connect) and what they ask for. */
const STANDARD_ERRORS: ReadonlyMap<string, FailureClass> = new Map([
  ["invalid_client", "configuration"],
  ["unauthorized_client", "configuration"],
  ["invalid_redirect_uri", "configuration"],
  ["redirect_uri_mismatch", "configuration"],
  ["unsupported_grant_type", "configuration"],
  ["invalid_scope", "configuration"],
  ["invalid_target", "configuration"],
  ["invalid_grant", "dead_grant"],
  // The request is the gateway's own and always the same: what some servers call invalid is the refresh token in it.
  ["invalid_request", "dead_grant"],
  ["invalid_token", "dead_grant"],
  ["expired_token", "dead_grant"],
  ["access_denied", "dead_grant"],
  ["login_required", "dead_grant"],
  ["consent_required", "dead_grant"],
  ["interaction_required", "dead_grant"],
  ["server_error", "transient"],
  ["temporarily_unavailable", "transient"],
  ["slow_down", "transient"],
  ["authorization_pending", "transient"],
]);

/** Error codes of a server's own that can only be about the grant. */
const OWN_CODE = /^[a-z]{2,}(_[a-z]{2,}){1,4}$/;
const ABOUT_THE_GRANT = /grant|token|revoked|consent/;

/** What a login's answer says when it speaks of who logs in. A user who has not ended the registration is one who can't. */
const ABOUT_THE_LOGIN =
  /not (yet )?(verified|confirmed|activated|approved|registered)|(un|in)(verified|confirmed|activated?|registered)|(verify|confirm) (your|the) |finish .{0,20}registration|registration .{0,20}(not|in)\W?(finished|complete)|password|passcode|credential|incorrect|wrong|user.?name|(unknown|invalid|no such) (user|account|login|e-?mail)|not authori[sz]ed|unauthori[sz]ed|locked|disabled|(log[ -]?in|sign[ -]?in|authentication) (has )?failed/i;

/**
 * What the token endpoint itself says; null where it may have been anybody: a firewall, a proxy, a captive portal. Only
 * an OAuth error in JSON, a form or the challenge counts, the provider's envelope by its rules, and a login's no.
 */
export function refusalIn(answer: RawAnswer, body: JsonObject | null, provider: Provider): Refusal | null {
  const said = wordsIn(answer, body, provider);
  const [standard] = said.flatMap(standardRefusal);
  if (standard?.class === "transient") return standard;
  const login = isRefusedLogin(answer, body, provider);
  if (login) return { class: "configuration", code: said.find((word) => OWN_CODE.test(word)) ?? "credentials_refused" };
  if (standard !== undefined) return standard;

  const inner = envelopeStatus(body, provider);
  if (inner !== null) {
    const rule = provider.errorRules.find((rule) => new RegExp(rule.words, "i").test(said.join(" ")));
    if (rule !== undefined) return { class: rule.class, code: rule.code };
    // Only the cloud itself wraps a refusal into a success.
    return answer.status < 300 && inner <= 499 ? { class: "dead_grant", code: `http_${inner}` } : null;
  }
  const error = at(body, ["error"]);
  const isOwnCode = typeof error === "string" && OWN_CODE.test(error) && error.length <= 40;
  return isOwnCode && ABOUT_THE_GRANT.test(error) ? { class: "dead_grant", code: error } : null;
}

/** The error's status in the provider's envelope, which some clouds number beyond HTTP's; null where there is none. */
export function envelopeStatus(body: JsonObject | null, { envelope }: Provider): number | null {
  const status = envelope === null ? NaN : Number(at(body, envelope.status));
  return status >= 400 ? status : null;
}

function standardRefusal(code: string): Refusal[] {
  const kind = STANDARD_ERRORS.get(code);
  return kind === undefined ? [] : [{ class: kind, code }];
}

function wordsIn(answer: RawAnswer, body: JsonObject | null, provider: Provider): string[] {
  const challenge = /error="([^"]*)"/.exec(answer.headers["www-authenticate"] ?? "")?.[1];
  return [
    at(body, ["error"]),
    at(body, ["error", "code"]),
    at(body, ["error", "message"]),
    challenge,
    ...(provider.envelope?.messages.map((path) => at(body, path)) ?? []),
    at(body, ["error_description"]),
  ].filter((word) => typeof word === "string");
}

/** A login has no standard: a 401 is a no, and so is whatever speaks of the user or the password. */
function isRefusedLogin(answer: RawAnswer, body: JsonObject | null, { grant }: Provider): boolean {
  if ((grant !== "password" && grant !== "basic") || isWebPage(answer)) return false;
  if (answer.status === 401 || answer.status === 423) return true;
  return ABOUT_THE_LOGIN.test(JSON.stringify(body));
}

/** Words about a request that was not understood: what is missing in it, or has another form. */
const ABOUT_THE_REQUEST =
  /required|missing|must (be|have|contain)|blank|empty|format|not a valid e-?mail|unsupported|content.?type/i;

/** A login that was asked with what is wrong, in words: not one that was asked otherwise than it wants to be. */
const WRONG = "(wrong|incorrect|invalid|bad|unknown|no such|not match|mismatch|failed|locked|disabled)";
const WHO = "(password|passcode|credential|user|login|log-in|sign-?in|e-?mail|account|authentication)";
const WHO_IS_WRONG = new RegExp(
  `${WRONG}.{0,40}${WHO}|${WHO}.{0,40}(${WRONG}|not found|does not exist)|not (yet )?(verified|confirmed|activated)`,
  "i",
);

/** Whether a login says that it knows no such user, password or client, with whatever status. */
export function saysWhoIsWrong(body: JsonObject | null, client: boolean): boolean {
  if (body === null) return false;
  const error = at(body, ["error"]);
  if (error === "invalid_grant") return true;
  if (error === "invalid_client") return client;
  const said = JSON.stringify(body);
  return WHO_IS_WRONG.test(said) && !ABOUT_THE_REQUEST.test(said);
}

export function isWebPage({ body, headers }: RawAnswer): boolean {
  return /^\s*</.test(body) || /\bhtml\b/i.test(headers["content-type"] ?? "");
}
