import { describe, expect, test } from "vitest";
import type { ClientDetails } from "../../../src/keeper/account.ts";
import { checkClient, tidyClient } from "../../../src/keeper/accounts/client-details.ts";
import { loginProvider } from "../../../src/keeper/providers/login.ts";
import { checkConfiguration, configurationOf } from "../../../src/keeper/accounts/account-configuration.ts";
import { DETAILS } from "../house.ts";

test("spaces and line ends around what was pasted don't count", () => {
  const pasted = {
    name: "  My \n home ",
    client_id: " client-1\n",
    client_secret: "\tcanary-client-secret ",
    redirect_uri: " https://example.test/callback ",
  };
  expect(tidyClient(pasted)).toEqual({ ...DETAILS, name: "My home" });
  expect(checkClient(tidyClient(pasted))).toBeNull();
});

test("quotes, labels, commas and what nobody sees don't count either", () => {
  const pasted = {
    name: "My\u{200b} home",
    client_id: "Client ID: “client-1”,",
    client_secret: '{"client_secret": "canary-client-secret"}',
    redirect_uri: "<https://example.test/callback>\u{200e}",
  };
  expect(tidyClient(pasted)).toEqual({ ...DETAILS, name: "My home" });
});

test("a password is kept to the letter, and refused only for what no keyboard gives; an address is tidied", () => {
  const said = {
    provider: "login",
    name: "Other",
    url: "“https://h.test/login”,",
    username: " anna ",
    password: "",
  } as const;
  for (const password of ['"quoted",', " spaced ", "<a>", "id: 5", "I ❤️ 👩‍👧"]) {
    const stored = configurationOf({ ...said, password }, loginProvider());
    expect(stored).toMatchObject({
      settings: { url: "https://h.test/login", username: "anna" },
      credentials: { password },
    });
    expect(checkConfiguration(loginProvider(), stored)).toBeNull();
  }
  const copied = configurationOf({ ...said, password: "abc\u{200b}" }, loginProvider());
  expect(checkConfiguration(loginProvider(), copied)).toMatchObject({
    field: "password",
    message: expect.stringContaining("invisible character"),
  });
});

test("a redirect URI is kept to the byte: clouds compare it so", () => {
  for (const redirect_uri of ["https://h.test", "https://h.test/", "http://localhost:9501/x?y=1", "HTTPS://H.test/A"]) {
    expect(tidyClient({ ...DETAILS, redirect_uri }).redirect_uri).toBe(redirect_uri);
    expect(checkClient({ ...DETAILS, redirect_uri })).toBeNull();
  }
});

describe("what is wrong is named by its field, in a sentence", () => {
  test.each<[keyof ClientDetails, string, string]>([
    ["name", "", "no name"],
    ["name", "x".repeat(65), "longer than 64"],
    ["client_id", "", "client id is missing"],
    ["client_id", "two words", "space in it"],
    ["client_id", "https://example.test", "web address"],
    ["client_id", "me@example.test", "e-mail address"],
    ["client_id", "x".repeat(1025), "too long"],
    ["client_id", "clïent", "character"],
    ["client_secret", "", "client secret is missing"],
    ["client_secret", "••••••••", "character"],
    ["client_secret", "********", "only the dots"],
    ["client_secret", DETAILS.client_id, "the same"],
    ["redirect_uri", "", "missing"],
    ["redirect_uri", "example.test/callback", "https://"],
    ["redirect_uri", "javascript:alert(1)", "https://"],
    ["redirect_uri", "https://example.test/a b", "space in it"],
    ["redirect_uri", "https://example.test/#/x", "#"],
    ["redirect_uri", "https://ada:pass@example.test/callback", "user name or password"],
    ["redirect_uri", "https://example.test/?code=abc", "holds a code"],
  ])("%s %j", (field, value, words) => {
    const wrong = checkClient({ ...DETAILS, [field]: value });
    expect(wrong).toMatchObject({ field, message: expect.stringContaining(words) });
  });
});
