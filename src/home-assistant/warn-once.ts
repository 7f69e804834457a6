import type { Log } from "../log.ts";

/** How many sentences are remembered; beyond them silence, for what never ends to be new is not worth a log. */
const REMEMBERED = 50;

/** Says each sentence once per life of the gateway. */
export class WarnOnce {
  readonly #log: Log;
  readonly #said = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  warn(sentence: string): void {
    if (this.#said.has(sentence) || this.#said.size >= REMEMBERED) return;
    this.#said.add(sentence);
    this.#log.warn(sentence);
  }
}
