import { LogSink } from "../../src/log-sink.ts";
import { Secrets } from "../../src/log.ts";
import { manyHomes } from "../../src/simulator/devices/many-homes.ts";
import { LivePicture } from "../../src/state/live-picture.ts";
import { UtecClient } from "../../src/utec/cloud/client.ts";
import { Poller } from "../../src/utec/polling/poller.ts";
import { ManualClock } from "../clock.ts";
import { aGateway, anAccount } from "../state/models.ts";
import { SeededRandom } from "./chance.ts";
import { MemoryCloud } from "./memory-cloud.ts";

export interface Outage {
  readonly accounts: number;
  readonly lengthMs: number;
  readonly seed: number;
}

export interface Recovery {
  /** From the cloud's return until the last lock was confirmed anew. */
  readonly backAfterMs: number;
  /** The most queries that reached the cloud within one second of its return. */
  readonly queriesInASecond: number;
}

const STEP_MS = 100;
const LONGEST_MS = 10 * 60_000;

/** Lives through an outage of the cloud, in a time that passes by itself: the real poller, one lock in each account. */
export async function outage({ accounts, lengthMs, seed }: Outage): Promise<Recovery> {
  const clock = new ManualClock();
  const random = new SeededRandom(seed);
  const homes = manyHomes(accounts, accounts);
  const picture = new LivePicture(aGateway());
  const cloud = new MemoryCloud({ clock, random, homes });
  const secrets = new Secrets();
  const { log } = new LogSink({ level: "fatal", secrets, format: "text", write: () => {} });
  const { tokens, transport } = cloud;
  const client = new UtecClient({
    actionUrl: () => "http://cloud.test/action",
    tokens,
    transport,
    secrets,
    clock,
    random,
  });
  const poller = new Poller({ client, picture, clock, random: () => random.fraction(), log });
  const pass = async (ms: number): Promise<void> => {
    const end = clock.monotonic() + ms;
    while ((clock.nextIn ?? Infinity) <= end - clock.monotonic()) {
      clock.advance(clock.nextIn ?? 0);
      await new Promise(setImmediate);
    }
    clock.advance(end - clock.monotonic());
  };
  const queries = (): number =>
    Object.entries(cloud.control.counters().actions)
      .filter(([name]) => name === "Uhome.Device/Query")
      .reduce((sum, [, outcomes]) => sum + Object.values(outcomes).reduce((all, times) => all + times, 0), 0);

  try {
    poller.start();
    picture.update({ accounts: homes.users.map(({ id, first_name }) => anAccount({ id, name: first_name })) });
    await pass(2 * 60_000);
    cloud.control.set({ outage: true });
    await pass(lengthMs);
    cloud.control.set({ outage: false });
    const back = clock.now();
    const isBack = (): boolean => picture.devices().every(({ confirmed_at }) => (confirmed_at ?? 0) > back);
    const counts = [queries()];
    while (!isBack() && clock.now() - back < LONGEST_MS) {
      await pass(STEP_MS);
      counts.push(queries());
    }
    const inASecond = counts.map((count, index) => count - (counts[Math.max(0, index - 1000 / STEP_MS)] ?? 0));
    return { backAfterMs: clock.now() - back, queriesInASecond: Math.max(...inASecond) };
  } finally {
    poller.stop();
    cloud.close();
  }
}
