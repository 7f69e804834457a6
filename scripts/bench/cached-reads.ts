import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { GatewayProcess } from "../processes/gateway-process.ts";
import type { Figure } from "./figure.ts";

const READER = join(import.meta.dirname, "processes/reader.ts");
const CONNECTIONS = 8;
const SECONDS = 2;

/** How many reads the gateway answers from memory, for a process that asks over several kept connections. */
export async function cachedReads(gateway: GatewayProcess): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const path of ["api/state", "api/devices"]) {
    const { stdout } = await promisify(execFile)(process.execPath, [
      READER,
      `${gateway.url}/${path}`,
      String(CONNECTIONS),
      String(SECONDS),
    ]);
    const { reads_per_s } = JSON.parse(stdout) as { reads_per_s: number };
    figures.push({
      name: `cached reads of ${path}`,
      value: reads_per_s,
      unit: "1/s",
      goal: { atLeast: 10_000 },
      note: `${CONNECTIONS} connections`,
    });
  }
  return figures;
}
