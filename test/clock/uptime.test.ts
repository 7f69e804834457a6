import { expect, test } from "vitest";
import { Uptime } from "../../src/clock/uptime.ts";
import { ManualClock } from "../clock.ts";

const HOUR = 3_600_000;

/** The uptime, and how often the system was asked for it. */
function anUptime(): { clock: ManualClock; uptime: Uptime; asked: () => number } {
  const clock = new ManualClock();
  let asked = 0;
  const uptime = new Uptime({
    wall: () => clock.now(),
    monotonic: () => clock.monotonic(),
    system: () => {
      asked++;
      return clock.uptime();
    },
  });
  return { clock, uptime, asked: () => asked };
}

test("an hour of readings asks the system a few times", () => {
  const { clock, uptime, asked } = anUptime();
  for (let passed = 0; passed < HOUR; passed += 1200) {
    expect(uptime.now()).toBe(clock.uptime());
    clock.advance(1200);
  }
  expect(asked()).toBeLessThanOrEqual(6);
});

test("a sleep counts at once, however short or long", () => {
  const { clock, uptime } = anUptime();
  for (const slept of [300, 1000, 90_000, 8 * HOUR]) {
    uptime.now();
    clock.advance(1000);
    clock.sleep(slept);
    expect(uptime.now()).toBe(clock.uptime());
  }
});

test("somebody who sets the time does not change it", () => {
  const { clock, uptime } = anUptime();
  for (const by of [-HOUR, HOUR, 40 * 365 * 24 * HOUR]) {
    clock.jump(by);
    clock.advance(5000);
    expect(uptime.now()).toBe(clock.uptime());
  }
});

test("a sleep that the wall clock hides is noticed within ten minutes", () => {
  const { clock, uptime } = anUptime();
  uptime.now();
  clock.sleep(HOUR);
  clock.jump(-HOUR);
  clock.advance(10 * 60_000 + 1);
  expect(uptime.now()).toBe(clock.uptime());
});

test("a wall clock that is slewed asks nothing of the system", () => {
  const { clock, uptime, asked } = anUptime();
  for (let step = 0; step < 400; step++) {
    uptime.now();
    clock.advance(1000);
    clock.jump(1);
  }
  expect(asked()).toBe(1);
});

test("the machine's own uptime goes on from what the system says", async () => {
  const { uptime: system } = await import("node:os");
  expect(Math.abs(new Uptime().now() - system() * 1000)).toBeLessThan(1000);
});
