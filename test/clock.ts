import type { UptimeClock } from "../src/clock.ts";

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that a test moves by hand. Timers fire in the order of their times, each at its own moment. */
export class ManualClock implements UptimeClock {
  #wall: number;
  #monotonic = 0;
  #slept = 0;
  readonly #timers = new Set<Timer>();

  constructor(now = Date.UTC(2026, 10, 21, 12)) {
    this.#wall = now;
  }

  /** Whole milliseconds, as of a machine. */
  now(): number {
    return Math.floor(this.#wall);
  }

  monotonic(): number {
    return this.#monotonic;
  }

  uptime(): number {
    return this.#monotonic + this.#slept;
  }

  after(ms: number, callback: () => void): () => void {
    const timer: Timer = { at: this.#monotonic + Math.max(ms, 0), callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets `ms` milliseconds pass, and fires what falls due on the way, also what that arms anew. */
  advance(ms: number): void {
    const end = this.#monotonic + ms;
    for (let timer = this.#next(); timer && timer.at <= end; timer = this.#next()) {
      this.#timers.delete(timer);
      this.#pass(timer.at - this.#monotonic);
      timer.callback();
    }
    this.#pass(end - this.#monotonic);
  }

  /** Somebody sets the time: only the wall clock moves. */
  jump(ms: number): void {
    this.#wall += ms;
  }

  /** The machine sleeps: timers stand still, and time has passed when it wakes. */
  sleep(ms: number): void {
    this.#wall += ms;
    this.#slept += ms;
  }

  /** How many timers are armed: 0 after a clean stop. */
  get armed(): number {
    return this.#timers.size;
  }

  /** Milliseconds until the next timer fires. */
  get nextIn(): number | undefined {
    const next = this.#next();
    return next && next.at - this.#monotonic;
  }

  #pass(ms: number): void {
    this.#monotonic += ms;
    this.#wall += ms;
  }

  #next(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) if (!next || timer.at < next.at) next = timer;
    return next;
  }
}
