import { readFileSync } from "node:fs";
import { Uptime } from "./clock/uptime.ts";

/**
 * Time, as an argument. Decisions are made on `now()` (the wall clock, which people and clouds share and which may
 * jump); durations are measured on `monotonic()` (which never jumps and stands still while the machine sleeps).
 */
export interface Clock {
  /** Wall clock, epoch milliseconds. */
  now(): number;
  /** Monotonic clock, milliseconds from an arbitrary origin. */
  monotonic(): number;
  /** Calls `callback` once after `ms` milliseconds; returns the cancel function. */
  after(ms: number, callback: () => void): () => void;
}

/** For the age of what others reported: a machine that slept has received nothing meanwhile. */
export interface UptimeClock extends Clock {
  /** Like `monotonic()`, but it goes on while the machine sleeps; coarser. */
  uptime(): number;
}

/** Resolves after `ms` milliseconds of `clock`; rejects with the signal's reason when it aborts first. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const onAbort = (): void => {
      cancel();
      reject(signal?.reason as Error);
    };
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/** The longest delay that `setTimeout` takes; beyond it Node fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const uptime = new Uptime();

/** The machine's own clocks. Timers never keep the process alive: what must live holds a socket or a worker. */
export const systemClock: UptimeClock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  uptime: () => uptime.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(ms, 0), LONGEST_TIMER_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Names this run of the machine, from which its uptime counts; null where the system does not tell (only Linux does). */
export function bootId(): string | null {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim() || null;
  } catch {
    return null;
  }
}
