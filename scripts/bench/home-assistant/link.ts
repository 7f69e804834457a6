import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { DEMO } from "../../../src/simulator/devices/demo.ts";
import type { HomeAssistant } from "../../home-assistant/home-assistant.ts";
import { linkGateway } from "../../home-assistant/link-gateway.ts";
import { containerRuntime } from "../../processes/container.ts";
import { freePort } from "../../processes/free-port.ts";
import { BUNDLE, startGateway } from "../../processes/gateway-process.ts";
import { signIn } from "../../processes/sign-in.ts";
import { startQuickCloud } from "../compatibility/quick-cloud.ts";
import type { QuickCloud } from "../compatibility/quick-cloud.ts";
import { emptyFolder } from "../empty-folder.ts";
import type { Figure } from "../figure.ts";
import { percentile } from "../percentile.ts";
import { startCloud } from "../processes/cloud-process.ts";
import { startCore } from "./service-call.ts";

const DOORS = 2;
const ENTITY = "lock.door_00";
const CALLS = 200;
const WARM_UP = 20;
/** Home Assistant keeps loading for a while after it says that it is running. */
const QUIET_MS = 15_000;
/** Between two calls: the gateway's log has written the one before down, as in a home. */
const REST_MS = 300;

/** Of one call, in milliseconds. */
interface Leg {
  /** From the call to the cloud's receipt of the command. */
  readonly toCloud: number;
  /** From the call to `locking` or `unlocking` as Home Assistant's frontend sees it. */
  readonly toPassing: number;
  /** From the cloud's answer that it is done to the state in Home Assistant. */
  readonly toState: number;
  /** From the call to its end. */
  readonly toEnd: number;
}

/** What lies between a service call and the cloud, and between the cloud and a state, with a real Home Assistant. */
export async function link(scratch: string): Promise<Figure[]> {
  await using running = new AsyncDisposableStack();
  const port = await freePort();
  const logins = running.use(await startCloud(`http://127.0.0.1:${port}/oauth/callback`));
  const cloud = await startQuickCloud(DOORS, "when read");
  running.defer(() => cloud.stop());
  const homeAssistant = await startCore(scratch);
  running.defer(() => homeAssistant.stop());
  const gateway = await startGateway({
    dataFolder: await emptyFolder(join(scratch, "linked-gateway")),
    port,
    cloud: { oauthUrl: logins.oauthUrl, apiUrl: cloud.url },
    client: DEMO.client,
    entry: BUNDLE,
    runtime: containerRuntime(),
    environment: { HOME_ASSISTANT_URL: homeAssistant.url, HOME_ASSISTANT_TOKEN: homeAssistant.longLivedToken },
  });
  running.defer(async () => void (await gateway.stop()));
  await signIn(gateway);
  await linkGateway(gateway);
  await homeAssistant.client.waitForState(ENTITY, ({ state }) => state === "locked");
  await delay(QUIET_MS);

  const legs: Leg[] = [];
  for (let call = 0; call < WARM_UP + CALLS; call += 1) {
    const leg = await measured(homeAssistant, cloud, call % 2 === 0 ? "unlock" : "lock");
    if (call >= WARM_UP) legs.push(leg);
    await delay(REST_MS);
  }
  const figure = (name: string, leg: keyof Leg, share: number, atMost: number): Figure => ({
    name: `${name}, p${share * 100}`,
    value: percentile(
      legs.map((one) => one[leg]),
      share,
    ),
    unit: "ms",
    goal: { atMost },
  });
  return [
    { ...figure("service call to the cloud's receipt", "toCloud", 0.5, 2), note: `${CALLS} calls, Home Assistant` },
    figure("service call to the cloud's receipt", "toCloud", 0.99, 8),
    figure("service call to locking", "toPassing", 0.5, 5),
    {
      ...figure("the cloud's word to the state", "toState", 0.5, 5),
      note: "from the read in which the cloud says it",
    },
    figure("the cloud's word to the state", "toState", 0.99, 20),
    {
      ...figure("service call to its end", "toEnd", 0.5, 400),
      note: "a door that moves at once; the first read is after 300 ms",
    },
  ];
}

/** @throws Error when Home Assistant never showed that the bolt moves, or where it came to rest */
async function measured({ client }: HomeAssistant, cloud: QuickCloud, service: "lock" | "unlock"): Promise<Leg> {
  const seen = new Map<string, number>();
  const stopWatching = await client.watchState(ENTITY, (state) => {
    if (state !== undefined && !seen.has(state.state)) seen.set(state.state, performance.now());
  });
  const called = performance.now();
  await client.callService("lock", service, { entity_id: ENTITY });
  const ended = performance.now();
  await stopWatching();
  const { came, reads } = cloud.latest();
  const [passing, rest] = [seen.get(`${service}ing`), seen.get(`${service}ed`)];
  // A poll that is under way when the command comes may be one of them, and confirms nothing.
  const told = reads.findLast((at) => rest !== undefined && at <= rest);
  if (passing === undefined || rest === undefined || told === undefined)
    throw new Error(`Home Assistant never showed ${service}ing or its end.`);
  return { toCloud: came - called, toPassing: passing - called, toState: rest - told, toEnd: ended - called };
}
