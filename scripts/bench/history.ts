import { join } from "node:path";
import process from "node:process";
import { ActivityStore } from "../../src/activity/store.ts";
import type { ActivityDraft } from "../../src/activity/entry.ts";
import { systemClock } from "../../src/clock.ts";
import { History } from "../../src/history/history.ts";
import { HistoryStore } from "../../src/history/store.ts";
import { LogSink } from "../../src/log-sink.ts";
import { Secrets } from "../../src/log.ts";
import { LivePicture } from "../../src/state/live-picture.ts";
import { aDevice, aGateway } from "../../test/state/models.ts";
import type { Figure } from "./figure.ts";

const DOORS = 500;
const DAYS = 30;
const CHANGES_A_DAY = 8;
const DAY_MS = 86_400_000;

/** Thirty days of 500 doors, as `GET api/history/doors` reads them: how long it takes, and how long nothing else runs. */
export async function history(folder: string): Promise<Figure[]> {
  const secrets = new Secrets();
  const { log } = new LogSink({ level: "fatal", secrets, format: "json", write: () => {} });
  const clock = systemClock;
  const picture = new LivePicture(aGateway());
  const ids = Array.from({ length: DOORS }, (_, index) => `door-${index}`);
  picture.update({ devices: ids.map((id) => aDevice({ id })) });
  const store = new ActivityStore({ file: join(folder, "activity.db"), days: DAYS, clock, secrets, log });
  const past = new HistoryStore({ file: join(folder, "history.db"), clock, log });
  for (let day = 0; day < DAYS; day += 1) {
    const entries = ids.flatMap((id) => changesOf(id, clock.now() - (DAYS - day) * DAY_MS));
    store.write({ entries, lastLogged: [], forgotten: [] });
  }
  const reader = new History({ picture, log: store, store: past, clock });
  const turns = new Turns();
  const begun = performance.now();
  const texts: string[] = [];
  for await (const door of reader.doors(reader.window(DAYS))) texts.push(JSON.stringify(door));
  const bytes = Buffer.from(texts.join(",")).length;
  const took = performance.now() - begun;
  turns.stop();
  store.close();
  past.close();
  return [
    {
      name: "thirty days of 500 doors",
      value: took,
      unit: "ms",
      goal: { atMost: 5000 },
      note: `${Math.round(bytes / 1e6)} MB`,
    },
    {
      name: "longest that nothing else ran",
      value: turns.longestMs,
      unit: "ms",
      goal: { atMost: 50 },
      note: "of the thread's own time",
    },
  ];
}

function changesOf(device_id: string, from: number): ActivityDraft[] {
  return Array.from({ length: CHANGES_A_DAY }, (_, index) => {
    const locks = index % 2 === 1;
    return {
      at: from + (index * DAY_MS) / CHANGES_A_DAY,
      kind: "state_changed",
      device_id,
      account_id: null,
      device_name: device_id,
      value: "lock_state",
      from: locks ? "unlocked" : "locked",
      to: locks ? "locked" : "unlocked",
      cause: "poll",
      command: null,
    };
  });
}

/** Measures the turns of the event loop in the thread's own time: what else runs on the machine does not count. */
class Turns {
  longestMs = 0;
  #next = setImmediate(() => this.#turn());
  #began = cpuMs();

  stop(): void {
    clearImmediate(this.#next);
  }

  #turn(): void {
    const now = cpuMs();
    this.longestMs = Math.max(this.longestMs, now - this.#began);
    this.#began = now;
    this.#next = setImmediate(() => this.#turn());
  }
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
