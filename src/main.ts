import { readFileSync } from "node:fs";
import process from "node:process";
import { systemClock } from "./clock.ts";
import { Gateway } from "./gateway.ts";
import { LogSink } from "./log-sink.ts";
import { Secrets } from "./log.ts";
import { connectPatiently } from "./outgoing/patient-connections.ts";
import { Problem } from "./problem.ts";
import { systemRandom } from "./random.ts";
import { readSettings } from "./settings/settings.ts";
import type { Settings } from "./settings/settings.ts";

/** 0: asked to stop. 1: a bug. 2: running is impossible as things are set up; one sentence says why. */
const EXIT = { stopped: 0, crashed: 1, unusable: 2 } as const;

// What the gateway writes is its own: no other user of the machine may read it.
process.umask(0o077);

const secrets = new Secrets();
const settings = settingsOrExit();
const sink = new LogSink({
  level: settings.logLevel,
  format: settings.logFormat,
  secrets,
  write: (line) => process.stdout.write(line),
});
const { log } = sink;
const gateway = new Gateway({
  settings,
  secrets,
  sink,
  version: packageVersion(),
  clock: systemClock,
  random: systemRandom,
});
let stopping = false;

connectPatiently();

// The gateway's timers keep no process alive, and while it waits for its data folder it has nothing else.
// Only `exit` ends it.
setInterval(() => {}, 2 ** 31 - 1);
process.on("uncaughtException", (error) => {
  log.fatal("The gateway stops because of a bug; please report this line.", { error });
  process.exit(EXIT.crashed);
});
// This module is the one owner of the signals: everything else is stopped by being asked.
// A terminal that is closed (SIGHUP) and a Ctrl+\ (SIGQUIT) would end the process in the middle of a refresh.
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const) process.on(signal, stop);

try {
  const { port } = await gateway.start();
  log.info("Ready.", { port, start_ms: Math.round(performance.now()) });
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  log.fatal(error.message, { code: error.code });
  process.exit(EXIT.unusable);
}

function stop(signal: NodeJS.Signals): void {
  if (stopping) return;
  stopping = true;
  log.info("Stopping.", { signal });
  gateway.stop().then(
    () => {
      log.info("Stopped.");
      process.exit(EXIT.stopped);
    },
    (error: unknown) => {
      log.fatal("Stopping failed.", { error });
      process.exit(EXIT.crashed);
    },
  );
}

function settingsOrExit(): Settings {
  try {
    return readSettings(
      { environment: process.env, workingFolder: process.cwd(), optionsFile: "/data/options.json" },
      secrets,
    );
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    process.stderr.write(`${secrets.scrub(error.message)}\n`);
    process.exit(EXIT.unusable);
  }
}

/** package.json lies beside `src/` as well as beside the bundle's `dist/`. */
function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return version;
}
