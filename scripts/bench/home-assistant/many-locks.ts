import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { DEMO } from "../../../src/simulator/devices/demo.ts";
import { linkGateway } from "../../home-assistant/link-gateway.ts";
import type { HomeAssistant } from "../../home-assistant/home-assistant.ts";
import { containerRuntime } from "../../processes/container.ts";
import { freePort } from "../../processes/free-port.ts";
import { BUNDLE, startGateway } from "../../processes/gateway-process.ts";
import { signIn } from "../../processes/sign-in.ts";
import { startQuickCloud } from "../compatibility/quick-cloud.ts";
import type { QuickCloud } from "../compatibility/quick-cloud.ts";
import { emptyFolder } from "../empty-folder.ts";
import type { Figure } from "../figure.ts";
import { memoryOf } from "../memory/memory.ts";
import { startCloud } from "../processes/cloud-process.ts";
import { startCore } from "./service-call.ts";

const LOCKS = 500;
const RELOADS = 3;
/** Home Assistant's own caches are full by then. */
const WARM_UP_UPDATES = 10_000;
const UPDATES = 10_000;
const POLL_S = 10;
/** After which what only had to be remembered for a moment has been forgotten. */
const REST_MS = 20_000;

/** A Home Assistant with a great many locks: how long it takes until all stand, and what their changes leave behind. */
export async function manyLocks(scratch: string): Promise<Figure[]> {
  await using running = new AsyncDisposableStack();
  const port = await freePort();
  const logins = running.use(await startCloud(`http://127.0.0.1:${port}/oauth/callback`));
  const cloud = await startQuickCloud(LOCKS, "when read");
  running.defer(() => cloud.stop());
  const homeAssistant = await startCore(join(scratch, "many-locks"));
  running.defer(() => homeAssistant.stop());
  const gateway = await startGateway({
    dataFolder: await emptyFolder(join(scratch, "many-locks-gateway")),
    port,
    cloud: { oauthUrl: logins.oauthUrl, apiUrl: cloud.url },
    client: DEMO.client,
    entry: BUNDLE,
    runtime: containerRuntime(),
    environment: {
      HOME_ASSISTANT_URL: homeAssistant.url,
      HOME_ASSISTANT_TOKEN: homeAssistant.longLivedToken,
      UTEC_GATEWAY_POLL_INTERVAL: String(POLL_S),
    },
  });
  running.defer(async () => void (await gateway.stop()));
  await signIn(gateway);
  await linkGateway(gateway);
  await allStand(homeAssistant);
  return [await setUp(homeAssistant), await afterUpdates(homeAssistant, cloud)];
}

/** From the reload of the entry to the last lock's state: the gateway is told, comes back and sends everything. */
async function setUp(homeAssistant: HomeAssistant): Promise<Figure> {
  const { client } = homeAssistant;
  const entry = (await client.entries("utec_gateway"))[0];
  if (entry === undefined) throw new Error("Home Assistant has no entry.");
  const took: number[] = [];
  for (let reload = 0; reload < RELOADS; reload += 1) {
    const begun = performance.now();
    await client.reloadEntry(entry.entry_id);
    await allStand(homeAssistant);
    took.push(performance.now() - begun);
    await delay(REST_MS / RELOADS);
  }
  return {
    name: `set up, ${LOCKS} locks`,
    value: Math.min(...took) / 1000,
    unit: "s",
    goal: { atMost: 2 },
    note: `the quickest of ${RELOADS} reloads, until the last lock has its state`,
  };
}

async function afterUpdates(homeAssistant: HomeAssistant, cloud: QuickCloud): Promise<Figure> {
  const pid = homeAssistant.pid;
  if (pid === undefined) throw new Error("Home Assistant does not run.");
  const seen = { changes: 0 };
  const stopCounting = await homeAssistant.client.subscribe(
    { type: "subscribe_events", event_type: "state_changed" },
    () => (seen.changes += 1),
  );
  const turnUntil = async (many: number): Promise<void> => {
    const until = seen.changes + many;
    while (seen.changes < until) {
      cloud.turnAll();
      await delay(POLL_S * 1000);
    }
    await delay(REST_MS);
  };
  await turnUntil(WARM_UP_UPDATES);
  const before = await memoryOf(pid);
  await turnUntil(UPDATES);
  const after = await memoryOf(pid);
  await stopCounting();
  return {
    name: `Home Assistant's memory after ${UPDATES} updates`,
    value: after.anonymous - before.anonymous,
    unit: "MB",
    goal: { atMost: 5 },
    note: `anonymous, besides what it took after the first ${WARM_UP_UPDATES}`,
  };
}

async function allStand({ client }: HomeAssistant): Promise<void> {
  const until = Date.now() + 60_000;
  const isThere = ({ entity_id, state }: { entity_id: string; state: string }): boolean =>
    entity_id.startsWith("lock.door_") && (state === "locked" || state === "unlocked");
  while ((await client.states()).filter(isThere).length < LOCKS) {
    if (Date.now() > until) throw new Error("Home Assistant does not show all locks.");
    await delay(50);
  }
}
