import type { LogLevel, LogRecord } from "../../../src/log.ts";
import type { Snapshot } from "../../../src/state/picture.ts";
import { Api } from "./api.ts";
import { LiveFeed } from "./live-feed.ts";
import type { FeedMessage } from "./live-feed.ts";
import { withChange } from "./picture-change.ts";

/** How many log records the page keeps. */
const LOG_RECORDS_KEPT = 2000;

/** Everything that the page knows. Parts read it and are drawn again after each change; only the feed writes it. */
export class Store {
  readonly api = new Api();
  readonly #feed = new LiveFeed({
    message: (message) => this.#take(message),
    lost: (retryAt) => {
      this.#connected = false;
      this.#retryAt = retryAt;
      this.#tell();
    },
  });
  readonly #listeners = new Set<() => void>();
  #picture: Snapshot | null = null;
  #connected = false;
  #heardAt: number | null = null;
  #retryAt: number | null = null;
  #log: readonly LogRecord[] = [];

  /** Null until the first snapshot; then the latest one that was heard, however old. */
  get picture(): Snapshot | null {
    return this.#picture;
  }

  /** True while the live feed stands, so that the picture is true now. */
  get connected(): boolean {
    return this.#connected;
  }

  /** When the gateway was last heard; epoch ms. */
  get heardAt(): number | null {
    return this.#heardAt;
  }

  /** When the next attempt to reach the gateway is planned; null before the first one has failed. */
  get retryAt(): number | null {
    return this.#retryAt;
  }

  get log(): readonly LogRecord[] {
    return this.#log;
  }

  start(): void {
    this.#feed.start();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  retryNow(): void {
    this.#feed.retryNow();
  }

  /** Follows the log from `level` up, beginning with its tail; null stops. */
  followLog(level: LogLevel | null): void {
    this.#log = [];
    this.#feed.followLog(level);
    this.#tell();
  }

  #take(message: FeedMessage): void {
    this.#heardAt = Date.now();
    switch (message.type) {
      case "snapshot":
        this.#picture = message;
        this.#connected = true;
        this.#retryAt = null;
        this.#log = [];
        break;
      case "update":
        if (this.#picture) this.#picture = withChange(this.#picture, message);
        break;
      case "log":
        this.#log = [...this.#log, ...message.records].slice(-LOG_RECORDS_KEPT);
        break;
      case "alive":
        break;
    }
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
