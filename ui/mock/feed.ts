import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";
import type { ActivityEntry } from "../../src/activity/entry.ts";
import { accessOf } from "../../src/http/access/rights.ts";
import type { Access, Standing } from "../../src/http/access/rights.ts";
import type { LogLevel, LogRecord } from "../../src/log.ts";
import type { Snapshot } from "../../src/state/picture.ts";
import type { Update } from "../../src/state/report-ages.ts";
import { withSaid } from "../../src/said/with-said.ts";
import { seenBy } from "./access.ts";
import { logTail } from "./log/log-tail.ts";

const LEVELS: readonly LogLevel[] = ["trace", "debug", "info", "warn", "error", "fatal"];

/** Plays the live feed: to every page what whoever is looking may see. */
export class MockFeed {
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #levels = new Map<WebSocket, LogLevel>();
  readonly #picture: () => Snapshot;
  readonly #now: () => number;
  #access: Access;

  constructor(access: Access, picture: () => Snapshot, now: () => number) {
    this.#access = access;
    this.#picture = picture;
    this.#now = now;
  }

  get access(): Access {
    return this.#access;
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#sockets.handleUpgrade(request, socket, head, (page) => {
      this.#sendSnapshot(page);
      page.on("message", (data: Buffer) => {
        const { type, level = "info" } = JSON.parse(data.toString()) as { type: string; level?: LogLevel };
        if (type === "follow_log") this.#levels.set(page, level);
        else this.#levels.delete(page);
        this.#sendLog(page);
      });
    });
  }

  /** What Home Assistant says of who is looking from now on: every page begins anew with what they may see. */
  become(standing: Standing): void {
    this.#access = accessOf(standing, false);
    this.#beginAnew();
  }

  change(change: Update): void {
    if (this.#readsActivity) this.#tell({ type: "update", ...change });
    else this.#beginAnew();
  }

  happen(entries: readonly ActivityEntry[]): void {
    if (this.#readsActivity) this.#tell({ type: "activity", entries });
  }

  /** Sends every page a text as it is. */
  tellText(text: string): void {
    for (const page of this.#sockets.clients) page.send(text);
  }

  /** Sends lines of the log to every page that follows it. */
  write(records: readonly LogRecord[]): void {
    if (!this.#readsActivity) return;
    for (const page of this.#levels.keys()) page.send(JSON.stringify({ type: "log", records }));
  }

  cut(): void {
    for (const page of this.#sockets.clients) page.terminate();
  }

  get #readsActivity(): boolean {
    return this.#access.rights.includes("read_activity");
  }

  #beginAnew(): void {
    for (const page of this.#sockets.clients) {
      this.#sendSnapshot(page);
      this.#sendLog(page);
    }
  }

  #sendSnapshot(page: WebSocket): void {
    const access = this.#access;
    page.send(JSON.stringify(withSaid({ type: "snapshot", access, ...seenBy(access, this.#picture()) })));
  }

  #sendLog(page: WebSocket): void {
    const level = this.#levels.get(page);
    if (level === undefined || !this.#readsActivity) return;
    const records = logTail(this.#now()).filter((record) => LEVELS.indexOf(record.level) >= LEVELS.indexOf(level));
    page.send(JSON.stringify({ type: "log", records }));
  }

  #tell(message: object): void {
    for (const page of this.#sockets.clients) page.send(JSON.stringify(withSaid(message)));
  }
}
