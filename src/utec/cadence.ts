import type { Clock } from "../clock.ts";

export interface CadenceOptions {
  readonly clock: Clock;
  /** 0 to 1, exclusive. */
  readonly random: () => number;
  readonly intervalMs: number;
  /** The first retry after a failure comes after half to all of this; it doubles with each further one. */
  readonly retryMs: number;
}

/** The longest pause between two retries. */
const LONGEST_RETRY_MS = 5 * 60_000;

/**
 * When is something due that happens at an interval, backs off while it fails, and can be asked for? Counted from the
 * end of the last time on the monotonic clock, so that a machine that slept finds one thing due and not a pile.
 */
export class Cadence {
  readonly #options: CadenceOptions;
  #failures = 0;
  #dueAt: number;
  #asked = false;
  #fast: { readonly intervalMs: number; readonly until: number } | undefined;

  /** Due at once. */
  constructor(options: CadenceOptions) {
    this.#options = options;
    this.#dueAt = options.clock.monotonic();
  }

  /** Milliseconds until it is due; 0 when it is. */
  get dueIn(): number {
    return this.#asked ? 0 : Math.max(0, this.#dueAt - this.#now());
  }

  /** True when it is due: it happens now. Who asks from here on asks for the next time. */
  take(): boolean {
    const due = this.dueIn === 0;
    if (due) this.#asked = false;
    return due;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#dueAt = this.#now() + this.#interval();
  }

  /** Not again before `retryAfterS`, where the other side asked for that. */
  failed(retryAfterS = 0): void {
    const longest = Math.min(LONGEST_RETRY_MS, this.#options.retryMs * 2 ** this.#failures);
    this.#failures += 1;
    const pause = longest / 2 + (this.#options.random() * longest) / 2;
    this.#dueAt = this.#now() + Math.max(pause, retryAfterS * 1000);
  }

  /** Somebody asks for it: due at once. */
  ask(): void {
    this.#asked = true;
  }

  /** A shorter interval for a while; a backoff stands. */
  hasten(intervalMs: number, forMs: number): void {
    this.#fast = { intervalMs, until: this.#now() + forMs };
    if (this.#failures === 0) this.#dueAt = Math.min(this.#dueAt, this.#now() + this.#interval());
  }

  #interval(): number {
    const { intervalMs } = this.#options;
    return this.#fast && this.#now() < this.#fast.until ? Math.min(intervalMs, this.#fast.intervalMs) : intervalMs;
  }

  #now(): number {
    return this.#options.clock.monotonic();
  }
}
