/** The text of a JSON file as people save it: Windows' editors save UTF-16, and begin files with a mark. */
export function textOf(content: Buffer): string {
  const wide = content[0] === 0xff && content[1] === 0xfe;
  return content.toString(wide ? "utf16le" : "utf8");
}

/** A string as a whole, so that nothing in it is taken for a comment. What is not closed reaches as far as it can. */
const STRING_OR_COMMENT = /"(?:[^"\\\r\n]|\\.)*"?|\/\/[^\r\n]*|\/\*(?:[^]*?\*\/|[^]*)/g;
const STRING_OR_COMMA = /"(?:[^"\\\r\n]|\\.)*"?|,(?=\s*[}\]])/g;

/**
 * The value of JSON that a person may have edited: with a mark at its beginning, comments, and commas before a closing
 * bracket. Undefined for what is none all the same.
 */
export function parseEdited(text: string): unknown {
  const bare = text.replace(/^\u{feff}/u, "");
  for (const form of [bare, bare.replace(STRING_OR_COMMENT, keepStrings).replace(STRING_OR_COMMA, keepStrings)]) {
    try {
      return JSON.parse(form) as unknown;
    } catch {
      // What is wrong with it may quote a secret, so nobody is told.
    }
  }
  return undefined;
}

function keepStrings(part: string): string {
  return part.startsWith('"') ? part : "";
}
