import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { AccountState } from "../../src/keeper/account.ts";
import { DEMO } from "../../src/simulator/demo.ts";
import { anEstate } from "../../src/simulator/estate.ts";
import { FakeHomeAssistant } from "../../test/home-assistant-link/fake-home-assistant.ts";
import { containerRuntime } from "../container.ts";
import { freePort } from "../free-port.ts";
import { BUNDLE, startGateway } from "../gateway-process.ts";
import { signInAccount } from "../sign-in.ts";
import { startCloud } from "./cloud-process.ts";
import type { CloudProcess } from "./cloud-process.ts";
import type { Size } from "./locks.ts";
import { memoryOf } from "./memory.ts";
import { emptyFolder } from "./scratch.ts";

export interface Held {
  /** MB. */
  readonly resident: number;
  readonly requestsPerMinute: number;
}

/** After the first poll, until what the start took has been given back. */
const SETTLE_MS = 60_000;
/** Four polls of each account, as often as people have it by default. */
const COUNTED_MS = 120_000;

/** The bundled gateway with so many locks and a Home Assistant, while nobody asks for anything. */
export async function holdLocks(scratch: string, size: Size): Promise<Held> {
  await using running = new AsyncDisposableStack();
  const { users } = anEstate(size.locks, size.accounts);
  const port = await freePort();
  const flags = ["--locks", String(size.locks), "--users", String(size.accounts)];
  const redirect_uri = `http://127.0.0.1:${port}/oauth/callback`;
  const cloud = running.use(await startCloud(redirect_uri, flags));
  const home = new FakeHomeAssistant();
  await home.start();
  running.defer(() => home.stop());
  const gateway = await startGateway({
    dataFolder: await emptyFolder(join(scratch, `locks-${size.locks}`)),
    port,
    cloud,
    client: DEMO.client,
    entry: BUNDLE,
    runtime: containerRuntime(),
    environment: { HOME_ASSISTANT_URL: home.url, HOME_ASSISTANT_TOKEN: home.token },
  });
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
  await delay(COUNTED_MS);
  return {
    requestsPerMinute: ((await requests(cloud)) - before) / (COUNTED_MS / 60_000),
    resident: (await memoryOf(gateway.pid)).resident,
  };
}

async function requests(cloud: CloudProcess): Promise<number> {
  const { actions } = await cloud.control.counters();
  return Object.values(actions)
    .flatMap((outcomes) => Object.values(outcomes))
    .reduce((sum, times) => sum + times, 0);
}
