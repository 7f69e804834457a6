import type { Clock } from "../clock.ts";

const EVERY_MS = 30_000;
/** Wall clock and monotonic clock may drift apart this far between two ticks before it counts as a jump. */
const JUMP_MS = 5000;

/**
 * Looks at the wall clock every 30 s. Timers count on the monotonic clock, which stands still while the machine sleeps
 * and knows nothing of a clock that was set; this notices both.
 */
export class WallClockGuard {
  readonly #clock: Clock;
  readonly #onTick: (jumpedMs: number) => void;
  #cancel: (() => void) | null = null;

  /** @param onTick is told how far the wall clock jumped since the last tick (ms; 0 for not at all) */
  constructor(clock: Clock, onTick: (jumpedMs: number) => void) {
    this.#clock = clock;
    this.#onTick = onTick;
  }

  start(): void {
    const wall = this.#clock.now();
    const monotonic = this.#clock.monotonic();
    this.#cancel = this.#clock.after(EVERY_MS, () => {
      const drift = this.#clock.now() - wall - (this.#clock.monotonic() - monotonic);
      this.start();
      this.#onTick(Math.abs(drift) >= JUMP_MS ? Math.round(drift) : 0);
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
