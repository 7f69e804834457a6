import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { FlightMeter } from "../../../src/jobs/flight-meter.ts";
import { LoginServer, PASSWORD, USERNAME } from "../../keeper/token-calls/login-server.ts";
import { HandClock, Stage } from "../stage.ts";

const FAULTY_WORKER = new URL("./faulty-worker.ts", import.meta.url);

let stage: Stage | undefined;
afterEach(() => stage?.strike());

test("a worker thread signs in, and Bree's dated job refreshes by itself; no secret reaches the log", async () => {
  stage = await Stage.set();
  const { server, keeper, lines } = stage;
  server.lifeS = 1;
  const id = await stage.signIn();
  expect(keeper.accounts()[0]).toMatchObject({ status: "fresh", generation: 1, cloud_user: "user-1" });
  await vi.waitUntil(() => keeper.accounts()[0]?.generation === 2, { timeout: 5000, interval: 20 });
  expect(server.reuses).toBe(0);
  expect(keeper.events(id).map(({ kind }) => kind)).toEqual(["signed_in", "refreshed"]);
  expect(lines.join("")).toContain("answer_journalled");
  expect(lines.join("")).not.toMatch(/canary-client-secret|(access|refresh)-user-1-\d|code-\d/);
});

test("a worker thread logs in with a password, at the login that it finds, and again before the token ends", async () => {
  stage = await Stage.set();
  const { keeper, lines } = stage;
  const cloud = await LoginServer.start({ path: "/api/auth/login", format: "form", lifeS: 2 });
  onTestFinished(() => cloud.stop());
  const details = { provider: "login", name: "Pool", url: cloud.url, username: USERNAME, password: PASSWORD } as const;
  const { id } = keeper.addAccount(details);
  await vi.waitUntil(() => keeper.accounts()[0]?.generation === 2, { timeout: 10_000, interval: 20 });
  expect(keeper.accounts()[0]).toMatchObject({ provider: "login", incident: null, last_error: null });
  expect(cloud.asked.slice(-1)).toEqual(["/api/auth/login form"]);
  const { value } = await keeper.getToken(id);
  expect(lines.join("")).not.toContain(PASSWORD.trim());
  expect(lines.join("")).not.toContain(value);
  await keeper.removeAccount(id);
  expect(keeper.accounts()).toEqual([]);
});

test("one flight per account: 200 callers share a worker, a sign-in waits for it", async () => {
  stage = await Stage.set();
  const { server, keeper, jobs } = stage;
  const id = await stage.signIn();
  const calls = server.calls;
  const refreshes = Array.from({ length: 200 }, () => jobs.run({ kind: "refresh", account_id: id, generation: 1 }));
  const signIn = keeper.exchange(server.code(), id);
  expect(keeper.accounts()[0]?.status).toBe("refreshing");
  expect(new Set(await Promise.all(refreshes)).size).toBe(1);
  expect(await signIn).toMatchObject({ status: "fresh", generation: 3 });
  expect(server.calls - calls).toBe(2);
  expect(server.mostAtOnce).toBe(1);
});

test("a worker that crashes after the journal's entry is a failed attempt; the next one commits without a call", async () => {
  stage = await Stage.set({ workerFile: FAULTY_WORKER });
  const { server, keeper, folder } = stage;
  const id = await stage.signIn();
  writeFileSync(join(folder, "crash"), "");
  await expect(keeper.refreshNow(id)).rejects.toMatchObject({ code: "internal", retryable: true });
  expect(keeper.accounts()[0]).toMatchObject({ generation: 1 });
  const calls = server.calls;
  await vi.waitUntil(() => keeper.accounts()[0]?.generation === 2, { timeout: 5000, interval: 20 });
  expect(server.calls).toBe(calls);
  expect(keeper.accounts()[0]?.status).toBe("fresh");
});

test("a worker that hangs is ended, and the account is served again", async () => {
  const clock = new HandClock();
  stage = await Stage.set({ workerFile: FAULTY_WORKER, callTimeoutMs: 1000, clock });
  const { keeper, folder, lines } = stage;
  const id = await stage.signIn();
  writeFileSync(join(folder, "hang"), "");
  const hanging = keeper.refreshNow(id);
  await vi.waitUntil(() => !existsSync(join(folder, "hang")), { timeout: 5000 });
  clock.fire(22_000);
  await expect(hanging).rejects.toMatchObject({ code: "internal" });
  expect(lines.join("")).toContain("hangs");
  clock.offsetMs += 60_000;
  expect(await keeper.getToken(id)).toMatchObject({ generation: 1 });
});

test("what a vault says no to is a stalled account with its sentence, not a loop", async () => {
  stage = await Stage.set();
  const { keeper, folder } = stage;
  const id = await stage.signIn();
  writeFileSync(join(folder, "gateway.key"), "no key");
  const flights = stage.countFlights();
  await expect(keeper.refreshNow(id)).rejects.toMatchObject({ code: "key_wrong" });
  expect(keeper.accounts()[0]?.status).toBe("store_failed");
  expect((await keeper.getToken(id)).generation).toBe(1);
  await pause(200);
  expect(flights).toEqual([id]);
});

test("the meter measures the worker that really ran", async () => {
  stage = await Stage.set();
  const meter = new FlightMeter(systemClock);
  stage.jobs.listen(meter);
  const id = await stage.signIn();
  await stage.keeper.refreshNow(id);
  const { outcomes, duration } = meter.read(id);
  expect(outcomes).toEqual({ committed: 1, failed: 0, broken: 0, unneeded: 0 });
  expect(duration.count).toBe(1);
  expect(duration.sumS).toBeGreaterThan(0);
});
