import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DOOR_HISTORY_STATES } from "../../../src/history/history-models.ts";
import type { DoorSpan, TokenMark } from "../../../src/history/history-models.ts";
import { DAYS, lastDays, partsOf } from "../../../ui/src/parts/ribbons/days.ts";
import { doorDays } from "../../../ui/src/parts/ribbons/door-days.ts";
import { tokenDays } from "../../../ui/src/parts/ribbons/token-days.ts";

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 21, 12);

function span(at: number, state: DoorSpan["state"], cause: DoorSpan["cause"] = "poll"): DoorSpan {
  return { at, state, cause, by: null };
}

function mark(at: number, kind: TokenMark["kind"], until: number | null = null): TokenMark {
  return { kind, at, until, count: 1, code: null };
}

describe("the days", () => {
  test("are thirty, follow each other without a gap, and the last one is today", () => {
    const days = lastDays(NOW);
    expect(days).toHaveLength(DAYS);
    for (const [at, day] of days.entries()) expect(day.from).toBe(days[at - 1]?.to ?? day.from);
    const today = days.at(-1);
    expect((today?.from ?? 0) <= NOW && NOW < (today?.to ?? 0)).toBe(true);
    expect(today?.key).toBe("2026-11-21");
  });

  test("of 25 hours are cut into parts that fill them, and nothing is drawn of what is still to come", () => {
    const day = { key: "", from: 0, to: 25 * HOUR };
    expect(partsOf(day, 30 * HOUR).at(-1)?.to).toBe(25 * HOUR);
    expect(partsOf(day, 5 * HOUR).at(-1)?.to).toBe(5 * HOUR);
    expect(partsOf(day, 0)).toEqual([]);
  });
});

describe("a door", () => {
  test("that was open for minutes of a locked morning is mostly locked, and stands out", () => {
    const day = { key: "", from: 0, to: 24 * HOUR };
    const spans = [span(0, "locked", null), span(HOUR, "open"), span(1.1 * HOUR, "locked")];
    const [found] = doorDays(spans, [day], 24 * HOUR);
    expect(found?.parts[0]).toEqual({ mostly: "locked", worst: "open" });
    expect(found?.parts[1]).toEqual({ mostly: "locked", worst: "locked" });
    expect(found?.changes.map(({ state }) => state)).toEqual(["open", "locked"]);
  });

  test("whatever it went through: each day adds up to all that there was of it", () => {
    const days = lastDays(NOW);
    const begin = days[0]?.from ?? 0;
    const some = fc.array(fc.tuple(fc.integer({ min: begin, max: NOW - 1 }), fc.constantFrom(...DOOR_HISTORY_STATES)), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(some, (changes) => {
        const sorted = changes.toSorted(([a], [b]) => a - b).map(([at, state]) => span(at, state));
        for (const { day, spent } of doorDays([span(begin, "locked", null), ...sorted], days, NOW)) {
          const all = [...spent.values()].reduce((sum, ms) => sum + ms, 0);
          expect(all).toBe(Math.min(day.to, NOW) - day.from);
        }
      }),
    );
  });
});

describe("a token", () => {
  const days = [
    { key: "one", from: 0, to: 24 * HOUR },
    { key: "two", from: 24 * HOUR, to: 48 * HOUR },
  ];

  test("shows an outage over midnight as one block on both days", () => {
    const outage = mark(22 * HOUR, "retried", 26 * HOUR);
    const [one, two] = tokenDays([mark(HOUR, "refreshed"), outage], [], days, 48 * HOUR);
    expect(one?.parts).toEqual(["refreshed", "quiet", "quiet", "quiet", "quiet", "quiet", "quiet", "retried"]);
    expect(two?.parts[0]).toBe("retried");
    expect([one?.outages.length, two?.outages.length, two?.refreshes]).toEqual([1, 1, 0]);
  });

  test("has no line while nobody was signed in, nor while the gateway did not run", () => {
    const marks = [mark(6 * HOUR, "signed_out"), mark(12.5 * HOUR, "signed_in")];
    const [one, two] = tokenDays(marks, [{ from: 24 * HOUR, to: 48 * HOUR }], days, 48 * HOUR);
    expect(one?.parts.slice(0, 5)).toEqual(["quiet", "quiet", "signed_out", "none", "signed_in"]);
    expect(new Set(two?.parts)).toEqual(new Set(["none"]));
  });

  test("that still cannot be refreshed is drawn until now", () => {
    const [, two] = tokenDays([mark(20 * HOUR, "failed")], [], days, 30 * HOUR);
    expect(two?.parts).toEqual(["failed", "failed"]);
  });
});
