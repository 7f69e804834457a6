import { expect, test } from "vitest";
import { limitsOf } from "../../../src/utec/fleet/freshness.ts";
import { StateAges } from "../../../src/utec/fleet/state-ages.ts";
import { ManualClock } from "../../clock.ts";

const RULES = { staleAfterPolls: 3, unavailableAfterMs: 15 * 60_000 };

interface Watched {
  readonly clock: ManualClock;
  readonly ages: StateAges;
  /** Seconds at which a state turned, and at which it was noticed that the machine had slept. */
  readonly turns: number[];
  readonly wakes: number[];
  pollIntervalMs: number;
}

function watch(): Watched {
  const clock = new ManualClock();
  const turns: number[] = [];
  const wakes: number[] = [];
  const second = (): number => clock.monotonic() / 1000;
  const watched: Watched = {
    clock,
    turns,
    wakes,
    pollIntervalMs: 30_000,
    ages: new StateAges({
      clock,
      limitsOf: () => limitsOf(watched.pollIntervalMs, RULES),
      onTurn: () => turns.push(second()),
      onWake: () => wakes.push(second()),
    }),
  };
  return watched;
}

test("a state that is not renewed becomes stale and expires at its own moments, and then no timer is left", () => {
  const { clock, ages, turns } = watch();
  ages.said(["a"]);
  clock.advance(10_000);
  ages.said(["b"]);
  clock.advance(3_600_000);
  expect(turns).toEqual([90, 100, 900, 910]);
  expect(clock.armed).toBe(0);
  expect(ages.reading()("a")).toBe(3_610_000);
  expect(ages.reading()("never heard of")).toBeNull();
});

test("however many devices there are, there is one timer, and it never waits long enough to miss a wake", () => {
  const { clock, ages } = watch();
  for (let minute = 0; minute < 10; minute += 1) {
    ages.said(Array.from({ length: 500 }, (_, index) => `lock ${index}`));
    expect(clock.armed).toBe(1);
    expect(clock.nextIn).toBeLessThanOrEqual(5000);
    clock.advance(60_000);
  }
});

test("a state that is renewed in time never becomes stale", () => {
  const { clock, ages } = watch();
  ages.said(["a"]);
  for (let poll = 0; poll < 100; poll += 1) {
    clock.advance(30_000);
    expect(ages.reading()("a")).toBe(30_000);
    ages.said(["a"]);
  }
});

test("a machine that slept shows its states as old within 5 s of waking, and reports the sleep once", () => {
  const { clock, ages, turns, wakes } = watch();
  ages.said(["a"]);
  clock.advance(12_000);
  clock.sleep(8 * 3_600_000);
  clock.advance(3000);
  expect(turns).toEqual([15]);
  expect(wakes).toEqual([15]);
  expect(ages.reading()("a")).toBe(8 * 3_600_000 + 15_000);
  clock.advance(3_600_000);
  expect(wakes).toEqual([15]);
});

test.each([24, -24])("setting the clock by %i h makes no state older or newer", (hours) => {
  const { clock, ages, turns, wakes } = watch();
  ages.said(["a"]);
  clock.jump(hours * 3_600_000);
  clock.advance(60_000);
  expect(ages.reading()("a")).toBe(60_000);
  expect([turns, wakes]).toEqual([[], []]);
  clock.advance(30_000);
  expect(turns).toEqual([90]);
});

test("changed limits count at once", () => {
  const watched = watch();
  watched.pollIntervalMs = 300_000;
  watched.ages.said(["a"]);
  watched.clock.advance(60_000);
  watched.pollIntervalMs = 30_000;
  watched.ages.limitsChanged();
  watched.clock.advance(30_000);
  expect(watched.turns).toEqual([90]);
});

test("a limit of months needs no timer of months", () => {
  const watched = watch();
  watched.pollIntervalMs = 90 * 24 * 3_600_000;
  watched.ages.said(["a"]);
  expect(watched.clock.nextIn).toBe(5000);
});

test("after stop no timer is left", () => {
  const { clock, ages } = watch();
  ages.said(["a"]);
  ages.stop();
  expect(clock.armed).toBe(0);
});

test("what was reported to an earlier run is stale at best until it is reported again, and expires when it would have", () => {
  const { clock, ages, turns } = watch();
  ages.restore(
    new Map([
      ["a", 10_000],
      ["nobody can say", Infinity],
    ]),
  );
  expect(ages.reading()("a")).toBe(90_000);
  expect(ages.reading()("nobody can say")).toBe(Infinity);
  clock.advance(3_600_000);
  expect(turns).toEqual([890]);
  ages.said(["a"]);
  expect(ages.reading()("a")).toBe(0);
});

test("where nothing is ever stale before it is expired, what was reported to an earlier run counts by its age", () => {
  const watched = watch();
  watched.pollIntervalMs = 300_000;
  const { clock, ages, turns } = watched;
  ages.restore(new Map([["a", 10_000]]));
  expect(ages.reading()("a")).toBe(10_000);
  clock.advance(3_600_000);
  expect(turns).toEqual([890]);
});
