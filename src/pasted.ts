/**
 * What phones, chats and mail programs put into a text that somebody copies, and nobody sees: zero-width characters,
 * marks of direction, soft hyphens, a byte order mark, control characters.
 */
const INVISIBLE =
  /(?![\t\n\v\f\r])[\p{Cf}\p{Cc}\p{Variation_Selector}\u{34f}\u{115f}\u{1160}\u{17b4}\u{17b5}\u{3164}\u{ffa0}\u{fffc}]/gu;

/** The text as people see it. Line ends and spaces stay. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, "");
}
