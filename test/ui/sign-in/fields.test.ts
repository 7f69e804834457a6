import "../words/english.ts";
import { describe, expect, test } from "vitest";
import { DESCRIPTIONS } from "../../../ui/mock/clouds/descriptions.ts";
import { pathOf } from "../../../ui/src/wizard/cloud/qr-code.ts";
import { codeEnded } from "../../../ui/src/wizard/cloud/code-ended.ts";
import { changesIn, detailsIn, freeName, shownIn } from "../../../ui/src/wizard/cloud/details.ts";
import { findingIn, missingIn } from "../../../ui/src/wizard/cloud/field-finding.ts";
import { screenAt, screensFor, screensOf } from "../../../ui/src/wizard/cloud/screens.ts";
import type { AccountSettings } from "../../../src/keeper/account.ts";
import type { Typed } from "../../../ui/src/live/providers.ts";
import type { AccountEventKind } from "../../../src/keeper/account-state.ts";
import type { FieldDescription, ProviderDescription } from "../../../src/keeper/providers/provider-description.ts";

describe("what is typed into a field of any cloud", () => {
  test.for([
    ["url", "api.example.com/login", "Put https:// in front"],
    ["url", "ftp://example.com", "not a web address"],
    ["url", "login", "not a web address"],
    ["url", "anna@example.com", "e-mail address"],
    ["url", "https://anna:secret@example.com/login", "user name and password"],
    ["url", "https://example.com/ login", "contains a space"],
    ["url", "https://example.com/login#top", "Leave out the #"],
    ["username", "https://example.com", "web address"],
    ["username", "••••••", "dots"],
    ["username", "a".repeat(1025), "too long"],
    ["token", "null", "stands in a token's place"],
    ["token", "ab", "too short"],
    ["token", "abc def ghi", "a space"],
    ["token", "Bearer ", "stands in a token's place"],
    ["client_id", "5f1d 0c9b", "contains a space"],
    ["client_id", "https://example.com", "web address"],
    ["client_secret", "****", "dots"],
    ["client_secret", "the-id", "the same"],
    ["client_authentication", "by mail", "Choose one of"],
  ] as const)("%s: “%s” is a mistake", ([name, value, words]) => {
    const finding = findingIn(fieldOf(name), { client_id: "the-id", [name]: value });
    expect(finding?.kind).toBe("mistake");
    expect(finding?.text).toContain(words);
  });

  test.for([
    ["url", "http://api.example.com/login", "can be read on the way"],
    ["password", " hunter2", "begins or ends with a space"],
    ["password", "anna", "the same as the user name"],
    ["password", "••••••••", "dots"],
  ] as const)("%s: “%s” is a doubt, for it may be right", ([name, value, words]) => {
    const finding = findingIn(fieldOf(name), { username: "anna", [name]: value });
    expect(finding).toMatchObject({ kind: "doubt" });
    expect(finding?.text).toContain(words);
  });

  test.for([
    ["url", "https://api.example.com/api/login"],
    ["url", "http://192.168.1.20:8080/login"],
    ["url", "http://heatpump.local/login"],
    ["url", " “https://api.example.com”, "],
    ["username", "anna+home@example.com"],
    ["password", "pass word, “with” everything"],
    ["token", "Bearer eyJhbGciOi.eyJzdWIi.c2ln"],
    ["scope", "openid profile offline_access"],
    ["client_authentication", "none"],
    ["url", ""],
  ] as const)("%s: “%s” has no finding", ([name, value]) => {
    expect(findingIn(fieldOf(name), { [name]: value })).toBeNull();
  });

  test("is sent as it is meant; a password to the letter", () => {
    const login = cloud("login");
    const typed = {
      url: " “https://api.example.com”, ",
      username: " anna ",
      password: " hunter2 ",
      client_id: "left over",
    };
    expect(detailsIn(screensOf(login, typed), typed)).toEqual({
      url: "https://api.example.com",
      username: "anna",
      password: " hunter2 ",
    });
  });

  test("is missing where it is needed and only space is there", () => {
    expect(missingIn(fieldOf("username"), { username: "  " })?.text).toBe("User name is needed.");
    expect(missingIn(fieldOf("username"), { username: "anna" })).toBeNull();
  });
});

describe("the screens of a cloud", () => {
  test.for([
    ["watttime", {}, ["username", "password", "more"]],
    ["login", {}, ["url", "set", "username", "password", "more"]],
    ["login", { set: "client_id client_secret" }, ["url", "set", "client_id", "client_secret", "more"]],
    ["static", {}, ["token"]],
    ["yoto", {}, ["client_id", "more"]],
    ["oauth2", {}, ["grant", "client_id", "redirect_uri", "more"]],
    ["oauth2", { grant: "client_credentials" }, ["grant", "client_id", "client_secret", "more"]],
    ["oauth2", { grant: "no such" }, ["grant", "client_id", "redirect_uri", "more"]],
  ] as const)("%s asks one thing at a time (%o)", ([id, typed, names]) => {
    expect(screensOf(cloud(id), typed).map(({ name }) => name)).toEqual(names);
  });

  test("nobody stands at a later one with an earlier one empty", () => {
    const screens = screensOf(cloud("watttime"), {});
    expect(screenAt(screens, "password", {}).name).toBe("username");
    expect(screenAt(screens, "password", { username: "anna" }).name).toBe("password");
    expect(screenAt(screens, "no such", { username: "anna", password: "x" }).name).toBe("username");
  });

  test("of an account that is there all fields are one screen, without its grant", () => {
    const [screen, ...others] = screensFor(cloud("oauth2"), {}, { grant: null });
    expect(others).toEqual([]);
    expect(screen?.fields.map(({ kind }) => kind)).not.toContain("choice");
    expect(screen?.fields.map(({ name }) => name)).toContain("redirect_uri");
    const [ofMachine] = screensFor(cloud("oauth2"), {}, { grant: "client_credentials" });
    expect(ofMachine?.fields.map(({ name }) => name)).not.toContain("redirect_uri");
  });

  test("of an account that is there only what differs is sent: what is emptied is taken away, but no secret", () => {
    const stored = {
      account_id: "pump",
      fields: { url: "https://api.example.com", username: "anna" },
      secrets_set: ["password"],
    } satisfies AccountSettings;
    const changed = (typed: Typed): unknown =>
      changesIn(screensFor(cloud("login"), {}, { grant: "password" }), shownIn(stored, typed), stored);
    expect(changed({})).toEqual({});
    expect(changed({ username: " anna ", password: "", client_secret: "" })).toEqual({});
    expect(changed({ username: "berta" })).toEqual({ username: "berta" });
    expect(changed({ password: " new " })).toEqual({ password: " new " });
    expect(changed({ url: "https://example.org/login" })).toEqual({ url: "https://example.org/login" });
    const issuer = { ...stored, fields: { issuer: "https://example.org" } };
    const screens = screensFor(cloud("oauth2"), {}, { grant: "client_credentials" });
    expect(changesIn(screens, shownIn(issuer, { issuer: "" }), issuer)).toEqual({ issuer: "" });
  });
});

test("a new account is called as its cloud, counted", () => {
  expect(freeName("WattTime", [])).toBe("WattTime");
  expect(freeName("WattTime", [{ name: "WattTime" }, { name: "WattTime 2" }])).toBe("WattTime 3");
});

describe("a sign-in on another device ends in words", () => {
  const ended = (kind: AccountEventKind, code: string | null) => ({
    recent: [{ at: 0, kind, generation: 0, class: null, code, message: `In words: ${code}.` }],
  });
  const code = { user_code: "A", verification_uri: "", verification_uri_complete: null, expires_at: 0 };
  test.for([
    [ended("failed", "access_denied"), null, "refused on the other device"],
    [ended("failed", "expired_token"), null, "has expired"],
    [ended("failed", "invalid_client"), null, "In words: invalid_client."],
    [ended("signed_out", null), null, "ended without a token"],
    [{ recent: [] }, null, "ended without a token"],
    [{ recent: [] }, code, "has expired"],
  ] as const)("%o", ([account, left, words]) => {
    expect(codeEnded(account, left)).toContain(words);
  });
});

test("a QR code is drawn as one rectangle for each run of dark modules", () => {
  const rows = [
    [true, true, false],
    [false, true, true],
  ];
  expect(pathOf(rows)).toBe("M0 0h2v1h-2zM1 1h2v1h-2z");
});

function cloud(id: string): ProviderDescription {
  const found = DESCRIPTIONS.find((description) => description.id === id);
  if (found === undefined) throw new Error(`There is no cloud ${id}.`);
  return found;
}

/** The first field of the name in any cloud. */
function fieldOf(name: string): FieldDescription {
  const found = DESCRIPTIONS.flatMap(({ fields }) => fields).find((field) => field.name === name);
  if (found === undefined) throw new Error(`There is no field ${name}.`);
  return found;
}
