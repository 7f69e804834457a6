import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { WebSocket } from "ws";
import { DEMO } from "../../../src/simulator/devices/demo.ts";
import { FakeHomeAssistant } from "../../../test/home-assistant-link/fake-home-assistant.ts";
import { containerRuntime } from "../../processes/container.ts";
import { freePort } from "../../processes/free-port.ts";
import { BUNDLE, startGateway } from "../../processes/gateway-process.ts";
import type { GatewayProcess } from "../../processes/gateway-process.ts";
import { signIn } from "../../processes/sign-in.ts";
import { startCloud } from "../processes/cloud-process.ts";
import type { CloudProcess } from "../processes/cloud-process.ts";
import { Doors } from "../locks/doors.ts";
import type { Figure } from "../figure.ts";
import { rounded } from "../figure.ts";
import { assertConfirmed, seenBy, sendMany } from "../locks/many-commands.ts";
import { memoryOf } from "./memory.ts";
import type { Memory } from "./memory.ts";
import { emptyFolder } from "../empty-folder.ts";

const LOCKS = 320;
const COMMANDS = 10_000;
/** After the first poll, until what the start took has been given back. */
const SETTLE_MS = 15_000;
const SAMPLE_MS = 200;
/** How long after the last command the memory is looked at once more. */
const REST_MS = 60_000;

/** How much memory many commands on many locks take, with Home Assistant linked and a page open, and how much stays. */
export async function workedMemory(scratch: string): Promise<Figure[]> {
  await using running = new AsyncDisposableStack();
  const port = await freePort();
  const cloud = running.use(await startCloud(`http://127.0.0.1:${port}/oauth/callback`));
  const home = new FakeHomeAssistant();
  await home.start();
  running.defer(() => home.stop());
  const gateway = await startGateway({
    dataFolder: await emptyFolder(join(scratch, "worked-memory")),
    port,
    cloud,
    client: DEMO.client,
    entry: BUNDLE,
    runtime: containerRuntime(),
    environment: { HOME_ASSISTANT_URL: home.url, HOME_ASSISTANT_TOKEN: home.token },
  });
  running.defer(async () => void (await gateway.stop()));
  const doors = await furnish(gateway, cloud);
  running.defer(openPage(gateway));
  await delay(SETTLE_MS);

  const start = await memoryOf(gateway.pid);
  const begun = performance.now();
  const watch = watchMemory(gateway.pid);
  await sendMany(gateway, doors, COMMANDS);
  const perSecond = COMMANDS / ((performance.now() - begun) / 1000);
  await gateway.waitFor(
    ({ commands }) => commands.every(({ ended_at }) => ended_at !== null),
    "the last command's end",
  );
  const end = await memoryOf(gateway.pid);
  const peak = await watch.stop();
  await assertAllDone(gateway, cloud);
  await delay(REST_MS);
  const rested = await memoryOf(gateway.pid);

  const on = `${LOCKS} locks, ${COMMANDS} commands`;
  return [
    figure("resident before", start, on),
    figure("resident, the most", peak, `looked at every ${SAMPLE_MS} ms; ${rounded(perSecond)} commands a second`),
    { ...figure("resident after the last command", end), goal: { atMost: 110 } },
    { ...figure("resident a minute later", rested), goal: { atMost: 110 } },
  ];
}

async function furnish(gateway: GatewayProcess, cloud: CloudProcess): Promise<Doors> {
  const doors = new Doors(LOCKS);
  await cloud.control.furnish(doors.definitions);
  await signIn(gateway);
  await seenBy(gateway, doors);
  return doors;
}

/** A page on the live feed that reads everything it is sent; returns what closes it. */
function openPage(gateway: GatewayProcess): () => void {
  const socket = new WebSocket(`${gateway.url.replace("http", "ws")}/api/live`);
  socket.on("message", () => {});
  return () => socket.close();
}

async function assertAllDone(gateway: GatewayProcess, cloud: CloudProcess): Promise<void> {
  const { executed } = (await cloud.control.counters()).commands;
  if (executed !== COMMANDS) throw new Error(`The cloud carried out ${executed} commands instead of ${COMMANDS}.`);
  await assertConfirmed(gateway);
}

/** The most that the process takes from now until `stop`. */
function watchMemory(pid: number): { readonly stop: () => Promise<Memory> } {
  const over = new AbortController();
  const watching = (async (): Promise<Memory> => {
    let most = await memoryOf(pid);
    while (!over.signal.aborted) {
      const now = await memoryOf(pid);
      if (now.resident > most.resident) most = now;
      await delay(SAMPLE_MS);
    }
    return most;
  })();
  return {
    stop: () => {
      over.abort();
      return watching;
    },
  };
}

function figure(name: string, { resident, anonymous }: Memory, more?: string): Figure {
  const note = `of which ${rounded(anonymous)} MB anonymous${more === undefined ? "" : `; ${more}`}`;
  return { name, value: resident, unit: "MB", note };
}
