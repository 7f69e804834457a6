import { expect, test } from "vitest";
import { isAsPredicted, liveThrough, YEARS } from "./year.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The whole years are the soak's; here is as much of each as holds a few hundred refreshes. */
const WATCHED: Readonly<Record<string, number>> = {
  "30 s": HOUR,
  "15 min": 2 * DAY,
  "1 h": 7 * DAY,
  "30 min, by a login": 4 * DAY,
  "not stated": 7 * DAY,
  "7 d, dead after 24 h idle": 90 * DAY,
};

test.each(YEARS)(
  "a token of $name lives on without a sign-in, and is refreshed as planned",
  async (plan) => {
    const result = await liveThrough(plan, 11, WATCHED[plan.name] ?? plan.lastsMs);
    expect(result.neededSignIns).toBe(0);
    expect(result, JSON.stringify(result)).toSatisfy(isAsPredicted);
  },
  60_000,
);
