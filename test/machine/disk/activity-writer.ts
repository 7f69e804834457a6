import { systemClock } from "../../../src/clock.ts";
import { ActivityStore } from "../../../src/activity/store.ts";
import { LogSink } from "../../../src/log-sink.ts";
import { Secrets } from "../../../src/log.ts";

/** A process of its own that writes entries until it is killed, and says the last number of each transaction. */
const [file = ""] = process.argv.slice(2);
const secrets = new Secrets();
const { log } = new LogSink({ level: "info", secrets, format: "text", write: (line) => process.stderr.write(line) });
const store = new ActivityStore({ file, days: 30, limitBytes: 8 * 1024 * 1024, clock: systemClock, secrets, log });

const about = {
  device_id: "door",
  device_name: "Front door",
  account_id: null,
  value: "lock_state",
  cause: "poll",
  command: null,
} as const;
for (let turn = 0; ; turn += 1) {
  const to = turn % 2 === 0 ? "locked" : "unlocked";
  const entry = { ...about, at: Date.now(), kind: "state_changed", from: null, to } as const;
  const told = { device_id: "door", name: "Front door", values: { lock_state: to }, available: true, missing: false };
  const written = store.write({ entries: Array.from({ length: 50 }, () => entry), lastLogged: [told], forgotten: [] });
  process.stdout.write(`${written?.at(-1)?.id ?? "lost"}\n`);
  store.tidy();
}
