import { Integration } from "../../../src/integration/integration.ts";
import { LogSink } from "../../../src/log-sink.ts";
import { Secrets } from "../../../src/log.ts";

/** A process of its own that installs the integration and kills itself after a step; without one it ends well. */
const [config = "", bundleFolder = "", gatewayVersion = "", last = ""] = process.argv.slice(2);
const { log } = new LogSink({
  level: "warn",
  secrets: new Secrets(),
  format: "text",
  write: (line) => process.stderr.write(line),
});
const integration = new Integration({
  config,
  bundleFolder,
  gatewayVersion,
  supervised: true,
  core: { integrationVersion: () => Promise.resolve(null), restart: () => Promise.resolve() },
  log,
  onStep: (step) => {
    if (step === last) process.kill(process.pid, "SIGKILL");
  },
});
process.stdout.write("begun\n");
await integration.install({ by: "loopback", user_name: null });
