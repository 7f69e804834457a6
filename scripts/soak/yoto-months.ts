import { isAsPredicted } from "../../test/simulation/tokens/year.ts";
import { MONTH_DAYS, yotoMonth } from "../../test/simulation/yoto/month.ts";

/** Months with the Yoto cloud and a machine that is off at night, each with a seed of its own. */
export async function yotoMonths({
  runs,
  seed,
  share,
  shares,
}: {
  readonly runs: number;
  readonly seed: number;
  readonly share: number;
  readonly shares: number;
}) {
  const counts = { days: 0, refreshes: 0, predicted: 0, requests: 0, refused: 0, "sign-ins asked": 0, boots: 0 };
  const failures: string[] = [];
  for (let number = share; number < runs; number += shares) {
    const result = await yotoMonth(seed + number);
    counts.days += MONTH_DAYS;
    counts.refreshes += result.refreshes;
    counts.predicted += Math.round(result.predicted);
    counts.requests += result.requests;
    counts.refused += result.refused;
    counts["sign-ins asked"] += result.signInsAsked;
    counts.boots += result.boots;
    const isWell = result.signInsAsked === 0 && result.refused === 0 && isAsPredicted(result);
    if (!isWell) failures.push(`Yoto, seed ${seed + number}: ${JSON.stringify(result)}`);
  }
  return { counts, failures };
}
