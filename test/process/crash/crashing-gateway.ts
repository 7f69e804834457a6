import process from "node:process";
import { systemClock } from "../../../src/clock.ts";
import { Gateway } from "../../../src/gateway.ts";
import { LogSink } from "../../../src/log-sink.ts";
import { Secrets } from "../../../src/log.ts";
import { systemRandom } from "../../../src/random.ts";
import { readSettings } from "../../../src/settings/settings.ts";

/** The gateway as `main.ts` starts and stops it, with a worker that can be told where to be interrupted. */
const secrets = new Secrets();
const settings = readSettings(
  { environment: process.env, workingFolder: process.cwd(), optionsFile: "options.json" },
  secrets,
);
const sink = new LogSink({
  level: settings.logLevel,
  format: settings.logFormat,
  secrets,
  write: (line) => process.stdout.write(line),
});
const gateway = new Gateway({
  settings,
  secrets,
  sink,
  version: "0.0.0",
  clock: systemClock,
  random: systemRandom,
  workerFile: new URL(`./crashing-worker${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url),
});
process.once("SIGTERM", () => {
  sink.log.info("Stopping.");
  void gateway.stop().then(() => process.exit(0));
});
const { port } = await gateway.start();
sink.log.info("Ready.", { port });
