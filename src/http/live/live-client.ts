import { isObject, parseJson } from "../../json.ts";
import { LOG_LEVELS } from "../../log.ts";
import type { LogLevel } from "../../log.ts";
import { RIGHTS_BY_MESSAGE } from "../access/rights.ts";
import type { Access } from "../access/rights.ts";

/** As much of a WebSocket as the live feed needs. */
export interface FeedSocket {
  /** Bytes that wait to be sent. */
  readonly bufferedAmount: number;
  send(text: string): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

/** A page that reads slower than this is dropped, and starts again with a snapshot. */
export const MOST_BUFFERED_BYTES = 1024 * 1024;

/** WebSocket close code for a message that breaks the protocol (RFC 6455). */
const POLICY_VIOLATION = 1008;

/** Who is at a page: what they may do now, and how to find out whether that has changed. */
export interface Onlooker {
  readonly access: Access;
  readonly ask: () => Promise<Access>;
}

/** One page on the live feed: who is there, what it has received, and what it wants. */
export class LiveClient {
  readonly #socket: FeedSocket;
  readonly #onlooker: Onlooker;
  #access: Access;
  /** The number of the last change that the page has. */
  #seq = 0;
  #logLevel: LogLevel | null = null;

  constructor(socket: FeedSocket, onlooker: Onlooker) {
    this.#socket = socket;
    this.#onlooker = onlooker;
    this.#access = onlooker.access;
  }

  get access(): Access {
    return this.#access;
  }

  /** From which level on the page gets the log; null: not at all, because it does not want it, or may not. */
  get logLevel(): LogLevel | null {
    return this.may("log") ? this.#logLevel : null;
  }

  may(message: keyof typeof RIGHTS_BY_MESSAGE): boolean {
    return this.#access.rights.includes(RIGHTS_BY_MESSAGE[message]);
  }

  /** What the onlooker may do by now. */
  ask(): Promise<Access> {
    return this.#onlooker.ask();
  }

  has(access: Access): boolean {
    return isSame(access, this.#access);
  }

  enter(access: Access): void {
    this.#access = access;
  }

  /** True when the page does not have the change `seq` yet. */
  lacks(seq: number): boolean {
    return seq > this.#seq;
  }

  /** Sends the text of a snapshot or an update that ends with the change `seq`. */
  sendPicture(seq: number, text: string): void {
    this.#seq = seq;
    this.send(text);
  }

  send(text: string): void {
    if (this.#socket.bufferedAmount > MOST_BUFFERED_BYTES) this.#socket.terminate();
    else this.#socket.send(text);
  }

  /** Takes a message from the page; true when it asks for the log from now on. */
  take(text: string): boolean {
    const request = logRequest(text);
    if (request === undefined) {
      this.#socket.close(POLICY_VIOLATION, "Send follow_log with a level, or unfollow_log.");
      return false;
    }
    this.#logLevel = request;
    return request !== null;
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }
}

function isSame(one: Access, other: Access): boolean {
  return one.standing === other.standing && one.rights.join() === other.rights.join();
}

/** The level to follow, null for none, undefined when the message is not one of the protocol's. */
function logRequest(text: string): LogLevel | null | undefined {
  const message = parseJson(text);
  if (!isObject(message)) return undefined;
  if (message["type"] === "unfollow_log") return null;
  if (message["type"] !== "follow_log") return undefined;
  return LOG_LEVELS.find((level) => level === message["level"]);
}
