import { PHRASES } from "./phrases.ts";
import type { Said } from "./said.ts";

/** A phrase as the pattern of all its texts. */
interface Pattern {
  readonly key: string;
  readonly text: string;
  /** What is always the same in it, in order; the first and the last may be empty. */
  readonly literals: readonly string[];
  readonly fixed: number;
  /** Made once a text has all the literals: there are hundreds, and a run needs few. */
  pattern: RegExp | null;
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

/** Texts whose phrase is remembered: a picture is told over and over, with the same sentences in it. */
const REMEMBERED = 500;

const parts = new Map<string, readonly Pattern[]>();
const remembered = new Map<string, Said | null>();
let sentences: readonly Pattern[] | null = null;

/**
 * Which phrase a text of the gateway is, and what it was completed with; null for what is none. The answer, put together
 * again, is the text: so it holds for what was stored, by this version or an older one, as for what was said just now.
 */
export function saidOf(text: string): Said | null {
  if (text.length > LONGEST) return null;
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const said = firstOf(allSentences(), text);
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(text, said);
  return said;
}

/** The same for a part that is told alone, by the parameter that it stands for. */
export function partOf(name: string, text: string): Said | null {
  return text.length > LONGEST ? null : firstOf(patternsFor(name), text);
}

function allSentences(): readonly Pattern[] {
  sentences ??= ordered(Object.entries(PHRASES).filter(([key]) => !key.startsWith(PART)));
  return sentences;
}

/** The ones with the most to recognise them by come first. */
function ordered(phrases: readonly (readonly [key: string, text: string])[]): readonly Pattern[] {
  return phrases.map(([key, text]) => patternOf(key, text)).toSorted((one, other) => other.fixed - one.fixed);
}

function firstOf(patterns: readonly Pattern[], text: string): Said | null {
  for (const pattern of patterns) {
    if (!mayBe(pattern, text)) continue;
    pattern.pattern ??= new RegExp(`^${sourceOf(pattern.text, true)}$`, "s");
    const match = pattern.pattern.exec(text);
    const said = match && completed(pattern.key, match.groups ?? {});
    if (said !== null) return said;
  }
  return null;
}

/** Whether the text has all that is always the same. */
function mayBe({ literals, fixed }: Pattern, text: string): boolean {
  return (
    text.length >= fixed &&
    text.startsWith(literals[0] ?? "") &&
    text.endsWith(literals.at(-1) ?? "") &&
    literals.every((literal) => text.includes(literal))
  );
}

/** Null where a part of it is no phrase: then the whole is none. */
function completed(key: string, values: Readonly<Record<string, string>>): Said | null {
  const params: Record<string, string | Said> = {};
  for (const [name, value] of Object.entries(values)) {
    const known = patternsFor(name);
    const part = value === "" || known.length === 0 ? value : firstOf(known, value);
    if (part === null && !FREE.has(name)) return null;
    params[name] = part ?? value;
  }
  return { key, params };
}

function patternsFor(name: string): readonly Pattern[] {
  if (name === SENTENCE) return allSentences();
  const known = parts.get(name) ?? ordered(partsFor(name));
  parts.set(name, known);
  return known;
}

function patternOf(key: string, text: string): Pattern {
  const literals = text.split(/\{\w+\}/);
  return { key, text, literals, fixed: literals.join("").length, pattern: null };
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
