import { setTimeout as delay } from "node:timers/promises";
import type { Page, Request } from "playwright-core";

/** Between an answer and what the page asks for because of it. */
const QUIET_MS = 150;
const LOOK_MS = 10;

/** Follows what a page asks for. */
export class Requests {
  readonly #open = new Set<Request>();
  #lastAt = performance.now();

  constructor(page: Page) {
    page.on("request", (request) => {
      this.#open.add(request);
      this.#lastAt = performance.now();
    });
    const end = (request: Request): void => {
      this.#open.delete(request);
      this.#lastAt = performance.now();
    };
    page.on("requestfinished", end);
    page.on("requestfailed", end);
  }

  /** Until everything that was asked for has come, and nothing more is asked for. */
  async quiet(): Promise<void> {
    const since = performance.now();
    while (this.#open.size > 0 || performance.now() - Math.max(since, this.#lastAt) < QUIET_MS) await delay(LOOK_MS);
  }
}
