import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Secrets } from "../../src/log.ts";
import { Problem } from "../../src/problem.ts";
import { readSettings } from "../../src/settings/settings.ts";
import { REFRESH_DEFAULTS } from "../../src/settings/refresh-settings.ts";
import type { Settings } from "../../src/settings/settings.ts";
import { fromEnvironment, fromOptions, temporaryFolder } from "./sources.ts";

describe("outside the Supervisor the environment is the source", () => {
  test("without any setting the gateway listens on this machine only", () => {
    const settings = fromEnvironment({});
    expect(settings).toMatchObject({
      mode: "standalone",
      host: "127.0.0.1",
      port: 8099,
      accounts: [],
      homeAssistant: null,
      pollIntervalMs: 30_000,
      staleAfterPolls: 3,
      unavailableAfterMs: 15 * 60_000,
      confirmation: { marginMs: 25_000, intervalMs: 5000 },
      activityDays: 30,
      refresh: REFRESH_DEFAULTS,
      problems: [],
    });
  });

  test("an account, the link and the simulated cloud can be named", () => {
    const settings = fromEnvironment({
      UTEC_GATEWAY_CLIENT_ID: "client",
      UTEC_GATEWAY_CLIENT_SECRET: "a secret of some length",
      UTEC_GATEWAY_REDIRECT_URI: "http://127.0.0.1:8099/oauth/callback",
      UTEC_GATEWAY_OAUTH_URL: "http://127.0.0.1:9000/oauth/",
      HOME_ASSISTANT_URL: "http://homeassistant.local:8123",
      HOME_ASSISTANT_TOKEN: "long-lived-access-token",
    });
    expect(settings.accounts).toEqual([
      {
        provider: "utec",
        name: "U-tec",
        client_id: "client",
        client_secret: "a secret of some length",
        redirect_uri: "http://127.0.0.1:8099/oauth/callback",
        refresh: REFRESH_DEFAULTS,
        written_as: expect.objectContaining({ client_secret: "UTEC_GATEWAY_CLIENT_SECRET" }),
      },
    ]);
    expect(settings.oauthUrl).toBe("http://127.0.0.1:9000/oauth");
    expect(settings.homeAssistant).toEqual({
      kind: "direct",
      url: "http://homeassistant.local:8123",
      token: "long-lived-access-token",
    });
  });

  test("the environment wins over .env", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, ".env"), "UTEC_GATEWAY_PORT=9001\nUTEC_GATEWAY_LOG_LEVEL=debug\n");
    const settings = readSettings(
      { environment: { UTEC_GATEWAY_PORT: "9002" }, workingFolder: folder, optionsFile: "" },
      new Secrets(),
    );
    expect([settings.port, settings.logLevel]).toEqual([9002, "debug"]);
  });

  test("a proxy is named by the environment, else by .env, and nothing of it gets into a sentence", () => {
    const folder = temporaryFolder();
    const read = (text: string, environment = {}): Settings => {
      writeFileSync(join(folder, ".env"), text);
      return readSettings({ environment, workingFolder: folder, optionsFile: "" }, new Secrets());
    };
    expect(fromEnvironment({}).proxies).toBeNull();
    const proxy = "HTTPS_PROXY=http://user:canary-canary@proxy.lan:3128";
    expect(read(proxy).proxies?.https).toBe("http://user:canary-canary@proxy.lan:3128/");
    expect(read(proxy, { https_proxy: "http://other.lan:1" }).proxies?.https).toBe("http://other.lan:1/");
    expect(read(`${proxy}\nno_proxy=.lan # mine`).proxies?.exceptions).toHaveLength(1);
    expect(read(`${proxy}\nHTTPS_PROXY=http://proxy.lan\n`).problems).toMatchObject([{ field: "HTTPS_PROXY" }]);
    const unclosed = expect.not.stringContaining("canary") as string;
    expect(() => read(proxy.replace("=", '="'))).toThrow(expect.objectContaining({ message: unclosed }));
    expect(() => fromEnvironment({ HTTP_PROXY: "socks5://user:canary-canary@proxy.lan:1080" })).toThrow(
      expect.objectContaining({ code: "settings_invalid", field: "HTTP_PROXY", message: unclosed }),
    );
  });

  test("a password keeps its # in .env, its spaces in quotes, and its doubts are told unless the environment decides", () => {
    const folder = temporaryFolder();
    const read = (text: string, environment = {}): Settings => {
      writeFileSync(join(folder, ".env"), text);
      return readSettings({ environment, workingFolder: folder, optionsFile: "" }, new Secrets());
    };
    expect(read("UTEC_GATEWAY_PASSWORD=abc#def\r\n")).toMatchObject({ password: "abc#def", problems: [] });
    expect(read("UTEC_GATEWAY_PASSWORD=' abc '")).toMatchObject({
      password: " abc ",
      problems: [{ message: expect.stringContaining("begins or ends with a space") }],
    });
    expect(read("UTEC_GATEWAY_PASSWORD=abc\u{200b}").problems).toMatchObject([{ field: "UTEC_GATEWAY_PASSWORD" }]);
    const twice = "UTEC_GATEWAY_PASSWORD=abc\nUTEC_GATEWAY_PASSWORD=def\n";
    expect(read(twice).problems).toHaveLength(1);
    expect(read(twice, { UTEC_GATEWAY_PASSWORD: "ghi" })).toMatchObject({ password: "ghi", problems: [] });
    expect(read("utec_gateway_password=abc").problems).toMatchObject([{ field: "utec_gateway_password" }]);
  });

  test("a .env that cannot be read ends the start with one sentence", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, ".env"));
    const read = (): Settings =>
      readSettings({ environment: {}, workingFolder: folder, optionsFile: "" }, new Secrets());
    expect(read).toThrow(Problem);
    expect(read).toThrow(join(folder, ".env"));
  });

  test("each number of the locks can be set, under the name of its option", () => {
    expect(
      fromEnvironment({
        UTEC_GATEWAY_POLL_INTERVAL: "600",
        UTEC_GATEWAY_STALE_AFTER_POLLS: "20",
        UTEC_GATEWAY_UNAVAILABLE_AFTER: "1440",
        UTEC_GATEWAY_CONFIRMATION_MARGIN: "5",
        UTEC_GATEWAY_CONFIRMATION_INTERVAL: "30",
        UTEC_GATEWAY_ACTIVITY_DAYS: "365",
      }),
    ).toMatchObject({
      pollIntervalMs: 600_000,
      staleAfterPolls: 20,
      unavailableAfterMs: 86_400_000,
      confirmation: { marginMs: 5000, intervalMs: 30_000 },
      activityDays: 365,
      problems: [],
    });
  });

  test("every secret is known to the scrubber before anything can be logged", () => {
    const secrets = new Secrets();
    readSettings(
      {
        environment: {
          UTEC_GATEWAY_PASSWORD: "canary-password",
          UTEC_GATEWAY_CLIENT_SECRET: "canary-client-secret",
          HOME_ASSISTANT_TOKEN: "canary-token",
        },
        workingFolder: "/nowhere",
        optionsFile: "",
      },
      secrets,
    );
    expect(secrets.scrub("canary-password canary-client-secret canary-token")).toBe("[secret] [secret] [secret]");
  });

  test.each([
    ["UTEC_GATEWAY_PORT", "http", /port number/],
    ["UTEC_GATEWAY_PORT", "70000", /0 to 65535/],
    ["UTEC_GATEWAY_HOST", "0.0.0.0", /UTEC_GATEWAY_PASSWORD/],
    ["UTEC_GATEWAY_HOST", "127.example.test", /UTEC_GATEWAY_PASSWORD/],
  ])("%s=%s makes running impossible and says why", (name, value, message) => {
    expect(() => fromEnvironment({ [name]: value })).toThrow(Problem);
    expect(() => fromEnvironment({ [name]: value })).toThrow(message);
  });

  test.each([
    ["UTEC_GATEWAY_POLL_INTERVAL", "5", /from 10 to 600/],
    ["UTEC_GATEWAY_POLL_INTERVAL", "soon", /whole number of seconds/],
    ["UTEC_GATEWAY_STALE_AFTER_POLLS", "21", /whole number of polls from 1 to 20/],
    ["UTEC_GATEWAY_UNAVAILABLE_AFTER", "0", /whole number of minutes from 1 to 1440/],
    ["UTEC_GATEWAY_CONFIRMATION_MARGIN", "61", /whole number of seconds from 5 to 60/],
    ["UTEC_GATEWAY_CONFIRMATION_INTERVAL", "1.5", /whole number of seconds from 1 to 30/],
    ["UTEC_GATEWAY_ACTIVITY_DAYS", "366", /whole number of days from 1 to 365/],
    ["UTEC_GATEWAY_REFRESH_BUFFER", "0", /from 1 to 10080/],
    ["UTEC_GATEWAY_REFRESH_BUFFER", "80%", /from 1% to 50%/],
    ["UTEC_GATEWAY_REFRESH_BUFFER", "half", /minutes from 1 to 10080, or a share/],
    ["UTEC_GATEWAY_IDLE_INTERVAL", "24", /hours from 1 to 23/],
    ["UTEC_GATEWAY_LOG_LEVEL", "loud", /one of trace, debug, info/],
    ["UTEC_GATEWAY_AUTOMATIC_REFRESH", "maybe", /true or false/],
    ["UTEC_GATEWAY_API_URL", "api.u-tec.com", /http:\/\/ or https:\/\//],
    ["UTEC_GATEWAY_PROT", "1", /not a setting/],
    ["HOME_ASSISTANT_URL", "http://ha:8123", /HOME_ASSISTANT_TOKEN is not/],
  ])("%s=%s is named with what is allowed, and the rest runs", (name, value, message) => {
    const settings = fromEnvironment({ [name]: value });
    expect(settings.problems.map((problem) => problem.message).join(" ")).toMatch(message);
    expect(settings).toMatchObject({
      pollIntervalMs: 30_000,
      staleAfterPolls: 3,
      unavailableAfterMs: 15 * 60_000,
      confirmation: { marginMs: 25_000, intervalMs: 5000 },
      activityDays: 30,
    });
  });
});

describe("under the Supervisor the options are the source", () => {
  test("accounts and intervals come from options.json, the link from the Supervisor", () => {
    const settings = fromOptions({
      accounts: [{ name: "Home", client_id: 12345, client_secret: "s".repeat(20), redirect_uri: "https://x.y/z" }],
      poll_interval: 60,
      stale_after_polls: 5,
      unavailable_after: 60,
      confirmation_margin: 40,
      confirmation_interval: 3,
      activity_days: 7,
      refresh_buffer: 30,
      automatic_refresh: false,
      log_level: "debug",
    });
    expect(settings).toMatchObject({
      mode: "addon",
      dataFolder: "/data",
      host: "0.0.0.0",
      pollIntervalMs: 60_000,
      staleAfterPolls: 5,
      unavailableAfterMs: 3_600_000,
      confirmation: { marginMs: 40_000, intervalMs: 3000 },
      activityDays: 7,
      refresh: { automatic_refresh: false, refresh_buffer_ms: 1_800_000, idle_interval_ms: null },
      logLevel: "debug",
      homeAssistant: { kind: "supervisor", url: "http://supervisor" },
      problems: [],
    });
    expect(settings.accounts[0]).toMatchObject({ name: "Home", client_id: "12345" });
  });

  test("what the Supervisor lets through but makes no sense is named, and the rest runs", () => {
    const settings = fromOptions({ accounts: ["me", { name: ["x"] }], automatic_refresh: 7.5, old_option: 1 });
    expect(settings.problems.map((problem) => problem.field)).toEqual(
      expect.arrayContaining(["accounts[0]", "accounts[1].name", "automatic_refresh", "old_option"]),
    );
    expect(settings.refresh.automatic_refresh).toBe(true);
  });

  test("a proxy is named by the container's environment", () => {
    const file = join(temporaryFolder(), "options.json");
    writeFileSync(file, "{}");
    const environment = { SUPERVISOR_TOKEN: "token-of-supervisor", https_proxy: "proxy.lan:3128", NO_PROXY: "a b/c" };
    const settings = readSettings({ environment, workingFolder: "/", optionsFile: file }, new Secrets());
    expect(settings.proxies?.https).toBe("http://proxy.lan:3128/");
    expect(settings.problems).toMatchObject([{ field: "NO_PROXY" }]);
  });

  test("without the Supervisor's token they are not used, which is said with what to do", () => {
    const file = join(temporaryFolder(), "options.json");
    writeFileSync(file, JSON.stringify({ poll_interval: 60 }));
    for (const environment of [{}, { SUPERVISOR_TOKEN: "" }]) {
      const settings = readSettings({ environment, workingFolder: "/", optionsFile: file }, new Secrets());
      expect(settings).toMatchObject({ mode: "standalone", host: "127.0.0.1", homeAssistant: null });
      expect(settings.problems).toEqual([
        { field: "SUPERVISOR_TOKEN", message: expect.stringMatching(/options\.json.*restart the add-on/) },
      ]);
    }
  });

  test("every secret in them is known to the scrubber", () => {
    const secrets = new Secrets();
    fromOptions({ accounts: [{ name: "Home", client_secret: "canary-client-secret" }] }, secrets);
    expect(secrets.scrub("canary-client-secret token-of-supervisor")).toBe("[secret] [secret]");
  });

  test.each(["", "[]", "{"])("options.json that holds %j ends the start with one sentence", (text) => {
    const file = join(temporaryFolder(), "options.json");
    writeFileSync(file, text);
    expect(() =>
      readSettings(
        { environment: { SUPERVISOR_TOKEN: "token-of-supervisor" }, workingFolder: "/", optionsFile: file },
        new Secrets(),
      ),
    ).toThrow(Problem);
  });
});
