import { PHRASES } from "./phrases.ts";
import type { Said } from "./said.ts";

/** A phrase as the pattern of all its texts. */
interface Pattern {
  readonly key: string;
  readonly pattern: RegExp;
  /** How much of it is always the same. */
  readonly fixed: number;
}

const PART = "part_";
/** Where no phrase stands for these, they are somebody else's words or names, as they are. */
const FREE: ReadonlySet<string> = new Set([
  "cloud",
  "core",
  "credentials",
  "detail",
  "error",
  "file",
  "goal_2",
  "integration",
  "label",
  "other",
  "store",
  "unit",
  "words",
]);
const NUMBERS: ReadonlySet<string> = new Set([
  "count",
  "kelvin",
  "level",
  "limit",
  "max",
  "min",
  "minutes",
  "number",
  "seconds",
  "status",
]);
/** A whole sentence within another. */
const SENTENCE = "sentence";
/** Nothing that the gateway says is longer. */
const LONGEST = 2000;

const PARTS = new Map<string, readonly Pattern[]>();
const SENTENCES: readonly Pattern[] = Object.entries(PHRASES)
  .filter(([key]) => !key.startsWith(PART))
  .map(([key, text]) => patternOf(key, text))
  .toSorted((one, other) => other.fixed - one.fixed);

/**
 * Which phrase a text of the gateway is, and what it was completed with; null for what is none. The answer, put together
 * again, is the text: so it holds for what was stored, by this version or an older one, as for what was said just now.
 */
export function saidOf(text: string): Said | null {
  return text.length > LONGEST ? null : firstOf(SENTENCES, text);
}

/** The same for a part that is told alone, by the parameter that it stands for. */
export function partOf(name: string, text: string): Said | null {
  return text.length > LONGEST ? null : firstOf(patternsFor(name), text);
}

function firstOf(patterns: readonly Pattern[], text: string): Said | null {
  for (const { key, pattern } of patterns) {
    const match = pattern.exec(text);
    const said = match && completed(key, match.groups ?? {});
    if (said !== null) return said;
  }
  return null;
}

/** Null where a part of it is no phrase: then the whole is none. */
function completed(key: string, values: Readonly<Record<string, string>>): Said | null {
  const params: Record<string, string | Said> = {};
  for (const [name, value] of Object.entries(values)) {
    const parts = patternsFor(name);
    const part = value === "" || parts.length === 0 ? value : firstOf(parts, value);
    if (part === null && !FREE.has(name)) return null;
    params[name] = part ?? value;
  }
  return { key, params };
}

function patternsFor(name: string): readonly Pattern[] {
  if (name === SENTENCE) return SENTENCES;
  const known = PARTS.get(name);
  if (known !== undefined) return known;
  const parts = partsFor(name).map(([key, text]) => patternOf(key, text));
  const ordered = parts.toSorted((one, other) => other.fixed - one.fixed);
  PARTS.set(name, ordered);
  return ordered;
}

function patternOf(key: string, text: string): Pattern {
  const fixed = text.replaceAll(/\{\w+\}/g, "").length;
  return { key, fixed, pattern: new RegExp(`^${sourceOf(text, true)}$`, "s") };
}

/** @param isNamed whether what stands for each parameter is to be told */
function sourceOf(text: string, isNamed: boolean): string {
  const names = new Set<string>();
  const pieces = text.split(/\{(\w+)\}/);
  const sources = pieces.map((piece, index) => {
    if (index % 2 === 0) return RegExp.escape(piece);
    if (isNamed && names.has(piece)) return `\\k<${piece}>`;
    names.add(piece);
    return `(${isNamed ? `?<${piece}>` : "?:"}${valueOf(piece)})`;
  });
  return sources.join("");
}

/** What may stand for a parameter. */
function valueOf(name: string): string {
  if (name === SENTENCE) return ".*\\.";
  if (NUMBERS.has(name)) return "-?\\d[\\d.]*";
  const texts = FREE.has(name) ? [] : partsFor(name).map(([, text]) => sourceOf(text, false));
  return texts.length === 0 ? ".*?" : [...texts, ""].join("|");
}

/** `request_2` is another `request`. */
function partsFor(name: string): readonly (readonly [key: string, text: string])[] {
  const beginning = `${PART}${name.replace(/_2$/, "")}_`;
  return Object.entries(PHRASES).filter(([key]) => key.startsWith(beginning));
}
