import { isAsPredicted } from "../../test/simulation/tokens/year.ts";
import { MONTH_DAYS, yotoMonth } from "../../test/simulation/yoto/month.ts";
import { add } from "./figures.ts";
import type { Figures, Share } from "./figures.ts";

/** Months with the Yoto cloud and a machine that is off at night, each with a seed of its own. */
export async function yotoMonths({ runs, seed, share, shares }: Share): Promise<Figures> {
  const counts: Record<string, number> = {};
  const failures: string[] = [];
  for (let number = share; number < runs; number += shares) {
    const result = await yotoMonth(seed + number);
    const { refreshes, requests, refused, signInsAsked, boots } = result;
    const predicted = Math.round(result.predicted);
    add(counts, { days: MONTH_DAYS, refreshes, predicted, requests, refused, "sign-ins asked": signInsAsked, boots });
    const isWell = signInsAsked === 0 && refused === 0 && isAsPredicted(result);
    if (!isWell) failures.push(`Yoto, seed ${seed + number}: ${JSON.stringify(result)}`);
  }
  return { counts, failures };
}
