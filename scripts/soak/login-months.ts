import { isAsPlanned, liveThroughMonth, MONTHS } from "../../test/simulation/logins/month.ts";

/** A simulated month with each cloud that has a login. */
export const LOGIN_MONTHS = MONTHS.length;

export interface MonthFigures {
  readonly counts: Readonly<Record<string, number>>;
  readonly failures: readonly string[];
}

/** The months whose number leaves the remainder `share` when divided by `shares`. */
export async function loginMonths({
  runs,
  seed,
  share,
  shares,
}: {
  readonly runs: number;
  readonly seed: number;
  readonly share: number;
  readonly shares: number;
}): Promise<MonthFigures> {
  const counts = {
    months: 0,
    logins: 0,
    planned: 0,
    "swallowed by outages": 0,
    requests: 0,
    "with a dead token": 0,
    "sign-ins asked": 0,
    outages: 0,
    boots: 0,
  };
  const failures: string[] = [];
  for (const [number, plan] of MONTHS.slice(0, runs).entries()) {
    if (number % shares !== share) continue;
    const month = `a month of ${plan.name}, seed ${seed}`;
    const result = await liveThroughMonth(plan, seed);
    counts.months += 1;
    counts.logins += result.logins;
    counts.planned += Math.round(result.predicted);
    counts["swallowed by outages"] += result.inVain;
    counts.requests += result.requests;
    counts["with a dead token"] += result.withDeadToken;
    counts["sign-ins asked"] += result.signInsAsked;
    counts.outages += result.outages;
    counts.boots += result.boots;
    if (result.signInsAsked > 0) failures.push(`${month}: ${result.signInsAsked} times a person was asked to act`);
    if (result.withDeadToken > 0) failures.push(`${month}: ${result.withDeadToken} requests with a dead token`);
    if (!isAsPlanned(result)) failures.push(`${month}: ${result.logins} logins instead of ${result.predicted}`);
  }
  return { counts, failures };
}
