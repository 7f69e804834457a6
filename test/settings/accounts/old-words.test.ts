import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { OLD_WORDS } from "../../../src/settings/accounts/old-words.ts";
import { Secrets } from "../../../src/log.ts";
import { readSettings } from "../../../src/settings/settings.ts";
import { fromEnvironment, temporaryFolder } from "../sources.ts";

const SERVICE = { EXTERNAL_AUTH_URL: "https://auth.example", EXTERNAL_API_EMAIL: "ada@example.org" };

describe("the words of a service that logs in and hands on the token", () => {
  test("e-mail and password become a login, and its token stands in", () => {
    const { accounts, notes, problems } = fromEnvironment({
      ...SERVICE,
      EXTERNAL_API_PASSWORD: "canary password",
      EXTERNAL_API_TOKEN: "canary-token",
    });
    const { written_as, refresh: _, ...account } = accounts[0] ?? { written_as: {}, refresh: null };
    expect(account).toEqual({
      provider: "login",
      api_url: "https://auth.example",
      name: "auth.example",
      url: "https://auth.example",
      username: "ada@example.org",
      password: "canary password",
      token: "canary-token",
    });
    expect(written_as).toMatchObject({ password: "EXTERNAL_API_PASSWORD", username: "EXTERNAL_API_EMAIL" });
    expect(notes).toContain("EXTERNAL_API_EMAIL became the username of the account auth.example (login).");
    expect([problems, JSON.stringify(notes).includes("canary")]).toEqual([[], false]);
  });

  test("a client becomes a login too, with its scope; beside an e-mail address it is not used", () => {
    const client = { OAUTH_CLIENT_ID: "c", OAUTH_CLIENT_SECRET: "canary-secret", OAUTH_SCOPE: "read" };
    const { EXTERNAL_AUTH_URL } = SERVICE;
    expect(fromEnvironment({ EXTERNAL_AUTH_URL, ...client }).accounts).toMatchObject([
      { provider: "login", client_id: "c", client_secret: "canary-secret", scope: "read" },
    ]);
    const [both] = fromEnvironment({ ...SERVICE, EXTERNAL_API_PASSWORD: "canary", ...client }).accounts;
    expect([both?.username, both?.client_id]).toEqual(["ada@example.org", undefined]);
  });

  test("what is said beside it and not used has a line that says so, and is kept out of the log", () => {
    const secrets = new Secrets();
    const environment = {
      ...SERVICE,
      EXTERNAL_API_PASSWORD: "canary password",
      OAUTH_CLIENT_ID: "c",
      OAUTH_CLIENT_SECRET: "canary-secret",
    };
    const sources = { environment, workingFolder: temporaryFolder(), optionsFile: "" };
    const { notes } = readSettings(sources, secrets);
    const login = "the login is by EXTERNAL_API_EMAIL and EXTERNAL_API_PASSWORD.";
    expect(notes).toContain(`OAUTH_CLIENT_ID is not used: ${login}`);
    expect(notes).toContain(`OAUTH_CLIENT_SECRET is not used: ${login}`);
    expect(secrets.scrub("canary-secret")).toBe("[secret]");
    const { EXTERNAL_AUTH_URL } = SERVICE;
    const alone = fromEnvironment({ EXTERNAL_AUTH_URL, OAUTH_SCOPE: "read", EXTERNAL_API_TOKEN: "canary" });
    expect(alone.notes.filter((note) => note.includes("is not used"))).toEqual([
      expect.stringMatching(/^OAUTH_SCOPE /),
    ]);
    expect(alone.notes).toContainEqual(expect.stringMatching(/^EXTERNAL_AUTH_URL names the API /));
  });

  test("a token alone becomes a static one", () => {
    const { accounts, problems } = fromEnvironment({ EXTERNAL_API_TOKEN: "canary-token" });
    expect([accounts, problems]).toMatchObject([
      [{ provider: "static", name: "External API", token: "canary-token" }],
      [],
    ]);
  });

  test("the broker finds the API where the login is, without a word of its own for it", () => {
    const { accounts } = fromEnvironment({ ...SERVICE, EXTERNAL_AUTH_URL: "https://api.example/auth/login" });
    expect(accounts).toMatchObject([{ url: "https://api.example/auth/login", api_url: "https://api.example" }]);
    const token = { EXTERNAL_AUTH_URL: "https://api.example/auth/login", EXTERNAL_API_TOKEN: "canary-token" };
    expect(fromEnvironment(token).accounts).toMatchObject([{ provider: "static", api_url: "https://api.example" }]);
  });

  test("neither credentials nor a token: that account says so, the rest is read", () => {
    const { accounts, problems } = fromEnvironment({
      EXTERNAL_AUTH_URL: "https://auth.example",
      WATTTIME_USERNAME: "ada",
      WATTTIME_PASSWORD: "canary",
    });
    expect(accounts.map(({ provider }) => provider)).toEqual(["login", "watttime"]);
    expect(problems).toEqual([
      {
        field: "EXTERNAL_AUTH_URL",
        message: expect.stringMatching(/can't log in: set EXTERNAL_API_EMAIL.*OAUTH_CLIENT_ID.*EXTERNAL_API_TOKEN/),
      },
    ]);
  });
});

describe("the words of a Yoto sign-in", () => {
  const withFile = (content: string) => {
    const folder = temporaryFolder();
    const file = join(folder, "refresh.txt");
    writeFileSync(file, content);
    const secrets = new Secrets();
    const environment = { YOTO_CLIENT_ID: "public", YOTO_REFRESH_TOKEN_FILE: file };
    return { file, secrets, ...readSettings({ environment, workingFolder: folder, optionsFile: "" }, secrets) };
  };

  test.each([
    ["the token alone", "canary-refresh\n"],
    ["it as some editors save it", "\u{feff}canary-refresh\r\n"],
    ["what the old program kept", '{"access_token": "x", "refresh_token": "canary-refresh"}'],
  ])("the file holds %s: it is read, left as it is and kept out of the log", (_, content) => {
    const { accounts, problems, notes, file, secrets } = withFile(content);
    expect([accounts, problems]).toMatchObject([
      [{ provider: "yoto", name: "Yoto", client_id: "public", refresh_token: "canary-refresh" }],
      [],
    ]);
    expect(readFileSync(file, "utf8")).toBe(content);
    expect(secrets.scrub("canary-refresh")).toBe("[secret]");
    expect(notes.join(" ")).toMatch(/YOTO_CLIENT_ID became.*YOTO_REFRESH_TOKEN_FILE.*once/);
  });

  test.each([
    ["", "empty"],
    ["{}", "no token in it"],
  ])("a file of %j is named, and the account is there", (content) => {
    const { accounts, problems, file } = withFile(content);
    expect(problems).toEqual([]);
    expect(accounts).toMatchObject([
      {
        provider: "yoto",
        client_id: "public",
        // For the keeper to tell, which knows whether somebody is signed in.
        unread_beginning: `YOTO_REFRESH_TOKEN_FILE names ${file}, which can't be read or holds no refresh token: sign in on the page.`,
        written_as: { refresh_token: "YOTO_REFRESH_TOKEN_FILE" },
      },
    ]);
    expect(accounts[0]).not.toHaveProperty("refresh_token");
    const nowhere = fromEnvironment({ YOTO_CLIENT_ID: "p", YOTO_REFRESH_TOKEN_FILE: "/nowhere" });
    expect(nowhere.accounts[0]?.unread_beginning).toContain("/nowhere");
  });
});

describe("the words of a WattTime login", () => {
  test("user name and password become an account, a token stands in or stands alone", () => {
    const whole = { WATTTIME_USERNAME: "ada", WATTTIME_PASSWORD: "canary 1", WATTTIME_API_TOKEN: "canary-2" };
    const { accounts, notes } = fromEnvironment({ ...whole, GRID_REGION: "CAISO_NORTH" });
    expect(accounts).toMatchObject([
      { provider: "watttime", name: "WattTime", username: "ada", password: "canary 1", token: "canary-2" },
    ]);
    expect(notes.at(-1)).toBe(
      "GRID_REGION belongs to no account: whoever asks WattTime says it, as in ?region=CAISO_NORTH.",
    );
    const tokenAlone = { WATTTIME_API_TOKEN: "canary-2" };
    expect(fromEnvironment(tokenAlone).accounts).toMatchObject([
      { provider: "static", api_url: "https://api.watttime.org" },
    ]);
    expect(fromEnvironment({ ...tokenAlone, UTEC_GATEWAY_WATTTIME_URL: "http://127.0.0.1:9" }).accounts).toMatchObject([
      { api_url: "http://127.0.0.1:9" },
    ]);
  });

  test("nothing but a region: the account says what it lacks", () => {
    const { accounts, problems } = fromEnvironment({ GRID_REGION: "CAISO_NORTH" });
    expect(accounts).toMatchObject([{ provider: "watttime" }]);
    expect(problems).toMatchObject([{ field: "GRID_REGION", message: expect.stringContaining("WATTTIME_API_TOKEN") }]);
  });
});

describe("TOKEN_REFRESH_INTERVAL_HOURS", () => {
  test.each([["1"], ["23"]])("%s is the idle interval of every account", (hours) => {
    const { refresh, accounts, notes } = fromEnvironment({
      TOKEN_REFRESH_INTERVAL_HOURS: hours,
      EXTERNAL_API_TOKEN: "canary",
    });
    expect(refresh.idle_interval_ms).toBe(Number(hours) * 3_600_000);
    expect(accounts[0]?.refresh).toEqual(refresh);
    expect(notes[0]).toContain("UTEC_GATEWAY_IDLE_INTERVAL");
  });

  test.each([["0"], ["24"], ["12.5"], ["-1"], ["soon"]])("%s is named with what is allowed", (hours) => {
    const { refresh, problems } = fromEnvironment({ TOKEN_REFRESH_INTERVAL_HOURS: hours });
    expect(refresh.idle_interval_ms).toBeNull();
    expect(problems).toMatchObject([
      { field: "TOKEN_REFRESH_INTERVAL_HOURS", message: expect.stringContaining("1 to 23") },
    ]);
  });

  test("the gateway's own word counts before it", () => {
    const both = { TOKEN_REFRESH_INTERVAL_HOURS: "5", UTEC_GATEWAY_IDLE_INTERVAL: "6" };
    const { refresh, notes } = fromEnvironment(both);
    expect([refresh.idle_interval_ms, notes]).toEqual([6 * 3_600_000, [expect.stringContaining("not used")]]);
  });
});

test("every word has its line in the log, and none of the environment around it is taken for one", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "token"), "canary-refresh");
  const said = Object.values(OLD_WORDS).map(({ variable, kind }) => {
    const file = variable.endsWith("_FILE") ? join(folder, "token") : null;
    return [
      variable,
      file ?? (kind === "number" ? "5" : variable === "EXTERNAL_AUTH_URL" ? "https://a.example" : "canary-x"),
    ];
  });
  const {
    EXTERNAL_API_EMAIL: _,
    EXTERNAL_API_PASSWORD: __,
    ...byClient
  } = Object.fromEntries(said) as Record<string, string>;
  const notes = [Object.fromEntries(said) as Record<string, string>, byClient].flatMap(
    (all) => fromEnvironment(all).notes,
  );
  for (const { variable } of Object.values(OLD_WORDS)) {
    expect(notes.filter((note) => note.startsWith(variable)).length, variable).toBeGreaterThan(0);
  }
  expect(notes.filter((note) => !note.startsWith("GRID_REGION")).join("\n")).not.toContain("canary");
  expect(fromEnvironment({}).notes).toEqual([]);
});

test("an env file of theirs is read with the same care as the gateway's own", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, ".env"), "WATTTIME_USERNAME=ada\nWATTTIME_PASSWORD=abc #def\n");
  const { problems } = readSettings({ environment: {}, workingFolder: folder, optionsFile: "" }, new Secrets());
  expect(problems).toMatchObject([{ field: "WATTTIME_PASSWORD", message: expect.stringContaining("single quotes") }]);
});
