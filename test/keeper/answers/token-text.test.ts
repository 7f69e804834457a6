import { describe, expect, test } from "vitest";
import { mayReplace, readToken, tokenTrouble } from "../../../src/keeper/answers/token-text.ts";

/** What programs, proxies and people put where a token belongs. */
export const NONSENSE: readonly string[] = [
  "null",
  "NULL",
  " null ",
  '"null"',
  "undefined",
  "undefined.undefined",
  "Bearer undefined",
  "Bearer",
  "None",
  "nil",
  "NaN",
  "true",
  "(none)",
  "N/A",
  "not set",
  "string",
  "[object Object]",
  "[objectObject]",
  "***",
  "********",
  "abcd****wxyz",
  "eyJhbGciOi...",
  "xxxxxxxxxxxx",
  "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
  "00000000-0000-0000-0000-000000000000",
  "----",
  "••••••••",
  "[secret]",
  "<redacted>",
  "***REDACTED***",
  "invalid",
  "EXPIRED",
  "unauthorized",
  "access_denied",
  "invalid_token",
  "0",
  "-1",
  "86400",
  "1795000000000",
  "3.6e6",
  "2026-11-28",
  "2026-11-28T12:00:00Z",
  "{}",
  '{"access_token":"abcdefgh"}',
  '["abcdefgh"]',
  "<html><body>Sign in to the network</body></html>",
  "<!DOCTYPE html>",
  "https://login.example.test/",
  "a",
  "ab",
  "two words of it",
  "line\nend",
  "tab\tin-it",
  "nul\0in-it",
  "bell\u0007in-it",
  "zero\u200Bwidth",
  "tökén-of-letters",
  "",
  "   ",
  '""',
  "a".repeat(16 * 1024 + 1),
];

describe("no token", () => {
  test.each(NONSENSE)("%j", (text) => {
    expect(readToken(text)).toBeNull();
    expect(tokenTrouble(text)).not.toBeNull();
  });

  test.each([[null], [undefined], [7], [12_345_678], [true], [{}], [["abcdefgh"]]])("%j", (value) => {
    expect(readToken(value)).toBeNull();
  });
});

describe("a token, without what surrounds it", () => {
  const jwt = "eyJhbGciOiJub25lIn0.eyJleHAiOjE3OTUwMDAwMDB9.";
  test.each([
    ["access-1", "access-1"],
    ["a-1", "a-1"],
    [jwt, jwt],
    // Encrypted directly: the part of the key is empty.
    ["eyJhbGciOiJkaXIifQ..iv.text.tag", "eyJhbGciOiJkaXIifQ..iv.text.tag"],
    ["2YotnFZFEjr1zCsicMWpAA==", "2YotnFZFEjr1zCsicMWpAA=="],
    ["1//0gNull-true.None_x", "1//0gNull-true.None_x"],
    ["00D50000000IZ3Z!AQ0AQDpEDKYsn7ioKug2aSmgCjgrPjG9", "00D50000000IZ3Z!AQ0AQDpEDKYsn7ioKug2aSmgCjgrPjG9"],
    ["amzn1.rt|Atzr|IwEBI~*!", "amzn1.rt|Atzr|IwEBI~*!"],
    ["93847561029384756102", "93847561029384756102"],
    ["550e8400-e29b-41d4-a716-446655440000", "550e8400-e29b-41d4-a716-446655440000"],
    ["nullable-7", "nullable-7"],
    [" access-1\r\n", "access-1"],
    ["Bearer access-1", "access-1"],
    ["bearer  access-1", "access-1"],
    ['"access-1"', "access-1"],
    ["'access-1'", "access-1"],
    ["a".repeat(16 * 1024), "a".repeat(16 * 1024)],
  ])("%s", (text, token) => {
    expect(readToken(text)).toBe(token);
    expect(tokenTrouble(text)).toBeNull();
  });
});

test("a stub takes no long token's place, and short ones replace each other", () => {
  const long = "refresh-token-16";
  expect(mayReplace("1234567", long)).toBe(false);
  expect(mayReplace("12345678", long)).toBe(true);
  expect(mayReplace("123", long.slice(1))).toBe(true);
  expect(mayReplace("123", null)).toBe(true);
});

test("a text of the longest size is judged at once, whatever is in it", () => {
  const began = performance.now();
  for (const part of ["<a", "null ", "*.", "((", "{]", "x0-", "1e"]) readToken(part.repeat(8192).slice(0, 16 * 1024));
  expect(performance.now() - began).toBeLessThan(100);
});
