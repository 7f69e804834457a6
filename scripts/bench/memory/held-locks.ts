import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { AccountState } from "../../../src/keeper/account.ts";
import { DEMO } from "../../../src/simulator/devices/demo.ts";
import { manyHomes } from "../../../src/simulator/devices/many-homes.ts";
import { FakeHomeAssistant } from "../../../test/home-assistant-link/fake-home-assistant.ts";
import { containerRuntime } from "../../processes/container.ts";
import { freePort } from "../../processes/free-port.ts";
import { BUNDLE, startGateway } from "../../processes/gateway-process.ts";
import type { GatewayProcessOptions } from "../../processes/gateway-process.ts";
import { signInAccount } from "../../processes/sign-in.ts";
import { startCloud } from "../processes/cloud-process.ts";
import type { CloudProcess } from "../processes/cloud-process.ts";
import type { Size } from "../locks/size.ts";
import { memoryOf } from "./memory.ts";
import { percentile } from "../percentile.ts";
import { emptyFolder } from "../empty-folder.ts";
import { bytesWritten } from "../bytes-written.ts";

export interface Held {
  /** MB. */
  readonly resident: number;
  readonly requestsPerMinute: number;
  /** kB written in two minutes in which nothing happens. */
  readonly written: number;
  /** From the start of the process to its "Ready.", with all locks stored: the median, ms. */
  readonly readyMs: number;
}

/** After the first poll, until what the start took has been given back. */
const SETTLE_MS = 60_000;
/** Four polls of each account, as often as people have it by default. */
const COUNTED_MS = 120_000;
/** How often it is started again. */
const RESTARTS = 5;

/** The bundled gateway with this many locks and a Home Assistant, while nobody asks for anything. */
export async function holdLocks(scratch: string, size: Size): Promise<Held> {
  await using running = new AsyncDisposableStack();
  const { users } = manyHomes(size.locks, size.accounts);
  const port = await freePort();
  const flags = ["--locks", String(size.locks), "--users", String(size.accounts)];
  const redirect_uri = `http://127.0.0.1:${port}/oauth/callback`;
  const cloud = running.use(await startCloud(redirect_uri, flags));
  const home = new FakeHomeAssistant();
  await home.start();
  running.defer(() => home.stop());
  const options: GatewayProcessOptions = {
    dataFolder: await emptyFolder(join(scratch, `locks-${size.locks}`)),
    port,
    cloud,
    client: DEMO.client,
    entry: BUNDLE,
    runtime: containerRuntime(),
    environment: { HOME_ASSISTANT_URL: home.url, HOME_ASSISTANT_TOKEN: home.token },
  };
  let gateway = await startGateway(options);
  running.defer(async () => void (await gateway.stop()));

  const { client_id, client_secret } = DEMO.client;
  await signInAccount(gateway, (await gateway.account()).id, users[0]?.id);
  for (const [index, user] of users.entries()) {
    if (index === 0) continue;
    const details = { name: user.last_name, client_id: `${client_id}-${index + 1}`, client_secret, redirect_uri };
    const account = await gateway.post<AccountState>("api/accounts", details);
    await signInAccount(gateway, account.id, user.id);
  }
  const isThere = (devices: readonly { freshness: string }[]): boolean =>
    devices.filter(({ freshness }) => freshness === "fresh").length === size.locks;
  await gateway.waitFor(({ devices }) => isThere(devices), `${size.locks} locks`, 60_000);
  await delay(SETTLE_MS);
  const before = await requests(cloud);
  const writtenBefore = await bytesWritten(gateway.pid);
  await delay(COUNTED_MS);
  const held = {
    requestsPerMinute: ((await requests(cloud)) - before) / (COUNTED_MS / 60_000),
    written: (await bytesWritten(gateway.pid)) - writtenBefore,
    resident: (await memoryOf(gateway.pid)).resident,
  };
  const readyMs: number[] = [];
  for (let restart = 0; restart < RESTARTS; restart += 1) {
    await gateway.stop();
    const begun = performance.now();
    gateway = await startGateway(options);
    readyMs.push(performance.now() - begun);
    const { devices } = await gateway.state();
    if (devices.length !== size.locks) throw new Error(`${devices.length} of ${size.locks} locks are there at once.`);
  }
  return { ...held, readyMs: percentile(readyMs, 0.5) };
}

async function requests(cloud: CloudProcess): Promise<number> {
  const { actions } = await cloud.control.counters();
  return Object.values(actions)
    .flatMap((outcomes) => Object.values(outcomes))
    .reduce((sum, times) => sum + times, 0);
}
