import type { UptimeClock } from "../../clock.ts";
import { turnsAt } from "./freshness.ts";
import type { AgeLimits } from "./freshness.ts";

export interface StateAgesOptions {
  readonly clock: UptimeClock;
  readonly limitsOf: (deviceId: string) => AgeLimits;
  /** Called when main states have become stale or expired by age. */
  readonly onTurn: () => void;
  /** Called when the machine has slept: no timer has noticed what became due. */
  readonly onWake: () => void;
}

/** Timers stand still while the machine sleeps; this soon after it wakes, old states are shown as old. */
const WATCH_MS = 5000;
/** The two clocks are read one after the other, and the uptime is imprecise. */
const SLEPT_MS = 1000;

/**
 * How old the main state of each device is, by the machine's uptime: neither setting the clock nor a sleep makes an old
 * state look new. One timer for all, at the next moment at which one of them becomes stale or expired.
 */
export class StateAges {
  readonly #options: StateAgesOptions;
  /** By device id: the uptime at which the cloud last reported its main state. */
  readonly #saidAt = new Map<string, number>();
  /** Those that were reported to an earlier run, and not yet to this one. */
  readonly #restored = new Set<string>();
  /** The uptime of the next turn; Infinity while none comes. */
  #nextTurn = Infinity;
  /** By how much the uptime is ahead of the time spent awake. */
  #slept = Number.NaN;
  #firesAt = Infinity;
  #cancelTimer = (): void => {};

  constructor(options: StateAgesOptions) {
    this.#options = options;
  }

  /** The uptime now, for `saidSince`. */
  get now(): number {
    return this.#options.clock.uptime();
  }

  /** The cloud has just reported the main states of these devices. */
  said(deviceIds: readonly string[]): void {
    const { now } = this;
    for (const id of deviceIds) {
      this.#saidAt.set(id, now);
      this.#restored.delete(id);
      this.#expect(id, now);
    }
    this.#arm();
  }

  /**
   * These main states were reported to an earlier run so long ago (ms; Infinity where it is not known). Until the cloud
   * reports them to this run too, they are stale at best, where anything is ever stale.
   */
  restore(ages: ReadonlyMap<string, number>): void {
    const { now } = this;
    for (const [id, age] of ages) {
      this.#saidAt.set(id, now - age);
      this.#restored.add(id);
      this.#expect(id, now);
    }
    this.#arm();
  }

  /**
   * The uptime at which the main state was reported; undefined where it never was, -Infinity where it is not known
   * when.
   */
  saidAt(deviceId: string): number | undefined {
    return this.#saidAt.get(deviceId);
  }

  saidSince(deviceId: string, uptime: number): boolean {
    return (this.#saidAt.get(deviceId) ?? -Infinity) >= uptime;
  }

  forget(deviceId: string): void {
    this.#saidAt.delete(deviceId);
    this.#restored.delete(deviceId);
  }

  /** The ages of all at one moment; null for a device whose main state was never reported. */
  reading(): (deviceId: string) => number | null {
    const { now } = this;
    return (deviceId) => this.#age(deviceId, now);
  }

  /** The limits have changed. */
  limitsChanged(): void {
    this.#lookAhead();
    this.#arm();
  }

  stop(): void {
    this.#cancelTimer();
    this.#saidAt.clear();
    this.#restored.clear();
  }

  #age(deviceId: string, now: number): number | null {
    const saidAt = this.#saidAt.get(deviceId);
    if (saidAt === undefined) return null;
    const age = now - saidAt;
    if (!this.#restored.has(deviceId)) return age;
    const { staleMs, expiredMs } = this.#options.limitsOf(deviceId);
    // Where nothing is ever stale before it is expired, its age alone counts.
    return staleMs < expiredMs ? Math.max(age, staleMs) : age;
  }

  #lookAhead(): void {
    const { now } = this;
    this.#nextTurn = Infinity;
    for (const id of this.#saidAt.keys()) this.#expect(id, now);
  }

  #expect(deviceId: string, now: number): void {
    const saidAt = this.#saidAt.get(deviceId) ?? now;
    const age = turnsAt(this.#age(deviceId, now), this.#options.limitsOf(deviceId));
    if (age !== null) this.#nextTurn = Math.min(this.#nextTurn, saidAt + age);
  }

  #arm(): void {
    const { clock } = this.#options;
    const now = clock.uptime();
    const firesAt = Math.min(now + WATCH_MS, Math.max(now, this.#nextTurn));
    if (this.#nextTurn === Infinity || this.#firesAt <= firesAt) return;
    this.#cancelTimer();
    this.#slept = now - clock.monotonic();
    this.#firesAt = firesAt;
    this.#cancelTimer = clock.after(firesAt - now, () => this.#tick());
  }

  #tick(): void {
    const { clock, onTurn, onWake } = this.#options;
    const uptime = clock.uptime();
    const hasSlept = uptime - clock.monotonic() - this.#slept >= SLEPT_MS;
    const hasTurned = uptime >= this.#nextTurn;
    this.#firesAt = Infinity;
    if (hasTurned) this.#lookAhead();
    this.#arm();
    if (hasTurned) onTurn();
    if (hasSlept) onWake();
  }
}
