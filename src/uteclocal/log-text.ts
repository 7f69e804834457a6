import type { Clock } from "../clock.ts";
import type { LogSink } from "../log-sink.ts";
import { naiveTime } from "./answers/python-words.ts";

/** The log as the old gateways show it: plain lines. Clearing it hides what is there; the gateway's own log keeps it. */
export class LogText {
  readonly #sink: Pick<LogSink, "tail">;
  readonly #clock: Clock;
  #since = -Infinity;

  constructor(sink: Pick<LogSink, "tail">, clock: Clock) {
    this.#sink = sink;
    this.#clock = clock;
  }

  text(): string {
    return this.#sink
      .tail()
      .filter(({ at }) => at > this.#since)
      .map(
        ({ at, level, part, message }) =>
          `${naiveTime(at, "local") ?? ""} ${level.toUpperCase()} ${part}: ${message}\n`,
      )
      .join("");
  }

  clear(): void {
    this.#since = this.#clock.now();
  }
}
