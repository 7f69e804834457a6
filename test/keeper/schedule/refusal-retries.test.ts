import { expect, test } from "vitest";
import { isTold, pauseBeforeLook, pauseBeforeRepeat } from "../../../src/keeper/schedule/refusal-retries.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const CHANCES = [0, 0.5, 0.999999];

function sum(credentials: boolean, until: number, chance: number): number {
  let at = 0;
  for (let refusals = 1; refusals <= until; refusals++) {
    at += pauseBeforeLook({ refusals, credentials }, chance) ?? Infinity;
  }
  return at;
}

test.each(CHANCES)(
  "a refused sign-in is looked at after 1 min, 15 min, 1 h, 6 h, and 30 times once a day (%d)",
  (chance) => {
    const refused = (refusals: number) => pauseBeforeLook({ refusals, credentials: false }, chance) ?? Infinity;
    expect(refused(1)).toBeGreaterThanOrEqual(MINUTE);
    expect(refused(1)).toBeLessThanOrEqual(66_000);
    expect(refused(2)).toBeLessThanOrEqual(15 * MINUTE);
    expect(refused(2)).toBeGreaterThan(13 * MINUTE);
    const believed = sum(false, 2, chance);
    expect(sum(false, 3, chance) - believed).toBeLessThanOrEqual(HOUR);
    expect(sum(false, 4, chance) - believed).toBeLessThanOrEqual(6 * HOUR);
    for (let refusals = 5; refusals < 35; refusals++) {
      expect(refused(refusals)).toBeGreaterThan(0.9 * DAY - 1);
      expect(refused(refusals)).toBeLessThanOrEqual(DAY);
    }
    expect(pauseBeforeLook({ refusals: 35, credentials: false }, chance)).toBeNull();
  },
);

test.each(CHANCES)("a refused password is tried three times, and then no more than once a day (%d)", (chance) => {
  expect(sum(true, 2, chance)).toBeLessThanOrEqual(17 * MINUTE);
  for (const refusals of [3, 4, 100]) {
    expect(pauseBeforeLook({ refusals, credentials: true }, chance)).toBeGreaterThanOrEqual(DAY);
    expect(pauseBeforeRepeat({ refusals, credentials: true }, chance)).toBeGreaterThanOrEqual(DAY);
  }
});

test("a look that had no answer is repeated within the hour", () => {
  expect(pauseBeforeRepeat({ refusals: 2, credentials: false }, 0)).toBe(15 * MINUTE);
  expect(pauseBeforeRepeat({ refusals: 9, credentials: false }, 0)).toBe(HOUR);
  expect(pauseBeforeRepeat({ refusals: 35, credentials: false }, 0)).toBeNull();
});

test("a person is told of a refusal once it is confirmed; at once of what never worked, or is not looked at again", () => {
  const works = { generation: 3, automatic_refresh: 1 } as const;
  expect([1, 2, 3].map((refusals) => isTold(works, refusals))).toEqual([false, true, true]);
  expect(isTold({ ...works, generation: 0 }, 1)).toBe(true);
  expect(isTold({ ...works, automatic_refresh: 0 }, 1)).toBe(true);
});
