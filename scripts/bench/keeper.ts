import { execFile } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { bundleProcess } from "../build.ts";
import { containerRuntime } from "../processes/container.ts";
import { BUNDLE } from "../processes/gateway-process.ts";
import type { CloudProcess } from "./processes/cloud-process.ts";
import type { Figure } from "./figure.ts";
import { rounded } from "./figure.ts";
import type { KeeperMeasurement } from "./processes/keeper-process.ts";
import { emptyFolder } from "./empty-folder.ts";

const REFRESHES = 1000;

/** What a token costs: to read, to refresh, and in memory after many refreshes. Bundled, as it is shipped. */
export async function keeper(scratch: string, cloud: CloudProcess, redirectUri: string): Promise<Figure[]> {
  const folder = await emptyFolder(join(scratch, "keeper"));
  const { flags, environment } = containerRuntime();
  const dist = join(BUNDLE, "..");
  const main = join(dist, "bench/keeper-process.js");
  await bundleProcess({ "keeper-process": join(import.meta.dirname, "processes/keeper-process.ts") }, join(main, ".."));
  const worker = join(dist, "grant-worker.js");
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...flags, "--expose-gc", main, worker, folder, cloud.oauthUrl, cloud.apiUrl, redirectUri, String(REFRESHES)],
    { env: { PATH: process.env["PATH"], NODE_NO_WARNINGS: "1", ...environment } },
  );
  const measured = JSON.parse(stdout) as KeeperMeasurement;
  const { get_token_us, refresh, call, empty_worker, before_mb, after_mb } = measured;
  const overMs = refresh.ms - call.ms;
  const empty = `an empty worker thread alone takes ${rounded(empty_worker.ms)} ms`;
  return [
    { name: "a valid token, p50", value: get_token_us, unit: "µs", goal: { atMost: 5 }, note: "in-process" },
    {
      name: "a refresh over the network's own time, p50",
      value: overMs,
      unit: "ms",
      goal: { atMost: 30 },
      note: `${rounded(refresh.ms)} ms instead of ${rounded(call.ms)} ms; ${empty}`,
    },
    {
      name: "the same in empty worker threads",
      value: overMs / empty_worker.ms,
      unit: "x",
      goal: { atMost: 3 },
      note: "as good on a slow or busy machine",
    },
    {
      name: "CPU time of a refresh, p50",
      value: refresh.cpu_ms,
      unit: "ms",
      note: `the bare call ${rounded(call.cpu_ms)} ms, an empty worker thread ${rounded(empty_worker.cpu_ms)} ms`,
    },
    {
      name: `memory added by ${REFRESHES} refreshes`,
      value: after_mb - before_mb,
      unit: "MB",
      goal: { atMost: 3 },
      note: `anonymous: ${rounded(after_mb)} MB instead of ${rounded(before_mb)} MB`,
    },
  ];
}
