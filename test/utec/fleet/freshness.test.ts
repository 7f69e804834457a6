import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  freshnessOf,
  hasMainState,
  isAvailable,
  limitsOf,
  troubleOf,
  turnsAt,
} from "../../../src/utec/fleet/freshness.ts";
import type { Circumstances } from "../../../src/utec/fleet/freshness.ts";
import { aDevice } from "../../state/models.ts";

const MINUTE = 60_000;
const RULES = { staleAfterPolls: 3, unavailableAfterMs: 15 * MINUTE };
const LIMITS = limitsOf(30_000, RULES);

describe("the freshness of a main state", () => {
  test.each([
    [null, "unknown"],
    [0, "fresh"],
    [89_999, "fresh"],
    [90_000, "stale"],
    [15 * MINUTE - 1, "stale"],
    [15 * MINUTE, "expired"],
  ] as const)("at the age of %s ms is %s, with a poll each 30 s and the usual rules", (age, freshness) => {
    expect(freshnessOf(age, LIMITS)).toBe(freshness);
  });

  test("allows for the slow polls beside a push channel, and expires no state before it is stale", () => {
    const slow = limitsOf(5 * MINUTE, RULES);
    expect(freshnessOf(14 * MINUTE, slow)).toBe("fresh");
    expect(freshnessOf(15 * MINUTE, slow)).toBe("expired");
    expect(limitsOf(10 * MINUTE, RULES)).toEqual({ staleMs: 30 * MINUTE, expiredMs: 30 * MINUTE });
  });

  test("changes exactly when announced, and not before", () => {
    fc.assert(
      fc.property(
        fc.nat(3_600_000),
        fc.integer({ min: 10, max: 600 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 1440 }),
        (age, interval, staleAfterPolls, minutes) => {
          const limits = limitsOf(interval * 1000, { staleAfterPolls, unavailableAfterMs: minutes * MINUTE });
          const turn = turnsAt(age, limits);
          if (turn === null) return freshnessOf(age, limits) === "expired";
          const now = freshnessOf(age, limits);
          return turn > age && freshnessOf(turn - 1, limits) === now && freshnessOf(turn, limits) !== now;
        },
      ),
    );
    expect(turnsAt(null, LIMITS)).toBeNull();
  });
});

test("a device is unavailable when it is offline or its state expired, not when it is stale or was never reported", () => {
  expect([isAvailable(true, "fresh"), isAvailable(true, "stale"), isAvailable(null, "unknown")]).toEqual([
    true,
    true,
    true,
  ]);
  expect([isAvailable(false, "fresh"), isAvailable(true, "expired")]).toEqual([false, false]);
});

describe("the trouble of a device", () => {
  const WELL: Circumstances = { signedIn: true, cloudAnswers: true, online: true, missing: false, unreported: false };
  const ALL: Circumstances = { signedIn: false, cloudAnswers: false, online: false, missing: true, unreported: true };

  test("is none when all is well, even before anything was reported", () => {
    expect(troubleOf(WELL)).toBeNull();
    expect(troubleOf({ ...WELL, online: null })).toBeNull();
  });

  test("is the most important one, one after the other", () => {
    const gone: Partial<Circumstances>[] = [
      { signedIn: true },
      { cloudAnswers: true },
      { online: true },
      { missing: false },
      { unreported: false },
    ];
    const troubles = gone.map((_, index) => troubleOf(Object.assign({}, ALL, ...gone.slice(0, index))));
    expect(troubles).toEqual(["sign_in_needed", "cloud_unreachable", "offline", "missing", "not_reported"]);
  });
});

test("locks and devices with a switch have a main state, unknown devices have none", () => {
  expect(hasMainState(aDevice())).toBe(true);
  expect(hasMainState(aDevice({ kind: "light", lock_state: null, switch_state: "unknown" }))).toBe(true);
  expect(hasMainState(aDevice({ kind: "unknown", lock_state: null }))).toBe(false);
});
