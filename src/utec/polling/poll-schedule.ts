import { backoffMs } from "../../backoff.ts";
import type { UptimeClock } from "../../clock.ts";

export interface PollScheduleOptions {
  readonly clock: Pick<UptimeClock, "uptime">;
  /** 0 to 1, exclusive. */
  readonly random: () => number;
  /** Read each time: it may change. */
  readonly intervalMs: () => number;
  /** The first retry comes after this at the latest; it doubles with each further failure. */
  readonly retryMs: number;
  /** Until the first time; default: at once. */
  readonly firstMs?: number;
}

/** People want their locks back within half a minute: this often it is tried while an outage is short. */
const SHORT_OUTAGE_MS = 15 * 60_000;
const SHORT_OUTAGE_RETRY_MS = 25_000;
/** The longest pause between two retries of an outage that has lasted. */
const LONGEST_RETRY_MS = 2 * 60_000;
/** The longest pause that the cloud may ask for. */
const LONGEST_WISH_MS = 60 * 60_000;
/** Intervals differ by up to this share, so that accounts that started together drift apart. */
const DRIFT = 0.1;
/** The shortest pause after the end of the last time, whatever happens. */
const SHORTEST_PAUSE_MS = 5000;

/**
 * When something is due that happens at an interval, backs off while it fails, and can be asked for. Counted from the
 * end of the last time on the machine's uptime, so that after a sleep one thing is due, not many.
 */
export class PollSchedule {
  readonly #options: PollScheduleOptions;
  #failures = 0;
  /** The first of the failures in a row. */
  #failingSince = 0;
  #dueAt: number;
  /** The beginning of the last time. */
  #beganAt: number;
  /** The end of the last time. */
  #endedAt = -Infinity;
  /** The cloud has asked for no request before this, whoever asks. */
  #notBefore = -Infinity;
  #asked = false;
  #fast: { readonly intervalMs: number; readonly until: number } | undefined;

  constructor(options: PollScheduleOptions) {
    this.#options = options;
    this.#beganAt = this.#now();
    this.#dueAt = this.#beganAt + (options.firstMs ?? 0);
  }

  get isFailing(): boolean {
    return this.#failures > 0;
  }

  /** Milliseconds until it is due; 0 when it is. */
  get dueIn(): number {
    const dueAt = this.#asked ? Math.min(this.#dueAt, this.#endedAt + this.#shortestPause()) : this.#dueAt;
    return Math.max(0, Math.max(dueAt, this.#notBefore) - this.#now());
  }

  /** Milliseconds for which the cloud has asked for no request. */
  get pausedFor(): number {
    return Math.max(0, this.#notBefore - this.#now());
  }

  /** True when it is due: it happens now. Asking from here on is for the next time. */
  take(): boolean {
    const due = this.dueIn === 0;
    if (due) {
      this.#asked = false;
      this.#beganAt = this.#now();
    }
    return due;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#notBefore = -Infinity;
    this.#endedAt = this.#now();
    this.#dueAt = this.#endedAt + this.#interval() * (1 + DRIFT * (this.#options.random() - 0.5));
  }

  /**
   * Backs off, with jitter, so that those that failed together do not come back together. A retry's pause counts from
   * the beginning of the last attempt, because one that timed out has waited already.
   * @param retryAfterS not again before that, where the cloud asked for it; an hour at most
   */
  failed(retryAfterS = 0): void {
    const { random, retryMs } = this.#options;
    this.#endedAt = this.#now();
    if (this.#failures === 0) this.#failingSince = this.#beganAt;
    const isShort = this.#endedAt - this.#failingSince < SHORT_OUTAGE_MS;
    this.#failures += 1;
    const longestMs = isShort ? SHORT_OUTAGE_RETRY_MS : LONGEST_RETRY_MS;
    const jitter = { from: 0.5, to: 1 };
    const pause = backoffMs({ grows: "doubling", firstMs: retryMs, longestMs, jitter }, this.#failures, random());
    this.#dueAt = Math.max(this.#endedAt + this.#shortestPause(), this.#beganAt + pause);
    this.#notBefore = this.#endedAt + Math.min(LONGEST_WISH_MS, retryAfterS * 1000);
  }

  /**
   * The cloud answers again: the backoff is over. Due within the shortest pause, each at a moment of its own, but not
   * before the cloud allows it.
   */
  recovered(): void {
    if (this.#failures === 0) return;
    this.#failures = 0;
    this.#dueAt = Math.min(this.#dueAt, this.#now() + this.#options.random() * this.#shortestPause());
  }

  /** Somebody asks for it: due at once, or as soon as possible after the last time. */
  ask(): void {
    this.#asked = true;
  }

  /** A shorter interval for a while; a backoff stands. */
  hasten(intervalMs: number, forMs: number): void {
    this.#fast = { intervalMs, until: this.#now() + forMs };
    if (this.#failures === 0) this.#dueAt = Math.min(this.#dueAt, this.#now() + this.#interval());
  }

  /** The interval may have become shorter: that counts for this time already; a backoff stands. */
  paceChanged(): void {
    if (this.#failures === 0) this.#dueAt = Math.min(this.#dueAt, this.#endedAt + this.#interval());
  }

  #interval(): number {
    const intervalMs = this.#options.intervalMs();
    return this.#fast && this.#now() < this.#fast.until ? Math.min(intervalMs, this.#fast.intervalMs) : intervalMs;
  }

  #shortestPause(): number {
    return Math.min(SHORTEST_PAUSE_MS, this.#options.retryMs);
  }

  #now(): number {
    return this.#options.clock.uptime();
  }
}
