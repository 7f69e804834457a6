import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/json.ts";
import type { ClientDetails } from "../../src/keeper/account.ts";
import { checkClient, tidyClient } from "../../src/keeper/accounts/client-details.ts";
import type { AccountSettings } from "../../src/settings/accounts/account-settings.ts";
import type { Settings } from "../../src/settings/settings.ts";
import { readAppConfiguration } from "../app/rules/app-configuration.ts";
import { InvalidOptions, mergedOptions, validateOptions } from "../app/rules/options.ts";
import { parseAsPython } from "../app/rules/python/document.ts";
import { fromOptions } from "./sources.ts";

const { value } = parseAsPython(readFileSync(join(import.meta.dirname, "../../config.yaml"), "utf8"));
const { effective } = readAppConfiguration(value);
const [schema, defaults] = [effective["schema"] as JsonObject, effective["options"] as JsonObject];
const owner = { name: "U-tec Gateway", slug: "local_utec_gateway" };

/** What the Supervisor writes into options.json of what a person typed into the Configuration tab, as YAML. */
function handedOn(typed: string): JsonObject {
  const saved = validateOptions(
    schema,
    mergedOptions(defaults, parseAsPython(typed).value as JsonObject),
    owner,
  ).options;
  return validateOptions(schema, mergedOptions(defaults, saved), owner).options;
}
const settings = (typed: string): Settings => fromOptions({ ...handedOn(typed) });
const clientOf = ({ name, client_id = "", client_secret = "", redirect_uri = "" }: AccountSettings): ClientDetails =>
  tidyClient({ name, client_id, client_secret, redirect_uri });
const account = (more: string, redirect = "https://a.example/callback"): string =>
  `accounts:\n  - {name: Home, client_id: abc, client_secret: def, redirect_uri: "${redirect}", ${more}}\n`;

describe("what the Supervisor refuses never reaches the gateway", () => {
  test.each([
    [
      "a client ID without quotes is a number",
      "accounts:\n  - {name: Home, client_id: 123, client_secret: def, redirect_uri: 'https://a'}\n",
      "expected str",
    ],
    ["an option that is left empty", "refresh_buffer:\n", "Missing required option 'refresh_buffer'"],
    ["a share that is too large", "refresh_buffer: 90%\n", "does not match regular expression"],
    ["minutes with a fraction", "refresh_buffer: 7.5\n", "does not match regular expression"],
    ["minutes beyond a week", "refresh_buffer: 99999\n", "does not match regular expression"],
    ["yes or no in other words", "automatic_refresh: perhaps\n", "expected boolean"],
    ["a number that is too small", "poll_interval: 5\n", "value must be at least 10.0"],
    ["a level that there is not", "log_level: chatty\n", "value must be one of"],
    ["one account that is no list", "accounts: {name: Home}\n", "Invalid list for option 'accounts'"],
    ["a cloud that there is not", account("provider: tado"), "value must be one of"],
    ["a password without quotes is a number", account("password: 1234"), "expected str"],
    ["an account without a name", account("").replace("Home", "''"), "length of value must be at least 1.0"],
    ["an address without a scheme", account("", "a.example"), "does not match regular expression"],
  ])("%s", (_case, typed, sentence) => {
    expect(() => handedOn(typed)).toThrow(InvalidOptions);
    expect(() => handedOn(typed)).toThrow(sentence);
  });
});

describe("what it hands on is what the gateway takes it for", () => {
  test("nothing at all: the defaults, without a word", () => {
    expect(settings("")).toMatchObject({ accounts: [], pollIntervalMs: 30_000, logLevel: "info", problems: [] });
  });

  test.each([
    ["a number for yes", "automatic_refresh: 7.5\n", { automatic_refresh: true }],
    ["an empty list for no", "automatic_refresh: []\n", { automatic_refresh: false }],
    ["a word for no", "automatic_refresh: 'off'\n", { automatic_refresh: false }],
    ["a line end after a share", 'refresh_buffer: "5%\\n"\n', { refresh_buffer_share: 0.05 }],
    ["a number for text", "refresh_buffer: 30\n", { refresh_buffer_ms: 1_800_000 }],
    ["nothing between quotes", "refresh_buffer: ''\n", { refresh_buffer_ms: null, refresh_buffer_share: null }],
    ["text for a number", "idle_interval: ' 1_2 '\n", { idle_interval_ms: 12 * 3_600_000 }],
    ["a fraction for a number", "idle_interval: 5.9\n", { idle_interval_ms: 5 * 3_600_000 }],
    ["an option that there is not", "old_option: 1\n", { automatic_refresh: true }],
  ])("%s", (_case, typed, refresh) => {
    expect(settings(typed)).toMatchObject({ refresh, problems: [] });
  });

  test("of an account too, where it stands over that for all", () => {
    const { accounts, problems } = settings(account("automatic_refresh: [], refresh_buffer: '10 %', extra: 1"));
    expect(accounts).toMatchObject([{ refresh: { automatic_refresh: false, refresh_buffer_share: 0.1 } }]);
    expect(problems).toEqual([]);
  });
});

describe("accounts of other clouds", () => {
  const fields = Object.keys((schema["accounts"] as readonly JsonObject[])[0] ?? {});
  const FILLED = {
    provider: "login",
    name: "Pool",
    url: "https://pool.example",
    username: "ada",
    password: "secret 1",
  };

  test("pass with what their provider needs", () => {
    const { accounts, problems } = settings(`accounts: [${JSON.stringify(FILLED)}]`);
    expect([accounts, problems]).toMatchObject([[FILLED], []]);
    expect(Object.keys(accounts[0] ?? {}).toSorted()).toEqual(
      [...Object.keys(FILLED), "refresh", "written_as"].toSorted(),
    );
  });

  test("pass with every other field left empty, as the form may leave it", () => {
    const empty = Object.fromEntries(
      fields.filter((name) => !["automatic_refresh", "idle_interval"].includes(name)).map((name) => [name, ""]),
    );
    const { accounts, problems } = settings(`accounts: [${JSON.stringify({ ...empty, ...FILLED })}]`);
    expect([accounts, problems]).toEqual([settings(`accounts: [${JSON.stringify(FILLED)}]`).accounts, []]);
    const utec = { ...empty, name: "Home", client_id: "abc", client_secret: "def", redirect_uri: "https://a" };
    expect(settings(`accounts: [${JSON.stringify(utec)}]`).accounts).toMatchObject([
      { provider: "utec", name: "Home" },
    ]);
  });

  test("two users of one login are two accounts, one user twice is one", () => {
    const twice = [FILLED, { ...FILLED, username: "grace" }, FILLED];
    const { accounts, problems } = settings(`accounts: ${JSON.stringify(twice)}`);
    expect(accounts.map(({ username }) => username)).toEqual(["ada", "grace"]);
    expect(problems).toMatchObject([{ field: "accounts[2].username" }]);
  });
});

describe("what passes its rules and is wrong is named, and the rest runs", () => {
  const wrongIn = (typed: string): (string | undefined)[] =>
    settings(typed).accounts.map((one) => checkClient(clientOf(one))?.message);

  test("an account without its secret, or with nothing but its name", () => {
    expect(wrongIn("accounts:\n  - {name: Home, client_id: abc, redirect_uri: 'https://a'}\n")).toEqual([
      "The client secret is missing: copy it from the app's OpenAPI page.",
    ]);
    expect(wrongIn("accounts:\n  - {name: Home}\n")).toEqual([
      "The client id is missing: copy it from the app's OpenAPI page.",
    ]);
  });

  test.each([
    [
      "an empty secret",
      account("").replace("def", "''"),
      "The client secret is missing: copy it from the app's OpenAPI page.",
    ],
    [
      "an empty client ID",
      account("").replace("abc", "''"),
      "The client id is missing: copy it from the app's OpenAPI page.",
    ],
    [
      "a secret of two words",
      account("").replace("def", "'d e f'"),
      "The client secret has a space in it: copy it again, alone.",
    ],
    [
      "one value twice",
      account("").replace("def", "abc"),
      "Client id and client secret are the same: one of them was pasted twice.",
    ],
    [
      "an address of another kind",
      account("", "lock://home"),
      "The redirect URI must be a web address that starts with https:// or http://.",
    ],
    [
      "an address with a code",
      account("", "https://a.example/?code=1"),
      "The redirect URI holds a code: give the address without what follows the ?.",
    ],
  ])("%s", (_case, typed, sentence) => {
    const second = "  - {name: Cabin, client_id: xyz, client_secret: uvw, redirect_uri: 'https://a.example/'}\n";
    expect(wrongIn(typed + second)).toEqual([sentence, undefined]);
  });

  test("the same account twice", () => {
    const { accounts, problems } = settings(
      account("") + account("").replace("accounts:\n", "").replace("Home", "Cabin"),
    );
    expect(accounts.map(({ name }) => name)).toEqual(["Home"]);
    expect(problems).toEqual([
      {
        field: "accounts[1].client_id",
        message: "Account 2 has the client ID of account 1, so it is left out: list each account once.",
      },
    ]);
  });

  test("60 characters that are two units each are a name, since the Supervisor counts characters", () => {
    expect(wrongIn(account("").replace("Home", "🔒".repeat(60)))).toEqual([undefined]);
  });

  test("a secret with a space around it, in quotes or with its label is taken as it is meant", () => {
    for (const secret of [" def ", "'def'", "client_secret: def", "def\u200b"]) {
      expect(settings(account("").replace("def", JSON.stringify(secret))).accounts.map(clientOf)).toMatchObject([
        { client_secret: "def" },
      ]);
    }
  });
});
