/** How long a name may be that a person gives, in UTF-16 units: as long as those from the cloud are shown. */
export const LONGEST_GIVEN_NAME = 100;

/** What is wrong with a name: nothing to read in it, too much, or something that nobody sees and that changes what others see. */
export type NameMistake = "empty" | "too_long" | "invisible";

const SPACES = /[^\S\n\r\t\v\f\u2028\u2029]+/gu;
/** Control characters and line breaks, halves of characters, and what changes the direction of the text around it. */
const INVISIBLE = /[\p{Cc}\p{Cs}\u2028\u2029\u061C\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]/u;
const READABLE = /[^\s\p{Cf}\p{M}]/u;

/** The name as it is kept: without spaces around it, and with one where there are several. */
export function tidyName(text: string): string {
  return text.replace(SPACES, " ").replace(/^ | $/g, "");
}

/** What is wrong with a tidy name; null where it can be kept. Runs in the browser, too. */
export function nameMistake(name: string): NameMistake | null {
  if (INVISIBLE.test(name)) return "invisible";
  if (!READABLE.test(name)) return "empty";
  return name.length > LONGEST_GIVEN_NAME ? "too_long" : null;
}
