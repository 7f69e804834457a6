import { looseText } from "./loose-json.ts";

/** Takes the secrets out of a text. */
export type Scrub = (text: string) => string;

/** People write names, and clouds have bugs: longer ones are cut. In UTF-16 units. */
const LONGEST = 100;

const BREAKS = /[\p{Cc}\u2028\u2029]+/gu;
/** Halves of characters, and what turns the direction of the text around it. */
const UNPRINTABLE = /[\p{Cs}\u061C\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]+/gu;

const CHARACTERS = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * The cloud's own words for people to read: one line in any script, not too long, and never cut amid a character. Null
 * for what is no text, or has nothing to read in it.
 */
export function displayText(value: unknown): string | null {
  // What is so far behind will not be read, and need not be looked at.
  const raw = looseText(value)?.slice(0, LONGEST * 20);
  const line = raw?.replace(BREAKS, " ").replace(UNPRINTABLE, "").replace(/\s+/gu, " ").trim();
  if (line === undefined || !/[^\s\p{Cf}\p{M}]/u.test(line)) return null;
  return shortened(line);
}

function shortened(line: string): string {
  if (line.length <= LONGEST) return line;
  const last = CHARACTERS.segment(line).containing(LONGEST - 1);
  // Accents can be heaped on one letter without end; only such a character is cut in two.
  const end = last === undefined || last.index === 0 ? LONGEST - 1 : last.index;
  return `${line.slice(0, end).replace(UNPRINTABLE, "").trimEnd()}…`;
}
