import { looseText } from "./loose-json.ts";

/** Takes the secrets out of a text. */
export type Scrub = (text: string) => string;

/** Names are written by people, and clouds have bugs: longer ones are cut. In UTF-16 units. */
const LONGEST = 100;

const BREAKS = /[\p{Cc}\u2028\u2029]+/gu;
/** Halves of characters, and what changes the direction of the text. */
const UNPRINTABLE = /[\p{Cs}\u061C\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]+/gu;

const CHARACTERS = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * Text from the cloud for people to read: one line in any script, not too long, and never cut within a character. Null
 * for what is not text, or has nothing to read in it.
 */
export function displayText(value: unknown): string | null {
  // What comes so late will not be read, so it need not be looked at.
  const raw = looseText(value)?.slice(0, LONGEST * 20);
  const line = raw?.replace(BREAKS, " ").replace(UNPRINTABLE, "").replace(/\s+/gu, " ").trim();
  if (line === undefined || !/[^\s\p{Cf}\p{M}]/u.test(line)) return null;
  return shortened(line);
}

function shortened(line: string): string {
  if (line.length <= LONGEST) return line;
  const last = CHARACTERS.segment(line).containing(LONGEST - 1);
  // Any number of accents can be put on one letter; only such a character is cut in two.
  const end = last === undefined || last.index === 0 ? LONGEST - 1 : last.index;
  return `${line.slice(0, end).replace(UNPRINTABLE, "").trimEnd()}…`;
}
