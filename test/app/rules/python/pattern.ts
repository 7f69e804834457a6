/**
 * A pattern as Python's `re.match` takes it: bound to the beginning alone, `$` also before a last line end, and letters
 * and digits of every script.
 *
 * @throws SyntaxError for a pattern that is none
 */
export function pythonPattern(source: string): RegExp {
  const { flags, rest } = inlineFlags(source.replaceAll(/\(\?P=(\w+)\)/g, "\\k<$1>"));
  let translated = "";
  let isInClass = false;
  for (let at = 0; at < rest.length; at++) {
    const character = rest.charAt(at);
    if (character === "\\") {
      at += 1;
      translated += escape(rest.charAt(at), isInClass);
    } else if (isInClass) {
      isInClass = character !== "]" || /\[\^?$/.test(translated);
      // What has a meaning of its own in a class of JavaScript and none in one of Python.
      translated += character === "[" || (character === "]" && isInClass) ? `\\${character}` : character;
    } else if (character === "$") {
      translated += "(?=\\n?(?![\\s\\S]))";
    } else {
      isInClass = character === "[";
      translated += rest.startsWith("(?P<", at) ? "(?" : character;
      if (rest.startsWith("(?P<", at)) at += 2;
    }
  }
  return new RegExp(`^(?:${translated})`, `u${flags}`);
}

function inlineFlags(source: string): { readonly flags: string; readonly rest: string } {
  const [whole = "", flags = ""] = /^\(\?([aimsux]+)\)/.exec(source) ?? [];
  return { flags: [...new Set(flags.replaceAll(/[aux]/g, ""))].join(""), rest: source.slice(whole.length) };
}

/** The character after a backslash, with what stands for it. */
function escape(character: string, isInClass: boolean): string {
  if (character === "") return "\\";
  if (character === "d") return "\\p{Nd}";
  if (character === "w") return isInClass ? "\\p{L}\\p{N}_" : "[\\p{L}\\p{N}_]";
  if (character === "D") return "\\P{Nd}";
  if (character === "W" && !isInClass) return "[^\\p{L}\\p{N}_]";
  if (character === "A") return "^";
  if (character === "Z" || character === "z") return "(?![\\s\\S])";
  // JavaScript allows no backslash before what needs none.
  const needsNone = !/[\w^$\\.*+?()[\]{}|/-]/.test(character) || (character === "-" && !isInClass);
  return needsNone ? character : `\\${character}`;
}
