import process from "node:process";
import { parentPort, workerData } from "node:worker_threads";
import { runGrantTask } from "../../src/jobs/grant-task.ts";
import type { GrantTask } from "../../src/jobs/grant-task.ts";

/** A grant worker in whose hands the whole process dies: at the step, and in the kind of grant, that `CRASH_AT` names. */
const port = parentPort;
if (port === null) throw new Error("The grant worker runs in a worker thread only.");
const task = workerData as GrantTask;
await runGrantTask(task, port, async (step) => {
  if (process.env["CRASH_AT"] !== `${task.job.kind} ${step}`) return;
  process.kill(process.pid, "SIGKILL");
  // The signal may take a moment, in which nothing may go on.
  await new Promise(() => {});
});
port.postMessage("done");
