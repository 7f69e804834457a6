import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { DURATION_BOUNDS_S, FlightMeter } from "../../src/jobs/flight-meter.ts";
import type { GrantReport } from "../../src/keeper/grant/grant-runner.ts";

/** A meter whose flights take as long as they are told to. */
function aMeter(): { meter: FlightMeter; fly: (seconds: number, outcome?: "committed" | "unneeded") => void } {
  let now = 0;
  const meter = new FlightMeter({ ...systemClock, monotonic: () => now });
  const fly = (seconds: number, outcome: "committed" | "unneeded" = "committed"): void => {
    meter.started("home", "refresh");
    now += seconds * 1000;
    const report: GrantReport = { outcome, account_id: "home", generation: 1 };
    meter.ended("home", report);
  };
  return { meter, fly };
}

test("a refresh is in flight until it ends, and is counted by its outcome", () => {
  const { meter, fly } = aMeter();
  meter.started("home", "refresh");
  expect(meter.read("home").inFlight).toBe(true);
  const problem = { code: "cloud_error", message: "", retryable: true } as const;
  meter.ended("home", { outcome: "failed", account_id: "home", problem });
  fly(1);
  fly(1, "unneeded");
  expect(meter.read("home")).toMatchObject({
    inFlight: false,
    outcomes: { committed: 1, failed: 1, broken: 0, unneeded: 1 },
  });
});

test("the buckets hold what took no longer, and nothing that called nobody", () => {
  const { meter, fly } = aMeter();
  for (const seconds of [0.05, 0.3, 90]) fly(seconds);
  fly(1, "unneeded");
  const { buckets, count, sumS } = meter.read("home").duration;
  const upTo = Object.fromEntries(DURATION_BOUNDS_S.map((bound, index) => [bound, buckets[index]]));
  expect(upTo).toMatchObject({ 0.05: 1, 0.25: 1, 0.5: 2, 40: 2 });
  expect([count, sumS]).toEqual([3, expect.closeTo(90.35)]);
});

test("a sign-in waits for a person and is none", () => {
  const { meter } = aMeter();
  meter.started("home", "sign_in");
  meter.ended("home", { outcome: "committed", account_id: "home", generation: 1 });
  expect(meter.read("home")).toEqual(new FlightMeter(systemClock).read("nobody"));
});
