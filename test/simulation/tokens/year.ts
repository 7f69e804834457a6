import type { Provider } from "../../../src/keeper/providers/provider.ts";
import { SeededRandom } from "../chance.ts";
import { World } from "./world.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A life of the access token, and how long it is watched. */
export interface YearPlan {
  readonly name: string;
  readonly lifeMs: number;
  readonly lifeStated: boolean;
  readonly idleDeathMs: number | null;
  readonly provider?: Partial<Provider>;
  /** By logging in again, so long before the end. */
  readonly loginBufferMs?: number;
  readonly lastsMs: number;
  /** The machine is off now and then: at most so long. */
  readonly longestOffMs: number;
}

const YEAR = 365 * DAY;
const STATED = { lifeStated: true, idleDeathMs: null, lastsMs: YEAR, longestOffMs: 12 * HOUR } as const;

/** Every life that the keeper promises to carry through a year; a life of 30 s is watched for a week. */
export const YEARS: readonly YearPlan[] = [
  { ...STATED, name: "30 s", lifeMs: 30 * SECOND, lastsMs: 7 * DAY },
  { ...STATED, name: "15 min", lifeMs: 15 * MINUTE },
  { ...STATED, name: "1 h", lifeMs: HOUR },
  { ...STATED, name: "6.96 d", lifeMs: 601_200 * SECOND },
  { ...STATED, name: "30 d", lifeMs: 30 * DAY },
  { ...STATED, name: "90 d", lifeMs: 90 * DAY },
  { ...STATED, name: "30 min, by a login", lifeMs: 30 * MINUTE, loginBufferMs: 5 * MINUTE },
  { ...STATED, name: "not stated", lifeMs: HOUR, lifeStated: false },
  {
    ...STATED,
    name: "7 d, dead after 24 h idle",
    lifeMs: 7 * DAY,
    idleDeathMs: DAY,
    provider: { idleIntervalMs: 12 * HOUR },
    // The rest of the day belongs to the interval: no gateway can keep a grant alive that dies while it is off.
    longestOffMs: 11 * HOUR,
  },
];

export interface YearResult {
  readonly refreshes: number;
  /** What the jittered plan predicts for the time that the machine was on. */
  readonly predicted: number;
  /** Beyond the first. */
  readonly neededSignIns: number;
  readonly boots: number;
}

export interface Period {
  readonly onMs: number;
  readonly offMs: number;
}

/** Once in so long the machine is switched off, on average. */
const OFF_EVERY_MS = 5 * DAY;

/**
 * Lets a keeper live through its plan's time, the machine off for random hours.
 * @throws Error that names the promise that was broken
 */
export async function liveThrough(plan: YearPlan, seed: number, lastsMs = plan.lastsMs): Promise<YearResult> {
  const { lifeMs, lifeStated, idleDeathMs } = plan;
  const login = plan.loginBufferMs !== undefined;
  const random = new SeededRandom(seed);
  const world = new World({
    seed,
    rules: { rotates: true, graceMs: 0, reuseKills: true, lifeMs, lifeStated, idleDeathMs, login },
    // Dates are exact by their timers; the guard only catches what these miss, so here it may look less often.
    tickMs: 6 * HOUR,
    ...(plan.provider === undefined ? {} : { provider: plan.provider }),
  });
  try {
    world.addAccount();
    world.signIn();
    await world.pass(SECOND);
    const periods: Period[] = [];
    for (let left = lastsMs; left > 0;) {
      const onMs = Math.min(left, random.fraction() * 2 * OFF_EVERY_MS);
      const offMs = Math.min(left - onMs, random.fraction() * plan.longestOffMs);
      periods.push({ onMs, offMs });
      left -= onMs + offMs;
      await world.pass(onMs);
      if ((await world.tokenWorks()) !== true) throw new Error(`the token does not work: ${world.status}`);
      await world.crash(offMs);
    }
    await world.pass(MINUTE);
    const { refreshes, signIns, boots } = world.counts;
    return { refreshes, predicted: predict(plan, periods, random), neededSignIns: signIns - 1, boots };
  } finally {
    world.remove();
  }
}

/** How often the mean is taken over the plan's own jitter. */
const DRAWS = 20;

/**
 * The refreshes that the published plan makes of these periods: 70-90 % of the life, or a login's time before its end,
 * or the idle interval; late ones at boot.
 */
export function predict(
  plan: Pick<YearPlan, "lifeMs" | "loginBufferMs" | "provider">,
  periods: readonly Period[],
  random: SeededRandom,
): number {
  const { lifeMs, loginBufferMs } = plan;
  const share = (): number =>
    loginBufferMs === undefined ? lifeMs * (0.7 + 0.2 * random.fraction()) : lifeMs - loginBufferMs;
  const cycle = (): number => Math.min(share(), plan.provider?.idleIntervalMs ?? Infinity);
  let refreshes = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    let now = 0;
    let due = cycle();
    for (const { onMs, offMs } of periods) {
      const off = now + onMs;
      for (; due <= off; refreshes++) due += cycle();
      now = off + offMs;
      if (due > now) continue;
      refreshes++;
      due = now + cycle();
    }
  }
  return refreshes / DRAWS;
}

/** Within 5 % of the prediction, or one call where there are few. */
export function isAsPredicted({ refreshes, predicted }: Pick<YearResult, "refreshes" | "predicted">): boolean {
  return Math.abs(refreshes - predicted) <= Math.max(predicted * 0.05, 1.5);
}
