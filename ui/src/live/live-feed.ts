import { backoffMs } from "../../../src/backoff.ts";
import type { LogLevel } from "../../../src/log.ts";
import { readFeedMessage } from "./incoming/feed-message.ts";
import type { FeedMessage } from "./incoming/feed-message.ts";

export interface FeedListener {
  message(message: FeedMessage): void;
  /** The feed is gone; the next attempt is at `retryAt` (epoch ms). */
  lost(retryAt: number): void;
}

/** The gateway sends something every 15 s; after this long it counts as gone, whatever the socket says. */
const SILENCE_MS = 40_000;
const RETRY = { grows: "doubling", firstMs: 500, longestMs: 15_000, jitter: { from: 0.75, to: 1.25 } } as const;

/**
 * The page's one WebSocket. It reconnects by itself, for ever: at once when the browser is online again or the page is
 * visible again, else with growing, jittered pauses.
 */
export class LiveFeed {
  readonly #listener: FeedListener;
  #socket: WebSocket | null = null;
  #attempts = 0;
  #timer: number | undefined;
  #logLevel: LogLevel | null = null;
  /** Something came that is no message; until the feed has gone on for a while, it may come again at once. */
  #garbled = false;

  constructor(listener: FeedListener) {
    this.#listener = listener;
  }

  start(): void {
    window.addEventListener("online", () => this.retryNow());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.retryNow();
    });
    this.#connect();
  }

  /** Connects now instead of at the next planned attempt; does nothing while the feed is connected or connecting. */
  retryNow(): void {
    if (this.#socket === null) this.#connect();
  }

  /** Asks for the log from `level` up, also after each reconnect; null ends it. */
  followLog(level: LogLevel | null): void {
    this.#logLevel = level;
    if (this.#socket?.readyState === WebSocket.OPEN) this.#askForLog(this.#socket);
  }

  #connect(): void {
    window.clearTimeout(this.#timer);
    const url = new URL("api/live", document.baseURI);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url);
    this.#socket = socket;
    this.#watch(socket);
    socket.addEventListener("open", () => {
      if (this.#logLevel !== null) this.#askForLog(socket);
    });
    socket.addEventListener("message", (event) => {
      if (socket !== this.#socket) return;
      this.#watch(socket);
      const message = readFeedMessage(String(event.data));
      if (message === null) {
        // What it said is missed: the next connection begins with the whole picture.
        this.#garbled = true;
        this.#lose(socket);
        return;
      }
      if (message.type === "alive") this.#garbled = false;
      if (message.type === "snapshot" && !this.#garbled) this.#attempts = 0;
      this.#listener.message(message);
    });
    socket.addEventListener("close", () => this.#lose(socket));
  }

  #watch(socket: WebSocket): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#lose(socket), SILENCE_MS);
  }

  #lose(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    this.#socket = null;
    // A silent socket may take minutes to close; nobody waits for it.
    socket.close();
    window.clearTimeout(this.#timer);
    this.#attempts += 1;
    const pause = backoffMs(RETRY, this.#attempts, Math.random());
    this.#timer = window.setTimeout(() => this.#connect(), pause);
    this.#listener.lost(Date.now() + pause);
  }

  #askForLog(socket: WebSocket): void {
    const ask = this.#logLevel === null ? { type: "unfollow_log" } : { type: "follow_log", level: this.#logLevel };
    socket.send(JSON.stringify(ask));
  }
}
