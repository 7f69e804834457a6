/** Values of the profile's variables by their names, `@{PROC}` as `PROC`. */
export type Variables = ReadonlyMap<string, readonly string[]>;

/**
 * A path pattern of AppArmor as a regular expression: `*` and `?` stop at a slash, `**` does not, and neither `*` nor `**`
 * matches nothing where it is all that stands after a slash.
 */
export function globToRegExp(glob: string, variables: Variables): RegExp {
  // What variables bring along may have a slash too many.
  return new RegExp(`^${translate(expand(glob, variables).replace(/\/+/g, "/"))}$`);
}

/** Each variable as the choice of its values. @throws Error for one that the profile does not define */
function expand(text: string, variables: Variables): string {
  return text.replace(/@\{(\w+)\}/g, (whole, name: string) => {
    const values = variables.get(name);
    if (values === undefined) throw new Error(`The profile has no variable ${whole}.`);
    const [first = "", ...rest] = values.map((value) => expand(value, variables));
    return rest.length === 0 ? first : `{${[first, ...rest].join(",")}}`;
  });
}

function translate(glob: string): string {
  let pattern = "";
  let choices = 0;
  for (let at = 0; at < glob.length; at += 1) {
    const rest = glob.slice(at);
    const character = glob[at] ?? "";
    if (rest.startsWith("**")) {
      pattern += isWholeName(glob, at, 2) ? "[^/].*" : ".*";
      at += 1;
    } else if (character === "*") pattern += isWholeName(glob, at, 1) ? "[^/]+" : "[^/]*";
    else if (character === "?") pattern += "[^/]";
    else if (character === "[") {
      const end = glob.indexOf("]", at);
      pattern += glob.slice(at, end + 1);
      at = end;
    } else if (character === "{") {
      pattern += "(?:";
      choices += 1;
    } else if (character === "}") {
      pattern += ")";
      choices -= 1;
    } else if (character === "," && choices > 0) pattern += "|";
    else pattern += character.replace(/[.+^$()|\\]/, String.raw`\$&`);
  }
  return pattern;
}

function isWholeName(glob: string, at: number, length: number): boolean {
  return glob[at - 1] === "/" && (at + length === glob.length || glob[at + length] === "/");
}
