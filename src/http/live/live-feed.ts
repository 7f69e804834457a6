import type { ActivityReader } from "../../activity/entry.ts";
import type { Clock } from "../../clock.ts";
import { LOG_LEVELS } from "../../log.ts";
import type { LogSink } from "../../log-sink.ts";
import type { LogLevel, LogRecord } from "../../log.ts";
import { GatheredChanges } from "../../state/gathered-changes.ts";
import type { LivePicture } from "../../state/live-picture.ts";
import type { Update } from "../../state/report-ages.ts";
import { LiveClient } from "./live-client.ts";
import type { FeedSocket, Onlooker } from "./live-client.ts";
import type { PictureJson } from "../api/picture-json.ts";
import { VIEWS, changeIn, viewOf } from "../api/reduced-picture.ts";
import { ToldPicture } from "./told-picture.ts";
import { withSaid } from "../../said/with-said.ts";

export interface LiveFeedParts {
  readonly picture: LivePicture;
  readonly pictureJson: PictureJson;
  readonly sink: LogSink;
  readonly activity: Pick<ActivityReader, "follow">;
  readonly clock: Clock;
}

export const ALIVE_EVERY_MS = 15_000;
/** What happens within this time goes out as one message; nobody sees the difference. */
export const GATHER_MS = 20;
/** How many earlier log records a page gets when it begins to follow. */
const LOG_TAIL_RECORDS = 500;
/** WebSocket close code: the server goes away (RFC 6455). */
const GOING_AWAY = 1001;

/** What a page on the feed may do. */
export interface FeedConnection {
  /** Takes a message from the page. */
  take(text: string): void;
  /** The socket is gone. */
  leave(): void;
}

/**
 * Sends the picture, the activity and the log to every page that may have them: a snapshot first, changes after it, each
 * made into text once. That a cloud has reported the same again takes few words, however many devices it is about. Whether somebody has become an administrator, or is none any more, is asked again and again: then
 * they begin anew with another snapshot.
 */
export class LiveFeed {
  readonly #parts: LiveFeedParts;
  readonly #clients = new Set<LiveClient>();
  readonly #unsubscribe: () => void;
  readonly #unfollow: () => void;
  readonly #unfollowActivity: () => void;
  readonly #changes = new GatheredChanges();
  readonly #told = new ToldPicture();
  #records: LogRecord[] = [];
  #cancelFlush: (() => void) | null = null;
  #cancelAlive: () => void;

  constructor(parts: LiveFeedParts) {
    this.#parts = parts;
    this.#unsubscribe = parts.picture.subscribe((change) => {
      if (this.#clients.size === 0) return;
      this.#changes.add(change);
      this.#flushSoon();
      // The link may have come up just now, and with it whom to ask.
      if (change.set.gateway) this.#askAgain();
    });
    this.#unfollow = parts.sink.follow((record) => {
      if (![...this.#clients].some(({ logLevel }) => isAtLeast(record.level, logLevel))) return;
      this.#records.push(record);
      this.#flushSoon();
    });
    this.#unfollowActivity = parts.activity.follow((entries) => {
      const text = JSON.stringify({ type: "activity", entries: withSaid(entries) });
      for (const client of this.#clients) if (client.may("activity")) client.send(text);
    });
    this.#cancelAlive = this.#aliveSoon();
  }

  join(socket: FeedSocket, onlooker: Onlooker): FeedConnection {
    const client = new LiveClient(socket, onlooker);
    // What has gathered is in the snapshot too: from here on all pages hold the same.
    this.#flush();
    if (this.#clients.size === 0) this.#told.begin(this.#parts.picture);
    this.#sendSnapshot(client);
    this.#clients.add(client);
    if (onlooker.access.standing === "unconfirmed") void this.#askClient(client);
    return {
      take: (text) => this.#take(client, text),
      leave: () => this.#clients.delete(client),
    };
  }

  /** Says goodbye to every page and sends nothing more. */
  close(): void {
    this.#unsubscribe();
    this.#unfollow();
    this.#unfollowActivity();
    this.#cancelFlush?.();
    this.#cancelAlive();
    for (const client of this.#clients) client.close(GOING_AWAY, "The gateway stops.");
  }

  /** Ends the sockets of pages that did not say goodbye in return. */
  terminate(): void {
    for (const client of this.#clients) client.terminate();
  }

  #take(client: LiveClient, text: string): void {
    // What has gathered is in the tail too: it goes out before the page begins to follow.
    this.#flush();
    if (client.take(text)) this.#sendTail(client);
  }

  #askAgain(): void {
    for (const client of this.#clients) void this.#askClient(client);
  }

  async #askClient(client: LiveClient): Promise<void> {
    const access = await client.ask();
    if (client.has(access) || !this.#clients.has(client)) return;
    this.#flush();
    client.enter(access);
    this.#sendSnapshot(client);
    this.#sendTail(client);
  }

  #sendSnapshot(client: LiveClient): void {
    const { pictureJson, picture } = this.#parts;
    const state = pictureJson.read("state", viewOf(client.access)).plain.toString();
    const access = JSON.stringify(client.access);
    client.sendPicture(picture.snapshot().seq, `{"type":"snapshot","access":${access},${state.slice(1)}`);
  }

  #sendTail(client: LiveClient): void {
    if (client.logLevel === null) return;
    client.send(logMessage(this.#parts.sink.tail(client.logLevel, LOG_TAIL_RECORDS)));
  }

  #flushSoon(): void {
    this.#cancelFlush ??= this.#parts.clock.after(GATHER_MS, () => this.#flush());
  }

  #flush(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    const change = this.#changes.read();
    const records = this.#records;
    this.#changes.clear();
    this.#records = [];
    const update = change && this.#told.tell(change);
    if (update) this.#sendUpdate(update);
    if (records.length > 0) this.#sendLog(records);
  }

  #sendUpdate(update: Update): void {
    for (const view of VIEWS) {
      const clients = [...this.#clients].filter((client) => viewOf(client.access) === view && client.lacks(update.seq));
      const seen = clients.length === 0 ? null : changeIn(view, update);
      if (seen === null) continue;
      const text = JSON.stringify(withSaid({ type: "update", ...seen }));
      for (const client of clients) client.sendPicture(update.seq, text);
    }
  }

  #sendLog(records: readonly LogRecord[]): void {
    for (const level of LOG_LEVELS) {
      const followers = [...this.#clients].filter((client) => client.logLevel === level);
      const heard = records.filter((record) => isAtLeast(record.level, level));
      if (followers.length === 0 || heard.length === 0) continue;
      const text = logMessage(heard);
      for (const client of followers) client.send(text);
    }
  }

  #aliveSoon(): () => void {
    return this.#parts.clock.after(ALIVE_EVERY_MS, () => {
      for (const client of this.#clients) client.send('{"type":"alive"}');
      this.#askAgain();
      this.#cancelAlive = this.#aliveSoon();
    });
  }
}

function logMessage(records: readonly LogRecord[]): string {
  return JSON.stringify({ type: "log", records });
}

function isAtLeast(level: LogLevel, floor: LogLevel | null): boolean {
  return floor !== null && LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(floor);
}
