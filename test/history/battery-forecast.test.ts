import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { forecastBattery } from "../../src/history/battery-forecast.ts";
import type { KeptReading } from "../../src/history/battery-forecast.ts";
import { DAY } from "./house.ts";

const PERCENT = [10, 10, 30, 50, 70, 100];

/** What a lock reports that drains evenly, from day to day. */
function drain(
  days: number,
  perDay: number,
  { start = 100, from = 0, levels = true }: { start?: number; from?: number; levels?: boolean } = {},
): KeptReading[] {
  return Array.from({ length: days }, (_, day) => {
    const left = Math.max(0, start - day * perDay);
    const level = Math.max(1, Math.min(5, Math.ceil(left / 20)));
    const at = (from + day) * DAY;
    return levels ? { at, percent: PERCENT[level] ?? 0, level } : { at, percent: Math.round(left), level: null };
  });
}

describe("the end of a battery", () => {
  test("is where an even drain meets nothing, within a tenth of its life, for levels and for percentages", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.12, max: 1.5, noNaN: true }), fc.boolean(), (perDay, levels) => {
        const life = 100 / perDay;
        const days = Math.floor(life * 0.75);
        const { outlook, ends_at } = forecastBattery(drain(days, perDay, { levels }), (days - 1) * DAY);
        expect(outlook).toBe("ends");
        expect(Math.abs((ends_at ?? 0) / DAY - life)).toBeLessThan(life / 10 + 1);
      }),
    );
  });

  test("is never told to be over while it still reports", () => {
    const old = drain(60, 1.6);
    const now = 90 * DAY;
    expect(forecastBattery(old, now).ends_at).toBeGreaterThanOrEqual(now);
  });

  test("is not told from a few days, nor from one level that was left, nor from readings that stay", () => {
    expect(forecastBattery([], 0)).toEqual({ outlook: "too_few", ends_at: null, changed_at: null });
    expect(forecastBattery(drain(10, 1), 10 * DAY).outlook).toBe("too_few");
    expect(forecastBattery(drain(30, 1), 30 * DAY).outlook).toBe("too_few");
    expect(forecastBattery(drain(200, 0), 200 * DAY).outlook).toBe("not_falling");
    expect(forecastBattery(drain(200, 0, { start: 60, levels: false }), 200 * DAY).outlook).toBe("not_falling");
  });

  test("begins anew with a change of batteries, which is told", () => {
    const now = 159 * DAY;
    const fresh = [...drain(100, 0.9), ...drain(60, 1, { from: 100 })];
    const found = forecastBattery(fresh, now);
    expect(found).toMatchObject({ outlook: "ends", changed_at: 100 * DAY });
    expect(Math.abs((found.ends_at ?? 0) / DAY - 200)).toBeLessThan(10);
    expect(forecastBattery([...drain(100, 0.9), ...drain(5, 1, { from: 100 })], 105 * DAY)).toEqual({
      outlook: "too_few",
      ends_at: null,
      changed_at: 100 * DAY,
    });
  });

  test("takes no warm afternoon for new batteries: a level that comes back for a day", () => {
    const readings = drain(70, 0.9).map((one, day) => (day === 50 ? { ...one, level: 4, percent: 70 } : one));
    expect(forecastBattery(readings, 70 * DAY)).toMatchObject({ outlook: "ends", changed_at: null });
  });

  test("takes a level that comes back and stays for new batteries", () => {
    const readings = [...drain(60, 0.4), ...drain(20, 0.4, { from: 60 })];
    expect(forecastBattery(readings, 80 * DAY).changed_at).toBe(60 * DAY);
  });

  test("whatever was reported: the answer is a moment from now on, or none", () => {
    const reading = fc.record({ percent: fc.integer({ min: 0, max: 100 }), level: fc.constant(null) });
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 100 }), (some) => {
        const now = some.length * DAY;
        const { outlook, ends_at } = forecastBattery(
          some.map((one, day) => ({ ...one, at: day * DAY })),
          now,
        );
        expect(ends_at === null).toBe(outlook !== "ends");
        if (ends_at !== null) expect(ends_at).toBeGreaterThanOrEqual(now);
      }),
    );
  });
});
