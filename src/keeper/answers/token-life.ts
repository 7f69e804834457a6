import { parseJson } from "../../json.ts";
import type { JsonObject } from "../../json.ts";
import type { ExpirySource } from "../account.ts";
import { at } from "./raw-answer.ts";
import type { RawAnswer } from "./raw-answer.ts";
import type { Provider } from "../providers/provider.ts";
import { momentOf, toldTime } from "./told-time.ts";

const LIFE_NAMES = ["expires_in", "expiresIn", "expires"];
const END_NAMES = ["expires_at", "expiresAt", "expiry", "expires_on", "expires"];
const REFRESH_LIFE_NAMES = [
  "refresh_token_expires_in",
  "refresh_expires_in",
  "refreshTokenExpiresIn",
  "refreshExpiresIn",
];
const REFRESH_END_NAMES = ["refresh_token_expires_at", "refresh_expires_at", "refreshTokenExpiresAt"];

const DAY_S = 86_400;
/** No life is longer: what is, is nonsense. */
const LONGEST_LIFE_MS = 3650 * DAY_S * 1000;
/** An access token of more seconds than these is one of so many milliseconds. */
const LONGEST_IN_SECONDS = 400 * DAY_S;
/** A cloud that counts in milliseconds gives a minute at least. */
const SHORTEST_IN_MS = 60_000;
/** From here on whole minutes in milliseconds that are no whole days in seconds are milliseconds: 3600000 is an hour. */
const SHORTEST_BY_ROUNDNESS = 900_000;
/** A witness has aged, or stands on another clock: it tells the unit all the same. */
const NEAR = 0.2;
/** Of one cloud's lives: the same one, told in another unit. */
const SAME_LIFE = 0.05;

export interface TokenTimes {
  readonly life_ms: number | null;
  readonly source: ExpirySource | null;
  readonly refresh_life_ms: number | null;
}

/**
 * How long the tokens of an answer live. A duration counts from our own receipt, so that no clock matters, and everything
 * else that is known tells in which unit it is: the token's own claims, an end beside it, the refresh token's life, and
 * the life that the account's tokens had before. The shorter one counts where the token itself names another end.
 *
 * @param usual_ms the life of the token that is replaced; null where nobody knows
 */
export function tokenTimes(
  fields: JsonObject,
  access: string,
  answer: RawAnswer,
  provider: Provider,
  usual_ms: number | null,
): TokenTimes {
  const claimed = claimedLifeMs(access, answer, provider);
  const end = firstLife(fields, END_NAMES, (value) => endLife(value, answer));
  const told = firstNumber(fields, LIFE_NAMES, answer);
  const toldRefresh = firstNumber(fields, REFRESH_LIFE_NAMES, answer);
  const inMs = told !== null && isInMs(told, [claimed, end?.longest ?? null], toldRefresh, usual_ms);
  const refresh_life_ms =
    (toldRefresh === null
      ? firstLife(fields, REFRESH_LIFE_NAMES, (value) => exactLife(value, answer))?.shortest
      : ms(toldRefresh, inMs)) ??
    firstLife(fields, REFRESH_END_NAMES, (value) => endLife(value, answer))?.shortest ??
    null;
  const duration =
    told === null ? firstLife(fields, LIFE_NAMES, (value) => exactLife(value, answer))?.shortest : ms(told, inMs);
  const said = limited(duration ?? null, end) ?? end?.shortest ?? null;
  if (claimed !== null && (said === null || claimed < said))
    return { life_ms: claimed, source: "jwt", refresh_life_ms };
  if (said !== null) return { life_ms: said, source: "answer", refresh_life_ms };
  const { defaultLifeMs } = provider;
  return { life_ms: defaultLifeMs, source: defaultLifeMs === null ? null : "default", refresh_life_ms };
}

/** When a JWT ends by its own word, on its maker's clock; null for another token. */
export function claimedEnd(token: string): number | null {
  return claimedTimes(token).end;
}

/** Whether a duration without a unit is one of milliseconds. */
function isInMs(
  told: number,
  witnesses: readonly (number | null)[],
  refresh: number | null,
  usual: number | null,
): boolean {
  const off = (life: number, known: number): number => Math.abs(Math.log(life / known));
  const isNear = (life: number): boolean => witnesses.some((known) => known !== null && off(life, known) < NEAR);
  if (isNear(told)) return true;
  if (isNear(told * 1000)) return false;
  if (told > LONGEST_IN_SECONDS) return true;
  const mayBeMs = told >= SHORTEST_IN_MS && told % DAY_S !== 0;
  if (mayBeMs && refresh !== null && refresh * 1000 > LONGEST_LIFE_MS) return true;
  if (usual !== null && off(told, usual) < SAME_LIFE) return true;
  if (usual !== null && off(told * 1000, usual) < SAME_LIFE) return false;
  return mayBeMs && told >= SHORTEST_BY_ROUNDNESS && told % 60_000 === 0;
}

function ms(told: number, inMs: boolean): number | null {
  const life = Math.round(inMs || told * 1000 > LONGEST_LIFE_MS ? told : told * 1000);
  return isLife(life) ? life : null;
}

/** An end that comes well before the duration is over, on whichever clock, is the true one. */
function limited(duration: number | null, end: Span | null): number | null {
  if (duration === null || end === null) return duration;
  return end.longest < duration / 2 ? end.longest : duration;
}

/** A life by either of two clocks, of which one may be years off. The shorter one that makes sense is the safer one. */
interface Span {
  readonly shortest: number;
  readonly longest: number;
}

function firstLife(fields: JsonObject, names: readonly string[], read: (value: unknown) => Span | null): Span | null {
  for (const name of names) {
    const life = read(fields[name]);
    if (life !== null) return life;
  }
  return null;
}

/** A duration without a unit; one that is a moment is none. */
function firstNumber(fields: JsonObject, names: readonly string[], answer: RawAnswer): number | null {
  for (const name of names) {
    const told = toldTime(fields[name]);
    if (told?.kind === "number" && !isMoment(told.number, answer) && ms(told.number, false) !== null)
      return told.number;
  }
  return null;
}

/** A duration with its unit, or a moment in a duration's place. */
function exactLife(value: unknown, answer: RawAnswer): Span | null {
  const told = toldTime(value);
  if (told?.kind === "duration")
    return isLife(told.ms) ? { shortest: Math.round(told.ms), longest: Math.round(told.ms) } : null;
  if (told?.kind === "number" && !isMoment(told.number, answer)) return null;
  return endLife(value, answer);
}

/** From a moment, or from a duration in a moment's place. */
function endLife(value: unknown, answer: RawAnswer): Span | null {
  const told = toldTime(value);
  if (told === null) return null;
  if (told.kind === "moment") return leftUntil(told.at, answer);
  if (told.kind === "duration") return exactLife(value, answer);
  const moment = momentOf(told.number);
  if (moment !== null) return leftUntil(moment, answer);
  const life = ms(told.number, isInMs(told.number, [], null, null));
  return life === null ? null : { shortest: life, longest: life };
}

/** A number that lies in the next months as a moment is one, unless it is whole days in milliseconds. */
function isMoment(number: number, answer: RawAnswer): boolean {
  const moment = momentOf(number);
  if (moment === null || number % (DAY_S * 1000) === 0) return false;
  const left = [moment - serverNow(answer), moment - answer.received_at];
  return left.some((life) => Math.abs(life) < LONGEST_IN_SECONDS * 1000);
}

function leftUntil(end: number, answer: RawAnswer): Span | null {
  const lives = [end - serverNow(answer), end - answer.received_at].filter(isLife);
  return lives.length === 0 ? null : { shortest: Math.min(...lives), longest: Math.max(...lives) };
}

function isLife(life: number): boolean {
  return life > 0 && life <= LONGEST_LIFE_MS;
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
  if (start === null || grant === "static") return leftUntil(end, answer)?.shortest ?? null;
  return isLife(end - start) ? end - start : null;
}

function claimedTimes(token: string): { readonly start: number | null; readonly end: number | null } {
  const [, payload, signature] = token.split(".");
  const encoded = signature === undefined ? "" : (payload ?? "");
  const claims = parseJson(Buffer.from(encoded, "base64url").toString("utf8"));
  const moment = (name: string): number | null => {
    const told = toldTime(at(claims, [name]));
    if (told?.kind === "moment") return told.at;
    return told?.kind === "number" ? momentOf(told.number) : null;
  };
  return { start: moment("iat"), end: moment("exp") };
}
