import { YOTO_CLIENT_ID } from "../../../src/simulator/yoto/yoto-cloud.ts";
import { SeededRandom } from "../chance.ts";
import { predict } from "../tokens/year.ts";
import type { Period } from "../tokens/year.ts";
import { YotoHome } from "./home.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 1, 7);

export const MONTH_DAYS = 30;

export interface YotoMonthResult {
  readonly refreshes: number;
  /** What the published plan makes of the same nights. */
  readonly predicted: number;
  /** Beyond the first. */
  readonly signInsAsked: number;
  /** To the API, and how many of them it refused. */
  readonly requests: number;
  readonly refused: number;
  /** Calls to the token endpoint that brought no token. */
  readonly inVain: number;
  readonly boots: number;
}

/** A home that is signed in once, by a code, plays now and then, and switches its machine off every night. */
export async function yotoMonth(seed: number, days = MONTH_DAYS): Promise<YotoMonthResult> {
  const random = new SeededRandom(seed);
  const home = new YotoHome(START, random);
  try {
    const id = await signIn(home);
    const periods: Period[] = [];
    let signInsAsked = 0;
    let requests = 0;
    let refused = 0;
    const ask = async (): Promise<void> => {
      requests++;
      const token = home.keeper.getToken(id);
      // Who waits for a refresh waits for its answer.
      await home.pass(1000);
      const status = await token.then(({ value }) => home.read(value)).catch(() => 0);
      if (status !== 200) refused++;
      if (home.keeper.accounts()[0]?.status === "sign_in_needed") signInsAsked++;
    };
    for (let day = 0; day < days; day++) {
      const onMs = (14 + 3 * random.fraction()) * HOUR;
      const offMs = DAY - onMs;
      periods.push({ onMs, offMs });
      const sleepsAt = home.now() + onMs;
      await ask();
      // Most days nobody plays for hours on end.
      for (let left = onMs; left > 0; left = sleepsAt - home.now()) {
        await home.pass(Math.min(left, (1 + 4 * random.fraction()) * HOUR));
        if (home.now() < sleepsAt - MINUTE) await ask();
      }
      await home.off(offMs);
    }
    await ask();
    const { refresh_token: outcomes = {} } = home.control.counters().token;
    const { ok: refreshes = 0, ...others } = outcomes;
    const inVain = Object.values(others).reduce((sum, times) => sum + times, 0);
    const plan = { lifeMs: DAY, provider: { idleIntervalMs: DAY / 2 } };
    const predicted = predict(plan, periods, random);
    return { refreshes, predicted, signInsAsked, requests, refused, inVain, boots: home.boots };
  } finally {
    home.remove();
  }
}

/** By a code that somebody enters a minute later. */
async function signIn(home: YotoHome): Promise<string> {
  const { id } = home.keeper.addAccount({ provider: "yoto", name: "Player", client_id: YOTO_CLIENT_ID });
  const beginning = home.keeper.beginDeviceCode(id);
  await home.pass(MINUTE);
  const { device_code } = await beginning;
  home.control.enter(device_code?.user_code ?? "");
  await home.pass(MINUTE);
  if (home.keeper.accounts()[0]?.status !== "fresh") throw new Error("The code brought no sign-in.");
  return id;
}
