import { describe, expect, test } from "vitest";
import { readRedirect } from "../../../src/keeper/sign-in/redirect.ts";
import type { RedirectReader } from "../../../src/keeper/sign-in/redirect.ts";
import { redirectSentence } from "../../../src/keeper/sign-in/redirect-sentence.ts";
import { utecProvider } from "../../../src/keeper/providers/utec.ts";

const { codeParameters } = utecProvider();
const SIGN_IN_URL = "https://cloud.test/authorize?client_id=c&state=s1&response_type=code";
const reader: RedirectReader = { codeParameters, signInUrl: SIGN_IN_URL };
const ADDRESS = "https://example.test/callback?code=abc-123&state=s1";
/** As long as the gateway makes them. */
const STATE = "Zk3v_9x-QwErTyUiOpAsDfGhJkLzXcVb";
const CODE = "4f0c2d9be2a74d6c8e105f1d0c9be2a74d6c8e10";
const LONG = `https://my.home-assistant.io/redirect/oauth?code=${CODE}&state=${STATE}`;
const twice = (text: string): string => encodeURIComponent(encodeURIComponent(text));

describe("what holds no code is told as what it is", () => {
  const words = {
    empty: "Nothing was pasted",
    no_code: "There is no code",
    sign_in_page: "sign in there first",
    cut_short: "cut short",
    altered: "changed a character",
  } as const;
  test.each<[string, keyof typeof words]>([
    ["", "empty"],
    [" \u{200b}\n", "empty"],
    ["https://example.test/callback", "no_code"],
    ["https://example.test/callback\nSent from my SM-G991B", "no_code"],
    ["example.test/callback", "no_code"],
    ["my.example.test/callback", "no_code"],
    ["https://example.test/callback?state=s1", "no_code"],
    ["https://example.test/callback?promo-code=s1&zipcode=2", "no_code"],
    ["https://e.test/?error=<b>hello</b>", "no_code"],
    ["?code=", "no_code"],
    ["?code=.", "no_code"],
    ["two words", "no_code"],
    ["I pressed the button!", "no_code"],
    ["it said abc12 to me", "no_code"],
    ["abc-12&lt;3", "no_code"],
    ["abc-12&gt;3", "no_code"],
    ["https://example.test/callback?codex&state=s1", "no_code"],
    ["call 123456 now", "no_code"],
    ["from O'Neill-1984 at home", "no_code"],
    ["x".repeat(4097), "no_code"],
    [`${"words ".repeat(3000)}${LONG}`, "no_code"],
    [encodeURIComponent(twice(encodeURIComponent(LONG))), "no_code"],
    [SIGN_IN_URL, "sign_in_page"],
    ["https://cloud.test/login/auth", "sign_in_page"],
    ["see http://cloud.test/login", "sign_in_page"],
    ["not https://[ but https://cloud.test/login", "sign_in_page"],
    ["https://example.test/callback?code=abc12…", "cut_short"],
    ['"https://example.test/callback?code=abc12…"', "cut_short"],
    ["https://example.test/callback?code=abc12...", "cut_short"],
    ["code=abc12...", "cut_short"],
    ["https://example.test/callback?code=ab—c12&state=s1", "altered"],
    ["https://example.test/callback?code=ab%C3%A4c&state=s1", "altered"],
  ])("%j: %s", (pasted, why) => {
    const reading = readRedirect(pasted, reader);
    expect(reading).toEqual({ kind: "unreadable", why });
    expect(redirectSentence(reading, "the cloud")).toMatch(/^[A-Z][^:]+: [^:]+\.$/);
    expect(redirectSentence(reading, "the cloud")).toContain(words[why]);
  });

  test("also where it is not known yet on which page people sign in", () => {
    const unknown = { codeParameters, signInUrl: null };
    expect(readRedirect("https://[", unknown)).toEqual({ kind: "unreadable", why: "no_code" });
  });

  test("and nothing where there is a code", () => {
    expect(redirectSentence(readRedirect(ADDRESS, reader), "the cloud")).toBeNull();
  });
});

describe("an error of the cloud", () => {
  test.each([
    ["https://e.test/?error=access_denied&state=s1", "access_denied", "allow the access"],
    ["https://e.test/?error=access_denied&error_description=enter+code%3D123&state=s1", "access_denied", "allow"],
    ["https://e.test/#error=temporarily_unavailable&state=s1", "temporarily_unavailable", "wait a moment"],
    ["https://e.test/?error=invalid_client&state=s1", "invalid_client", "compare client id"],
    [encodeURIComponent("https://e.test/?error=access_denied&state=s1"), "access_denied", "allow"],
    ["“https://e.test/?state=s1&error=access_denied”\nSent from my phone", "access_denied", "allow"],
    ["https://e.test/?error=server_error&state=s1", "server_error", "wait a moment"],
    ...[
      "invalid_request",
      "invalid_scope",
      "redirect_uri_mismatch",
      "unauthorized_client",
      "unsupported_response_type",
    ].map((error): [string, string, string] => [`https://e.test/?error=${error}&state=s1`, error, "compare client id"]),
  ])("%s is told with what helps", (pasted, error, words) => {
    const reading = readRedirect(pasted, reader);
    expect(reading).toEqual({ kind: "refused", error, state: "s1" });
    expect(redirectSentence(reading, "the cloud")).toMatch(new RegExp(`^The cloud .*\\(${error}\\): .*${words}`));
  });

  test.each([
    "https://e.test/?error_description=hello",
    "https://e.test/?error=Hello_you",
    "https://e.test/?error=1hello",
    "https://e.test/?error=hello1",
  ])("%s is never repeated when it has not the form of one", (pasted) => {
    const reading = readRedirect(pasted, reader);
    expect(reading).toEqual({ kind: "refused", error: null, state: null });
    expect(redirectSentence(reading, "the cloud")).toBe(
      "The cloud ended the sign-in with an error: start it again, and allow the access.",
    );
  });
});
