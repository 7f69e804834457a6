/**
 * `npm run bench`: the measured promises, on the bundled gateway as the container starts it.
 *
 *   keeper             the token keeper alone, with 1 000 refreshes: minutes
 *   locks              1, 50 and 500 locks: minutes
 *   slow-disk          50 accounts that fall due at once on a bad SD card (needs a C compiler): a minute
 *   broker             the broker alone, with 100 000 requests: a minute
 *   compatibility      the port for uteclocal's integrations, and 24 hours of their polling: a minute
 *   history            thirty days of 500 doors: ten seconds
 *   link               what the link to a real Home Assistant adds, over 200 service calls, and 500 locks: ten minutes
 *   page               the page with 500 locks, in a browser: two minutes
 *   memory             10 000 commands on 320 locks, and a minute of rest: three minutes
 *   image              the built image (needs root and buildah): eleven minutes; --minutes 1 watches it for less
 *   --home-assistant   also with a real Home Assistant
 *   --json             for machines
 *
 * The figures depend on the machine: on one that is busy with something else they say little (see the load).
 */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { DEMO } from "../src/simulator/devices/demo.ts";
import { broker } from "./bench/broker/broker.ts";
import { cachedReads } from "./bench/cached-reads.ts";
import { startCloud } from "./bench/processes/cloud-process.ts";
import type { CloudProcess } from "./bench/processes/cloud-process.ts";
import { commands } from "./bench/commands.ts";
import { compatibility } from "./bench/compatibility/compatibility.ts";
import { isReached, rounded, table } from "./bench/figure.ts";
import type { Figure } from "./bench/figure.ts";
import { imageFigures } from "./bench/image/image-figures.ts";
import { history } from "./bench/history.ts";
import { keeper } from "./bench/keeper.ts";
import { link } from "./bench/home-assistant/link.ts";
import { manyLocks } from "./bench/home-assistant/many-locks.ts";
import { locks } from "./bench/locks/locks.ts";
import { memoryOf } from "./bench/memory/memory.ts";
import { outageRecovery } from "./bench/outage-recovery.ts";
import { page } from "./bench/page/page.ts";
import { restarts } from "./bench/home-assistant/restarts.ts";
import { emptyFolder } from "./bench/empty-folder.ts";
import { serviceCall, startCore } from "./bench/home-assistant/service-call.ts";
import { slowDisk } from "./bench/slow-disk.ts";
import { startUp } from "./bench/start-up.ts";
import { workedMemory } from "./bench/memory/worked-memory.ts";
import { build } from "./build.ts";
import { containerRuntime } from "./processes/container.ts";
import { freePort } from "./processes/free-port.ts";
import { BUNDLE, startGateway } from "./processes/gateway-process.ts";
import type { GatewayProcess } from "./processes/gateway-process.ts";
import { signIn } from "./processes/sign-in.ts";

/** How long after signing in until the memory that it took has been given back. */
const SETTLE_MS = 15_000;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    "home-assistant": { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    minutes: { type: "string", default: "10" },
  },
});
/** What must be stopped, whatever happens: the latest first. */
const running = new AsyncDisposableStack();
let stopping: Promise<void> | undefined;

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => void stop().then(() => process.exit(1)));
}
try {
  const loadBefore = loadavg()[0] ?? 0;
  report(await bench(), loadBefore);
} catch (error) {
  if (stopping === undefined) console.error(error);
  process.exitCode = 1;
} finally {
  await stop();
}

async function bench(): Promise<Figure[]> {
  const scratch = await mkdtemp(join(tmpdir(), "utec-gateway-bench-"));
  running.defer(() => rm(scratch, { recursive: true, force: true }));
  if (positionals.includes("image")) return step("watching", () => imageFigures(scratch, Number(flags.minutes)));
  if (positionals.includes("history")) return step("looking back", () => history(scratch));
  await step("building", build);
  if (positionals.includes("keeper")) return keeperAlone(scratch);
  if (positionals.includes("locks")) return step("polling", () => locks(scratch));
  if (positionals.includes("slow-disk")) return step("refreshing", () => slowDisk(scratch));
  if (positionals.includes("broker")) return step("passing on", () => broker(scratch));
  if (positionals.includes("compatibility")) return step("standing in", () => compatibility(scratch));
  if (positionals.includes("link")) {
    const called = await step("calling services", () => link(scratch));
    return [...called, ...(await step("turning 500 bolts", () => manyLocks(scratch)))];
  }
  if (positionals.includes("page")) return step("looking", () => page(scratch));
  if (positionals.includes("memory")) return step("working", () => workedMemory(scratch));
  const started = await step("starting", () => startUp(scratch));

  const port = await freePort();
  const cloud = running.use(await startCloud(`http://127.0.0.1:${port}/oauth/callback`));
  const dataFolder = await emptyFolder(join(scratch, "gateway"));
  const gateway = await startBundle(dataFolder, port, cloud);
  const idle = await step("resting", () => idleMemory(gateway));
  const reads = await step("reading", () => cachedReads(gateway));
  const commanded = await step("commanding", () => commands(gateway, cloud));
  await gateway.stop();

  const seen = flags["home-assistant"] ? await step("calling services", () => withCore(scratch, port, cloud)) : [];
  const back = await step("losing the cloud", outageRecovery);
  return [...started, ...idle, ...commanded, ...reads, ...back, ...seen];
}

async function keeperAlone(scratch: string): Promise<Figure[]> {
  const [redirectUri = ""] = DEMO.client.redirect_uris;
  const cloud = running.use(await startCloud(redirectUri));
  return step("refreshing", () => keeper(scratch, cloud, redirectUri));
}

async function startBundle(
  dataFolder: string,
  port: number,
  cloud: CloudProcess,
  environment: Readonly<Record<string, string>> = {},
): Promise<GatewayProcess> {
  const gateway = await startGateway({
    dataFolder,
    port,
    cloud,
    client: DEMO.client,
    entry: BUNDLE,
    runtime: containerRuntime(),
    environment,
  });
  running.defer(async () => void (await gateway.stop()));
  return gateway;
}

/** Signed in, two locks, polling, and nobody asks for anything. */
async function idleMemory(gateway: GatewayProcess): Promise<Figure[]> {
  await signIn(gateway);
  await gateway.waitFor(({ devices }) => devices.filter((one) => one.lock_state !== null).length === 2, "two locks");
  await delay(SETTLE_MS);
  const { resident, anonymous } = await memoryOf(gateway.pid);
  return [
    { name: "resident, idle", value: resident, unit: "MB", goal: { atMost: 75 }, note: "signed in, two locks" },
    { name: "of which anonymous", value: anonymous, unit: "MB", goal: { atMost: 30 } },
  ];
}

/**
 * With a real Home Assistant, which is started last: it would take the machine from the other figures. The gateway is a new
 * one. The other still knows the 500 doors that are gone from the cloud, and what restarts cause would drown in their removal.
 */
async function withCore(scratch: string, port: number, cloud: CloudProcess): Promise<Figure[]> {
  await cloud.control.reset();
  const homeAssistant = await startCore(scratch);
  running.defer(() => homeAssistant.stop());
  const dataFolder = await emptyFolder(join(scratch, "linked-gateway"));
  const start = (): Promise<GatewayProcess> =>
    startBundle(dataFolder, port, cloud, {
      HOME_ASSISTANT_URL: homeAssistant.url,
      HOME_ASSISTANT_TOKEN: homeAssistant.longLivedToken,
    });
  const gateway = await start();
  await signIn(gateway);
  const called = await serviceCall(homeAssistant, gateway);
  return [...called, ...(await restarts(homeAssistant, gateway, start))];
}

function report(figures: readonly Figure[], loadBefore: number): void {
  const machine = {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    node: process.version,
    load_before: loadBefore,
  };
  if (flags.json) {
    console.log(JSON.stringify({ machine, figures: figures.map((one) => ({ ...one, ok: isReached(one) })) }, null, 2));
    return;
  }
  console.log(`\n${table(figures)}\n`);
  console.log(
    `On ${machine.cores} cores (${machine.cpu}), Node ${machine.node}, load before ${rounded(machine.load_before)}.`,
  );
  if (positionals.length > 0) return;
  if (!flags["home-assistant"]) console.log("Not measured: service call to locking, restarts (--home-assistant).");
}

/** Reports progress on standard error: only the figures go to standard output. */
async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  process.stderr.write(`${what} ...`);
  const result = await work();
  process.stderr.write(` ${((performance.now() - begun) / 1000).toFixed(1)} s\n`);
  return result;
}

function stop(): Promise<void> {
  stopping ??= running.disposeAsync();
  return stopping;
}
