import { execFile } from "node:child_process";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { DEMO } from "../../../src/simulator/devices/demo.ts";
import { containerRuntime } from "../../processes/container.ts";
import { freePort } from "../../processes/free-port.ts";
import { BUNDLE, startGateway } from "../../processes/gateway-process.ts";
import { signIn } from "../../processes/sign-in.ts";
import { Connection } from "../broker/connection.ts";
import { emptyFolder } from "../empty-folder.ts";
import type { Figure } from "../figure.ts";
import { rounded } from "../figure.ts";
import { percentile } from "../percentile.ts";
import { startCloud } from "../processes/cloud-process.ts";
import { pollingDay } from "./polling-day.ts";
import { commandAction, doorId, startQuickCloud } from "./quick-cloud.ts";

const READER = join(import.meta.dirname, "../processes/reader.ts");
/** What a home has. */
const DOORS = 2;
const CONNECTIONS = 8;
const SECONDS = 2;
const WARM_UP = 2000;
const ROUNDS = 3000;
/** The first of them only warms up. */
const BURSTS = 21;
const COMMANDS_PER_BURST = 50;
const PAUSE_MS = 2;
/** By then the activity log has written the burst down: a home gives one command at a time, and none meanwhile. */
const REST_MS = 1000;

interface Read {
  readonly path: string;
  readonly json?: string;
  readonly perS?: number;
}

const READS: readonly Read[] = [
  { path: "/api/devices", perS: 10_000 },
  { path: "/devices" },
  { path: "/api/status", json: JSON.stringify({ id: doorId(0) }) },
  { path: `/api/status?id=${encodeURIComponent(doorId(0))}` },
  { path: "/api/status/latest" },
  { path: "/health" },
  { path: "/api/config" },
  { path: "/api/test" },
  { path: "/logs" },
];

/** What the port costs a request and a command, and what a day of polling leaves in memory. Bundled, as it is shipped. */
export async function compatibility(scratch: string): Promise<Figure[]> {
  return [...(await onThePort(scratch)), ...(await pollingDay())];
}

async function onThePort(scratch: string): Promise<Figure[]> {
  await using running = new AsyncDisposableStack();
  const [port, compatibilityPort] = [await freePort(), await freePort()];
  const logins = running.use(await startCloud(`http://127.0.0.1:${port}/oauth/callback`));
  const cloud = await startQuickCloud(DOORS);
  running.defer(() => cloud.stop());
  const gateway = await startGateway({
    dataFolder: await emptyFolder(join(scratch, "compatibility")),
    port,
    cloud: { oauthUrl: logins.oauthUrl, apiUrl: cloud.url },
    client: DEMO.client,
    entry: BUNDLE,
    runtime: containerRuntime(),
    environment: {
      UTEC_GATEWAY_COMPATIBILITY: "true",
      UTEC_GATEWAY_COMPATIBILITY_HOST: "127.0.0.1",
      UTEC_GATEWAY_COMPATIBILITY_PORT: String(compatibilityPort),
    },
  });
  running.defer(async () => void (await gateway.stop()));
  await signIn(gateway);
  await gateway.waitFor(
    ({ devices }) => devices.filter((one) => one.lock_state !== null).length === DOORS,
    "the locks",
  );
  const commanded = await commands(compatibilityPort, Number(new URL(cloud.url).port), cloud.commands);
  const read: Figure[] = [];
  for (const one of READS) read.push(...(await reads(compatibilityPort, one)));
  return [...commanded, ...read];
}

/**
 * The same command through the gateway and straight to the cloud, by turns, so that a busy machine is as busy for both. The
 * cloud says at once that it is done: nothing is held.
 */
async function commands(port: number, cloudPort: number, count: () => number): Promise<Figure[]> {
  const [through, straight] = [new Connection(port), new Connection(cloudPort)];
  const took: { readonly through: number[]; readonly straight: number[] } = { through: [], straight: [] };
  for (let turn = 0; turn < BURSTS * COMMANDS_PER_BURST; turn += 1) {
    if (turn % COMMANDS_PER_BURST === 0) await delay(REST_MS);
    const id = doorId(turn % DOORS);
    const name = turn % (2 * DOORS) < DOORS ? "unlock" : "lock";
    const direct = await timed(() => straight.post("/action", commandAction("elsewhere", name)));
    const byGateway = await timed(() => through.post(`/${name}`, JSON.stringify({ id })));
    await delay(PAUSE_MS);
    if (turn < COMMANDS_PER_BURST) continue;
    took.straight.push(direct);
    took.through.push(byGateway);
  }
  through.close();
  straight.close();
  const sent = 2 * BURSTS * COMMANDS_PER_BURST;
  if (count() !== sent) throw new Error(`The cloud got ${count()} commands instead of ${sent}.`);
  const over = (share: number): number => percentile(took.through, share) - percentile(took.straight, share);
  const note = `${rounded(percentile(took.through, 0.5))} ms instead of ${rounded(percentile(took.straight, 0.5))} ms`;
  return [
    { name: "added to /lock before the hold, p50", value: over(0.5), unit: "ms", goal: { atMost: 1 }, note },
    { name: "the same, p99", value: over(0.99), unit: "ms", goal: { atMost: 3 } },
  ];
}

async function reads(port: number, { path, json, perS }: Read): Promise<Figure[]> {
  const connection = new Connection(port);
  const ask = (): Promise<void> => (json === undefined ? connection.ask(path) : connection.post(path, json));
  for (let round = 0; round < WARM_UP; round += 1) await ask();
  const took: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) took.push(await timed(ask));
  connection.close();
  const asked = [`http://127.0.0.1:${port}${path}`, String(CONNECTIONS), String(SECONDS)];
  const { stdout } = await promisify(execFile)(process.execPath, [
    READER,
    ...asked,
    ...(json === undefined ? [] : [json]),
  ]);
  const { reads_per_s } = JSON.parse(stdout) as { reads_per_s: number };
  const [p50, p99] = [percentile(took, 0.5), percentile(took, 0.99)];
  return [
    {
      name: `${json === undefined ? "GET" : "POST"} ${path.replace(/\?.*/, "?id=")}`,
      value: reads_per_s,
      unit: "1/s",
      ...(perS === undefined ? {} : { goal: { atLeast: perS } }),
      note: `${CONNECTIONS} connections; one after the other p50 ${rounded(p50)} ms, p99 ${rounded(p99)} ms`,
    },
  ];
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
