import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { REFRESH_LIMITS } from "../../src/keeper/schedule/refresh-limits.ts";
import { ACCOUNT_FIELDS } from "../../src/keeper/providers/provider-description.ts";
import type { AccountField } from "../../src/keeper/providers/provider-fields.ts";
import { allProviders } from "../../src/keeper/providers/providers.ts";
import { ACCOUNT_SETTINGS, FIELD_SETTINGS, USUAL_NAME, wordsOf } from "../../src/settings/accounts/account-settings.ts";
import { OLD_WORDS } from "../../src/settings/accounts/old-words.ts";
import { SETTINGS, SETTINGS_OF_ACCOUNT } from "../../src/settings/settings.ts";
import type { Setting } from "../../src/settings/setting.ts";

/** Where people read of a setting it is called as the code calls it, with the same default and the same limits. */
const text = (file: string): string => readFileSync(join(import.meta.dirname, "../..", file), "utf8");
const { options, schema } = parse(text("config.yaml")) as {
  readonly options: Readonly<Record<string, unknown>>;
  readonly schema: Readonly<Record<string, string>> & {
    readonly accounts: readonly [Readonly<Record<string, string>>];
  };
};
const { configuration } = parse(text("translations/en.yaml")) as {
  readonly configuration: Readonly<
    Record<string, Described & { readonly fields?: Readonly<Record<string, Described>> }>
  >;
};
interface Described {
  readonly name: string;
  readonly description: string;
}

const optionOf = ({ option, variable }: Setting): string => option ?? variable;
const OPTIONS = SETTINGS.filter(({ option }) => option !== null);
const VARIABLES = [
  ...SETTINGS,
  ...[ACCOUNT_SETTINGS, FIELD_SETTINGS].flatMap((group) => Object.values<Setting>(group)),
];
const FIELDS = new Map(
  Object.entries(FIELD_SETTINGS).map(([field, setting]) => [setting as Setting, field as AccountField]),
);
/** None, or what begins like an address: the form may leave it empty. Lets everything through that type `url` does. */
const ADDRESS = String.raw`match(^(\s*\w[\w+.-]*://\S.*)?\s*$)`;
const { minutes, percent } = REFRESH_LIMITS;

/** Undefined where nothing stands in for what is not set. */
function defaultOf(setting: Setting): boolean | number | string | undefined {
  if (setting === ACCOUNT_SETTINGS.name) return USUAL_NAME;
  return "otherwise" in setting ? (setting.otherwise ?? undefined) : undefined;
}

/** What a description of the setting must say of its limits. */
function limitsOf(setting: Setting): string[] {
  if (setting.kind === "number") return [`${setting.min} to ${setting.max}`];
  if (setting.kind === "buffer") return [`${minutes.min} to ${minutes.max}`, `${percent.min} to ${percent.max}`];
  return setting.kind === "choice" ? setting.allowed.map((word) => `\`${word}\``) : [];
}

/** As `config.yaml` writes it, for the Supervisor. */
function schemaOf(setting: Setting): string {
  switch (setting.kind) {
    case "number":
      return `int(${setting.min},${setting.max})`;
    case "flag":
      return "bool";
    case "choice":
      return `list(${setting.allowed.join("|")})`;
    case "buffer":
      // What it lets through is held below.
      return "match(^(([1-9]|[1-4][0-9]|50) ?%|[1-9][0-9]{0,3}|100[0-7][0-9]|10080)?$)";
    case "secret":
      return "password";
    case "text":
    case "url":
    case "port":
    case "password":
      return FIELDS.has(setting) ? schemaOfField(setting) : "str";
  }
}

/** Of an account's field: each may be left out, or empty. */
function schemaOfField(setting: Setting): string {
  const field = FIELDS.get(setting);
  if (setting.kind === "password" || field === undefined) return "password";
  const words = wordsOf(field);
  if (words !== null) return `list(|${words.join("|")})`;
  return ACCOUNT_FIELDS[field].kind === "url" ? ADDRESS : "str";
}

/** The row of a table of the docs whose first cell is this name, cell by cell. */
function rowOf(file: string, name: string): string[] {
  const rows = text(file)
    .split("\n")
    .filter((line) => line.startsWith(`| \`${name}\` |`));
  expect(rows, `one row of ${name} in ${file}`).toHaveLength(1);
  return (rows[0] ?? "").split(/ ?\| ?/).slice(1, -1);
}

test("variables and options are called alike, and each only once", () => {
  for (const { option, variable } of OPTIONS) expect(variable).toBe(`UTEC_GATEWAY_${String(option).toUpperCase()}`);
  expect(new Set(VARIABLES.map(({ variable }) => variable)).size).toBe(VARIABLES.length);
});

describe("config.yaml", () => {
  test("has the options that the gateway reads, and no others", () => {
    expect(Object.keys(schema).sort()).toEqual(["accounts", ...OPTIONS.map(optionOf)].sort());
    expect(Object.keys(schema.accounts[0]).sort()).toEqual(SETTINGS_OF_ACCOUNT.map(optionOf).sort());
  });

  test.for(OPTIONS.map((setting) => [optionOf(setting), setting] as const))(
    "%s has the schema and the default of the gateway",
    ([name, setting]) => {
      const usual = defaultOf(setting);
      expect(schema[name]).toBe(schemaOf(setting) + (usual === undefined ? "?" : ""));
      expect(options[name]).toBe(usual);
    },
  );

  test.for(SETTINGS_OF_ACCOUNT.map((setting) => [optionOf(setting), setting] as const))(
    "accounts[].%s has the schema of the gateway",
    ([name, setting]) => {
      const ids = allProviders().map(({ id }) => id);
      const said = setting === ACCOUNT_SETTINGS.provider ? `list(|${ids.join("|")})` : schemaOf(setting);
      const needed = setting === ACCOUNT_SETTINGS.name;
      expect(schema.accounts[0][name]?.replace(/^str\(.*\)$/, "str")).toBe(said + (needed ? "" : "?"));
    },
  );

  test("lets every buffer through that the gateway takes, none as well, and no other", () => {
    const pattern = new RegExp(/^match\((.*)\)\?$/.exec(schema["refresh_buffer"] ?? "")?.[1] ?? "");
    for (const buffer of [minutes.min, minutes.max, `${percent.min}%`, `${percent.max} %`]) {
      expect(String(buffer)).toMatch(pattern);
    }
    expect("").toMatch(pattern);
    const { min, max } = minutes;
    for (const buffer of [
      min - 1,
      max + 1,
      99_999,
      `${percent.min - 1}%`,
      `${percent.max + 1}%`,
      "90%",
      "20 % %",
      "x",
    ]) {
      expect(String(buffer)).not.toMatch(pattern);
    }
  });
});

describe("the configuration tab", () => {
  test("explains every option", () => {
    expect(Object.keys(configuration).sort()).toEqual(Object.keys(schema).sort());
    expect(Object.keys(configuration["accounts"]?.fields ?? {}).sort()).toEqual(Object.keys(schema.accounts[0]).sort());
    for (const { name, description } of Object.values(configuration)) expect(name && description).toMatch(/\w/);
  });

  test.for(OPTIONS.map((setting) => [optionOf(setting), setting] as const))("%s with its unit", ([name, setting]) => {
    if (setting.kind === "number") expect(String(configuration[name]?.name).toLowerCase()).toContain(setting.unit);
  });
});

test.for(OPTIONS.map((setting) => [optionOf(setting), setting] as const))(
  "DOCS.md has a row of %s",
  ([name, setting]) => {
    const [, usual, meaning] = rowOf("DOCS.md", name);
    const shown =
      { true: "on", false: "off", undefined: "none" }[String(defaultOf(setting))] ?? String(defaultOf(setting));
    expect(usual).toBe(shown);
    for (const limit of limitsOf(setting)) expect(meaning).toContain(limit);
  },
);

test("DOCS.md names what an account in the options can have", () => {
  const [, , meaning] = rowOf("DOCS.md", "accounts");
  for (const setting of SETTINGS_OF_ACCOUNT) expect(meaning).toContain(`\`${optionOf(setting)}\``);
});

test("README.md says of each word of an older system what it becomes", () => {
  for (const word of Object.values<Setting>(OLD_WORDS)) {
    const [, becomes] = rowOf("README.md", word.variable);
    for (const limit of limitsOf(word)) expect(becomes).toContain(limit);
    expect(becomes).toMatch(/\w/);
  }
});

test.for(VARIABLES.map((setting) => [setting.variable, setting] as const))(
  "README.md has a row of %s",
  ([name, setting]) => {
    const [, option, usual, meaning] = rowOf("README.md", name);
    const path = SETTINGS.includes(setting) ? "" : "accounts[].";
    expect(option).toBe(setting.option === null ? "" : `\`${path}${setting.option}\``);
    const value = defaultOf(setting);
    if (value !== undefined) expect(usual).toBe(`\`${value}\``);
    else expect(usual).not.toContain("`");
    for (const limit of limitsOf(setting)) expect(meaning).toContain(limit);
  },
);
