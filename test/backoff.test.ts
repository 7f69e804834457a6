import { describe, expect, test } from "vitest";
import { backoffMs } from "../src/backoff.ts";
import type { Backoff } from "../src/backoff.ts";

const doubling = { grows: "doubling", firstMs: 1000, longestMs: 60_000 } as const;

describe("the pause grows with the failures in a row", () => {
  test.each<[string, Backoff, number[]]>([
    ["twice as long each time, up to the longest", doubling, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]],
    ["evenly, up to the longest", { grows: "evenly", firstMs: 1000, longestMs: 2500 }, [1000, 2000, 2500, 2500]],
    ["in steps, of which the last repeats", { grows: "in_steps", stepsMs: [30, 600, 3600] }, [30, 600, 3600, 3600]],
    ["a first pause above the longest is the longest", { ...doubling, longestMs: 300 }, [300, 300]],
  ])("%s", (_, backoff, pauses) => {
    expect(pauses.map((_pause, index) => backoffMs(backoff, index + 1))).toEqual(pauses);
  });

  test("after failures without end, too", () => {
    expect(backoffMs(doubling, 5000)).toBe(60_000);
  });
});

describe("chance spreads the pause", () => {
  const fractions = [0, 0.5, 0.999];

  test("not at all where nothing is said of it", () => {
    expect(fractions.map((fraction) => backoffMs(doubling, 3, fraction))).toEqual([4000, 4000, 4000]);
  });

  test.each<[string, Omit<Backoff, "grows">, number[]]>([
    ["full jitter", { jitter: { from: 0, to: 1 } }, [0, 2000, 3996]],
    ["full jitter above the least", { jitter: { from: 0, to: 1 }, leastMs: 1000 }, [1000, 2500, 3997]],
    ["the later half", { jitter: { from: 0.5, to: 1 } }, [2000, 3000, 3998]],
    ["around the pause", { jitter: { from: 0.75, to: 1.25 } }, [3000, 4000, 4998]],
    ["no later than the pause", { jitter: { from: 1, to: 0.9 } }, [4000, 3800, 3600.4]],
  ])("%s", (_, spread, pauses) => {
    const spreadPauses = fractions.map((fraction) => backoffMs({ ...doubling, ...spread }, 3, fraction));
    expect(spreadPauses.map((pause) => Math.round(pause * 10) / 10)).toEqual(pauses);
  });

  test("the least is no more than the pause itself", () => {
    const backoff = { ...doubling, longestMs: 300, jitter: { from: 0, to: 1 }, leastMs: 1000 };
    expect(fractions.map((fraction) => backoffMs(backoff, 1, fraction))).toEqual([300, 300, 300]);
  });
});
