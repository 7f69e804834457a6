import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";

/** A request as it went over the wire. */
export interface WrittenRequest {
  /** `POST /unlock HTTP/1.1` */
  readonly line: string;
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

const HEAD_END = "\r\n\r\n";

/** Passes connections on to a port of this machine as they are, and keeps what was asked. */
export class Wire {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #requests: WrittenRequest[] = [];

  private constructor(target: number) {
    this.#server = createServer((client) => this.#join(client, connect(target, "127.0.0.1")));
  }

  static async open(target: number): Promise<Wire> {
    const wire = new Wire(target);
    await once(wire.#server.listen(0, "127.0.0.1"), "listening");
    return wire;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What was asked since this was called last, in the order in which it was whole. */
  take(): WrittenRequest[] {
    return this.#requests.splice(0);
  }

  async close(): Promise<void> {
    const closed = once(this.#server.close(), "close");
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #join(client: Socket, gateway: Socket): void {
    let unread = Buffer.alloc(0);
    client.on("data", (chunk: Buffer) => {
      unread = this.#read(Buffer.concat([unread, chunk]));
      gateway.write(chunk);
    });
    gateway.on("data", (chunk: Buffer) => client.write(chunk));
    for (const [one, other] of [
      [client, gateway],
      [gateway, client],
    ] as const) {
      this.#sockets.add(one);
      // A gateway that is away closes the connection: its client sees that too.
      one.on("error", () => {});
      one.on("close", () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
  }

  /** @returns the beginning of a request that is not whole yet */
  #read(bytes: Buffer): Buffer<ArrayBuffer> {
    let rest = Buffer.from(bytes);
    for (;;) {
      const end = rest.indexOf(HEAD_END);
      if (end === -1) return rest;
      const [line = "", ...fields] = rest.toString("latin1", 0, end).split("\r\n");
      const headers = new Map(fields.map(field));
      const from = end + HEAD_END.length;
      const to = from + Number(headers.get("content-length") ?? 0);
      if (rest.length < to) return rest;
      this.#requests.push({ line, headers, body: rest.toString("utf8", from, to) });
      rest = rest.subarray(to);
    }
  }
}

function field(written: string): [string, string] {
  const [name = "", ...value] = written.split(":");
  return [name.toLowerCase(), value.join(":").trim()];
}
