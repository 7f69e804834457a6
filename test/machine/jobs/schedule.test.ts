import { setTimeout as pause } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import type { Clock } from "../../../src/clock.ts";
import type { Jobs } from "../../../src/jobs/jobs.ts";
import { HandClock, Stage } from "../stage.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let stage: Stage | undefined;
afterEach(() => stage?.strike());

/** Only the schedule: its accounts don't exist, so a flight ends at once. */
async function schedule(clock: Clock): Promise<{ jobs: Jobs; started: string[] }> {
  stage = await Stage.set({ clock });
  const started = stage.countFlights();
  stage.jobs.start();
  return { jobs: stage.jobs, started };
}

test("starts at once what is overdue, and leaves what is far away to the guard", async () => {
  const clock = new HandClock();
  const { jobs, started } = await schedule(clock);
  const warned: Error[] = [];
  const onWarning = (warning: Error): void => void warned.push(warning);
  process.on("warning", onWarning);
  jobs.plan("overdue", clock.now() - HOUR);
  jobs.plan("in-60-days", clock.now() + 60 * DAY);
  await vi.waitUntil(() => started.length > 0, { timeout: 5000 });
  expect(started).toEqual(["overdue"]);

  clock.offsetMs += 60 * DAY + 10_000;
  clock.fire(30_000);
  await vi.waitUntil(() => started.length > 1, { timeout: 5000 });
  expect(started).toEqual(["overdue", "in-60-days"]);
  expect(warned).toEqual([]);
  process.off("warning", onWarning);
});

test("survives a suspended machine: what fell due meanwhile starts with the next look at the wall clock", async () => {
  const clock = new HandClock();
  const { jobs, started } = await schedule(clock);
  jobs.plan("account", clock.now() + 8 * HOUR);
  await pause(50);
  expect(started).toEqual([]);
  clock.offsetMs += 9 * HOUR;
  clock.fire(30_000);
  await vi.waitUntil(() => started.length > 0, { timeout: 5000 });
  expect(stage?.lines.some((line) => line.includes("The wall clock jumped."))).toBe(true);
});

test("forgets what is planned no longer", async () => {
  const clock = new HandClock();
  const { jobs, started } = await schedule(clock);
  jobs.plan("account", clock.now() + 60);
  jobs.plan("account", null);
  await pause(120);
  clock.offsetMs += HOUR;
  clock.fire(30_000);
  await pause(20);
  expect(started).toEqual([]);
});

test("keeps the newest plan of many", async () => {
  const { jobs, started } = await schedule(systemClock);
  for (let minute = 1; minute < 20; minute++) jobs.plan("account", systemClock.now() + minute * 60_000);
  jobs.plan("account", systemClock.now() + 30);
  await vi.waitUntil(() => started.length > 0, { timeout: 5000 });
  await pause(50);
  expect(started).toEqual(["account"]);
});
