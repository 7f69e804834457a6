import type { Log } from "../log.ts";

/** How many messages are remembered; nothing is logged beyond them, because what is always new is not worth a log. */
const REMEMBERED = 50;

/** Logs each message once per run of the gateway. */
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
