import { WebSocket } from "ws";

export type Command = Readonly<{ type: string } & Record<string, unknown>>;

/** How long Home Assistant may take to answer a command. */
const ANSWER_WITHIN_MS = 30_000;

/** Home Assistant refused: `code` is its own. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

type Message =
  | { readonly type: "auth_required" | "auth_ok" }
  | { readonly type: "auth_invalid"; readonly message: string }
  | { readonly type: "result"; readonly id: number; readonly success: true; readonly result: unknown }
  | {
      readonly type: "result";
      readonly id: number;
      readonly success: false;
      readonly error: { readonly code: string; readonly message: string };
    }
  | { readonly type: "event"; readonly id: number; readonly event: unknown };

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** One signed-in connection to Home Assistant's WebSocket API. It does not reconnect: a test says when. */
export class HomeAssistantSocket {
  /** Resolves with the reason when the connection has ended. */
  readonly ended: Promise<Error>;
  readonly #socket: WebSocket;
  #lastId = 0;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<number, (event: unknown) => void>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data: Buffer) => this.#take(JSON.parse(data.toString()) as Message));
    this.ended = new Promise((resolve) => {
      socket.on("close", () => resolve(new Error("The connection to Home Assistant has ended.")));
      socket.on("error", resolve);
    });
    void this.ended.then((error) => this.#fail(error));
  }

  /** @throws Error when Home Assistant can't be reached or refuses the token */
  static open(url: string, token: string): Promise<HomeAssistantSocket> {
    const socket = new WebSocket(`${url.replace(/^http/, "ws")}/api/websocket`);
    return new Promise((resolve, reject) => {
      socket.once("error", reject);
      socket.once("close", () => reject(new Error("Home Assistant closed the connection before the sign-in.")));
      socket.on("message", function signIn(data: Buffer) {
        const message = JSON.parse(data.toString()) as Message;
        if (message.type === "auth_required") {
          socket.send(JSON.stringify({ type: "auth", access_token: token }));
          return;
        }
        socket.removeAllListeners();
        if (message.type === "auth_ok") resolve(new HomeAssistantSocket(socket));
        else reject(new Error(message.type === "auth_invalid" ? message.message : `Unexpected ${message.type}`));
      });
    });
  }

  /** @throws CommandError with Home Assistant's code; Error when the connection ends or no answer comes */
  async command<T>(command: Command): Promise<T> {
    return (await this.#send(++this.#lastId, command)) as T;
  }

  /** Calls `listener` with each event until the returned function is called. @throws as `command` */
  async subscribe(command: Command, listener: (event: unknown) => void): Promise<() => Promise<void>> {
    const id = ++this.#lastId;
    this.#listeners.set(id, listener);
    try {
      await this.#send(id, command);
    } catch (error) {
      this.#listeners.delete(id);
      throw error;
    }
    return async () => {
      if (!this.#listeners.delete(id) || this.#socket.readyState !== WebSocket.OPEN) return;
      await this.command({ type: "unsubscribe_events", subscription: id });
    };
  }

  close(): void {
    this.#socket.close();
  }

  #send(id: number, command: Command): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    if (this.#socket.readyState !== WebSocket.OPEN) {
      reject(new Error(`The connection is closed: ${command.type} was not sent.`));
      return promise;
    }
    const timer = setTimeout(
      () => reject(new Error(`No answer to ${command.type} within ${ANSWER_WITHIN_MS} ms.`)),
      ANSWER_WITHIN_MS,
    );
    this.#waiting.set(id, { resolve, reject });
    this.#socket.send(JSON.stringify({ id, ...command }));
    return promise.finally(() => {
      clearTimeout(timer);
      this.#waiting.delete(id);
    });
  }

  #take(message: Message): void {
    if (message.type === "event") this.#listeners.get(message.id)?.(message.event);
    if (message.type !== "result") return;
    const waiting = this.#waiting.get(message.id);
    if (message.success) waiting?.resolve(message.result);
    else waiting?.reject(new CommandError(message.error.code, message.error.message));
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#listeners.clear();
  }
}
