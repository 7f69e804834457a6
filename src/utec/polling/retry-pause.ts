const FIRST_PAUSE_MS = 60_000;

/**
 * When to try again what was refused: soon, because the cause may have been momentary, then less and less often, up to
 * `longestMs`. Times are the machine's uptime.
 */
export class RetryPause {
  readonly #longestMs: number;
  #pauseMs = 0;
  #notBefore = -Infinity;

  constructor(longestMs: number) {
    this.#longestMs = longestMs;
  }

  isDue(now: number): boolean {
    return now >= this.#notBefore;
  }

  refused(now: number): void {
    this.#pauseMs = Math.min(this.#longestMs, Math.max(FIRST_PAUSE_MS, this.#pauseMs * 2));
    this.#notBefore = now + this.#pauseMs;
  }

  succeeded(): void {
    this.#pauseMs = 0;
    this.#notBefore = -Infinity;
  }
}
