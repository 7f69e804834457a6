import { isObject, parseJson } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { at, bodyObject } from "./answer.ts";
import type { RawAnswer } from "./answer.ts";
import type { ExpirySource } from "./account.ts";
import type { Provider } from "./providers/provider.ts";
import type { TokenPlace } from "./source.ts";
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
const LIFE_NAMES = ["expires_in", "expiresIn", "expires"];
const END_NAMES = ["expires_at", "expiresAt", "expiry", "expires_on", "expires"];
const REFRESH_LIFE_NAMES = ["refresh_token_expires_in", "refresh_expires_in", "refreshTokenExpiresIn"];
const REFRESH_END_NAMES = ["refresh_token_expires_at", "refresh_expires_at", "refreshTokenExpiresAt"];
/** Wrappers seen at more than one provider, beside those that a provider names. */
const WRAPPERS: readonly (readonly string[])[] = [["data"], ["result"], ["token"], ["tokens"], ["data", "token"]];

/** A number of seconds beyond ten years is one of milliseconds; beyond ten years of those it is nonsense. */
const LONGEST_LIFE_S = 10 * 365 * 86_400;
/** `expires` is a duration below this and a moment above it. */
const EARLIEST_MOMENT_S = 1e9;

/** The pair that an account holds while it asks for the next. */
export type HeldTokens = Pick<TokenPair, "access_token" | "refresh_token">;

/**
 * Reads a token endpoint's answer, however messy: wrapped, in camel case, without a token type, with a life as text, in
 * milliseconds, as a date, in the token itself, or missing. Null when it grants no access token. A text in the place of
 * the refresh token that is none counts as no refresh token.
 *
 * Expiry, best source first: the answer, the access token's own claims (`exp` minus `iat`, since clocks differ), the
 * provider's default.
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
  const [life, expiry_source] = lifeOf(fields, access, answer, provider);
  const refreshLife = lifeMs(fields, REFRESH_LIFE_NAMES, REFRESH_END_NAMES, answer);
  return {
    access_token: access,
    refresh_token: tokenText(fields, REFRESH_NAMES, held?.refresh_token),
    obtained_at: obtained,
    expires_at: life === null ? null : obtained + life,
    expiry_source,
    refresh_expires_at: refreshLife === null ? null : obtained + refreshLife,
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

function lifeOf(
  fields: JsonObject,
  access: string,
  answer: RawAnswer,
  provider: Provider,
): [number, ExpirySource] | [null, null] {
  const told = lifeMs(fields, LIFE_NAMES, END_NAMES, answer);
  if (told !== null) return [told, "answer"];
  const claimed = claimedLifeMs(access, answer, provider);
  if (claimed !== null) return [claimed, "jwt"];
  return provider.defaultLifeMs === null ? [null, null] : [provider.defaultLifeMs, "default"];
}

/** The first of these members that is a token, and may take the place of the one that is held. */
function tokenText(fields: JsonObject, names: readonly string[], held: string | null = null): string | null {
  for (const name of names) {
    const token = readToken(fields[name]);
    if (token !== null && mayReplace(token, held)) return token;
  }
  return null;
}

/** A positive life in ms, from a duration or an end; null when the answer tells none that makes sense. */
function lifeMs(
  fields: JsonObject,
  durations: readonly string[],
  ends: readonly string[],
  answer: RawAnswer,
): number | null {
  for (const name of durations) {
    const number = positiveNumber(fields[name]);
    if (number === null || (name === "expires" && number > EARLIEST_MOMENT_S)) continue;
    const ms = Math.round(number <= LONGEST_LIFE_S ? number * 1000 : number);
    if (isLife(ms)) return ms;
  }
  for (const name of ends) {
    const end = momentMs(fields[name]);
    const life = end === null ? null : leftUntil(end, answer);
    if (life !== null) return life;
  }
  return null;
}

/** Of two clocks one may be years off. The shorter life that makes sense is the safer one. */
function leftUntil(end: number, answer: RawAnswer): number | null {
  const lives = [end - serverNow(answer), end - answer.received_at].filter(isLife);
  return lives.length === 0 ? null : Math.min(...lives);
}

function isLife(ms: number): boolean {
  return ms > 0 && ms <= LONGEST_LIFE_S * 1000;
}

function positiveNumber(value: unknown): number | null {
  const number = typeof value === "string" && /^\s*\d+(\.\d+)?\s*s?\s*$/.test(value) ? parseFloat(value) : value;
  return typeof number === "number" && Number.isFinite(number) && number > 0 ? number : null;
}

/** Epoch seconds, epoch ms or a date as text, in whole epoch ms: some tokens tell fractions of a second. */
function momentMs(value: unknown): number | null {
  const number = positiveNumber(value);
  if (number !== null) return number > EARLIEST_MOMENT_S ? Math.round(number > 1e11 ? number : number * 1000) : null;
  const parsed = typeof value === "string" ? Date.parse(value) : NaN;
  return Number.isNaN(parsed) ? null : parsed;
}

/** The server's own clock, where it says it: an end it names is meant on that clock. */
function serverNow(answer: RawAnswer): number {
  const date = Date.parse(answer.headers["date"] ?? "");
  return Number.isNaN(date) ? answer.received_at : date;
}

/** The life that a JWT claims for itself, counted from its making: a static one was made long ago. */
function claimedLifeMs(token: string, answer: RawAnswer, { grant }: Provider): number | null {
  const { start, end } = claimedTimes(token);
  if (end === null) return null;
  if (start === null || grant === "static") return leftUntil(end, answer);
  return isLife(end - start) ? end - start : null;
}

/** When a JWT ends by its own word, on its maker's clock; null for another token. */
export function claimedEnd(token: string): number | null {
  return claimedTimes(token).end;
}

function claimedTimes(token: string): { readonly start: number | null; readonly end: number | null } {
  const [, payload, signature] = token.split(".");
  const encoded = signature === undefined ? "" : (payload ?? "");
  const claims = parseJson(Buffer.from(encoded, "base64url").toString("utf8"));
  return { start: momentMs(at(claims, ["iat"])), end: momentMs(at(claims, ["exp"])) };
}

function scopeText(scope: unknown): string | null {
  if (typeof scope === "string" && scope.trim() !== "") return scope.trim();
  return Array.isArray(scope) ? scope.filter((part) => typeof part === "string").join(" ") : null;
}
