import { isObject } from "../../json.ts";
import type { JsonObject } from "../../json.ts";
import { at, bodyObject } from "./raw-answer.ts";
import type { RawAnswer } from "./raw-answer.ts";
import type { ExpirySource } from "../account.ts";
import type { Provider } from "../providers/provider.ts";
import type { TokenPlace } from "../providers/provider-fields.ts";
import { tokenTimes } from "./token-life.ts";
import { mayReplace, readToken } from "./token-text.ts";

/** What an answer grants, in one shape whatever it came in. */
export interface TokenPair {
  readonly access_token: string;
  /** Null when the answer has none: the old one stays. */
  readonly refresh_token: string | null;
  readonly obtained_at: number;
  /** Null where nobody knows. */
  readonly expires_at: number | null;
  readonly expiry_source: ExpirySource | null;
  readonly refresh_expires_at: number | null;
  readonly scope: string | null;
}

const ACCESS_NAMES = ["access_token", "accessToken", "access", "token", "auth_token", "authToken", "jwt"];
const REFRESH_NAMES = ["refresh_token", "refreshToken", "refresh"];
/** Wrappers seen at more than one provider, beside those that a provider names. */
const WRAPPERS: readonly (readonly string[])[] = [["data"], ["result"], ["token"], ["tokens"], ["data", "token"]];

/** The pair that an account holds while it asks for the next. */
export type HeldTokens = Pick<
  TokenPair,
  "access_token" | "refresh_token" | "obtained_at" | "expires_at" | "expiry_source"
>;

/**
 * Reads a token endpoint's answer, however messy: wrapped, in camel case, without a token type, with a life as text, in
 * milliseconds, as a date, in the token itself, or missing. Null when it grants no access token. A text in the place of
 * the refresh token that is none counts as no refresh token.
 *
 * Expiry, best source first: the answer (unless the access token itself names an earlier end), the token's own claims
 * (`exp` minus `iat`, since clocks differ), the provider's default.
 */
export function readTokenAnswer(
  answer: RawAnswer,
  provider: Provider,
  held: HeldTokens | null = null,
): TokenPair | null {
  if (!isSuccess(answer)) return null;
  const found = findToken(answer, provider, held);
  if (found === null) return null;
  const { fields, access } = found;
  const obtained = answer.received_at;
  const isTold = held?.expiry_source === "answer" || held?.expiry_source === "jwt";
  const usual = isTold && held.expires_at !== null ? held.expires_at - held.obtained_at : null;
  const { life_ms, source, refresh_life_ms } = tokenTimes(fields, access, answer, provider, usual);
  return {
    access_token: access,
    refresh_token: tokenText(fields, REFRESH_NAMES, held?.refresh_token),
    obtained_at: obtained,
    expires_at: life_ms === null ? null : obtained + life_ms,
    expiry_source: source,
    refresh_expires_at: refresh_life_ms === null ? null : obtained + refresh_life_ms,
    scope: scopeText(fields["scope"]),
  };
}

/** What an account holds once a refresh has answered `pair`: what the answer leaves out stays as it was. */
export function renewed(
  pair: TokenPair,
  held: Pick<TokenPair, "refresh_token" | "refresh_expires_at"> | null,
): TokenPair {
  const refresh_token = pair.refresh_token ?? held?.refresh_token ?? null;
  const kept = held !== null && refresh_token === held.refresh_token;
  const refresh_expires_at = pair.refresh_expires_at ?? (kept ? held.refresh_expires_at : null);
  return { ...pair, refresh_token, refresh_expires_at };
}

/** Where the token lies that `readTokenAnswer` reads; null without one. */
export function tokenPlace(answer: RawAnswer, provider: Provider): TokenPlace | null {
  return findToken(answer, provider, null)?.place ?? null;
}

/** Whether something stands in an access token's place that can't be one. An empty place may be a way to say no. */
export function hasSenselessToken(answer: RawAnswer, provider: Provider): boolean {
  if (!isSuccess(answer) || findToken(answer, provider, null) !== null) return false;
  const said = places(answer, provider).flatMap((fields) => ACCESS_NAMES.map((name) => fields[name]));
  const inHeader = provider.tokenInHeader ? answer.headers["authorization"] : undefined;
  return [...said, inHeader].some(
    (value) => typeof value === "number" || (typeof value === "string" && value.trim() !== ""),
  );
}

/** The refresh token of an answer without an access token: a cloud that rotates takes no older one. Null for none. */
export function loneRefreshToken(answer: RawAnswer, provider: Provider, held: HeldTokens | null): string | null {
  if (!isSuccess(answer) || findToken(answer, provider, held) !== null) return null;
  for (const fields of places(answer, provider)) {
    const token = tokenText(fields, REFRESH_NAMES, held?.refresh_token);
    if (token !== null) return token;
  }
  return null;
}

interface FoundToken {
  /** The object that it lies in, or the body beside its header. */
  readonly fields: JsonObject;
  readonly access: string;
  readonly place: TokenPlace;
}

function findToken(answer: RawAnswer, provider: Provider, held: HeldTokens | null): FoundToken | null {
  const body = bodyObject(answer);
  const { tokenPlace: known } = provider;
  const inHeader = (): FoundToken | null => {
    const access = provider.tokenInHeader ? tokenText(answer.headers, ["authorization"], held?.access_token) : null;
    return access === null ? null : { fields: body ?? {}, access, place: { header: "authorization" } };
  };
  if (known !== null && "header" in known) {
    const found = inHeader();
    if (found !== null) return found;
  }
  if (body === null) return inHeader();
  const kept = known !== null && "body" in known ? [known.body] : [];
  const usual = usualPaths(provider).flatMap((path) => ACCESS_NAMES.map((name) => [...path, name]));
  for (const place of [...kept, ...usual]) {
    const fields = at(body, place.slice(0, -1));
    const access = isObject(fields) ? tokenText(fields, place.slice(-1), held?.access_token) : null;
    if (isObject(fields) && access !== null) return { fields, access, place: { body: place } };
  }
  return inHeader();
}

function usualPaths({ answerPaths }: Provider): (readonly string[])[] {
  return [...answerPaths, ...WRAPPERS];
}

/** The objects in which tokens may lie. */
function places(answer: RawAnswer, provider: Provider): JsonObject[] {
  const body = bodyObject(answer);
  return usualPaths(provider)
    .map((path) => at(body, path))
    .filter((value) => isObject(value));
}

function isSuccess({ status }: RawAnswer): boolean {
  return status >= 200 && status <= 299;
}

/** The first of these members that is a token, and may take the place of the one that is held. */
function tokenText(fields: JsonObject, names: readonly string[], held: string | null = null): string | null {
  for (const name of names) {
    const token = readToken(fields[name]);
    if (token !== null && mayReplace(token, held)) return token;
  }
  return null;
}

function scopeText(scope: unknown): string | null {
  if (typeof scope === "string" && scope.trim() !== "") return scope.trim();
  return Array.isArray(scope) ? scope.filter((part) => typeof part === "string").join(" ") : null;
}
