import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { text } from "node:stream/consumers";

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

type Serve = (request: IncomingMessage, response: ServerResponse, body: string) => void | Promise<void>;

/** A cloud with a login, and an API below `/api` that takes the newest token alone. */
export class Cloud {
  /** Every request to the API, in order. */
  readonly asked: Asked[] = [];
  /** Every token that was granted; the last is the one that is good. */
  readonly tokens: string[] = [];
  /** Each takes the place of one answer of the API. */
  readonly faults: Serve[] = [];
  /** What the API answers who has a good token. */
  serve: Serve = (request, response) => answer(response, 200, { path: request.url, served: this.asked.length });
  /** What an answer to a login is replaced by. */
  loginFault: ((response: ServerResponse) => void) | null = null;
  /** The token of a request; null where there is none. */
  tokenOf: (request: IncomingMessage) => string | null = ({ headers, url }) =>
    /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ??
    new URL(url ?? "", this.url).searchParams.get("apikey") ??
    null;
  refuse: Serve = (_request, response) => answer(response, 401, { error: "invalid_token" });
  logins = 0;
  /** How long a token is said to live. */
  lifeS = 3600;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #expired = false;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
  }

  static async start(): Promise<Cloud> {
    const cloud = new Cloud();
    await new Promise<void>((resolve) => cloud.#server.listen(0, "127.0.0.1", resolve));
    return cloud;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get token(): string {
    return this.tokens.at(-1) ?? "none yet";
  }

  /** The newest token is good no more. */
  expire(): void {
    this.#expired = true;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    if (request.url === "/login") return this.#login(response);
    this.asked.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, body });
    const good = this.tokenOf(request) === this.token && !this.#expired;
    const serve = this.faults.shift() ?? (good ? this.serve : this.refuse);
    await serve(request, response, body);
  }

  #login(response: ServerResponse): void {
    this.logins += 1;
    if (this.loginFault !== null) return this.loginFault(response);
    this.#expired = false;
    // With characters that are written in other ways in JSON, in addresses and in Base64.
    this.tokens.push(`canary/token+${this.tokens.length + 1}=${"x".repeat(24)}`);
    answer(response, 200, { access_token: this.token, token_type: "Bearer", expires_in: this.lifeS });
  }
}

export function answer(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}
