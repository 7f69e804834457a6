import { join } from "node:path";
import { BUNDLE, startGateway } from "../processes/gateway-process.ts";
import { containerRuntime } from "../processes/container.ts";
import type { Figure } from "./figure.ts";
import { percentile } from "./percentile.ts";
import { emptyFolder } from "./empty-folder.ts";

const STARTS = 11;

/** From the start of the process to its "Ready.": the gateway answers from then on. */
export async function startUp(scratch: string): Promise<Figure[]> {
  const dataFolder = await emptyFolder(join(scratch, "start-up"));
  const untilReady: number[] = [];
  const ownCount: number[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    const spawned = performance.now();
    const gateway = await startGateway({
      dataFolder,
      entry: BUNDLE,
      runtime: containerRuntime(),
      onLog: (line) => {
        if (line.includes('"Ready."')) untilReady.push(performance.now() - spawned);
      },
    });
    ownCount.push(Number(gateway.records.find(({ message }) => message === "Ready.")?.fields["start_ms"]));
    await gateway.stop();
  }
  return [
    {
      name: "start to ready",
      value: percentile(untilReady, 0.5),
      unit: "ms",
      goal: { atMost: 300 },
      note: `median of ${STARTS}; by the process's own count ${percentile(ownCount, 0.5)} ms`,
    },
  ];
}
