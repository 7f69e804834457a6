import { expect, test } from "vitest";
import { readDeviceList } from "../../../src/utec/reading/device-list.ts";
import { Listings } from "../../../src/utec/fleet/listings.ts";
import { LOCK_RECORDS } from "../house.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 29);
const RECORDS = readDeviceList({ devices: LOCK_RECORDS })?.records ?? [];
const SHORT = RECORDS.filter(({ id }) => id === "front");

/** Lists that have both locks, and then, at these moments, lists without the garden's. */
function after(moments: readonly number[]): Listings {
  const listings = new Listings();
  listings.listed("home", RECORDS, START);
  for (const at of moments) listings.listed("home", SHORT, START + at);
  return listings;
}

const has = (listings: Listings): boolean => listings.of("garden", "home") !== undefined;
/** Every so often, as many times. */
const each = (ms: number, times: number): number[] => Array.from({ length: times }, (_, index) => (index + 1) * ms);

test("a device goes when lists have lacked it for a day", () => {
  expect(has(after(each(HOUR / 2, 48)))).toBe(true);
  expect(has(after(each(HOUR / 2, 49)))).toBe(false);
});

test("not when many lists come within minutes", () => {
  expect(has(after(each(5000, 1000)))).toBe(true);
});

test("not by time in which nothing was listed: the cloud was away, or the machine off", () => {
  expect(has(after([HOUR, 2 * HOUR, 40 * HOUR, 80 * HOUR]))).toBe(true);
});

test("not because a clock was set to another year, and back", () => {
  const year = 365 * 24 * HOUR;
  expect(has(after([0, 1000, year, year + 1000, year + 2000]))).toBe(true);
  expect(has(after([year, 0, 1000, 2000]))).toBe(true);
});

test("one list that has it begins the day anew", () => {
  const listings = after(each(HOUR, 24));
  listings.listed("home", RECORDS, START + 24.5 * HOUR);
  expect(listings.of("garden", "home")).toMatchObject({
    missed: 0,
    missingSinceAt: null,
    missedAt: null,
    missingForMs: 0,
  });
  for (let hour = 25; hour < 49; hour += 1) listings.listed("home", SHORT, START + hour * HOUR);
  expect(has(listings)).toBe(true);
  for (let hour = 49; hour < 51; hour += 1) listings.listed("home", SHORT, START + hour * HOUR);
  expect(has(listings)).toBe(false);
});

test("it says since when it is missing: from the first list that lacked it", () => {
  expect(after(each(HOUR, 3)).of("garden", "home")).toMatchObject({ missed: 3, missingSinceAt: START + HOUR });
});
