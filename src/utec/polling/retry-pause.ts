import { backoffMs } from "../../backoff.ts";

const FIRST_PAUSE_MS = 60_000;

/**
 * When to try again what was refused: soon, for that may have been one moment's fault, then less and less often, up to
 * `longestMs`. Times are the machine's uptime.
 */
export class Trial {
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

  taken(): void {
    this.#refusals = 0;
    this.#notBefore = -Infinity;
  }
}
