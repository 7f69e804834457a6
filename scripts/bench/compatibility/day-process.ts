/**
 * The port for uteclocal's integrations, with the poller and a cloud without a network, in a time that passes by order: a
 * line with a number lets so many milliseconds pass, `held` has the memory told. Says first where it listens, and the ids
 * of its locks.
 *
 *     node --expose-gc day-process.js <locks>
 */
import process from "node:process";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { PRIVATE_NETWORKS } from "../../../src/incoming/networks.ts";
import type { AccountDesk } from "../../../src/keeper/account.ts";
import { LogSink } from "../../../src/log-sink.ts";
import { Secrets } from "../../../src/log.ts";
import { manyHomes } from "../../../src/simulator/devices/many-homes.ts";
import { LivePicture } from "../../../src/state/live-picture.ts";
import { UtecClient } from "../../../src/utec/cloud/client.ts";
import { Commands } from "../../../src/utec/commands/commands.ts";
import { Poller } from "../../../src/utec/polling/poller.ts";
import { UteclocalServer } from "../../../src/uteclocal/server.ts";
import { ManualClock } from "../../../test/clock.ts";
import { SeededRandom } from "../../../test/simulation/chance.ts";
import { MemoryCloud } from "../../../test/simulation/memory-cloud.ts";
import { aGateway, anAccount } from "../../../test/state/models.ts";
import { memoryOf } from "../memory/memory.ts";
import type { Held } from "./polling-day.ts";

const SETTLE_MS = 500;

const clock = new ManualClock();
const random = new SeededRandom(20_261_121);
const secrets = new Secrets();
const sink = new LogSink({ level: "info", secrets, format: "text", write: () => {} });
const { log } = sink;
const homes = manyHomes(Number(process.argv[2]));
const cloud = new MemoryCloud({ clock, random, homes });
const { tokens, transport } = cloud;
const picture = new LivePicture(aGateway());
const client = new UtecClient({
  actionUrl: () => "http://cloud.test/action",
  tokens,
  transport,
  secrets,
  clock,
  random,
});
const poller = new Poller({ client, picture, clock, random: () => random.fraction(), log });
const commands = new Commands({ client, poller, picture, clock, random, log });
const server = new UteclocalServer({
  settings: {
    compatibility: true,
    compatibilityHost: "127.0.0.1",
    compatibilityPort: 0,
    compatibilityNetworks: PRIVATE_NETWORKS,
    pollIntervalMs: 30_000,
    mode: "addon",
    host: "127.0.0.1",
    oauthUrl: null,
    apiUrl: null,
  },
  picture,
  // Nobody signs in here.
  accounts: {} as AccountDesk,
  commands,
  poller,
  pagePort: 0,
  sink,
  clock,
  random,
  secrets,
  log,
});

picture.update({ accounts: homes.users.map(({ id, first_name }) => anAccount({ id, name: first_name })) });
poller.start();
await pass(60_000);
say({ port: await server.start(), ids: picture.devices().map(({ id }) => id) });
for await (const line of createInterface({ input: process.stdin })) {
  if (line === "held") {
    say(await held());
  } else {
    await pass(Number(line));
    say({});
  }
}
process.exit();

/** From timer to timer, with room for what each of them sets off. */
async function pass(ms: number): Promise<void> {
  const end = clock.monotonic() + ms;
  while ((clock.nextIn ?? Infinity) <= end - clock.monotonic()) {
    clock.advance(clock.nextIn ?? 0);
    await new Promise(setImmediate);
  }
  clock.advance(end - clock.monotonic());
}

async function held(): Promise<Held> {
  cloud.forget();
  await delay(SETTLE_MS);
  await gc?.({ execution: "async" });
  await gc?.({ execution: "async" });
  const { anonymous } = await memoryOf(process.pid);
  return { heap: process.memoryUsage().heapUsed / 2 ** 20, anonymous };
}

function say(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}
