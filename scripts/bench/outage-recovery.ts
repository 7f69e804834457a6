import { outage } from "../../test/simulation/outage.ts";
import type { Figure } from "./figure.ts";

const SEEDS = 10;
const ACCOUNTS = 50;
const MINUTE = 60_000;

/** How long locks stay away after the cloud is back: the real poller in simulated time, the worst of some outages. */
export async function outageRecovery(): Promise<Figure[]> {
  return [
    await worst("2.4 min", 2.4 * MINUTE, 30),
    await worst("14 min", 14 * MINUTE, 30),
    await worst("1 h", 60 * MINUTE, 125),
  ];
}

async function worst(name: string, lengthMs: number, atMost: number): Promise<Figure> {
  let backAfterMs = 0;
  let queriesInASecond = 0;
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const recovery = await outage({ accounts: ACCOUNTS, lengthMs, seed });
    backAfterMs = Math.max(backAfterMs, recovery.backAfterMs);
    queriesInASecond = Math.max(queriesInASecond, recovery.queriesInASecond);
  }
  return {
    name: `back after an outage of ${name}`,
    value: backAfterMs / 1000,
    unit: "s",
    goal: { atMost },
    note: `the last of ${ACCOUNTS} accounts, the worst of ${SEEDS} outages; at most ${queriesInASecond} queries in a second`,
  };
}
