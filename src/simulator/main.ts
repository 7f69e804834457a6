import process from "node:process";
import { Problem } from "../problem.ts";
import { readFlags } from "./flags.ts";
import { startSimulator } from "./simulator.ts";

/**
 * The simulated cloud as a process of its own:
 *
 *     node src/simulator/main.ts --port 8100 --access-token-life-s 120 --grants-file demo/grants.json
 *
 * `--setting casing=wild` sets any of the cloud's settings. Prints `{"url": "..."}` when it is ready, ends with 0 on
 * SIGTERM and SIGINT, with 2 when it cannot start as configured.
 */
async function run(): Promise<void> {
  const simulator = await startSimulator(readFlags(process.argv.slice(2), process.env));
  const stop = (): void => {
    void simulator.close().then(() => process.exit(0));
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  process.stdout.write(`${JSON.stringify({ url: simulator.url })}\n`);
}

run().catch((error: unknown) => {
  if (!(error instanceof Problem)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
});
