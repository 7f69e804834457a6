import { describe, expect, it } from "vitest";
import { outage } from "./outage.ts";

const MINUTE = 60_000;

describe("after an outage of the cloud", () => {
  it.each([0.5, 1, 2.4, 5, 10, 14])("of %d minutes every lock is back within 30 s of its return", async (minutes) => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const { backAfterMs } = await outage({ accounts: 3, lengthMs: minutes * MINUTE, seed });
      expect(backAfterMs, `seed ${seed}`).toBeLessThanOrEqual(30_000);
    }
  });

  it.each([20, 60, 600])("of %d minutes every lock is back within 2 minutes and a little", async (minutes) => {
    for (let seed = 1; seed <= 3; seed += 1) {
      const { backAfterMs } = await outage({ accounts: 3, lengthMs: minutes * MINUTE, seed });
      expect(backAfterMs, `seed ${seed}`).toBeLessThanOrEqual(125_000);
    }
  });

  it.each([2.4, 60])("of %d minutes 50 accounts do not come back in lockstep", async (minutes) => {
    const { backAfterMs, queriesInASecond } = await outage({ accounts: 50, lengthMs: minutes * MINUTE, seed: 7 });
    expect(backAfterMs).toBeLessThanOrEqual(minutes < 15 ? 30_000 : 125_000);
    expect(queriesInASecond).toBeLessThanOrEqual(12);
  });
});
