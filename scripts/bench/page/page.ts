import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { DEMO } from "../../../src/simulator/devices/demo.ts";
import { launchBrowser } from "../../processes/browser.ts";
import { containerRuntime } from "../../processes/container.ts";
import { freePort } from "../../processes/free-port.ts";
import { BUNDLE, startGateway } from "../../processes/gateway-process.ts";
import type { GatewayProcess } from "../../processes/gateway-process.ts";
import { signIn } from "../../processes/sign-in.ts";
import { emptyFolder } from "../empty-folder.ts";
import type { Figure } from "../figure.ts";
import { Doors } from "../locks/doors.ts";
import { seenBy } from "../locks/many-commands.ts";
import { percentile } from "../percentile.ts";
import { startCloud } from "../processes/cloud-process.ts";
import type { CloudProcess } from "../processes/cloud-process.ts";
import { hour } from "./hour.ts";
import { opened, watch, watchedUntil } from "./watch.ts";

const LOCKS = 500;
const POLL_S = 10;
const VISITS = 5;
const QUIET_POLLS = 3;
const CHANGES = 7;
const QUERY = "Uhome.Device/Query";

/** How the page does with many locks, in a real browser on the bundled gateway. */
export async function page(scratch: string): Promise<Figure[]> {
  await using running = new AsyncDisposableStack();
  const port = await freePort();
  const cloud = running.use(await startCloud(`http://127.0.0.1:${port}/oauth/callback`));
  const gateway = await startGateway({
    dataFolder: await emptyFolder(join(scratch, "page")),
    port,
    cloud,
    client: DEMO.client,
    entry: BUNDLE,
    runtime: containerRuntime(),
    environment: { UTEC_GATEWAY_POLL_INTERVAL: String(POLL_S) },
  });
  running.defer(async () => void (await gateway.stop()));
  const doors = new Doors(LOCKS);
  await cloud.control.furnish(doors.definitions);
  await signIn(gateway);
  await seenBy(gateway, doors);
  const browser = await launchBrowser();
  running.defer(() => browser.close());

  const visits = await visitOften(browser, gateway);
  const told = await stay(browser, gateway, cloud, doors);
  return [...visits, ...told, ...(await hour(browser))];
}

/** Each visit with an empty cache. */
async function visitOften(browser: Browser, gateway: GatewayProcess): Promise<Figure[]> {
  const painted: number[] = [];
  const interactive: number[] = [];
  let loaded = 0;
  let snapshot = 0;
  for (let visit = 0; visit < VISITS; visit += 1) {
    const tab = await openTab(browser);
    await tab.page.goto(gateway.url);
    const moments = await opened(tab.page);
    painted.push(moments.painted);
    interactive.push(moments.interactive);
    loaded = tab.loaded();
    snapshot = tab.told();
    await tab.page.close();
  }
  const on = `${LOCKS} locks, median of ${VISITS} visits with an empty cache`;
  return [
    { name: "first paint", value: percentile(painted, 0.5), unit: "ms", goal: { atMost: 200 }, note: on },
    {
      name: "until a door can be commanded",
      value: percentile(interactive, 0.5),
      unit: "ms",
      goal: { atMost: 500 },
      note: "its button is there, and nothing is left to be drawn",
    },
    {
      name: "loaded for it",
      value: loaded / 1000,
      unit: "kB",
      goal: { atMost: 90 },
      note: "compressed, with the API's answers",
    },
    { name: "the first picture on the feed", value: snapshot / 1000, unit: "kB", note: `of ${LOCKS} locks` },
  ];
}

/** One visit over some polls, first without a change. */
async function stay(browser: Browser, gateway: GatewayProcess, cloud: CloudProcess, doors: Doors): Promise<Figure[]> {
  const tab = await openTab(browser);
  await tab.page.goto(gateway.url);
  await opened(tab.page);
  await nextPoll(cloud);
  const before = tab.told();
  for (let poll = 0; poll < QUIET_POLLS; poll += 1) await nextPoll(cloud);
  const quiet = (tab.told() - before) / QUIET_POLLS;

  let drawn: readonly number[] = [];
  // What the cloud has changed is in the picture with the next poll, and a change each is drawn.
  for (const { id } of doors.definitions.slice(0, CHANGES)) {
    await cloud.control.change({ device_id: id, states: { lock_state: "Unlocked" } });
    drawn = (await watchedUntil(tab.page, (now) => now.drawn.length > drawn.length)).drawn;
  }
  await tab.page.close();
  return [
    {
      name: "feed of a poll without a change",
      value: quiet / 1000,
      unit: "kB",
      goal: { atMost: 5 },
      note: `${QUIET_POLLS} polls`,
    },
    {
      name: "a change, until it is drawn",
      value: percentile([...drawn], 0.5),
      unit: "ms",
      goal: { atMost: 50 },
      note: `from its arrival in the browser; median of ${drawn.length}`,
    },
    { name: "the slowest of them", value: Math.max(...drawn), unit: "ms" },
  ];
}

interface Tab {
  readonly page: Page;
  /** Bytes of answers so far. */
  readonly loaded: () => number;
  /** Bytes of the feed's messages so far. */
  readonly told: () => number;
}

async function openTab(browser: Browser): Promise<Tab> {
  const opening = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const session = await opening.context().newCDPSession(opening);
  let loaded = 0;
  let told = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => (loaded += encodedDataLength));
  session.on("Network.webSocketFrameReceived", ({ response }) => (told += Buffer.byteLength(response.payloadData)));
  await session.send("Network.enable");
  await watch(opening);
  return { page: opening, loaded: () => loaded, told: () => told };
}

/** Resolves when one more poll has been answered, and what it told has arrived. */
async function nextPoll(cloud: CloudProcess): Promise<void> {
  const queries = async (): Promise<number> =>
    (await cloud.control.calls()).filter(({ name }) => name === QUERY).length;
  const before = await queries();
  while ((await queries()) === before) await delay(100);
  await delay(1000);
}
