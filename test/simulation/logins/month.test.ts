import { expect, test } from "vitest";
import { isAsPlanned, liveThroughMonth, MONTHS } from "./month.ts";

const DAY = 24 * 3_600_000;

/** The whole months are the soak's (`npm run soak -- month`). */
test.each(MONTHS.map((plan) => [plan.name, plan] as const))(
  "a few days of %s: nobody is asked to sign in, no request bears a dead token, logins come as planned",
  async (_, plan) => {
    const result = await liveThroughMonth(plan, 7, 6 * DAY);
    expect(result).toMatchObject({ signInsAsked: 0, withDeadToken: 0 });
    expect(result.requests).toBeGreaterThan(500);
    expect(result.outages).toBeGreaterThan(0);
    expect(isAsPlanned(result), JSON.stringify(result)).toBe(true);
  },
);
