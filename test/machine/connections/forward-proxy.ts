import { createServer, request as httpRequest } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { connect } from "node:net";
import type { AddressInfo, Socket } from "node:net";

export interface ForwardProxyOptions {
  /** Host and port of an address, and the port on loopback where it is really served: nobody else knows these names. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** `user:password`, where it wants them. */
  readonly credentials?: string;
}

/** A forward proxy: tunnels by CONNECT, and plain HTTP by the whole address in the request. */
export class ForwardProxy {
  /** Every request that it was sent: `CONNECT cloud.test:443`, `POST http://cloud.test/token`. */
  readonly asked: string[] = [];
  readonly hosts = new Map<string, string>();
  /** What it does in place of opening a tunnel. */
  fault: ((socket: Socket) => void) | null = null;
  credentials: string | null;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor({ hosts = {}, credentials }: ForwardProxyOptions) {
    for (const [name, url] of Object.entries(hosts)) this.hosts.set(name, url);
    this.credentials = credentials ?? null;
    this.#server = createServer((request, response) => this.#forward(request, response))
      .on("connect", (request: IncomingMessage, socket: Socket) => this.#tunnel(request, socket))
      .on("connection", (socket) => this.#watch(socket));
  }

  static async start(options: ForwardProxyOptions = {}): Promise<ForwardProxy> {
    const proxy = new ForwardProxy(options);
    await proxy.listen(0);
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** As it stands in `HTTPS_PROXY`. */
  get url(): string {
    const [user = "", password = ""] = this.credentials?.split(":").map(encodeURIComponent) ?? [];
    return `http://${this.credentials === null ? "" : `${user}:${password}@`}127.0.0.1:${this.port}`;
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, "127.0.0.1", resolve));
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
  }

  #watch(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket)).on("error", () => {});
  }

  #tunnel(request: IncomingMessage, socket: Socket): void {
    const target = request.url ?? "";
    this.asked.push(`CONNECT ${target}`);
    if (this.fault !== null) return this.fault(socket);
    if (!this.#mayPass(request))
      return void socket.end("HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic\r\n\r\n");
    const port = this.hosts.get(target);
    if (port === undefined) return void socket.end("HTTP/1.1 502 No such host\r\n\r\n");
    const there = connect(Number(port), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Here you are\r\n\r\n");
      socket.pipe(there).pipe(socket);
    });
    this.#watch(there);
    there.on("close", () => socket.destroy());
    socket.on("close", () => there.destroy());
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    this.asked.push(`${request.method} ${request.url}`);
    if (this.fault !== null) return this.fault(request.socket);
    if (!this.#mayPass(request)) return void response.writeHead(407, { "proxy-authenticate": "Basic" }).end();
    const { host, pathname, search } = new URL(request.url ?? "");
    const port = this.hosts.get(host);
    if (port === undefined) return void response.writeHead(502).end();
    const { "proxy-authorization": _mine, "proxy-connection": _too, ...headers } = request.headers;
    const { method } = request;
    const call = httpRequest({ host: "127.0.0.1", port, method, path: pathname + search, headers, agent: false });
    call.on("error", () => request.socket.destroy());
    call.on("response", (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 0, answer.headers)));
    request.pipe(call);
  }

  #mayPass({ headers }: IncomingMessage): boolean {
    const expected = `Basic ${Buffer.from(this.credentials ?? "").toString("base64")}`;
    return this.credentials === null || headers["proxy-authorization"] === expected;
  }
}
