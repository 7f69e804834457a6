import { globToRegExp } from "./glob.ts";
import type { Variables } from "./glob.ts";

/** What is asked of a path: read, write, execute, map executable, lock, link. */
export type Right = "r" | "w" | "x" | "m" | "k" | "l";

export interface FileRule {
  readonly path: RegExp;
  readonly rights: ReadonlySet<Right>;
  readonly denied: boolean;
}

/** What one process may do by AppArmor's word. */
export class Profile {
  readonly #files: readonly FileRule[];
  /** As they stand, without the comma: `network inet stream`. */
  readonly #others: ReadonlySet<string>;

  constructor(files: readonly FileRule[], others: Iterable<string>) {
    this.#files = files;
    this.#others = new Set(others);
  }

  /** A folder's path ends with a slash, as AppArmor sees it. */
  allows(path: string, right: Right): boolean {
    const rules = this.#files.filter((rule) => rule.rights.has(right) && rule.path.test(path));
    return rules.length > 0 && rules.every(({ denied }) => !denied);
  }

  allowsSocket(family: string, type: string): boolean {
    const whole = [`network`, `network ${family}`, `network ${family} ${type}`];
    if (whole.some((rule) => this.#others.has(rule))) return true;
    return family === "unix" && (this.#others.has("unix (create)") || this.#others.has("unix"));
  }

  /** A signal that the process sends to itself or to one under the same profile. */
  allowsOwnSignals(): boolean {
    return this.#others.has("signal") || this.#others.has("signal peer=@{profile_name}");
  }

  /** Asked to stop by Docker or the Supervisor, which no profile holds. */
  allowsSignalsFromOutside(): boolean {
    return this.#others.has("signal (receive) peer=unconfined");
  }
}

/**
 * One profile of a file that the parser has preprocessed (so that what it includes stands in it).
 * @throws Error when there is none
 */
export function readProfile(text: string, name: string): Profile {
  const lines = text.split("\n").map((line) => line.replace(/(^|\s)#.*$/, "").trim());
  const variables = readVariables(lines);
  const begin = lines.findIndex((line) => line.startsWith(`profile ${name} `));
  if (begin === -1) throw new Error(`There is no profile ${name}.`);
  const files: FileRule[] = [];
  const others: string[] = [];
  // Rules may go over several lines; a profile within this one would be another's.
  let rule = "";
  for (const line of lines.slice(begin + 1)) {
    if (line === "}") break;
    if (line.startsWith("profile ")) throw new Error(`The profile ${name} has others in it.`);
    rule = `${rule} ${line}`.trim();
    if (!rule.endsWith(",")) continue;
    const file = asFileRule(rule.slice(0, -1), variables);
    if (file === null) others.push(rule.slice(0, -1).replace(/\s+/g, " "));
    else files.push(file);
    rule = "";
  }
  return new Profile(files, others);
}

function asFileRule(rule: string, variables: Variables): FileRule | null {
  const parts = /^(?<deny>deny\s+)?(?:audit\s+)?(?:owner\s+)?(?<path>[/@]\S*)\s+(?<rights>[a-zA-Z]+)(?:\s*->.*)?$/.exec(
    rule,
  );
  const { path, rights = "", deny } = parts?.groups ?? {};
  if (path === undefined) return null;
  return {
    path: globToRegExp(path, variables),
    rights: new Set(["r", "w", "x", "m", "k", "l"].filter((right): right is Right => rights.includes(right))),
    denied: deny !== undefined,
  };
}

/** A folder's slash at the end is left out: one follows wherever the variable is used. */
function readVariables(lines: readonly string[]): Variables {
  const variables = new Map<string, readonly string[]>();
  for (const line of lines) {
    const { name, more, values } = /^@\{(?<name>\w+)\}\s*(?<more>\+?)=\s*(?<values>.*)$/.exec(line)?.groups ?? {};
    if (name === undefined || values === undefined) continue;
    const before = more === "+" ? (variables.get(name) ?? []) : [];
    variables.set(name, [
      ...before,
      ...values.split(/\s+/).map((value) => value.replaceAll('"', "").replace(/(.)\/$/, "$1")),
    ]);
  }
  return variables;
}
