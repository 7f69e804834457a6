import { execFile } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { containerRuntime } from "../container.ts";
import type { CloudProcess } from "./cloud-process.ts";
import type { Figure } from "./figure.ts";
import { rounded } from "./figure.ts";
import type { KeeperMeasurement } from "./keeper-process.ts";
import { emptyFolder } from "./scratch.ts";

const MAIN = join(import.meta.dirname, "keeper-process.ts");
const REFRESHES = 1000;

/** What a token costs: to read, to refresh, and in memory after many refreshes. The worker is the bundled one. */
export async function keeper(scratch: string, cloud: CloudProcess, redirectUri: string): Promise<Figure[]> {
  const folder = await emptyFolder(join(scratch, "keeper"));
  const { flags, environment } = containerRuntime();
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...flags, "--expose-gc", MAIN, folder, cloud.oauthUrl, cloud.apiUrl, redirectUri, String(REFRESHES)],
    { env: { PATH: process.env["PATH"], NODE_NO_WARNINGS: "1", ...environment } },
  );
  const measured = JSON.parse(stdout) as KeeperMeasurement;
  const { get_token_us, refresh_ms, call_ms, empty_worker_ms, before_mb, after_mb } = measured;
  return [
    { name: "a valid token, p50", value: get_token_us, unit: "µs", goal: { atMost: 5 }, note: "in-process" },
    {
      name: "a refresh over the network's own time, p50",
      value: refresh_ms - call_ms,
      unit: "ms",
      goal: { atMost: 30 },
      note: `${rounded(refresh_ms)} ms instead of ${rounded(call_ms)} ms; an empty worker thread alone takes ${rounded(empty_worker_ms)} ms`,
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
