import "../words/english.ts";
import { describe, expect, test } from "vitest";
import {
  findingInPastedAddress,
  stateInPastedAddress,
  wasInserted,
} from "../../../ui/src/wizard/sign-in/pasted-address.ts";

const SIGN_IN = "https://oauth.u-tec.com/authorize?client_id=5f1d";

describe("the pasted address", () => {
  test.for([
    "https://my.home-assistant.io/redirect/oauth?code=abc&state=xyz",
    "http://localhost/?authorization_code=abc&state=xyz",
    "https://my.home-assistant.io/redirect/oauth?code=abc&state=xyz\n\nSent from my phone",
    "“https%3A%2F%2Fmy.home-assistant.io%2Fredirect%2Foauth%3Fcode%3Dabc%26state%3Dxyz”",
    "just-the-code",
    "the code is abc-123",
    "",
    "\u{200b}",
  ])("%j may be sent", (pasted) => {
    expect(findingInPastedAddress(pasted, SIGN_IN)).toBeNull();
  });

  test.for([
    ["https://my.home-assistant.io/redirect/oauth?error=access_denied", "access_denied"],
    ["https://oauth.u-tec.com/login/auth", "the sign-in page itself"],
    ["https://my.home-assistant.io/redirect/oauth", "no code"],
    ["I pressed the button", "no code"],
  ] as const)("%j is told apart", ([pasted, words]) => {
    const finding = findingInPastedAddress(pasted, SIGN_IN);
    expect(finding).toMatchObject({ kind: "mistake", text: expect.stringContaining(words) });
  });
});

test("what is put there at once was not typed", () => {
  expect(wasInserted("", "https://a.io/?code=1")).toBe(true);
  expect(wasInserted("> ", "> https://a.io/?code=1")).toBe(true);
  // A key, a word that the keyboard completes, a correction, a deletion.
  for (const [before, after] of [
    ["h", "ht"],
    ["ht", "https"],
    ["https://a.io/?code=12", "https://a.io/?code=2"],
    ["https://a.io/?code=1", ""],
  ] as const) {
    expect(wasInserted(before, after)).toBe(false);
  }
});

test("a bare code, and what is no code, name no sign-in", () => {
  const state = "s".repeat(32);
  expect(stateInPastedAddress(`https://a.io/?code=1&state=${state}`, null)).toBe(state);
  expect(stateInPastedAddress("https://a.io/?code=1", null)).toBeNull();
  expect(stateInPastedAddress(`https://a.io/?error=access_denied&state=${state}`, null)).toBeNull();
  expect(stateInPastedAddress("", null)).toBeNull();
});
