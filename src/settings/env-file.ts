import { visible } from "../pasted.ts";
import { Problem } from "../problem.ts";
import type { SettingsProblem } from "./setting-fields.ts";

export interface EnvFile {
  readonly values: Readonly<Record<string, string>>;
  /** What may have been meant differently. */
  readonly problems: readonly SettingsProblem[];
}

interface Line {
  readonly name: string;
  readonly number: number;
  readonly value: string;
  /** The quotes around it; empty for none. */
  readonly quote: string;
  /** What was taken for a comment after it. */
  readonly comment: string;
}

const OWN_NAME =
  /^(?:UTEC_GATEWAY_|HOME_ASSISTANT_|EXTERNAL_(?:AUTH|API)_|OAUTH_|YOTO_|WATTTIME_|TOKEN_REFRESH_|GRID_|(?:HTTPS?|NO)_PROXY$)/i;
const SECRET_NAME = /(?:PASSWORD|SECRET|TOKEN)$/;
const ASSIGNMENT = /^\s*(?:export\s+)?([\w.-]+)\s*=[^\S\n]*/;

/**
 * Reads a `.env` file. Without quotes a value is the rest of its line, a `#` in it included, up to a space with a `#`
 * after it; in quotes (`"`, `'` or a backtick) it is everything up to the closing one, line ends included. Only
 * between double quotes `\"`, `\\` and `\n` are escapes; `$` is a character like any other. The last of a name counts.
 *
 * @throws Problem `settings_invalid` when a value of the gateway is not certain: half a password is useless
 */
export function readEnvFile(content: Buffer, file: string): EnvFile {
  const values: Record<string, string> = {};
  const problems: SettingsProblem[] = [];
  for (const line of linesOf(textOf(content), file)) {
    const { name, value } = line;
    const before = values[name];
    values[name] = value;
    if (!OWN_NAME.test(name)) continue;
    const doubt =
      before !== undefined && before !== value
        ? `${name} is set twice in ${file}; line ${line.number} counts.`
        : doubtIn(line);
    if (doubt !== null) problems.push({ field: name, message: doubt });
  }
  return { values, problems };
}

/** Windows' editors save UTF-16, and begin files with a mark. */
function textOf(content: Buffer): string {
  const wide = content[0] === 0xff && content[1] === 0xfe;
  return content
    .toString(wide ? "utf16le" : "utf8")
    .replace(/^\u{feff}/u, "")
    .replace(/\r\n?/g, "\n");
}

function linesOf(text: string, file: string): Line[] {
  const lines: Line[] = [];
  for (let rest = text, number = 1; rest !== "";) {
    const end = lineEnd(rest);
    const { line, length } = assignment(rest, number, file) ?? { line: null, length: end };
    if (line !== null) lines.push(line);
    else requireNothing(rest.slice(0, end), number, file);
    number += rest.slice(0, length).split("\n").length - 1;
    rest = rest.slice(length);
  }
  return lines;
}

/** The assignment that `text` begins with, and how much of it that is; null where it begins with none. */
function assignment(text: string, number: number, file: string): { line: Line; length: number } | null {
  const first = text.slice(0, lineEnd(text));
  // An invisible character would make it another name.
  const [head, name = ""] = ASSIGNMENT.exec(visible(first)) ?? [];
  if (head === undefined) return null;
  const begins = first.indexOf("=") + 1;
  const behind = text.slice(begins);
  const blank = /^[^\S\n]*/.exec(behind)?.[0].length ?? 0;
  const quote = /["'`]/.exec(behind.charAt(blank))?.[0] ?? "";
  if (quote === "") {
    const written = behind.slice(0, lineEnd(behind)).replace(/\n$/, "");
    const [, value = "", comment = ""] = /^(.*?)(?:\s+(#.*))?$/.exec(written) ?? [];
    return { line: { name, number, value: value.trim(), quote, comment }, length: begins + lineEnd(behind) };
  }
  const quoted = behind.slice(blank + 1);
  const closing = quote === '"' ? /^(?:[^"\\]|\\[^])*?(?=")/ : new RegExp(`^[^${quote}]*(?=${quote})`);
  const inner = closing.exec(quoted)?.[0];
  const after = inner === undefined ? "" : quoted.slice(inner.length + 1);
  const left = after.slice(0, lineEnd(after));
  if (inner === undefined || !/^\s*(?:#.*)?\n?$/.test(left)) {
    if (!OWN_NAME.test(name)) return null;
    throw unclear(
      inner === undefined
        ? `the quote at the beginning of ${name} is not closed`
        : `there is something after the closing quote of ${name}`,
      number,
      file,
    );
  }
  const value = quote === '"' ? inner.replace(/\\(["\\n])/g, (_, c: string) => (c === "n" ? "\n" : c)) : inner;
  return {
    line: { name, number, value, quote, comment: "" },
    length: begins + blank + 1 + inner.length + 1 + left.length,
  };
}

/** A line that assigns nothing is a comment, or not ours; one that names a setting was meant to set it. */
function requireNothing(line: string, number: number, file: string): void {
  const [word = ""] = visible(line)
    .trim()
    .replace(/^export\s+/, "")
    .split(/[\s:]/);
  if (OWN_NAME.test(word)) throw unclear(`${word} is not followed by = and a value`, number, file);
}

function doubtIn({ name, value, quote, comment }: Line): string | null {
  if (comment !== "" && SECRET_NAME.test(name)) {
    return `${name} ends before the # that has a space before it in .env: put the value in single quotes if the # belongs to it.`;
  }
  if (quote === "" && /^[\u2018-\u201f\u00ab].*[\u2018-\u201f\u00bb]$/u.test(value)) {
    return `${name} is in typographic quotes in .env, which count as part of it: use ' instead.`;
  }
  if (quote !== "'" && /^\$(?:\{\w+\}|[A-Z_]\w*|\(.*\))$/.test(value)) {
    return `${name} is taken literally from .env, including its $: variables are not filled in there.`;
  }
  return null;
}

function unclear(what: string, number: number, file: string): Problem {
  return new Problem(
    "settings_invalid",
    `Line ${number} of ${file} can't be read, because ${what}: write NAME=value, with single quotes around a value that holds quotes or spaces.`,
  );
}

/** Where the first line of `text` ends, including its line end. */
function lineEnd(text: string): number {
  const at = text.indexOf("\n");
  return at < 0 ? text.length : at + 1;
}
