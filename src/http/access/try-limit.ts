import type { Clock } from "../../clock.ts";

const WINDOW_MS = 60_000;
/** Askers remembered at once; a bound, so that a scanner cannot fill the memory. */
const ASKERS_KEPT = 1000;

interface Window {
  readonly endsAt: number;
  failures: number;
}

/** Limits how many failures one asker may have in a minute. */
export class TryLimit {
  readonly #tries: number;
  readonly #clock: Clock;
  readonly #windows = new Map<string, Window>();

  constructor(tries: number, clock: Clock) {
    this.#tries = tries;
    this.#clock = clock;
  }

  /** How long the asker has to wait until the next try, ms; 0 while there are tries left. */
  waitMs(asker: string): number {
    const window = this.#windowOf(asker);
    return window && window.failures >= this.#tries ? window.endsAt - this.#clock.monotonic() : 0;
  }

  countFailure(asker: string): void {
    const window = this.#windowOf(asker);
    if (window) {
      window.failures += 1;
      return;
    }
    this.#windows.delete(asker);
    this.#windows.set(asker, { endsAt: this.#clock.monotonic() + WINDOW_MS, failures: 1 });
    const [oldest] = this.#windows.keys();
    if (this.#windows.size > ASKERS_KEPT && oldest !== undefined) this.#windows.delete(oldest);
  }

  #windowOf(asker: string): Window | undefined {
    const window = this.#windows.get(asker);
    return window && window.endsAt > this.#clock.monotonic() ? window : undefined;
  }
}
