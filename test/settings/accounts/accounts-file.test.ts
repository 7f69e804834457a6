import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Secrets } from "../../../src/log.ts";
import { readSettings } from "../../../src/settings/settings.ts";
import type { Settings } from "../../../src/settings/settings.ts";
import { temporaryFolder } from "../sources.ts";

interface Given {
  readonly name?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly secrets?: Secrets;
}

function read(text: string, { name = "accounts.yaml", files = {}, secrets = new Secrets() }: Given = {}): Settings {
  const folder = temporaryFolder();
  for (const [file, content] of Object.entries({ ...files, [name]: text })) writeFileSync(join(folder, file), content);
  const environment = { UTEC_GATEWAY_ACCOUNTS_FILE: join(folder, name) };
  return readSettings({ environment, workingFolder: folder, optionsFile: "" }, secrets);
}

const POOL = { provider: "login", name: "Pool", url: "https://pool.example", username: "ada", password: "canary-1" };
const HOME = { name: "Home", client_id: "0123", client_secret: "canary-2", redirect_uri: "https://a.example/cb" };

describe("the accounts' file", () => {
  test.each([
    ["JSON", JSON.stringify([HOME, POOL]), "accounts.json"],
    ["JSON under a name", JSON.stringify({ accounts: [HOME, POOL] }), "accounts.json"],
    [
      "YAML",
      "# mine\naccounts:\n- name: Home\n  client_id: 0123\n  client_secret: canary-2\n  redirect_uri: https://a.example/cb\n- {provider: login, name: Pool, url: 'https://pool.example', username: ada, password: canary-1}\n",
      "accounts.yml",
    ],
    [
      "JSON with tabs, as some editors save it",
      `\u{feff}${JSON.stringify([HOME, POOL], null, "\t")}\r\n`,
      "accounts.json",
    ],
  ])("names several accounts in %s, each value to the letter", (_, text, name) => {
    const { accounts, problems } = read(text, { name });
    expect([accounts, problems]).toMatchObject([[{ ...HOME, provider: "utec" }, POOL], []]);
  });

  test("stands beside the account of the environment, and is empty where it holds none", () => {
    expect(read("[]").accounts).toEqual([]);
    const folder = temporaryFolder();
    writeFileSync(join(folder, "a.yaml"), JSON.stringify([POOL]));
    const environment = { UTEC_GATEWAY_ACCOUNTS_FILE: join(folder, "a.yaml"), UTEC_GATEWAY_CLIENT_ID: "c" };
    const { accounts } = readSettings({ environment, workingFolder: folder, optionsFile: "" }, new Secrets());
    expect(accounts.map(({ name }) => name)).toEqual(["U-tec", "Pool"]);
  });

  test("takes secrets from files of their own, without the line end, and out of the log", () => {
    const secrets = new Secrets();
    const { password: _, ...named } = POOL;
    const { accounts, problems } = read(JSON.stringify([{ ...named, password_file: "pool.txt" }]), {
      files: { "pool.txt": "\u{feff}canary of pool\r\n" },
      secrets,
    });
    expect([accounts, problems]).toMatchObject([[{ ...POOL, password: "canary of pool" }], []]);
    expect(secrets.scrub("canary of pool")).toBe("[secret]");
  });

  test("says when to refresh an account", () => {
    const { accounts } = read("- {name: Home, client_id: c, automatic_refresh: false, idle_interval: 12}");
    expect(accounts).toMatchObject([{ refresh: { automatic_refresh: false, idle_interval_ms: 12 * 3_600_000 } }]);
  });

  test("names what is wrong with one account by its line, and the rest runs", () => {
    const text = [
      "- name: Home",
      "  client_id: abc",
      "  client_secret_file: gone.txt",
      "  usrname: ada",
      "- name: Pool",
      "  provider: login",
      "  username: ada",
      "  password: canary-1",
      "  password_file: also.txt",
      "  automatic_refresh: perhaps",
      "- just text",
      "- {name: Home, client_id: abc}",
    ].join("\n");
    const { accounts, problems } = read(text);
    expect(accounts.map(({ name, written_as }) => [name, written_as["url"]])).toEqual([
      ["Home", "accounts[0].url (line 1 of accounts.yaml)"],
      ["Pool", "accounts[1].url (line 5 of accounts.yaml)"],
    ]);
    expect(problems.map(({ field }) => field)).toEqual([
      "accounts[0].client_secret_file (line 3 of accounts.yaml)",
      "accounts[0].usrname (line 4 of accounts.yaml)",
      "accounts[1].password_file (line 9 of accounts.yaml)",
      "accounts[1].automatic_refresh (line 10 of accounts.yaml)",
      "accounts[2]",
      "accounts[3].client_id (line 12 of accounts.yaml)",
    ]);
    for (const { message } of problems) expect(message).toMatch(/^\S.*[.]$/);
    expect(JSON.stringify(problems)).not.toContain("canary");
  });

  test.each([
    ["an open quote", '- name: "Home\n  password: canary-1\n', /^Line \d+ of .*accounts.yaml can't be read/],
    ["JSON that ends early", '[{"name": "Home", "password": "canary-1"', /^Line 1 of /],
    [
      "a password that begins with *",
      "- name: Home\n  password: *canary-1\n",
      /^Line 2 of .* begins a value with \*: put/,
    ],
    ["a value that the file leaves to another", "- name: Home\n  password: !secret canary-1\n", /^Line 2 of /],
    ["a tab in place of spaces", "- name: Home\n\tpassword: canary-1\n", /^Line 2 of /],
    ["a name that is given twice", "- name: Home\n  password: canary-1\n  password: canary-2\n", /^Line 3 of /],
    ["no list", "name: Home\n", /must be a list of accounts/],
    ["nothing", "", /must be a list of accounts/],
  ])("%s ends the start with one sentence that holds no secret", (_, text, sentence) => {
    const refusal = expect.objectContaining({ code: "settings_invalid", message: expect.stringMatching(sentence) });
    expect(() => read(text)).toThrow(refusal);
    expect(() => read(text)).not.toThrow("canary");
  });

  test("a file that is not there ends the start: its accounts must not be taken for gone", () => {
    const environment = { UTEC_GATEWAY_ACCOUNTS_FILE: "/nowhere/accounts.yaml" };
    expect(() => readSettings({ environment, workingFolder: "/", optionsFile: "" }, new Secrets())).toThrow(
      "UTEC_GATEWAY_ACCOUNTS_FILE names /nowhere/accounts.yaml, which cannot be read",
    );
  });
});
