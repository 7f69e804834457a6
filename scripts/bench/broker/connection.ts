import { connect } from "node:net";
import type { Socket } from "node:net";

const HEADERS_END = "\r\n\r\n";

/** A kept connection that asks and waits, one request after the other: a convenient client would be slower than the broker. */
export class Connection {
  readonly #socket: Socket;
  #received = "";
  #onAnswer: (() => void) | null = null;
  #onError: ((error: Error) => void) | null = null;

  constructor(port: number) {
    this.#socket = connect({ host: "127.0.0.1", port, noDelay: true });
    this.#socket.setEncoding("latin1");
    this.#socket.on("error", (error) => this.#onError?.(error));
    this.#socket.on("data", (text: string) => this.#take(text));
  }

  /** Resolves when the whole answer is here. @throws Error for anything but 200 */
  ask(path: string, token?: string): Promise<void> {
    const authorization = token === undefined ? "" : `Authorization: Bearer ${token}\r\n`;
    return this.#send(`GET ${path} HTTP/1.1\r\nHost: bench\r\n${authorization}\r\n`);
  }

  /** As ask. @param json in ASCII */
  post(path: string, json: string): Promise<void> {
    const head = `POST ${path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n`;
    return this.#send(`${head}Content-Length: ${json.length}\r\n\r\n${json}`);
  }

  close(): void {
    this.#socket.destroy();
  }

  #send(request: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#onAnswer = resolve;
      this.#onError = reject;
      this.#socket.write(request);
    });
  }

  #take(text: string): void {
    this.#received += text;
    const end = this.#received.indexOf(HEADERS_END);
    if (end === -1) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(this.#received)?.[1]);
    if (this.#received.length < end + HEADERS_END.length + length) return;
    const answer = this.#received;
    this.#received = "";
    if (answer.startsWith("HTTP/1.1 200 ")) this.#onAnswer?.();
    else this.#onError?.(new Error(answer));
  }
}
