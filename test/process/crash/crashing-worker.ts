import { existsSync, readFileSync, rmSync } from "node:fs";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { runGrantTask } from "../../../src/jobs/grant-task.ts";
import type { GrantTask } from "../../../src/jobs/grant-task.ts";

/** So long a grant stands still after SIGTERM: the stop is under way when it goes on. */
const STOP_BEGINS_MS = 150;

/**
 * A grant worker in whose hands the whole process gets a signal: the file that `INTERRUPTION` names says which, in
 * which kind of grant and at which step of it. It happens once, so that the same gateway can be started again.
 */
const port = parentPort;
if (port === null) throw new Error("The grant worker runs in a worker thread only.");
const task = workerData as GrantTask;
await runGrantTask(task, port, async (step) => {
  const signal = signalAt(`${task.job.kind} ${step}`);
  if (signal === null) return;
  process.kill(process.pid, signal);
  // SIGKILL may take a moment, in which nothing may go on.
  await (signal === "SIGKILL" ? new Promise(() => {}) : pause(STOP_BEGINS_MS));
});
port.postMessage("done");

function signalAt(point: string): "SIGKILL" | "SIGTERM" | null {
  const file = process.env["INTERRUPTION"] ?? "";
  if (!existsSync(file)) return null;
  const planned = readFileSync(file, "utf8");
  const signal = (["SIGKILL", "SIGTERM"] as const).find((signal) => planned === `${signal} ${point}`) ?? null;
  if (signal !== null) rmSync(file);
  return signal;
}
