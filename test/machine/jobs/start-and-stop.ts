import { systemClock } from "../../../src/clock.ts";
import { grantWorkerFile, Jobs } from "../../../src/jobs/jobs.ts";
import { LogSink } from "../../../src/log-sink.ts";
import { Secrets } from "../../../src/log.ts";

/** A process of its own: plans, runs and stops. It must end by itself then. */
const [folder = ""] = process.argv.slice(2);
const { log } = new LogSink({ level: "info", secrets: new Secrets(), format: "text", write: () => undefined });
const jobs = new Jobs({
  workerFile: grantWorkerFile(),
  folder,
  providers: [],
  clock: systemClock,
  log,
  callTimeoutMs: 1000,
});
jobs.start();
jobs.plan("tomorrow", Date.now() + 20 * 3_600_000);
jobs.plan("in 60 days", Date.now() + 60 * 24 * 3_600_000);
process.stdout.write((await jobs.run({ kind: "refresh", account_id: "nobody", generation: null })).outcome);
await jobs.stop();
