import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface OAuthServerOptions {
  readonly lifeS?: number;
  readonly clientId?: string;
  readonly clientSecret?: string;
}

interface Family {
  readonly user: string;
  refresh: string;
  alive: boolean;
}

/**
 * A small OAuth server that judges: it rotates refresh tokens, ends the whole grant when one is used twice, and counts.
 * Faults are queued: each takes the place of one answer (after the server has acted, with `afterActing`).
 */
export class OAuthServer {
  readonly clientId: string;
  readonly clientSecret: string;
  lifeS: number;
  /** Every refresh token ever presented, in order. */
  readonly presented: string[] = [];
  reuses = 0;
  calls = 0;
  identityCalls = 0;
  user = "user-1";
  /** Takes any client id, for tests with more than one account. */
  anyClient = false;
  /** The `Date` header; none by default, since the tests' clocks are set by hand. */
  date: string | null = null;
  /** Called when a token call has been acted on, right before its answer leaves. */
  beforeAnswer: () => void = () => undefined;
  readonly #server: Server;
  readonly #families: Family[] = [];
  readonly #codes = new Map<string, string>();
  readonly #faults: { readonly afterActing: boolean; readonly answer: (response: ServerResponse) => void }[] = [];
  #issued = 0;
  #underWay = 0;
  mostAtOnce = 0;

  private constructor(options: OAuthServerOptions) {
    this.clientId = options.clientId ?? "client-1";
    this.clientSecret = options.clientSecret ?? "canary-client-secret";
    this.lifeS = options.lifeS ?? 3600;
    this.#server = createServer((request, response) => {
      this.#underWay++;
      this.mostAtOnce = Math.max(this.mostAtOnce, this.#underWay);
      response.on("close", () => this.#underWay--);
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  static async start(options: OAuthServerOptions = {}): Promise<OAuthServer> {
    const server = new OAuthServer(options);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get url(): string {
    const address = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** A code as the sign-in page would give it. */
  code(user = this.user): string {
    const code = `code-${++this.#issued}`;
    this.#codes.set(code, user);
    return code;
  }

  revokeAll(): void {
    for (const family of this.#families) family.alive = false;
  }

  /** The refresh token that counts now, of the newest grant. */
  get newestRefreshToken(): string | undefined {
    return this.#families.at(-1)?.refresh;
  }

  get grantAlive(): boolean {
    return this.#families.at(-1)?.alive === true;
  }

  queueFault(answer: (response: ServerResponse) => void, { afterActing = false } = {}): void {
    this.#faults.push({ afterActing, answer });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.sendDate = false;
    if (this.date !== null) response.setHeader("date", this.date);
    const body = await text(request);
    if (request.url === "/action") return this.#identify(request, response);
    this.calls++;
    const fault = this.#faults.shift();
    if (fault !== undefined && !fault.afterActing) return fault.answer(response);
    const [status, answer] = this.#grant(new URLSearchParams(body));
    this.beforeAnswer();
    if (fault !== undefined) return fault.answer(response);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
  }

  #identify(request: IncomingMessage, response: ServerResponse): void {
    this.identityCalls++;
    const user = /access-(.*)-\d+$/.exec(request.headers.authorization ?? "")?.[1];
    response.writeHead(200).end(JSON.stringify({ payload: { user: { id: user } } }));
  }

  #grant(form: URLSearchParams): [number, object] {
    const clientKnown = this.anyClient || form.get("client_id") === this.clientId;
    if (!clientKnown || form.get("client_secret") !== this.clientSecret) {
      return [401, { error: "invalid_client" }];
    }
    if (form.get("grant_type") === "authorization_code") {
      const code = form.get("code") ?? "";
      const user = this.#codes.get(code);
      if (user === undefined) return [400, { error: "invalid_grant" }];
      this.#codes.delete(code);
      const family = { user, refresh: "", alive: true };
      this.#families.push(family);
      return [200, this.#issue(family)];
    }
    const token = form.get("refresh_token") ?? "";
    const reused = this.presented.includes(token);
    this.presented.push(token);
    const family = this.#families.find((family) => token.startsWith(`refresh-${family.user}-`) && family.alive);
    if (family === undefined) return [400, { error: "invalid_grant" }];
    if (family.refresh !== token) {
      if (reused) this.reuses++;
      family.alive = false;
      return [400, { error: "invalid_grant" }];
    }
    return [200, this.#issue(family)];
  }

  #issue(family: Family): object {
    const number = ++this.#issued;
    family.refresh = `refresh-${family.user}-${number}`;
    return {
      access_token: `access-${family.user}-${number}`,
      refresh_token: family.refresh,
      token_type: "Bearer",
      expires_in: this.lifeS,
    };
  }
}
