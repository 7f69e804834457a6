import { Refusal } from "../refusal.ts";

/** Of one body. */
export const LARGEST_BYTES = 10 * 1024 * 1024;
/** What all requests and answers under way may hold together. */
const TOGETHER_BYTES = 48 * 1024 * 1024;

/** Memory for bodies under way: it is limited, so that large ones are refused before the gateway runs out of it. */
export class BodyRoom {
  #free = TOGETHER_BYTES;

  /** @throws Refusal `broker_busy` */
  take(bytes: number): void {
    if (bytes > this.#free) {
      throw new Refusal("broker_busy", "Too much is on its way through the broker: try again in a moment.", {
        retry_after_s: 1,
      });
    }
    this.#free -= bytes;
  }

  giveBack(bytes: number): void {
    this.#free += bytes;
  }
}
