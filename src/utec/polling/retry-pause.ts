import { backoffMs } from "../../backoff.ts";

const FIRST_PAUSE_MS = 60_000;

/**
 * When to try again what was refused: soon, because the cause may have been momentary, then less and less often, up to
 * `longestMs`. Times are the machine's uptime.
 */
export class RetryPause {
  readonly #longestMs: number;
  /** In a row. */
  #refusals = 0;
  #notBefore = -Infinity;

  constructor(longestMs: number) {
    this.#longestMs = longestMs;
  }

  isDue(now: number): boolean {
    return now >= this.#notBefore;
  }

  refused(now: number): void {
    this.#refusals += 1;
    const pause = { grows: "doubling", firstMs: FIRST_PAUSE_MS, longestMs: this.#longestMs } as const;
    this.#notBefore = now + backoffMs(pause, this.#refusals);
  }

  succeeded(): void {
    this.#refusals = 0;
    this.#notBefore = -Infinity;
  }
}
