import { describe, expect, test } from "vitest";
import { findingInPastedAddress } from "../../../ui/src/wizard/pasted-address.ts";

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
