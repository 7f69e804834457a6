import type { Clock } from "../clock.ts";
import type { LivePicture } from "./live-picture.ts";

export interface CallCountOptions {
  readonly picture: LivePicture;
  readonly clock: Clock;
}

const HOUR_MS = 3_600_000;

/** Counts the requests that go out to the clouds of accounts, and shows those of each hour when it is over. */
export class CallCount {
  readonly #options: CallCountOptions;
  /** The first hour's beginning (monotonic). */
  readonly #begunAt: number;
  #hour = 0;
  /** In this hour. */
  #calls = 0;
  #cancel = (): void => {};

  constructor(options: CallCountOptions) {
    this.#options = options;
    this.#begunAt = options.clock.monotonic();
    this.#turnLater();
  }

  /** A request goes out. */
  called(): void {
    this.#turn();
    this.#calls += 1;
  }

  stop(): void {
    this.#cancel();
  }

  #turnLater(): void {
    const { clock } = this.#options;
    this.#cancel = clock.after(this.#begunAt + (this.#hour + 1) * HOUR_MS - clock.monotonic(), () => {
      this.#turn();
      this.#cancel();
      this.#turnLater();
    });
  }

  /** Shows the hour that has ended, if one has. A timer may come late: its hours count as they were. */
  #turn(): void {
    const { clock, picture } = this.#options;
    const hour = Math.floor((clock.monotonic() - this.#begunAt) / HOUR_MS);
    if (hour === this.#hour) return;
    const calls_last_hour = hour === this.#hour + 1 ? this.#calls : 0;
    this.#hour = hour;
    this.#calls = 0;
    picture.update({ gateway: { calls_last_hour } });
  }
}
