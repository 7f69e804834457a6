import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { SessionFile } from "../../../src/http/access/session-file.ts";
import { SESSION_LIFE_MS, Sessions } from "../../../src/http/access/sessions.ts";
import { LogSink } from "../../../src/log-sink.ts";
import { Secrets } from "../../../src/log.ts";
import { systemRandom } from "../../../src/random.ts";
import { ManualClock } from "../../clock.ts";
import { MemorySessions } from "../stage.ts";

test("who watches a session is told once of its end, also of one by time, longer than a timer lasts", () => {
  const { sessions, clock } = aHouse();
  const cookies = cookieOf(sessions);
  const told: string[] = [];
  sessions.watch(cookies, () => told.push("one"));
  const unwatch = sessions.watch(cookies, () => told.push("another"));
  clock.advance(SESSION_LIFE_MS - 1);
  expect(told).toEqual([]);
  unwatch();
  clock.advance(1);
  expect(told).toEqual(["one"]);
  sessions.end(cookies);
  expect([told, clock.armed]).toEqual([["one"], 0]);
});

test("a timer that fires before its time, and a clock that was set back, end nothing", () => {
  const { sessions, clock } = aHouse();
  const told: string[] = [];
  sessions.watch(cookieOf(sessions), () => told.push("ended"));
  clock.jump(-60_000);
  clock.advance(SESSION_LIFE_MS);
  expect(told).toEqual([]);
  clock.advance(60_000);
  expect(told).toEqual(["ended"]);
});

test("there is nothing to watch or to end where there is no session", () => {
  const { sessions, clock, store } = aHouse();
  sessions.watch("a=b", () => expect.unreachable())();
  sessions.watch(undefined, () => expect.unreachable());
  const { kept } = store;
  sessions.end(`${sessions.cookie}=none`);
  expect(clock.armed).toBe(0);
  expect(store.kept).toBe(kept);
});

test("200 sessions are kept, the newest, and none that has ended", () => {
  const { sessions, clock, store } = aHouse();
  const [first, second] = [cookieOf(sessions), cookieOf(sessions)];
  for (let more = 0; more < 199; more += 1) sessions.begin();
  expect([sessions.isLive(first), sessions.isLive(second), store.kept.length]).toEqual([false, true, 200]);
  clock.advance(SESSION_LIFE_MS);
  sessions.begin();
  expect(store.kept).toHaveLength(1);
});

test("an end is written down, and heard by all who watch, once", () => {
  const { sessions, store, clock } = aHouse();
  const [cookies, others] = [cookieOf(sessions), cookieOf(sessions)];
  const told: string[] = [];
  sessions.watch(cookies, () => told.push("one"))();
  sessions.watch(cookies, () => told.push("two"));
  sessions.watch(cookies, () => told.push("three"));
  sessions.end(cookies);
  sessions.end(cookies);
  expect([told, store.kept.length, clock.armed]).toEqual([["two", "three"], 1, 0]);
  // Nobody watches this one.
  sessions.end(others);
  expect(store.kept).toEqual([]);
});

test("two gateways on one host have a cookie each", () => {
  expect(aHouse().sessions.cookie).toBe(aHouse().sessions.cookie);
  expect(aHouse("another").sessions.cookie).not.toBe(aHouse().sessions.cookie);
});

test("the file is the gateway's alone, and is read by the next start", () => {
  const { file, sessionFile } = aFile();
  expect(sessionFile.read()).toEqual([]);
  const kept = [{ hash: "h", ends_at: 5 }];
  sessionFile.write(kept);
  expect(sessionFile.read()).toEqual(kept);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test.each(["", "{}", "null", '[1, null, {}, {"hash": 1, "ends_at": 2}, {"hash": "a", "ends_at": "b"}]'])(
  "a file that holds %j logs people out, no more",
  (text) => {
    const { file, sessionFile } = aFile();
    writeFileSync(file, text);
    expect(sessionFile.read()).toEqual([]);
  },
);

test("a disk that takes nothing is told, and the session holds until the gateway stops", () => {
  const { sessionFile, sink, folder } = aFile();
  rmSync(folder, { recursive: true });
  sessionFile.write([{ hash: "h", ends_at: 5 }]);
  expect(sink.tail("warn")).toMatchObject([
    { message: expect.stringContaining("after a restart the password is asked") },
  ]);
});

function aHouse(gateway_id = "gateway"): { sessions: Sessions; clock: ManualClock; store: MemorySessions } {
  const clock = new ManualClock();
  const store = new MemorySessions();
  const sessions = new Sessions({ password: "p", gateway_id, store, clock, random: systemRandom });
  return { sessions, clock, store };
}

function cookieOf(sessions: Sessions): string {
  return `${sessions.cookie}=${sessions.begin()}`;
}

function aFile(): { file: string; folder: string; sessionFile: SessionFile; sink: LogSink } {
  const folder = mkdtempSync(join(tmpdir(), "sessions-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const sink = new LogSink({ level: "debug", secrets: new Secrets(), format: "json", write: () => {} });
  const file = join(folder, "gateway.sessions");
  return { file, folder, sessionFile: new SessionFile(file, sink.log), sink };
}
