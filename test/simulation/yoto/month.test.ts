import { expect, test } from "vitest";
import { isAsPredicted } from "../tokens/year.ts";
import { yotoMonth } from "./month.ts";

/** More of them are the soak's (`npm run soak -- month`). */
test.each([7, 8, 9])(
  "a month of Yoto with the machine off at night: one sign-in, calls as planned, no dead token (seed %i)",
  async (seed) => {
    const result = await yotoMonth(seed);
    expect(result).toMatchObject({ signInsAsked: 0, refused: 0, inVain: 0, boots: 31 });
    expect(result.requests).toBeGreaterThan(100);
    expect(result.refreshes).toBeGreaterThan(30);
    expect(result, JSON.stringify(result)).toSatisfy(isAsPredicted);
  },
);
