import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { afterEach, expect, test, vi } from "vitest";
import { HandClock, Stage } from "../stage.ts";

let stage: Stage | undefined;
afterEach(() => stage?.strike());

test("stopping is immediate when nothing runs, and starts nothing any more", async () => {
  stage = await Stage.set();
  const { jobs, keeper } = stage;
  const id = await stage.signIn();
  const before = performance.now();
  await jobs.stop();
  expect(performance.now() - before).toBeLessThan(100);
  await expect(keeper.refreshNow(id)).rejects.toMatchObject({ code: "internal" });
});

test("stopping lets a running call end and commit", async () => {
  // As in the gateway: on a busy machine a worker alone needs seconds to start.
  stage = await Stage.set({ callTimeoutMs: 20_000 });
  const { jobs, keeper, vault, server } = stage;
  const id = await stage.signIn();
  const refreshing = keeper.refreshNow(id);
  await jobs.stop();
  expect(await refreshing).toMatchObject({ generation: 2 });
  expect(vault.tokens.newest(id)?.refresh_token).toBe(server.newestRefreshToken);
});

test("stopping cuts a call off that does not end in its time; the journal knows of it", async () => {
  stage = await Stage.set({ callTimeoutMs: 2000 });
  const { jobs, keeper, vault, server } = stage;
  const id = await stage.signIn();
  server.queueFault(() => undefined);
  const calls = server.calls;
  const refreshing = keeper.refreshNow(id).catch((error: unknown) => error);
  await vi.waitUntil(() => server.calls > calls, { timeout: 5000, interval: 5 });
  const before = performance.now();
  await jobs.stop();
  expect(performance.now() - before).toBeLessThan(6000);
  expect(await refreshing).toMatchObject({ retryable: true });
  expect(vault.tokens.newest(id)?.generation).toBe(1);
});

test("stopping ends though the worker says `done` in the moment in which it is cut off", async () => {
  const clock = new HandClock();
  stage = await Stage.set({ clock, callTimeoutMs: 1000 });
  const { jobs, keeper, server } = stage;
  const id = await stage.signIn();
  const calls = server.calls;
  const refreshing = keeper.refreshNow(id);
  await vi.waitUntil(() => server.calls > calls, { timeout: 5000, interval: 1 });
  // This thread hears nothing while the worker reads its answer, commits and says that it is done.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
  const stopping = jobs.stop();
  clock.fire(1000);
  await stopping;
  expect(await refreshing).toMatchObject({ generation: 2 });
});

test("stopping ends a flight whose worker has not started yet, and starts it no more", async () => {
  const clock = new HandClock();
  stage = await Stage.set({ clock, callTimeoutMs: 1000 });
  const { jobs, keeper, server } = stage;
  const id = await stage.signIn();
  const calls = server.calls;
  const refreshing = keeper.refreshNow(id).catch((error: unknown) => error);
  const stopping = jobs.stop();
  clock.fire(1000);
  await stopping;
  expect(await refreshing).toMatchObject({ code: "internal", retryable: true });
  await pause(200);
  expect(server.calls).toBe(calls);
});

test("stopping leaves nothing behind that keeps the process alive", async () => {
  stage = await Stage.set();
  const script = fileURLToPath(new URL("./start-and-stop.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, stage.folder], { timeout: 8000 });
  expect(stdout).toBe("unneeded");
});
