import type { UptimeClock } from "../clock.ts";

export interface CadenceOptions {
  readonly clock: Pick<UptimeClock, "uptime">;
  /** 0 to 1, exclusive. */
  readonly random: () => number;
  /** As it is at the moment. */
  readonly intervalMs: () => number;
  /** The first retry after a failure comes after this at the latest; it doubles with each further one. */
  readonly retryMs: number;
  /** The first time comes after this; default: at once. */
  readonly firstMs?: number;
}

/** The longest pause between two retries. */
const LONGEST_RETRY_MS = 5 * 60_000;
/** The longest pause that the other side may ask for. */
const LONGEST_WISH_MS = 60 * 60_000;
/** Two intervals differ by up to this share, so that accounts which once started together drift apart. */
const DRIFT = 0.1;
/** The shortest pause after the end of the last time, whatever comes up. */
const SHORTEST_PAUSE_MS = 5000;

/**
 * When is something due that happens at an interval, backs off while it fails, and can be asked for? Counted from the
 * end of the last time on the machine's uptime, so that a machine that slept finds one thing due and not a pile.
 */
export class Cadence {
  readonly #options: CadenceOptions;
  #failures = 0;
  #dueAt: number;
  /** The end of the last time. */
  #endedAt = -Infinity;
  /** Before this, the other side does not want to be asked, whoever asks. */
  #notBefore = -Infinity;
  #asked = false;
  #fast: { readonly intervalMs: number; readonly until: number } | undefined;

  constructor(options: CadenceOptions) {
    this.#options = options;
    this.#dueAt = this.#now() + (options.firstMs ?? 0);
  }

  /** Milliseconds until it is due; 0 when it is. */
  get dueIn(): number {
    const dueAt = this.#asked ? Math.min(this.#dueAt, this.#endedAt + this.#shortestPause()) : this.#dueAt;
    return Math.max(0, Math.max(dueAt, this.#notBefore) - this.#now());
  }

  /** True when it is due: it happens now. Who asks from here on asks for the next time. */
  take(): boolean {
    const due = this.dueIn === 0;
    if (due) this.#asked = false;
    return due;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#notBefore = -Infinity;
    this.#endedAt = this.#now();
    this.#dueAt = this.#endedAt + this.#interval() * (1 + DRIFT * (this.#options.random() - 0.5));
  }

  /** Not again before `retryAfterS`, where the other side asked for that; an hour at most. */
  failed(retryAfterS = 0): void {
    const longest = Math.min(LONGEST_RETRY_MS, this.#options.retryMs * 2 ** this.#failures);
    this.#failures += 1;
    const pause = Math.max(this.#shortestPause(), this.#options.random() * longest);
    this.#endedAt = this.#now();
    this.#dueAt = this.#endedAt + pause;
    this.#notBefore = this.#endedAt + Math.min(LONGEST_WISH_MS, retryAfterS * 1000);
  }

  /** Somebody asks for it: due at once, or as soon as may be after the last time. */
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
