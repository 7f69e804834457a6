import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { AccessToken, TokenSource } from "../../src/keeper/account.ts";
import { member } from "../../src/utec/reading/loose-json.ts";

export interface Action {
  readonly name: string;
  readonly token: string;
  readonly header: unknown;
  readonly payload: unknown;
  readonly deviceIds: readonly string[];
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is; otherwise `payload` in the envelope. */
  readonly body?: string;
  readonly payload?: unknown;
}

/** `lost`: the connection breaks after the action was done; `never`: no answer comes. */
export type Behaviour = Reply | "lost" | "never";
export type Handler = (action: Action) => Behaviour | Promise<Behaviour>;

/** The action endpoint at its smallest: real HTTP, and a test says what each action answers. */
export class TinyCloud {
  readonly actions: Action[] = [];
  readonly #server: Server;
  readonly #handlers = new Map<string, Handler>();
  #queries = 0;
  /** The most Query requests that were ever under way at once. */
  mostQueries = 0;
  /** Requests that will never be answered. */
  hanging = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<TinyCloud> {
    const server = createServer();
    const cloud = new TinyCloud(server);
    server.on("request", (request, response) => void cloud.#serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => cloud.stop());
    return cloud;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/action`;
  }

  /** What the action `name` answers from now on. */
  on(name: string, handler: Handler | Behaviour): this {
    this.#handlers.set(name, typeof handler === "function" ? handler : () => handler);
    return this;
  }

  count(name: string): number {
    return this.actions.filter((action) => action.name === name).length;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const envelope: unknown = JSON.parse(Buffer.concat(chunks).toString());
    const header = member(envelope, "header");
    const payload = member(envelope, "payload");
    const devices = member(payload, "devices");
    const action: Action = {
      name: String(member(header, "name")),
      token: (request.headers.authorization ?? "").replace(/^Bearer /, ""),
      header,
      payload,
      deviceIds: Array.isArray(devices) ? devices.map((device) => String(member(device, "id"))) : [],
    };
    this.actions.push(action);
    if (action.name === "Query") this.mostQueries = Math.max(this.mostQueries, ++this.#queries);
    try {
      const behaviour = await (this.#handlers.get(action.name) ?? ((): Behaviour => ({ payload: {} })))(action);
      if (behaviour === "never") {
        this.hanging += 1;
        request.socket.once("close", () => (this.hanging -= 1));
        return;
      }
      if (behaviour === "lost") {
        request.socket.destroy();
        return;
      }
      response.writeHead(behaviour.status ?? 200, { "content-type": "application/json", ...behaviour.headers });
      response.end(behaviour.body ?? JSON.stringify({ header, payload: behaviour.payload }));
    } finally {
      if (action.name === "Query") this.#queries -= 1;
    }
  }
}

/** A keeper at its smallest: tokens are numbered by generation. */
export class TinyKeeper implements TokenSource {
  generation = 1;
  readonly invalidated: number[] = [];
  /** What getToken and invalidate throw, while set. */
  trouble: Error | undefined;

  /** No token comes, while set. */
  slow = false;

  getToken(_accountId: string): Promise<AccessToken> {
    if (this.slow) return new Promise(() => {});
    return this.trouble ? Promise.reject(this.trouble) : Promise.resolve(this.#token());
  }

  invalidate(accountId: string, generation: number): Promise<AccessToken> {
    this.invalidated.push(generation);
    if (generation === this.generation) this.generation += 1;
    return this.getToken(accountId);
  }

  #token(): AccessToken {
    return { value: `access-token-${this.generation}`, generation: this.generation, expires_at: null };
  }
}

/** The states of a lock as the cloud writes them. */
export function lockStates(lockState: string, status = "Online"): unknown[] {
  return [
    { capability: "st.healthCheck", name: "status", value: status },
    { capability: "st.lock", name: "lockState", value: lockState },
  ];
}

export const DEFERRED = [{ capability: "st.deferredResponse", name: "seconds", value: 20 }];

export const INVALID_TOKEN: Reply = { payload: { error: { code: "INVALID_TOKEN", message: "Expired." } } };
