import { isAsPlanned, liveThroughMonth, MONTHS } from "../../test/simulation/logins/month.ts";
import { add } from "./figures.ts";
import type { Figures, Share } from "./figures.ts";

/** A simulated month with each cloud that has a login. */
export const LOGIN_MONTHS = MONTHS.length;

export async function loginMonths({ runs, seed, share, shares }: Share): Promise<Figures> {
  const counts: Record<string, number> = {};
  const failures: string[] = [];
  for (const [number, plan] of MONTHS.slice(0, runs).entries()) {
    if (number % shares !== share) continue;
    const month = `a month of ${plan.name}, seed ${seed}`;
    const result = await liveThroughMonth(plan, seed);
    const { logins, requests, outages, boots } = result;
    add(counts, {
      months: 1,
      logins,
      planned: Math.round(result.predicted),
      "swallowed by outages": result.inVain,
      requests,
      "with a dead token": result.withDeadToken,
      "sign-ins asked": result.signInsAsked,
      outages,
      boots,
    });
    if (result.signInsAsked > 0) failures.push(`${month}: ${result.signInsAsked} times a person was asked to act`);
    if (result.withDeadToken > 0) failures.push(`${month}: ${result.withDeadToken} requests with a dead token`);
    if (!isAsPlanned(result)) failures.push(`${month}: ${logins} logins instead of ${result.predicted}`);
  }
  return { counts, failures };
}
