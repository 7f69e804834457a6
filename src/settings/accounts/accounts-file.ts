import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, resolve } from "node:path";
import type * as Yaml from "yaml";
import { isObject } from "../../json.ts";
import type { JsonObject } from "../../json.ts";
import type { RefreshPolicy } from "../../keeper/account.ts";
import { SECRET_FIELDS } from "../../keeper/providers/provider-description.ts";
import type { Secrets } from "../../log.ts";
import { Problem } from "../../problem.ts";
import { ACCOUNT_SETTINGS, FIELD_SETTINGS, listedAccounts } from "./account-settings.ts";
import type { AccountSettings } from "./account-settings.ts";
import { REFRESH_SETTINGS } from "../refresh-settings.ts";
import { SettingFields } from "../setting-fields.ts";
import { fromOptions } from "../setting-source.ts";
import type { Setting } from "../setting.ts";

export const ACCOUNTS_FILE_SETTINGS = {
  accounts_file: { variable: "UTEC_GATEWAY_ACCOUNTS_FILE", option: null, kind: "text", otherwise: null },
} as const;

/** A secret in a file of its own, as Docker gives it: its path, from where the accounts' file lies. */
const IN_A_FILE = "_file";
const KNOWN = new Set<string>([
  ...[ACCOUNT_SETTINGS, FIELD_SETTINGS, REFRESH_SETTINGS]
    .flatMap((group) => Object.values<Setting>(group))
    .map(({ option }) => String(option)),
  ...SECRET_FIELDS.map((field) => field + IN_A_FILE),
]);

/**
 * The accounts in the file that the environment names: YAML or JSON, a list with the words of the add-on's option
 * `accounts`, alone or under that name. What is wrong with an account is told of with its line, and the rest runs.
 *
 * @throws Problem `settings_invalid` where there is no such list: the accounts that were in it must not be taken for gone
 */
export function fileAccounts(fields: SettingFields, secrets: Secrets, forAll: RefreshPolicy): AccountSettings[] {
  const path = fields.text(ACCOUNTS_FILE_SETTINGS.accounts_file);
  if (path === null) return [];
  const file = resolve(path);
  const { list, lineOf } = parsed(file);
  return listedAccounts(list, fields, forAll, (entry, index) => {
    const nameOf = (option: string): string =>
      `accounts[${index}].${option} (line ${lineOf(index, option)} of ${basename(file)})`;
    const { values, slips } = withSecrets(entry, dirname(file));
    const source = fromOptions(values);
    const own = new SettingFields(
      {
        nameOf: ({ option, variable }) => {
          const name = option ?? variable;
          return nameOf(`${name}${IN_A_FILE}` in entry ? name + IN_A_FILE : name);
        },
        read: (setting) => source.read(setting),
      },
      secrets,
    );
    const unknown = Object.keys(entry).filter((option) => !KNOWN.has(option));
    const others = unknown.map(
      (option) => [option, "is not a field of an account; the documentation lists them."] as const,
    );
    for (const [option, what] of [...slips, ...others]) own.problem(nameOf(option), `${nameOf(option)} ${what}`);
    return own;
  });
}

interface WithSecrets {
  readonly values: JsonObject;
  /** What is wrong, by the member's name. */
  readonly slips: readonly (readonly [string, string])[];
}

/** The entry with what its files hold. A file that can't be read leaves its field empty. */
function withSecrets(entry: JsonObject, folder: string): WithSecrets {
  const values: Record<string, unknown> = { ...entry };
  const slips: [string, string][] = [];
  for (const field of SECRET_FIELDS) {
    const option = field + IN_A_FILE;
    const path = entry[option];
    if (path === undefined || path === "") continue;
    if (typeof path !== "string") slips.push([option, "must be the path of a file."]);
    else if (values[field] !== undefined && values[field] !== "") {
      slips.push([option, `is not used, for ${field} is given too: remove one of them.`]);
    } else {
      const secret = readSecret(resolve(folder, path));
      if (secret === null)
        slips.push([option, `names ${path}, which cannot be read: see that it is there and readable.`]);
      else values[field] = secret;
    }
  }
  return { values, slips };
}

/** Without the line end that editors and `echo` leave; null where it can't be read. */
function readSecret(file: string): string | null {
  try {
    return readFileSync(file, "utf8")
      .replace(/^\u{feff}/u, "")
      .replace(/[\r\n]+$/, "");
  } catch {
    return null;
  }
}

interface ParsedFile {
  readonly list: readonly unknown[];
  /** The line of a member of an entry, or of the entry where it has none of that name. */
  readonly lineOf: (index: number, member: string) => number;
}

/** Only who has such a file pays for reading it, in time and memory. */
function yaml(): typeof Yaml {
  return createRequire(import.meta.url)("yaml") as typeof Yaml;
}

/** Every value is the text that stands there: no client id loses its zeros. */
function parsed(file: string): ParsedFile {
  const { LineCounter, isMap, isScalar, isSeq, parseDocument, visit } = yaml();
  const lines = new LineCounter();
  const lineAt = (offset: number | undefined): number => lines.linePos(offset ?? 0).line;
  const document = parseDocument(textOf(file), {
    schema: "failsafe",
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "silent",
  });
  // The parser's own sentence may quote a secret. A warning is a value that was dropped, such as `!secret name`.
  const [wrong] = [...document.errors, ...document.warnings];
  if (wrong !== undefined) {
    throw invalid(`Line ${lineAt(wrong.pos[0])} of ${file} can't be read as YAML or JSON (${wrong.code}): correct it.`);
  }
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) !== undefined) return;
      throw invalid(`Line ${lineAt(alias.range?.[0])} of ${file} begins a value with *: put that value in quotes.`);
    },
  });
  const root = document.contents;
  const value: unknown = document.toJS();
  const list: unknown = isObject(value) ? value["accounts"] : value;
  const nodes = isMap(root) ? root.get("accounts", true) : root;
  if (!Array.isArray(list) || !isSeq(nodes)) {
    throw invalid(`${file} must be a list of accounts, or have one under "accounts".`);
  }
  return {
    list,
    lineOf: (index, member) => {
      const entry = nodes.items[index] as Yaml.Node | undefined;
      const keys = isMap(entry) ? entry.items.map(({ key }) => key) : [];
      const key = keys.find((one) => isScalar(one) && one.value === member);
      return lineAt((isScalar(key) ? key : entry)?.range?.[0]);
    },
  };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8").replace(/^\u{feff}/u, "");
  } catch (cause) {
    const variable = ACCOUNTS_FILE_SETTINGS.accounts_file.variable;
    throw new Problem(
      "settings_invalid",
      `${variable} names ${file}, which cannot be read: see that it exists and that the gateway may read it.`,
      { field: variable, cause },
    );
  }
}

function invalid(message: string): Problem {
  return new Problem("settings_invalid", message, { field: ACCOUNTS_FILE_SETTINGS.accounts_file.variable });
}
