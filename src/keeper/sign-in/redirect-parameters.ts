import { visible } from "../../pasted.ts";
import { decoded } from "./plain-text.ts";

export interface ParameterValue {
  readonly text: string;
  /** It ends in dots that stand for the rest. */
  readonly cutShort: boolean;
  /** It holds, or ends before, a character that no code has. */
  readonly altered: boolean;
}

/** By name, in small letters; the first that is not empty counts. */
export type Parameters = ReadonlyMap<string, ParameterValue>;

/** What an address's values never hold: quotes, brackets, commas and the like end them. */
const BEHIND_VALUE = /[^\w.~+/=%!*$:@-].*/s;

/** More often than programs encode a value; a text made to be decoded without end would take seconds. */
const MOST_TIMES = 10;

/** The parameters of an address, in its query, its fragment, or written as JSON. */
export function parametersOf(passage: string): Parameters {
  const parameters = new Map<string, ParameterValue>();
  for (const part of asQuery(passage).split(/[?&#]/)) {
    if (!part.includes("=")) continue;
    const equals = part.indexOf("=");
    const name = nameOf(part.slice(0, equals));
    const value = valueOf(part.slice(equals + 1));
    if (value !== null && !parameters.has(name)) parameters.set(name, value);
  }
  return parameters;
}

/** Without the words before it. */
function nameOf(part: string): string {
  return decoded(part)
    .replace(/^.*[^\w.-]/s, "")
    .toLowerCase();
}

/** `"code": "abc"` as `&code=abc`. */
function asQuery(passage: string): string {
  return passage.replace(/["']([\w.-]+)["']\s*:\s*["']([^"']*)["']/g, "&$1=$2&");
}

/** Null for an empty one, and for one that has swallowed the parameters behind it, which were encoded one time more. */
function valueOf(part: string): ParameterValue | null {
  const raw = part.replace(BEHIND_VALUE, "");
  const behind = part.slice(raw.length);
  const text = bare(raw);
  if (text === "" || /[&?#][\w.-]+=/.test(text)) return null;
  return {
    text: text.replace(/(?<![.,:])[.,:]+$/, ""),
    cutShort: behind.startsWith("\u2026") || text.endsWith("..."),
    altered: /^[\p{Pd}\p{L}\p{M}\p{N}]/u.test(behind) || !/^[\x21-\x7e]+$/.test(text),
  };
}

/** Decoded as often as it was encoded, within reason: no cloud's code holds an encoded character itself, nor one that nobody sees. */
function bare(value: string): string {
  let text = value;
  for (let times = 0; times < MOST_TIMES; times++) text = decoded(text);
  // What makes addresses clickable takes the quote or the bracket behind one for a part of it, and encodes it.
  return visible(text)
    .replace(/["'`<>()[\]{}].*/s, "")
    .replace(/\s/g, "");
}
