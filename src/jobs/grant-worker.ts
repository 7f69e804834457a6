import { parentPort, workerData } from "node:worker_threads";
import { runGrantTask } from "./grant-task.ts";
import type { GrantTask } from "./grant-task.ts";

/** The entry of the worker thread that runs one grant. Bree ends the thread at `done`. */
const port = parentPort;
if (port === null) throw new Error("The grant worker runs in a worker thread only.");
await runGrantTask(workerData as GrantTask, port);
port.postMessage("done");
