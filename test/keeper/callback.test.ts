import { describe, expect, test } from "vitest";
import { callbackState, readCallback } from "../../src/keeper/callback.ts";
import { utecProvider } from "../../src/keeper/providers/utec.ts";

const provider = utecProvider();
const URL_WITH_CODE = "https://example.test/callback?code=abc-123&state=s1";

describe("the code is found in whatever a person pastes", () => {
  test.each<[string, string, string | null]>([
    [URL_WITH_CODE, "abc-123", "s1"],
    [`  ${URL_WITH_CODE}\n`, "abc-123", "s1"],
    [`"${URL_WITH_CODE}"`, "abc-123", "s1"],
    [`<${URL_WITH_CODE}>`, "abc-123", "s1"],
    ["https://example.test/callback?authorization_code=abc-123&state=s1", "abc-123", "s1"],
    ["https://example.test/callback?code=best&authorization_code=other", "best", null],
    ["https://example.test/callback?own=1&code=abc-123", "abc-123", null],
    ["https://example.test/callback?state=s1&amp;code=abc-123", "abc-123", "s1"],
    ["https://example.test/#/callback?code=abc-123&state=s1", "abc-123", "s1"],
    ["https://example.test/callback#code=abc-123", "abc-123", null],
    ["http://localhost:8099/oauth/callback?code=a%2Fb%3D", "a/b=", null],
    ["?code=abc-123", "abc-123", null],
    ["code=abc-123&state=s1", "abc-123", "s1"],
    ["code=abc-123", "abc-123", null],
    ["abc-123", "abc-123", null],
    ["4/0Ab_c.d~e+f/g==", "4/0Ab_c.d~e+f/g==", null],
  ])("%s", (pasted, code, state) => {
    expect(readCallback(pasted, provider)).toEqual({ code, state });
    expect(callbackState(pasted)).toBe(state);
  });
});

test.each([
  "",
  "   ",
  "https://example.test/callback",
  "https://example.test/callback?state=s1",
  "?code=",
  "two words",
])("%j has no code in it, and the sentence says where one comes from", (pasted) => {
  expect(() => readCallback(pasted, provider)).toThrowError(
    expect.objectContaining({ code: "callback_without_code", field: "callback_url" }),
  );
});

test("an error of the cloud is named when it has the form of one, and never repeated otherwise", () => {
  expect(() => readCallback("https://e.test/?error=access_denied&state=s1", provider)).toThrowError(
    expect.objectContaining({ code: "sign_in_refused", message: expect.stringContaining("(access_denied)") }),
  );
  expect(() => readCallback("https://e.test/?error=<b>hello</b>", provider)).toThrowError(
    expect.objectContaining({ code: "sign_in_refused", message: expect.not.stringContaining("hello") }),
  );
});
