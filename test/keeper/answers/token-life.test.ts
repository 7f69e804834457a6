import { describe, expect, test } from "vitest";
import type { RawAnswer } from "../../../src/keeper/answers/raw-answer.ts";
import { utecProvider } from "../../../src/keeper/providers/utec.ts";
import { readTokenAnswer } from "../../../src/keeper/answers/token-response.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const YEAR_MS = 365 * 86_400_000;
const HOUR_MS = 3_600_000;
const provider = utecProvider();

function answer(body: unknown, extra: Partial<RawAnswer> = {}): RawAnswer {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { status: 200, headers: {}, body: text, received_at: NOW, ...extra };
}

function jwt(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none" })}.${part(claims)}.sig`;
}

const PAIR = { access_token: "access-1", refresh_token: "refresh-1" };

test("how the end is known stands beside it", () => {
  const source = (body: object): unknown => readTokenAnswer(answer(body), provider)?.expiry_source;
  const claims = jwt({ iat: NOW / 1000, exp: NOW / 1000 + 60 });
  expect(source({ ...PAIR, expires_in: 3600 })).toBe("answer");
  expect(source({ access_token: claims, expires_at: new Date(NOW + 1000).toISOString() })).toBe("answer");
  expect(source({ access_token: claims, expires_in: -1 })).toBe("jwt");
  expect(source(PAIR)).toBe("default");
});

describe("the life of a token is the best that the answer tells", () => {
  const dated = (years: number) => ({ headers: { date: new Date(NOW + years * YEAR_MS).toUTCString() } });
  const serverAhead = { headers: { date: new Date(NOW + HOUR_MS).toUTCString() } };
  test.each<[string, RawAnswer, number]>([
    ["a number of seconds", answer({ ...PAIR, expires_in: 601_200 }), 601_200_000],
    ["seconds as text", answer({ ...PAIR, expires_in: "3600" }), HOUR_MS],
    ["seconds with their unit", answer({ ...PAIR, expires_in: "3600s" }), HOUR_MS],
    ["a fraction of seconds", answer({ ...PAIR, expires_in: 0.5 }), 500],
    ["a fraction of a millisecond, which no column takes", answer({ ...PAIR, expires_in: "3599.9999996s" }), HOUR_MS],
    ["an end with a fraction of a millisecond", answer({ ...PAIR, expires_at: NOW / 1000 + 3599.9999996 }), HOUR_MS],
    [
      "claims with fractions of seconds",
      answer({ ...PAIR, access_token: jwt({ iat: NOW / 1000 + 0.1234, exp: NOW / 1000 + 3600.1234 }) }),
      HOUR_MS,
    ],
    ["milliseconds, too long for seconds", answer({ ...PAIR, expires_in: 601_200_000 }), 601_200_000],
    ["`expires` as a duration", answer({ ...PAIR, expires: 7200 }), 2 * HOUR_MS],
    ["`expires` as a moment", answer({ ...PAIR, expires: (NOW + HOUR_MS) / 1000 }), HOUR_MS],
    ["a moment in seconds", answer({ ...PAIR, expires_at: (NOW + HOUR_MS) / 1000 }), HOUR_MS],
    ["a moment in milliseconds", answer({ ...PAIR, expiresAt: NOW + HOUR_MS }), HOUR_MS],
    ["a moment as a date", answer({ ...PAIR, expires_at: new Date(NOW + HOUR_MS).toISOString() }), HOUR_MS],
    ["a moment on a server's fast clock", answer({ ...PAIR, expires_at: NOW + 2 * HOUR_MS }, serverAhead), HOUR_MS],
    ["the token's own claims", answer({ access_token: jwt({ iat: NOW / 1000, exp: NOW / 1000 + 900 }) }), 900_000],
    [
      "claims on a server's fast clock",
      answer({ access_token: jwt({ iat: NOW / 1000 + 3600, exp: NOW / 1000 + 4500 }) }),
      900_000,
    ],
    [
      "a moment, with the server's clock years behind",
      answer({ ...PAIR, expires_at: NOW + HOUR_MS }, dated(-3)),
      HOUR_MS,
    ],
    [
      "a moment on a server's clock years ahead",
      answer({ ...PAIR, expires_at: NOW + 3 * YEAR_MS + HOUR_MS }, dated(3)),
      HOUR_MS,
    ],
    [
      "a moment, with our clock at 1970",
      answer({ ...PAIR, expires_at: NOW + HOUR_MS }, { received_at: 5000, ...dated(0) }),
      HOUR_MS,
    ],
    [
      "claims without a start, on a server's clock years ahead",
      answer({ access_token: jwt({ exp: (NOW + 3 * YEAR_MS) / 1000 + 900 }) }, dated(3)),
      900_000,
    ],
    ["a duration, whatever the clocks say", answer({ ...PAIR, expires_in: 3600 }, dated(30)), HOUR_MS],
    [
      "the default, for a moment years off on both clocks",
      answer({ ...PAIR, expires_at: NOW + 30 * YEAR_MS }),
      HOUR_MS,
    ],
    [
      "the default, for claims of a century",
      answer({ access_token: jwt({ iat: NOW / 1000, exp: NOW / 1000 + 3e9 }) }),
      HOUR_MS,
    ],
    ["the default, for nothing", answer(PAIR), HOUR_MS],
    ["the default, for zero", answer({ ...PAIR, expires_in: 0 }), HOUR_MS],
    ["the default, for a negative number", answer({ ...PAIR, expires_in: -1 }), HOUR_MS],
    ["the default, for text", answer({ ...PAIR, expires_in: "soon" }), HOUR_MS],
    ["the default, for null", answer({ ...PAIR, expires_in: null }), HOUR_MS],
    ["the default, for an absurd number", answer({ ...PAIR, expires_in: 1e15 }), HOUR_MS],
    ["the default, for a moment that has passed", answer({ ...PAIR, expires_at: NOW - 1000 }), HOUR_MS],
    ["the default, for a broken JWT", answer({ access_token: "a.b.c" }), HOUR_MS],
  ])("%s", (_, raw, lifeMs) => {
    const pair = readTokenAnswer(raw, provider);
    expect((pair?.expires_at ?? NaN) - (pair?.obtained_at ?? NaN)).toBe(lifeMs);
    expect(pair?.obtained_at).toBe(raw.received_at);
  });

  test("the refresh token's own life is kept where it is told", () => {
    const told = readTokenAnswer(answer({ ...PAIR, refresh_token_expires_in: 86_400 }), provider);
    expect(told?.refresh_expires_at).toBe(NOW + 24 * HOUR_MS);
    expect(readTokenAnswer(answer(PAIR), provider)?.refresh_expires_at).toBeNull();
  });

  test("scopes come as text or as a list", () => {
    expect(readTokenAnswer(answer({ ...PAIR, scope: " openapi " }), provider)?.scope).toBe("openapi");
    expect(readTokenAnswer(answer({ ...PAIR, scope: ["a", "b"] }), provider)?.scope).toBe("a b");
  });
});

describe("a life that can't be is told by everything else that is known", () => {
  const MIN_MS = 60_000;
  const DAY_MS = 24 * HOUR_MS;
  const epochS = NOW / 1000;
  const minute = { ...PAIR, access_token: jwt({ iat: epochS, exp: epochS + 60 }) };
  const usual = (lifeMs: number) => ({
    ...PAIR,
    obtained_at: NOW - lifeMs,
    expires_at: NOW,
    expiry_source: "answer" as const,
  });
  test.each<[string, object, number, ReturnType<typeof usual> | null]>([
    ["a day in milliseconds, which would be years", { ...PAIR, expires_in: 86_400_000 }, DAY_MS, null],
    ["the same, of a token that says it lives a minute", { ...minute, expires_in: 86_400_000 }, MIN_MS, null],
    ["a minute in milliseconds, by the token's own claims", { ...minute, expires_in: 60_000 }, MIN_MS, null],
    ["a week in seconds, of a token that says a minute", { ...minute, expires_in: 604_800 }, MIN_MS, null],
    ["seconds that the token's claims exceed", { ...minute, expires_in: 30 }, 30_000, null],
    ["an hour in milliseconds, by its roundness", { ...PAIR, expires_in: 3_600_000 }, HOUR_MS, null],
    ["an hour in milliseconds, as text", { ...PAIR, expires_in: "3600000" }, HOUR_MS, null],
    ["30 days in seconds", { ...PAIR, expires_in: 2_592_000 }, 30 * DAY_MS, null],
    ["a year in seconds", { ...PAIR, expires_in: 31_536_000 }, 365 * DAY_MS, null],
    ["the life of a U-tec token in seconds", { ...PAIR, expires_in: 601_200 }, 601_200_000, null],
    [
      "a minute in milliseconds, by the end beside it",
      { ...PAIR, expires_in: 60_000, expires_at: NOW + MIN_MS },
      MIN_MS,
      null,
    ],
    [
      "an end that comes long before the duration is over",
      { ...PAIR, expires_in: 86_400, expires_at: NOW + MIN_MS },
      MIN_MS,
      null,
    ],
    [
      "an end that a skewed clock tells a little early",
      { ...PAIR, expires_in: 3600, expires_at: NOW + 50 * MIN_MS },
      HOUR_MS,
      null,
    ],
    [
      "ten minutes, by a refresh token's 30 days in the same unit",
      { ...PAIR, expires_in: 600_000, refresh_expires_in: 2_592_000_000 },
      10 * MIN_MS,
      null,
    ],
    ["a minute in milliseconds, by the usual life", { ...PAIR, expires_in: 60_000 }, MIN_MS, usual(MIN_MS)],
    [
      "the usual life told again, however round it is",
      { ...PAIR, expires_in: 3_600_000 },
      1000 * HOUR_MS,
      usual(1000 * HOUR_MS),
    ],
    ["another life than the usual one", { ...PAIR, expires_in: 86_400 }, DAY_MS, usual(MIN_MS)],
    ["epoch seconds in a duration's place", { ...PAIR, expires_in: epochS + 60 }, MIN_MS, null],
    ["epoch milliseconds in a duration's place", { ...PAIR, expires_in: NOW + MIN_MS + 7 }, MIN_MS + 7, null],
    ["epoch seconds as text", { ...PAIR, expires_in: String(epochS + 60) }, MIN_MS, null],
    ["a date in a duration's place", { ...PAIR, expires_in: new Date(NOW + HOUR_MS).toISOString() }, HOUR_MS, null],
    ["a date without a zone, for UTC", { ...PAIR, expires_at: "2026-11-21 13:00:00" }, HOUR_MS, null],
    ["a duration in a moment's place", { ...PAIR, expires_at: 7200 }, 2 * HOUR_MS, null],
    ["minutes with their unit", { ...PAIR, expires_in: "15m" }, 15 * MIN_MS, null],
    ["days with their unit", { ...PAIR, expires_in: "7d" }, 7 * DAY_MS, null],
    ["days with their unit as a word", { ...PAIR, expires_in: "7 days" }, 7 * DAY_MS, null],
    ["an hour with its unit as a word", { ...PAIR, expires_in: "1 Hour" }, HOUR_MS, null],
    ["the default, for a unit that only begins like one", { ...PAIR, expires_in: "3 minstrels" }, HOUR_MS, null],
    ["milliseconds with their unit", { ...PAIR, expires_in: "60000 ms" }, MIN_MS, null],
    ["21 days in milliseconds, which are a moment too", { ...PAIR, expires_in: 21 * DAY_MS }, 21 * DAY_MS, null],
    ["the default, for a unit that nobody knows", { ...PAIR, expires_in: "3 moons" }, HOUR_MS, null],
    ["the default, for a duration that is a moment gone by", { ...PAIR, expires_in: epochS - 60 }, HOUR_MS, null],
  ])("%s", (_, body, lifeMs, held) => {
    const pair = readTokenAnswer(answer(body), provider, held);
    expect((pair?.expires_at ?? NaN) - NOW).toBe(lifeMs);
  });

  test("a life that a refusal taught says nothing of the unit in which the cloud counts", () => {
    const taught = { ...usual(86_000), expiry_source: "refusal" as const };
    expect(readTokenAnswer(answer({ ...PAIR, expires_in: 86_400 }), provider, taught)?.expires_at).toBe(NOW + DAY_MS);
  });

  test.each([3600, 43_200, 86_400])("%d s beside a refresh token of 20 years are seconds", (expires_in) => {
    const body = { ...PAIR, expires_in, refresh_expires_in: 20 * 365 * 86_400 };
    expect(readTokenAnswer(answer(body), provider)?.expires_at).toBe(NOW + expires_in * 1000);
  });

  test("the refresh token's life is told in the unit of the access token's", () => {
    const told = (body: object): number =>
      (readTokenAnswer(answer({ ...PAIR, ...body }), provider)?.refresh_expires_at ?? NaN) - NOW;
    expect(told({ expires_in: 600_000, refresh_expires_in: 2_592_000_000 })).toBe(30 * DAY_MS);
    expect(told({ expires_in: 3_600_000, refresh_expires_in: 86_400_000 })).toBe(DAY_MS);
    expect(told({ expires_in: 3600, refresh_expires_in: 2_592_000 })).toBe(30 * DAY_MS);
    expect(told({ refresh_expires_in: "30d" })).toBe(30 * DAY_MS);
    expect(told({ refresh_expires_at: new Date(NOW + DAY_MS).toISOString() })).toBe(DAY_MS);
  });
});
