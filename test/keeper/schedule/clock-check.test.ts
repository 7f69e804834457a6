import { describe, expect, test } from "vitest";
import { isSuspect, witnessOf } from "../../../src/keeper/schedule/clock-check.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const MIN = 60_000;
const HOUR = 60 * MIN;
const DAY = 24 * HOUR;

/** The wall clock `ahead` of the truth, `elapsed` after the witness was heard. */
const at = (elapsed: number, ahead = 0) => ({ wall: NOW + elapsed + ahead, monotonic: elapsed });
const heard = (ahead = 0) => witnessOf(new Date(NOW).toUTCString(), at(0, ahead));

describe("without a witness a clock is suspect when it stands before a time already seen", () => {
  test.each<[string, number, number, boolean]>([
    ["right", NOW, NOW - 10 * MIN, false],
    ["never seen before", NOW, 0, false],
    ["a minute back", NOW, NOW + MIN, false],
    ["three minutes back", NOW, NOW + 3 * MIN, true],
    ["a day back", NOW - DAY, NOW, true],
    ["a day on: nobody can tell it from a machine that was off", NOW + DAY, NOW, false],
    ["at 1970 after a restart", 5000, NOW, true],
    ["at 1970 at the very first start", 5000, 5000, true],
  ])("%s", (_, wall, savedAt, suspect) => {
    expect(isSuspect({ wall, monotonic: 0 }, savedAt, null)).toBe(suspect);
  });
});

describe("with a witness a clock is suspect when it differs from the cloud's by more than an hour", () => {
  test.each<[string, number, boolean]>([
    ["right", 0, false],
    ["10 min slow", -10 * MIN, false],
    ["10 min fast", 10 * MIN, false],
    ["a day slow", -DAY, true],
    ["a day fast", DAY, true],
    ["at 1970", -NOW, true],
  ])("%s", (_, ahead, suspect) => {
    expect(isSuspect(at(0, ahead), NOW, heard(ahead))).toBe(suspect);
    expect(isSuspect(at(DAY, ahead), NOW, heard(ahead))).toBe(suspect);
  });
});

describe("a clock recovers by itself", () => {
  test("set right from 1970 by NTP, before the next witness", () => {
    expect(isSuspect(at(MIN, 0), NOW, heard(-NOW))).toBe(false);
  });

  test("set back from a day ahead, before the next witness", () => {
    expect(isSuspect(at(MIN, 0), NOW + DAY, heard(DAY))).toBe(false);
  });

  test("set right while the machine slept for 8 h, which the monotonic clock did not count", () => {
    const awake = { wall: NOW + 8 * HOUR, monotonic: 1000 };
    expect(isSuspect(awake, NOW, heard(-NOW))).toBe(false);
    expect(isSuspect(awake, NOW, heard(0))).toBe(false);
  });

  test("whose wrong time was saved: the cloud counts more", () => {
    expect(isSuspect(at(0), NOW + DAY, null)).toBe(true);
    expect(isSuspect(at(0), NOW + DAY, heard())).toBe(false);
  });
});

test("a clock that is set back by a day after a good witness is noticed", () => {
  expect(isSuspect(at(MIN, -DAY), 0, heard())).toBe(true);
});

test.each([[undefined], [""], ["yesterday"], ["Thu, 01 Jan 1970 00:00:00 GMT"]])(
  "a Date of %j witnesses nothing",
  (date) => {
    expect(witnessOf(date, at(0))).toBeNull();
  },
);
