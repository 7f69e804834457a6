import type { UptimeClock } from "../../clock.ts";
import { turnsAt } from "./freshness.ts";
import type { AgeLimits } from "./freshness.ts";

export interface StateAgesOptions {
  readonly clock: UptimeClock;
  readonly limitsOf: (deviceId: string) => AgeLimits;
  /** Called when main states have turned stale or expired by themselves. */
  readonly onTurn: () => void;
  /** Called when the machine has slept: what is due by now was not noticed by any timer. */
  readonly onWake: () => void;
}

/** Timers stand still while the machine sleeps; so soon after it has woken, its old states are told as old. */
const WATCH_MS = 5000;
/** The two clocks are read one after the other, and the uptime is coarse. */
const SLEPT_MS = 1000;

/**
 * How old the main state of each device is, counted on the machine's uptime: neither somebody who sets the time nor a
 * sleep makes an old state look new. One timer for all, at the next moment at which one of them turns.
 */
export class StateAges {
  readonly #options: StateAgesOptions;
  /** By device id: the uptime at which the cloud last said its main state. */
  readonly #saidAt = new Map<string, number>();
  /** Those that an earlier run was told, and this one not yet. */
  readonly #restored = new Set<string>();
  /** The uptime of the next turn; Infinity while none comes. */
  #nextTurn = Infinity;
  /** By how much the uptime is ahead of the time that was lived through awake. */
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

  /** The cloud has just said the main states of these devices. */
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
   * An earlier run was told these main states so long ago (ms; Infinity where nobody can say). As long as the cloud has
   * not said them to this run too they are stale at best, where anything is ever stale.
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

  /** The uptime at which the main state was said; undefined where it never was, -Infinity where nobody can say when. */
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

  /** The ages of all at one moment; null for a device whose main state was never said. */
  reading(): (deviceId: string) => number | null {
    const { now } = this;
    return (deviceId) => this.#age(deviceId, now);
  }

  /** The limits are others than before. */
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
