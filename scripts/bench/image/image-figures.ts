import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { builtImage } from "../../image/image.ts";
import { missingForImage } from "../../image/needs.ts";
import { healthCheck, runImage } from "../../image/run.ts";
import { DEMO } from "../../../src/simulator/devices/demo.ts";
import { freePort } from "../../processes/free-port.ts";
import { GatewayProcess } from "../../processes/gateway-process.ts";
import { signIn } from "../../processes/sign-in.ts";
import type { Figure } from "../figure.ts";
import { memoryOf } from "../memory/memory.ts";
import { startCloud } from "../processes/cloud-process.ts";
import { bytesWritten } from "../bytes-written.ts";

/** After signing in, until what this took has been given back. */
const SETTLE_MS = 30_000;
const TICKS_PER_SECOND = 100;

/**
 * The image as it is built and started: how big, how soon, and what it takes of a machine while nothing happens.
 * @param minutes how long it is watched
 */
export async function imageFigures(scratch: string, minutes: number): Promise<Figure[]> {
  const missing = await missingForImage((line) => console.error(line));
  if (missing !== null) throw new Error(missing);
  const image = await builtImage();
  const port = await freePort();
  await using cloud = await startCloud(`http://127.0.0.1:${port}/oauth/callback`);
  const dataFolder = join(scratch, "image");
  await mkdir(dataFolder);
  const environment = {
    UTEC_GATEWAY_PORT: String(port),
    UTEC_GATEWAY_LOG_FORMAT: "json",
    UTEC_GATEWAY_OAUTH_URL: cloud.oauthUrl,
    UTEC_GATEWAY_API_URL: cloud.apiUrl,
    UTEC_GATEWAY_CLIENT_ID: DEMO.client.client_id,
    UTEC_GATEWAY_CLIENT_SECRET: DEMO.client.client_secret,
    UTEC_GATEWAY_REDIRECT_URI: `http://127.0.0.1:${port}/oauth/callback`,
  };
  const started = performance.now();
  const gateway = new GatewayProcess(runImage(image, { dataFolder, environment }));
  try {
    await gateway.ready();
    if ((await healthCheck(image, { dataFolder, environment })) !== 0) throw new Error("The container is not healthy.");
    const untilHealthy = performance.now() - started;
    await signIn(gateway);
    await gateway.waitFor(({ devices }) => devices.filter((one) => one.lock_state !== null).length === 2, "two locks");
    await delay(SETTLE_MS);
    const [cpu, written] = [await ticksOf(gateway.pid), await bytesWritten(gateway.pid)];
    await delay(minutes * 60_000);
    const ticks = (await ticksOf(gateway.pid)) - cpu;
    const kilobytes = (await bytesWritten(gateway.pid)) - written;
    const { resident, anonymous } = await memoryOf(gateway.pid);
    const size = Object.values(image.added).reduce((sum, bytes) => sum + bytes, 0);
    const note = `signed in, two locks, ${minutes} quiet minutes`;
    return [
      { name: "size above the base", value: size / 1e6, unit: "MB", goal: { atMost: 8 } },
      {
        name: "start to healthy",
        value: untilHealthy,
        unit: "ms",
        goal: { atMost: 400 },
        note: "the check's own Node among it",
      },
      { name: "resident, idle", value: resident, unit: "MB", goal: { atMost: 75 }, note },
      { name: "of which anonymous", value: anonymous, unit: "MB", goal: { atMost: 30 } },
      {
        name: "CPU, idle",
        value: (ticks / TICKS_PER_SECOND / (minutes * 60)) * 100,
        unit: "%",
        goal: { atMost: 0.05 },
      },
      {
        name: "written in ten minutes",
        value: (kilobytes * 10) / minutes,
        unit: "kB",
        goal: { atMost: 65.5 },
        note: "to disks",
      },
    ];
  } finally {
    await gateway.stop();
  }
}

/** Hundredths of a second of processor time so far. */
async function ticksOf(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).replace(/^.*\) /, "").split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
