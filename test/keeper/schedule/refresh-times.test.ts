import { describe, expect, test } from "vitest";
import {
  dueAt,
  effectivePlan,
  isOver,
  noticeFrom,
  readersWaitFrom,
  retryAt,
} from "../../../src/keeper/schedule/refresh-times.ts";
import type { RetrySituation } from "../../../src/keeper/schedule/refresh-times.ts";

const NOW = Date.UTC(2026, 10, 21);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NO_RULES = { bufferMs: null, bufferShare: null, idleIntervalMs: null };
const CHANCES = [0, 0.25, 0.5, 0.75, 0.999999];

function life(lifeMs: number, refreshLifeMs: number | null = null) {
  return {
    obtained_at: NOW,
    expires_at: NOW + lifeMs,
    refresh_expires_at: refreshLifeMs === null ? null : NOW + refreshLifeMs,
  };
}

describe("a refresh token's end that the refresh after it has disproved", () => {
  const past = life(HOUR, -MINUTE);

  test("makes nothing due at once", () => {
    expect(dueAt(past, NO_RULES, 0)).toBe(NOW + 0.7 * HOUR);
    expect(dueAt({ ...past, expires_at: null }, NO_RULES, 0)).toBeNull();
  });

  test("is told to nobody", () => {
    expect(noticeFrom({ ...past, refresh_since_at: NOW - DAY })).toBeNull();
  });
});

describe.each([30_000, 15 * MINUTE, HOUR, 601_200_000, 30 * DAY, 90 * DAY])("a token that lives %d ms", (lifeMs) => {
  test("is due between 70 and 90 percent of its life, spread by chance", () => {
    const dues = CHANCES.map((chance) => ((dueAt(life(lifeMs), NO_RULES, chance) ?? NaN) - NOW) / lifeMs);
    expect(dues[0]).toBeCloseTo(0.7, 5);
    for (const due of dues) expect(due).toBeGreaterThanOrEqual(0.7);
    for (const due of dues) expect(due).toBeLessThanOrEqual(0.9);
    expect(dues.toSorted((a, b) => a - b)).toEqual(dues);
  });

  test("is never due before 80 percent because of a buffer, however long the person made it", () => {
    for (const bufferMs of [1, 5 * MINUTE, DAY, 1000 * DAY]) {
      const due = dueAt(life(lifeMs), { ...NO_RULES, bufferMs }, 0.5) ?? NaN;
      expect(due - NOW).toBeGreaterThanOrEqual(Math.floor(lifeMs * 0.8));
      expect(due).toBeLessThan(NOW + lifeMs);
    }
  });

  test("makes its readers wait only in the last 30 s, or the last tenth of a short life", () => {
    expect(NOW + lifeMs - readersWaitFrom(life(lifeMs))).toBe(Math.min(30_000, lifeMs / 10));
  });
});

test("a short token is due and waited for before its last second, which servers count in wholes", () => {
  for (const chance of CHANCES) expect(dueAt(life(5000), NO_RULES, chance)).toBe(NOW + 3500);
  expect(readersWaitFrom(life(5000))).toBe(NOW + 3750);
  expect(dueAt(life(12_000), NO_RULES, 0.999999)).toBe(NOW + 10_500);
});

test("a buffer as a share of the life is just that share, also where minutes would be cut to a fifth", () => {
  expect(dueAt(life(30 * DAY), { ...NO_RULES, bufferShare: 0.5 }, 0.9)).toBe(NOW + 15 * DAY);
  expect(dueAt(life(10_000), { ...NO_RULES, bufferShare: 0.1 }, 0)).toBe(NOW + 9000);
});

test("a buffer that fits replaces the share of the life", () => {
  expect(dueAt(life(HOUR), { ...NO_RULES, bufferMs: 5 * MINUTE }, 0.5)).toBe(NOW + 55 * MINUTE);
});

test("the provider's idle interval comes first where it is shorter", () => {
  expect(dueAt(life(30 * DAY), { ...NO_RULES, idleIntervalMs: 12 * HOUR }, 0.5)).toBe(NOW + 12 * HOUR);
  expect(dueAt(life(HOUR), { ...NO_RULES, idleIntervalMs: 12 * HOUR }, 0)).toBe(NOW + 0.7 * HOUR);
});

test("a token whose end nobody knows is due by the idle interval or the refresh token's end, else never", () => {
  const unknown = { ...life(DAY, 10 * DAY), expires_at: null };
  expect(dueAt(unknown, NO_RULES, 0.5)).toBe(NOW + 9 * DAY);
  expect(dueAt(unknown, { ...NO_RULES, idleIntervalMs: 12 * HOUR }, 0.5)).toBe(NOW + 12 * HOUR);
  expect(dueAt({ ...unknown, refresh_expires_at: null }, NO_RULES, 0.5)).toBeNull();
  expect(readersWaitFrom(unknown)).toBe(Infinity);
});

test("a refresh token is used before its own end, with a margin of at most a fifth of its life", () => {
  expect(dueAt(life(30 * DAY, 10 * DAY), NO_RULES, 0.5)).toBe(NOW + 9 * DAY);
  expect(dueAt(life(30 * DAY, HOUR), NO_RULES, 0.5)).toBe(NOW + 0.8 * HOUR);
});

test("a short sign-in is not told of before its last fifth, and a long one a week ahead", () => {
  const ends = (days: number) => ({
    obtained_at: NOW,
    refresh_expires_at: NOW + days * DAY - 1,
    refresh_since_at: NOW - 1,
  });
  expect(noticeFrom(ends(5))).toBe(NOW + 4 * DAY - 1);
  expect(noticeFrom(ends(20))).toBe(NOW + 16 * DAY - 1);
  expect(noticeFrom(ends(100))).toBe(NOW + 93 * DAY - 1);
});

describe("after a failure", () => {
  const situation = (change: Partial<RetrySituation>): RetrySituation => ({
    now: NOW,
    failures: 1,
    retry_after_at: null,
    expires_at: null,
    ...change,
  });
  const delay = (change: Partial<RetrySituation>, chance: number): number => retryAt(situation(change), chance) - NOW;

  test("the pause grows from a second to 15 minutes, with full jitter", () => {
    for (let failures = 1; failures < 40; failures++) {
      expect(delay({ failures }, 0)).toBe(1000);
      const longest = delay({ failures }, 0.999999);
      expect(longest).toBeGreaterThan(1000);
      expect(longest).toBeLessThanOrEqual(15 * MINUTE);
      expect(longest).toBeGreaterThanOrEqual(delay({ failures: failures - 1 }, 0.999999) - 1);
    }
    expect(delay({ failures: 20 }, 0.999999)).toBeGreaterThan(14.9 * MINUTE);
  });

  test("attempts come faster as the end of the token nears, and slow down once it has ended", () => {
    expect(delay({ failures: 20, expires_at: NOW + 4 * MINUTE }, 0.999999)).toBeLessThanOrEqual(MINUTE);
    expect(delay({ failures: 20, expires_at: NOW + 1 }, 0.999999)).toBe(1000);
    expect(delay({ failures: 20, expires_at: NOW - HOUR }, 0.999999)).toBeGreaterThan(14 * MINUTE);
  });

  test("72 hours of outage cost some 600 calls, and end for us a quarter of an hour after they end", () => {
    const ends = NOW + 3 * DAY;
    let at = NOW;
    let failures = 0;
    while (at < ends) {
      failures++;
      // Chance that is spread evenly: the golden ratio's multiples.
      at = retryAt(situation({ now: at, failures, expires_at: NOW + HOUR }), (failures * 0.618034) % 1);
    }
    expect(failures).toBeGreaterThan(72);
    expect(failures).toBeLessThan(650);
    expect(at - ends).toBeLessThanOrEqual(15 * MINUTE);
  });

  test("a server that names a time is not asked sooner, unless it names an absurd one", () => {
    expect(delay({ retry_after_at: NOW + 5 * MINUTE }, 0.5)).toBe(5 * MINUTE);
    expect(delay({ retry_after_at: NOW + 1000 * DAY }, 0.5)).toBe(HOUR);
    expect(delay({ retry_after_at: NOW - DAY }, 0)).toBe(1000);
  });

  test("no wait is longer than the token lives, whoever asks for it", () => {
    for (let failures = 1; failures < 30; failures++) {
      for (const retry_after_at of [null, NOW + HOUR]) {
        const wait = delay({ failures, expires_at: NOW + 100_000, retry_after_at }, 0.999999);
        expect(wait).toBeLessThanOrEqual(100_000);
      }
    }
    expect(delay({ expires_at: NOW - 1, retry_after_at: NOW + HOUR }, 0.5)).toBe(HOUR);
  });
});

describe("before a sign-in ends a person is told", () => {
  const signIn = (lifeMs: number, sinceAgoMs: number) => ({
    obtained_at: NOW,
    refresh_expires_at: NOW - sinceAgoMs + lifeMs,
    refresh_since_at: NOW - sinceAgoMs,
  });
  const before = (lifeMs: number, sinceAgoMs: number): number => {
    const life = signIn(lifeMs, sinceAgoMs);
    return life.refresh_expires_at - (noticeFrom(life) ?? NaN);
  };

  test("a week before an end that no refresh moves, or a fifth of a short sign-in's life", () => {
    expect(before(90 * DAY, DAY)).toBe(7 * DAY);
    expect(before(35 * DAY, DAY)).toBe(7 * DAY);
    expect(before(10 * DAY, DAY)).toBe(2 * DAY);
    expect(before(HOUR, MINUTE)).toBe(12 * MINUTE);
  });

  test("half a day before one that the next refresh should have moved, or a tenth of a short life", () => {
    expect(before(90 * DAY, 0)).toBe(DAY / 2);
    expect(before(5 * DAY, 0)).toBe(DAY / 2);
    expect(before(DAY, 0)).toBe(0.1 * DAY);
    expect(before(30 * MINUTE, 0)).toBe(3 * MINUTE);
  });

  test("of an end since nobody knows when, as of one that was just told", () => {
    expect(noticeFrom({ ...signIn(DAY, 0), refresh_since_at: null })).toBe(NOW + 0.9 * DAY);
  });

  test("never of none, nor of one that had passed when the token came", () => {
    expect(noticeFrom({ obtained_at: NOW, refresh_expires_at: null, refresh_since_at: null })).toBeNull();
    expect(noticeFrom({ obtained_at: NOW, refresh_expires_at: NOW, refresh_since_at: NOW - DAY })).toBeNull();
  });
});

describe("a plan that was made on a clock ahead of ours", () => {
  test("takes effect at once, beyond the two minutes that a clock may be set back", () => {
    expect(effectivePlan(NOW + DAY, NOW + 2 * MINUTE, NOW)).toBe(NOW + DAY);
    expect(effectivePlan(NOW + DAY, NOW + 2 * MINUTE + 1, NOW)).toBe(NOW);
    expect(effectivePlan(NOW - DAY, NOW + HOUR, NOW)).toBe(NOW - DAY);
  });

  test("is none where there is none, or nobody knows when it was made", () => {
    expect(effectivePlan(null, NOW + HOUR, NOW)).toBeNull();
    expect(effectivePlan(NOW + DAY, null, NOW)).toBe(NOW + DAY);
  });
});

test("a token is over at its very end, and never where no end is known", () => {
  expect(isOver({ expires_at: NOW }, NOW)).toBe(true);
  expect(isOver({ expires_at: NOW + 1 }, NOW)).toBe(false);
  expect(isOver({ expires_at: null }, NOW)).toBe(false);
});

test("a life that had ended before it began is due at once, and waited for at once", () => {
  expect(dueAt(life(-HOUR), NO_RULES, 0.5)).toBe(NOW - HOUR);
  expect(readersWaitFrom(life(-HOUR))).toBe(NOW - HOUR);
});
