import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { runGrantTask } from "../../../src/jobs/grant-task.ts";
import type { GrantTask } from "../../../src/jobs/grant-task.ts";

/**
 * The worker with faults, for tests: where the file `crash` lies in the data folder it ends right after the answer was
 * journalled, where `hang` lies it never ends; each fault once.
 */
const task = workerData as GrantTask;
const port = parentPort;
if (port === null) throw new Error("no worker thread");

function asked(fault: string): boolean {
  const file = join(task.folder, fault);
  const found = existsSync(file);
  rmSync(file, { force: true });
  return found;
}

await runGrantTask(task, port, (step) => {
  if (step === "answer_journalled" && asked("crash")) throw new Error("crash");
  if (step === "read" && asked("hang")) {
    for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
  }
});
port.postMessage("done");
