import { yotoProvider } from "../../../src/keeper/providers/yoto.ts";
import { YOTO_CLIENT_ID, yotoCloud } from "../../../src/simulator/yoto/yoto-cloud.ts";
import type { YotoControl } from "../../../src/simulator/yoto/yoto-control.ts";
import { SeededRandom } from "../chance.ts";
import { SimulatedGateway, WorldTime } from "../gateway.ts";
import { memoryFetch } from "../memory-fetch.ts";
import { predict } from "../tokens/year.ts";
import type { Period } from "../tokens/year.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 1, 7);
const BASE = "https://yoto.test";

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
  const time = new WorldTime(START);
  const { control, ...cloud } = yotoCloud({ clock: time, random, url: () => BASE });
  const fetch = memoryFetch({ ...cloud, clock: time });
  const gateway = new SimulatedGateway({ provider: yotoProvider({ yotoUrl: BASE }), random, fetch, time });
  try {
    const id = await signIn(gateway, control);
    const periods: Period[] = [];
    let signInsAsked = 0;
    let requests = 0;
    let refused = 0;
    const ask = async (): Promise<void> => {
      requests++;
      const answer = gateway.keeper
        .getToken(id)
        .then(({ value }) => fetch(`${BASE}/content/mine`, { headers: { authorization: `Bearer ${value}` } }))
        .catch(() => null);
      // Who waits for a refresh waits for its answer.
      await gateway.pass(1000);
      if ((await answer)?.status !== 200) refused++;
      if (gateway.keeper.accounts()[0]?.status === "sign_in_needed") signInsAsked++;
    };
    for (let day = 0; day < days; day++) {
      const onMs = (14 + 3 * random.fraction()) * HOUR;
      const offMs = DAY - onMs;
      periods.push({ onMs, offMs });
      const sleepsAt = time.now() + onMs;
      await ask();
      // Most days nobody plays for hours on end.
      for (let left = onMs; left > 0; left = sleepsAt - time.now()) {
        await gateway.pass(Math.min(left, (1 + 4 * random.fraction()) * HOUR));
        if (time.now() < sleepsAt - MINUTE) await ask();
      }
      await gateway.off(offMs);
    }
    await ask();
    const { refresh_token: outcomes = {} } = control.counters().token;
    const { ok: refreshes = 0, ...others } = outcomes;
    const inVain = Object.values(others).reduce((sum, times) => sum + times, 0);
    const plan = { lifeMs: DAY, provider: { idleIntervalMs: DAY / 2 } };
    const predicted = predict(plan, periods, random);
    return { refreshes, predicted, signInsAsked, requests, refused, inVain, boots: gateway.boots };
  } finally {
    gateway.remove();
  }
}

/** By a code that somebody enters a minute later. */
async function signIn(gateway: SimulatedGateway, control: YotoControl): Promise<string> {
  const { id } = gateway.keeper.addAccount({ provider: "yoto", name: "Player", client_id: YOTO_CLIENT_ID });
  const beginning = gateway.keeper.beginDeviceCode(id);
  await gateway.pass(MINUTE);
  const { device_code } = await beginning;
  control.enter(device_code?.user_code ?? "");
  await gateway.pass(MINUTE);
  if (gateway.keeper.accounts()[0]?.status !== "fresh") throw new Error("The code brought no sign-in.");
  return id;
}
