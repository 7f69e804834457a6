import type { HaWebSocket } from "home-assistant-js-websocket";
import { Connection } from "home-assistant-js-websocket";
import type { Clock } from "../../clock.ts";
import { sleep } from "../../clock.ts";
import { isObject, nonEmptyString } from "../../json.ts";
import type { LinkMessage } from "../messages/messages.ts";
import type { CoreSocket } from "./socket.ts";
import { phrase } from "../../said/phrase.ts";

/** What the gateway asks Home Assistant itself. */
export type CoreQuery =
  | { readonly type: "get_config" | "config/auth/list" | "config_entries/flow/progress" | "config_entries/subscribe" }
  | { readonly type: "manifest/get"; readonly integration: string }
  | { readonly type: "config_entries/get"; readonly domain: string }
  | { readonly type: "call_service"; readonly domain: "homeassistant"; readonly service: "restart" };

/** Every WebSocket command that the gateway sends, without its id. */
export type CoreCommand = CoreQuery | LinkMessage;

/** What the rest of the link needs of a connection to Home Assistant. */
export interface Core {
  /** Resolves with the command's result. @throws CoreError */
  call(command: CoreCommand): Promise<unknown>;
  /**
   * Resolves when Home Assistant has accepted the subscription; the returned function ends it and never rejects.
   * @throws CoreError
   */
  subscribe(command: CoreCommand, onEvent: (event: unknown) => void): Promise<() => Promise<void>>;
}

/** A command that was refused, or never answered. */
export class CoreError extends Error {
  override readonly name = "CoreError";
  /** Home Assistant's error code, or `connection_lost`, or `no_answer`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface CoreConnectionOptions {
  readonly dial: () => Promise<CoreSocket>;
  readonly clock: Clock;
  /** For the answer to any command. A longer silence is a dead connection. */
  readonly callTimeoutMs: number;
  readonly pingEveryMs: number;
  /** Called each time an authenticated socket is open; `signal` aborts when it is closed. */
  readonly onReady: (signal: AbortSignal) => void;
  readonly onLost: () => void;
}

/**
 * The connection to Home Assistant, over all its sockets. home-assistant-js-websocket numbers the messages, finds the
 * answers and dials again; what it lacks is added here: a time-out on every call, a heartbeat, and an end to
 * subscriptions that wait while the connection breaks.
 */
export class CoreConnection implements Core {
  readonly #options: CoreConnectionOptions;
  #connection: Connection | undefined;
  /** Of the current socket; aborted when there is none. */
  #life: AbortController = new AbortController();

  constructor(options: CoreConnectionOptions) {
    this.#options = options;
    this.#life.abort();
  }

  /** Resolves when the first socket is there. @throws what `dial` throws */
  async open(): Promise<void> {
    // The library names the browser's socket type; CoreSocket has the members that it uses.
    const createSocket = async (): Promise<HaWebSocket> => (await this.#options.dial()) as unknown as HaWebSocket;
    const connection = new Connection(await createSocket(), { setupRetry: 0, createSocket });
    this.#connection = connection;
    connection.addEventListener("ready", () => this.#begin(connection));
    connection.addEventListener("disconnected", () => this.#end());
    this.#begin(connection);
  }

  /** Home Assistant's version, as of the last socket. */
  get homeAssistantVersion(): string | null {
    return nonEmptyString(this.#connection?.haVersion);
  }

  call(command: CoreCommand): Promise<unknown> {
    return this.#bounded(command.type, (connection) => connection.sendMessagePromise({ ...command }));
  }

  async subscribe(command: CoreCommand, onEvent: (event: unknown) => void): Promise<() => Promise<void>> {
    const { signal } = this.#life;
    // Without `resubscribe: false` the library subscribes again after a reconnect, with nothing to catch a refusal.
    const unsubscribe = await this.#bounded(command.type, (connection) =>
      connection.subscribeMessage(onEvent, { ...command }, { resubscribe: false }),
    );
    return async () => {
      if (signal.aborted) return;
      // Refused where Home Assistant has ended it already; either way it is over.
      await this.#bounded("unsubscribe_events", unsubscribe).catch(() => undefined);
    };
  }

  /** Drops the socket and dials again. */
  reconnect(): void {
    this.#connection?.reconnect(true);
  }

  close(): void {
    this.#connection?.close();
    this.#life.abort();
  }

  #begin(connection: Connection): void {
    this.#life = new AbortController();
    const { signal } = this.#life;
    void this.#heartbeat(connection, signal);
    this.#options.onReady(signal);
  }

  #end(): void {
    this.#life.abort();
    this.#options.onLost();
  }

  /** Tests the whole chain to core; through the Supervisor nothing else would. */
  async #heartbeat(connection: Connection, signal: AbortSignal): Promise<void> {
    try {
      for (;;) {
        await sleep(this.#options.clock, this.#options.pingEveryMs, signal);
        await this.#bounded("ping", () => connection.ping());
      }
    } catch {
      // The socket is gone, or was just dropped because it was silent. The next one has its own heartbeat.
    }
  }

  /** `ask`, abandoned when the answer is late (then the socket is dropped) or the socket is gone. */
  #bounded<T>(what: string, ask: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = this.#connection;
    const { signal } = this.#life;
    if (!connection || signal.aborted) return Promise.reject(lost());
    return new Promise((resolve, reject) => {
      const end = (): void => {
        cancelTimer();
        signal.removeEventListener("abort", onLost);
      };
      const onLost = (): void => {
        end();
        reject(lost());
      };
      const cancelTimer = this.#options.clock.after(this.#options.callTimeoutMs, () => {
        end();
        reject(new CoreError("no_answer", phrase("home_assistant_silent", { what })));
        this.reconnect();
      });
      signal.addEventListener("abort", onLost, { once: true });
      ask(connection)
        .finally(end)
        .then(resolve, (error: unknown) => reject(this.#asCoreError(error)));
    });
  }

  /** Home Assistant's errors carry a code in words; the library's own are numbers, and all mean a broken socket. */
  #asCoreError(error: unknown): CoreError {
    const code = isObject(error) ? nonEmptyString(error["code"]) : null;
    if (isObject(error) && code) return new CoreError(code, nonEmptyString(error["message"]) ?? code);
    // A socket that is closing but never closes would otherwise be waited for forever.
    this.reconnect();
    return lost();
  }
}

function lost(): CoreError {
  return new CoreError("connection_lost", phrase("home_assistant_lost"));
}
