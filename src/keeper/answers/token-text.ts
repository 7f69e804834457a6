/** Why a text can't be a token: `blank` says nothing, `placeholder` is what programs write where they have none. */
export type TokenTrouble = "blank" | "too_short" | "too_long" | "characters" | "placeholder";

/** Guessed at once. RFC 6749 (10.10) asks for 128 bits, and clouds for tests keep to far less. */
const SHORTEST = 3;
/** Node's servers take no longer header. */
const LONGEST = 16 * 1024;
/** Longer than any number that counts or dates something. */
const LONGEST_NUMBER = 19;

/** What stands where a token is missing, alone, twice, or in brackets: a value's name, or what became of it. */
const NO_VALUE =
  /^(?:[\W_]*(?:null|undefined|none|nil|nan|true|false|void|empty|blank|infinity|object|string|n\/a|not ?set|redacted|masked|hidden|removed|deleted|secret|placeholder|changeme|invalid|expired|revoked|error|unknown|unauthori[sz]ed|forbidden|denied|access_denied|invalid_(?:token|grant|request|client)|failed|bearer))+[\W_]*$/i;
/** Hidden by somebody, or shortened for a screen. No base64, JWT or JWE has either. */
const MASK = /\*{3}|\.{3}/;
/** Nothing but what masks and empty ids are made of: `xxxxxxxx-xxxx`, `00000000-0000`. */
const NOTHING = /^[\W_x0]+$/i;
const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;
const DATE = /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-][\d:]+)?)?$/;
const MARKUP = /[<>]/;
const JSON_TEXT = /^[[{].*[\]}]$/;
const ADDRESS = /^[a-z]+:\/\//i;

/**
 * The one reader that decides what can be a token at all, whoever says it: a cloud's answer, the journal's, a person.
 * RFC 6749 allows every printable ASCII character; a space can't stand in a header, and most else that is printable is
 * what programs write where they have no token.
 *
 * @returns the token without what surrounds it (space, quotes, its scheme); null for anything that is none
 */
export function readToken(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const token = bareToken(value);
  return tokenTrouble(token) === null ? token : null;
}

/** What is wrong with a text in a token's place; null for a token. */
export function tokenTrouble(text: string): TokenTrouble | null {
  const token = bareToken(text);
  if (token === "") return "blank";
  if (token.length > LONGEST) return "too_long";
  const isPlaceholder = [NO_VALUE, MASK, NOTHING, DATE, MARKUP, JSON_TEXT, ADDRESS].some((form) => form.test(token));
  if (isPlaceholder || (NUMBER.test(token) && token.length <= LONGEST_NUMBER)) return "placeholder";
  if (!/^[\x21-\x7e]+$/.test(token)) return "characters";
  return token.length < SHORTEST ? "too_short" : null;
}

/** Without the space, the quotes and the scheme that a cloud or a person put around it. */
export function bareToken(text: string): string {
  const inner = /^(["'])(.*)\1$/s.exec(text.trim())?.[2] ?? text;
  return inner.trim().replace(/^Bearer\s+/i, "");
}

/** A cloud's tokens are of one kind: a stub in the place of a long one is none, though it could be another cloud's. */
const STUB = { below: 8, heldFrom: 16 } as const;

/** Whether a token that was read may take the place of the one that is held. */
export function mayReplace(token: string, held: string | null): boolean {
  return held === null || held.length < STUB.heldFrom || token.length >= STUB.below;
}
