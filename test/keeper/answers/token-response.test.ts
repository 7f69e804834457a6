import { describe, expect, test } from "vitest";
import type { RawAnswer } from "../../../src/keeper/answers/raw-answer.ts";
import { utecProvider } from "../../../src/keeper/providers/utec.ts";
import {
  hasSenselessToken,
  loneRefreshToken,
  readTokenAnswer,
  renewed,
  tokenPlace,
} from "../../../src/keeper/answers/token-response.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const HOUR_MS = 3_600_000;
const provider = utecProvider();

function answer(body: unknown, extra: Partial<RawAnswer> = {}): RawAnswer {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { status: 200, headers: {}, body: text, received_at: NOW, ...extra };
}

const PAIR = { access_token: "access-1", refresh_token: "refresh-1" };

describe("every shape of a granted pair is stored whole", () => {
  test.each<[string, RawAnswer]>([
    ["flat, as the standard says", answer({ ...PAIR, token_type: "Bearer", expires_in: 3600 })],
    ["wrapped in data", answer({ code: 200, data: { ...PAIR, expires_in: 3600 } })],
    ["wrapped in result", answer({ result: PAIR })],
    ["wrapped in token", answer({ token: PAIR })],
    ["wrapped in data.token", answer({ data: { token: PAIR } })],
    ["in camel case", answer({ accessToken: "access-1", refreshToken: "refresh-1", expiresIn: 3600 })],
    ["as token and refresh", answer({ token: "access-1", refresh: "refresh-1" })],
    ["as jwt", answer({ jwt: "access-1", refresh_token: "refresh-1" })],
    ["as access and refresh", answer({ access: "access-1", refresh: "refresh-1" })],
    ["as auth_token", answer({ auth_token: "access-1", refresh_token: "refresh-1" })],
    ["without a token type", answer({ ...PAIR, expires_in: 3600 })],
    ["with an unusual token type", answer({ ...PAIR, token_type: "JWT" })],
    ["with status 201", answer(PAIR, { status: 201 })],
    ["beside an empty error", answer({ ...PAIR, error: null, code: 0 })],
    ["beside an error that the pair contradicts", answer({ ...PAIR, error: "warning" })],
    ["as text/plain JSON", answer(PAIR, { headers: { "content-type": "text/plain" } })],
    ["with a byte order mark and line ends", answer(`\uFEFF\r\n${JSON.stringify(PAIR)}\n`)],
    ["as JSON within a JSON string", answer(JSON.stringify(JSON.stringify(PAIR)))],
    ["as a form", answer("access_token=access-1&refresh_token=refresh-1&expires_in=3600")],
    ["with a line end in the token", answer({ access_token: "access-1\n", refresh_token: " refresh-1" })],
    ["with the scheme in the token", answer({ access_token: "Bearer access-1", refresh_token: "refresh-1" })],
  ])("%s", (_, raw) => {
    expect(readTokenAnswer(raw, provider)).toMatchObject(PAIR);
  });
});

describe("an answer without a new refresh token leaves the old one in place", () => {
  test.each([["absent"], [null], [""], ["  "], [7]])("%j", (refresh_token) => {
    const body = refresh_token === "absent" ? { access_token: "a-1" } : { access_token: "a-1", refresh_token };
    expect(readTokenAnswer(answer(body), provider)?.refresh_token).toBeNull();
  });
});

describe("what grants no usable token is never taken for one", () => {
  test.each<[string, RawAnswer]>([
    ["an error", answer({ error: "invalid_grant" }, { status: 400 })],
    ["a wrapped error", answer({ code: 401, data: { message: "bad refresh token" } })],
    ["a token beside an error status", answer(PAIR, { status: 500 })],
    ["an empty body", answer("")],
    ["HTML", answer("<html><body>access_token=1</body></html>")],
    ["a list", answer([PAIR])],
    ["two documents", answer('{"access_token":"a"}{"access_token":"b"}')],
    ["null", answer(null)],
    ["an empty token", answer({ access_token: "" })],
    ["a token that is a number", answer({ access_token: 12345678 })],
    ["a token with a line end within", answer({ access_token: "a\nb" })],
    ["a token beyond 16 KB", answer({ access_token: "a".repeat(16 * 1024 + 1) })],
    ["a refresh token alone", answer({ refresh_token: "r" })],
  ])("%s", (_, raw) => {
    expect(readTokenAnswer(raw, provider)).toBeNull();
  });
});

describe("the place where an account's token was found is remembered", () => {
  const twoTokens = { access_token: "access-of-the-page", session: { key: "access-of-the-api", refresh: "refresh-1" } };
  const inHeader = { ...provider, tokenInHeader: true };
  const headers = { authorization: "Bearer access-in-header" };

  test("and looked at first, with what lies beside it", () => {
    const known = { ...provider, tokenPlace: { body: ["session", "key"] } };
    const pair = readTokenAnswer(answer(twoTokens), known);
    expect(pair).toMatchObject({ access_token: "access-of-the-api", refresh_token: "refresh-1" });
    expect(tokenPlace(answer(twoTokens), known)).toEqual({ body: ["session", "key"] });
    expect(readTokenAnswer(answer(twoTokens), provider)?.access_token).toBe("access-of-the-page");
    // A cloud may move it.
    expect(readTokenAnswer(answer(PAIR), known)?.access_token).toBe("access-1");
    expect(tokenPlace(answer({ data: { token: PAIR } }), provider)).toEqual({
      body: ["data", "token", "access_token"],
    });
    expect(tokenPlace(answer({}), provider)).toBeNull();
  });

  test("in a header too, which counts last where nothing is remembered, and never where the provider has none", () => {
    const known = { ...inHeader, tokenPlace: { header: "authorization" } as const };
    expect(readTokenAnswer(answer(PAIR, { headers }), known)).toMatchObject({
      access_token: "access-in-header",
      refresh_token: "refresh-1",
    });
    expect(readTokenAnswer(answer(PAIR, { headers }), inHeader)?.access_token).toBe("access-1");
    expect(readTokenAnswer(answer(PAIR), known)?.access_token).toBe("access-1");
    expect(readTokenAnswer(answer({}, { headers }), inHeader)?.access_token).toBe("access-in-header");
    expect(readTokenAnswer(answer("welcome", { headers }), inHeader)?.access_token).toBe("access-in-header");
    expect(readTokenAnswer(answer("welcome", { headers }), provider)).toBeNull();
    expect(tokenPlace(answer("", { headers }), inHeader)).toEqual({ header: "authorization" });
  });
});

describe("nonsense in an access token's place is told from an empty place", () => {
  test.each<[unknown, boolean]>([
    [{ access_token: "null" }, true],
    [{ data: { token: "********" } }, true],
    [{ jwt: 12_345_678 }, true],
    [{ access_token: "  " }, false],
    [{ access_token: null, token: false }, false],
    [{ token: { of: "another kind" } }, false],
    [{ message: "null" }, false],
    [PAIR, false],
    ["<html>", false],
  ])("%j", (body, isSenseless) => {
    expect(hasSenselessToken(answer(body), provider)).toBe(isSenseless);
    expect(hasSenselessToken(answer(body, { status: 400 }), provider)).toBe(false);
  });

  test("in a header", () => {
    const headers = { authorization: "Bearer null" };
    expect(hasSenselessToken(answer({}, { headers }), { ...provider, tokenInHeader: true })).toBe(true);
    expect(hasSenselessToken(answer({}, { headers }), provider)).toBe(false);
  });
});

describe("a refresh token without an access token", () => {
  test("is found wherever one may lie", () => {
    expect(loneRefreshToken(answer({ refresh_token: "refresh-2" }), provider, null)).toBe("refresh-2");
    expect(loneRefreshToken(answer({ data: { refreshToken: "refresh-2" } }), provider, null)).toBe("refresh-2");
  });

  test("is none beside an access token, under an error, where there is none, and as a stub of the held one", () => {
    const held = {
      ...PAIR,
      refresh_token: "refresh-of-16-ch",
      obtained_at: NOW,
      expires_at: null,
      expiry_source: null,
    };
    expect(loneRefreshToken(answer(PAIR), provider, null)).toBeNull();
    expect(loneRefreshToken(answer({ refresh_token: "refresh-2" }, { status: 300 }), provider, null)).toBeNull();
    expect(loneRefreshToken(answer({ refresh_token: "refresh-2" }, { status: 199 }), provider, null)).toBeNull();
    expect(loneRefreshToken(answer({}), provider, null)).toBeNull();
    expect(loneRefreshToken(answer({ refresh_token: "stub" }), provider, held)).toBeNull();
  });
});

describe("what an answer leaves out stays as it was", () => {
  const told = readTokenAnswer(answer({ ...PAIR, refresh_expires_in: 3600 }), provider);
  const bare = readTokenAnswer(answer({ access_token: "access-2" }), provider);
  if (told === null || bare === null) throw new Error("no pair");

  test("with the refresh token its end, which goes with it", () => {
    expect(renewed(bare, told)).toEqual({ ...bare, refresh_token: "refresh-1", refresh_expires_at: NOW + HOUR_MS });
    const another = { ...bare, refresh_token: "refresh-2" };
    expect(renewed(another, told)).toEqual(another);
    expect(renewed(told, { ...told, refresh_expires_at: NOW })).toEqual(told);
    expect(renewed(bare, null)).toEqual(bare);
  });
});

test("a list of scopes is read without what is no text, and an empty text is none", () => {
  expect(readTokenAnswer(answer({ ...PAIR, scope: ["a", 7, "b"] }), provider)?.scope).toBe("a b");
  expect(readTokenAnswer(answer({ ...PAIR, scope: "  " }), provider)?.scope).toBeNull();
  expect(readTokenAnswer(answer({ ...PAIR, scope: 7 }), provider)?.scope).toBeNull();
});
