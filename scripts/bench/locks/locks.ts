import type { Figure } from "../figure.ts";
import { rounded } from "../figure.ts";
import { holdLocks } from "../memory/held-locks.ts";
import type { Held } from "../memory/held-locks.ts";
import { pollLocks } from "./polled-locks.ts";
import type { Polled } from "./polled-locks.ts";
import type { Size } from "./size.ts";

const SIZES: readonly Size[] = [
  { locks: 1, accounts: 1 },
  { locks: 50, accounts: 1 },
  { locks: 500, accounts: 5 },
];
const IDLE: Size = { locks: 0, accounts: 1 };
/** From this many locks on. */
const GOALS_FROM = 500;

/** What many locks cost: requests to the cloud, memory, a poll, and telling Home Assistant. */
export async function locks(scratch: string): Promise<Figure[]> {
  const [idle, ...held] = await Promise.all([IDLE, ...SIZES].map((size) => holdLocks(scratch, size)));
  const figures: Figure[] = [];
  for (const [index, size] of SIZES.entries()) {
    const one = held[index];
    if (idle && one) figures.push(...heldFigures(size, one, idle));
    figures.push(...polledFigures(size, await pollLocks(size)));
  }
  return figures;
}

function heldFigures(size: Size, held: Held, idle: Held): Figure[] {
  const { resident, requestsPerMinute, written, readyMs } = held;
  return [
    {
      name: named("requests", size),
      value: requestsPerMinute,
      unit: "1/min",
      goal: { atMost: 2.5 * size.accounts },
      note: "to the cloud, polled every 30 s",
    },
    {
      name: named("memory over idle", size),
      value: resident - idle.resident,
      unit: "MB",
      ...goal(size, 25),
      note: `resident ${rounded(resident)} MB instead of ${rounded(idle.resident)} MB`,
    },
    {
      name: named("written to the disk at rest", size),
      value: written,
      unit: "kB",
      goal: { atMost: 0 },
      note: "in two minutes of polls without a change",
    },
    { name: named("start to ready", size), value: readyMs, unit: "ms", ...goal(size, 300), note: "all of them stored" },
  ];
}

function polledFigures(size: Size, polled: Polled): Figure[] {
  const { tookMs, cpuMs, snapshotMs, changedMs, changedCpuMs } = polled;
  return [
    { name: named("a poll", size), value: tookMs, unit: "ms", note: "from the query until it is in the picture" },
    { name: named("CPU of it", size), value: cpuMs, unit: "ms", ...goal(size, 150) },
    {
      name: named("a poll that changes every state", size),
      value: changedMs,
      unit: "ms",
      note: "from the query until Home Assistant has it",
    },
    { name: named("CPU of it, published", size), value: changedCpuMs, unit: "ms", ...goal(size, 150) },
    { name: named("first snapshot", size), value: snapshotMs, unit: "ms", note: "until Home Assistant has it" },
  ];
}

function named(what: string, { locks, accounts }: Size): string {
  return `${what}, ${locks} ${locks === 1 ? "lock" : "locks"}${accounts === 1 ? "" : ` on ${accounts} accounts`}`;
}

function goal({ locks }: Size, atMost: number): Pick<Figure, "goal"> | Record<string, never> {
  return locks >= GOALS_FROM ? { goal: { atMost } } : {};
}
