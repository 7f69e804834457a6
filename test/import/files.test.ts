import { describe, expect, test } from "vitest";
import { draftOf } from "../../src/import/draft.ts";
import type { Draft, DraftSurroundings } from "../../src/import/draft.ts";
import { LONGEST_CONFIG_BYTES } from "../../src/import/import-state.ts";
import { readUteclocalConfig } from "../../src/import/uteclocal-config.ts";
import { REFRESH_DEFAULTS } from "../../src/settings/refresh-settings.ts";
import { A, B, C, CLIENT, TOKENS, json, without } from "./samples.ts";

const SURROUNDINGS: DraftSurroundings = { refresh: REFRESH_DEFAULTS, name: "U-tec", tokensAreSpent: false };
const POLICY = REFRESH_DEFAULTS;

/** The account of every generation's sample. */
const ACCOUNT = {
  name: "U-tec",
  client_id: "client-1",
  client_secret: "canary-client-secret",
  redirect_uri: "https://example.test/callback",
  ...TOKENS,
  settings: {},
} as const;

function draft(text: string, differs: Partial<DraftSurroundings> = {}): Draft {
  const config = readUteclocalConfig(text);
  if ("unreadable" in config) throw new Error(config.unreadable);
  return draftOf(config, { ...SURROUNDINGS, ...differs });
}

function reasonOf({ report }: Draft, key: string): string | undefined {
  return report.not_taken.find((one) => one.key === key)?.reason;
}

describe("each generation becomes an account, and each of its keys is in the report, once", () => {
  test.for<[string, object, object, object]>([
    ["A", A, { policy: POLICY, policySet: false }, {}],
    ["B", B, { policy: { ...POLICY, refresh_buffer_ms: 300_000 }, policySet: true }, {}],
    ["C", C, { policy: { ...POLICY, refresh_buffer_ms: 900_000 }, policySet: true }, {}],
  ])("%s", ([generation, sample, policy]) => {
    const { account, report } = draft(json(sample));
    expect(account).toEqual({ ...ACCOUNT, ...policy });
    expect(report.generation).toBe(generation);
    const named = [...report.taken, ...report.not_taken].map(({ key }) => key);
    expect(named.toSorted()).toEqual(Object.keys(sample).toSorted());
    expect(JSON.stringify(report)).not.toContain("canary");
  });
});

describe("what was migrated or is written otherwise means the same", () => {
  test.for<[string, string]>([
    ["the first API host of A", json({ ...A, base_url: "https://openapi.ultraloq.com" })],
    ["the second API host of A, with a slash", json({ ...A, base_url: "https://openapi.u-tec.com/" })],
    ["a sign-in address that ends in /login", json({ ...A, oauth_base_url: "https://oauth.u-tec.com/login" })],
    ["addresses without a scheme", json({ ...A, base_url: "api.u-tec.com", oauth_base_url: "oauth.u-tec.com" })],
    ["U-tec's own address in the open", json({ ...A, base_url: "http://api.u-tec.com" })],
    ["no addresses", json(without(A, "base_url", "oauth_base_url", "action_path", "devices_path"))],
    ["empty addresses and scope", json({ ...A, base_url: "", oauth_base_url: " ", scope: "", action_path: null })],
    [
      "keys of A and of B, of which B's count",
      json({ ...A, ...B, base_url: "https://elsewhere.test", redirect_url: "x" }),
    ],
    ["a byte order mark", `\u{feff}${json(C)}`],
    ["blanks around it", `\n\n  ${json(C)}\r\n\r\n`],
    ["Windows' line ends", json(C).replaceAll("\n", "\r\n")],
    ["comments", json(C).replace("{", "{ // mine\n /* of 2026 */")],
    ["what looks like a comment in a value", json({ ...C, colour: "// /* ,}" }).replace(/\n\}$/, ",\n} // end")],
    ["a comma too many", json(C).replace(/\n\}$/, ",\n}")],
    [
      "values with blanks and quotes around them",
      json({ ...C, access_key: ' "client-1" ', secret_key: " canary-client-secret\n" }),
    ],
    ["a token with its scheme", json({ ...C, access_token: "Bearer canary-access-0001" })],
    ["a key that nobody knows", json({ ...C, colour: "blue" })],
    ["numbers and flags as text", json({ ...C, refresh_buffer_minutes: "15", auto_refresh_enabled: "True" })],
  ])("%s", ([, text]) => {
    const { account } = draft(text);
    expect(account).toMatchObject(ACCOUNT);
  });
});

describe("a value that is of no use costs its key alone, and is told of", () => {
  test.for<[string, object, string, RegExp, object]>([
    ["a number as the refresh token", { refresh_token: 7 }, "refresh_token", /must be text/, { refresh_token: null }],
    ["a list as the access token", { access_token: [] }, "access_token", /must be text/, { access_token: null }],
    ["stars as the refresh token", { refresh_token: "***" }, "refresh_token", /stars/, { refresh_token: null }],
    ["a word as the access token", { access_token: "null" }, "access_token", /no token/, { access_token: null }],
    ["an object as the scope", { scope: {} }, "scope", /must be text/, { settings: {} }],
    ["a scope with a quote", { scope: 'a"b' }, "scope", /no scope has/, { settings: {} }],
    ["a redirect URI that is none", { redirect_uri: "later" }, "redirect_uri", /web address/, { redirect_uri: "" }],
    [
      "a redirect URI with a code",
      { redirect_uri: "https://a.test/?code=1" },
      "redirect_uri",
      /code/,
      { redirect_uri: "" },
    ],
    [
      "an address that is none",
      { oauth_base_url: "ftp://a.test" },
      "oauth_base_url",
      /no web address/,
      { settings: {} },
    ],
    [
      "an address with a password",
      { api_base_url: "https://a:canary@b.test" },
      "api_base_url",
      /no web address/,
      { settings: {} },
    ],
    ["another path", { action_path: "/v2/do" }, "action_path", /another path/, { settings: {} }],
    [
      "a buffer of nothing",
      { refresh_buffer_minutes: 0 },
      "refresh_buffer_minutes",
      /from 1 to 10080/,
      { policy: POLICY },
    ],
    [
      "a buffer of a month",
      { refresh_buffer_minutes: 43_200 },
      "refresh_buffer_minutes",
      /from 1 to 10080/,
      { policy: POLICY },
    ],
    ["half a minute", { refresh_buffer_minutes: 0.5 }, "refresh_buffer_minutes", /whole number/, { policy: POLICY }],
    ["a word as a flag", { auto_refresh_enabled: "often" }, "auto_refresh_enabled", /true or false/, {}],
    ["a word as the interval", { status_poll_interval: "often" }, "status_poll_interval", /whole number/, {}],
    ["an interval", { status_poll_interval: 60 }, "status_poll_interval", /UTEC_GATEWAY_POLL_INTERVAL .*to 60\./, {}],
    ["an end", { token_expires_at: "2020-01-01T00:00:00" }, "token_expires_at", /for certain/, TOKENS],
  ])("%s", ([, differs, key, reason, account]) => {
    const made = draft(json({ ...C, ...differs }));
    expect(reasonOf(made, key)).toMatch(reason);
    expect(made.account).toMatchObject({ client_id: "client-1", ...account });
    expect(JSON.stringify(made.report)).not.toContain("canary");
  });

  test("of many keys that nobody knows some are named, and the rest is counted", () => {
    const others = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`other_${index}`, index]));
    const { account, report } = draft(json({ ...C, ...others }));
    expect(account).toMatchObject(ACCOUNT);
    expect(report.not_taken.filter(({ key }) => key.startsWith("other_"))).toHaveLength(10);
    expect(report.not_taken.at(-1)?.key).toBe("15 more");
  });
});

describe("what is another cloud's becomes the account's own", () => {
  test.for<[string, object, object]>([
    [
      "addresses",
      { api_base_url: "https://api.test/", oauth_base_url: "https://login.test/oauth/" },
      {
        api_url: "https://api.test",
        authorize_url: "https://login.test/oauth/authorize",
        token_url: "https://login.test/oauth/token",
      },
    ],
    ["a path before /action", { action_path: "open/v1/action/" }, { api_url: "https://api.u-tec.com/open/v1" }],
    ["both", { api_base_url: "http://10.0.0.2:9000", action_path: "/x/action" }, { api_url: "http://10.0.0.2:9000/x" }],
    ["a scope", { scope: "openapi  offline" }, { scope: "openapi offline" }],
  ])("%s", ([, differs, settings]) => {
    expect(draft(json({ ...C, ...differs })).account?.settings).toEqual(settings);
  });

  test("addresses that the gateway uses anyway are none of its own", () => {
    const urls = { oauthUrl: "http://127.0.0.1:9001/oauth", apiUrl: "http://127.0.0.1:9001/api" };
    const there = { api_base_url: urls.apiUrl, oauth_base_url: urls.oauthUrl };
    expect(draft(json({ ...C, ...there }), urls).account?.settings).toEqual({});
    expect(draft(json(C), urls).account?.settings).toEqual({});
    expect(draft(json({ ...C, ...there })).account?.settings).toMatchObject({ api_url: urls.apiUrl });
  });
});

describe("what there is of a sign-in", () => {
  test.for<[string, object, object, RegExp]>([
    ["both tokens", {}, TOKENS, /^Nobody has to sign in/],
    ["a refresh token alone", { access_token: "" }, { access_token: null }, /^Nobody has to sign in/],
    ["an access token alone", { refresh_token: null }, { refresh_token: null }, /no refresh token: sign in before/],
    [
      "none",
      { access_token: "", refresh_token: "" },
      { access_token: null, refresh_token: null },
      /no tokens: sign in/,
    ],
    ["no redirect URI", { redirect_uri: "" }, { redirect_uri: "" }, /redirect URI is missing/],
  ])("%s", ([, differs, account, sentence]) => {
    const made = draft(json({ ...C, ...differs }));
    expect(made.account).toMatchObject(account);
    expect(made.report.message).toMatch(sentence);
  });

  test("automatic refresh that was off stays off", () => {
    expect(draft(json({ ...C, auto_refresh_enabled: false })).account).toMatchObject({
      policy: { automatic_refresh: false, refresh_buffer_ms: 900_000 },
      policySet: true,
    });
  });

  test("what the gateway says of all accounts holds where the file says nothing", () => {
    const refresh = { ...POLICY, refresh_buffer_share: 0.2, idle_interval_ms: 3_600_000 };
    expect(draft(json(A), { refresh }).account).toMatchObject({ policy: refresh, policySet: false });
    const own = { ...refresh, refresh_buffer_share: null, refresh_buffer_ms: 900_000 };
    expect(draft(json(C), { refresh }).account).toMatchObject({ policy: own, policySet: true });
  });

  test("tokens that were taken before are not taken again", () => {
    const made = draft(json(C), { tokensAreSpent: true });
    expect(made.account).toMatchObject({ access_token: null, refresh_token: null });
    expect(reasonOf(made, "refresh_token")).toMatch(/taken from this file before/);
  });
});

describe("a file without enough for an account says what is missing", () => {
  test.for<[string, object, RegExp]>([
    [
      "a new installation",
      { access_key: "", secret_key: "", access_token: null, refresh_token: null },
      /client id .* and the client secret .* are missing/,
    ],
    ["no client id", { access_key: null }, /^The client id \(access_key\) is missing/],
    ["no client secret", { secret_key: "" }, /^The client secret \(secret_key\) is missing/],
    [
      "the answer of uteclocal's own API",
      { secret_key: "***", access_token: "***", refresh_token: "***" },
      /client secret .* is missing/,
    ],
    ["a client id that is a number", { access_key: 12_345 }, /client id .* is missing/],
    ["an e-mail address as the client id", { access_key: "me@example.test" }, /e-mail address/],
    ["the same value twice", { access_key: "same-value", secret_key: "same-value" }, /the same/],
  ])("%s", ([, differs, sentence]) => {
    const { account, report } = draft(json({ ...C, ...differs }));
    expect(account).toBeNull();
    expect(report.message).toMatch(sentence);
    expect(report.taken).toEqual([]);
  });
});

describe("what is no config of uteclocal is named, and its content is not", () => {
  const whole = json(C);
  test.for<[string, string, RegExp]>([
    ["empty", "", /^is empty/],
    ["only blanks", " \n\t\u{feff}", /^is empty/],
    ["half-written", whole.slice(0, 150), /half-written/],
    ["only its first character", "{", /half-written/],
    ["with zeros from a crash", "\0".repeat(400), /./],
    ["YAML", "access_key: canary-client\n", /can't be read as JSON/],
    ["HTML", "<html>canary</html>", /can't be read as JSON/],
    ["twice in one file", whole + whole, /can't be read as JSON/],
    ["a list", `[${whole}]`, /one JSON object/],
    ["a text", '"canary"', /one JSON object/],
    ["null", "null", /one JSON object/],
    ["an empty object", "{}", /none of its keys/],
    ["another program's", json({ name: "app", version: "1.0.0", secret: "canary" }), /none of its keys/],
    ["of nothing but beginnings", '/*"'.repeat(LONGEST_CONFIG_BYTES / 3), /can't be read as JSON/],
    ["deep", "[".repeat(LONGEST_CONFIG_BYTES), /can't be read as JSON/],
  ])("%s", ([, text, sentence]) => {
    const read = readUteclocalConfig(text);
    expect(read).toEqual({ unreadable: expect.stringMatching(sentence) });
    expect(JSON.stringify(read)).not.toContain("canary");
  });
});

test("generations are told apart by their keys", () => {
  const generation = (config: object) => {
    const read = readUteclocalConfig(json(config));
    return "unreadable" in read ? read : read.generation;
  };
  expect(generation({ ...CLIENT, base_url: "" })).toBe("A");
  expect(generation({ ...CLIENT, redirect_uri: "", refresh_buffer_minutes: 5 })).toBe("B");
  expect(generation({ ...A, ...C })).toBe("C");
  expect(generation({ ...C, refresh_buffer_minutes: "constructor" })).toBeNull();
  // With a buffer of somebody's own, B and C are the same to the letter.
  expect(generation({ ...C, refresh_buffer_minutes: 60 })).toBeNull();
  expect(generation(CLIENT)).toBeNull();
});
