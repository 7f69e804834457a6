import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { isObject, parseJson } from "../../../src/json.ts";

export const USERNAME = "ada@example.test";
export const PASSWORD = " canary päss:word ";

export interface LoginRules {
  readonly path: string;
  readonly format: "json" | "form" | "basic";
  readonly userField: string;
  /** How a granted token is answered. */
  readonly grant: (response: ServerResponse, jwt: string) => void;
  /** What a wrong password is answered. */
  readonly refuse: (response: ServerResponse) => void;
  /** What an address without a login is answered. */
  readonly elsewhere: (response: ServerResponse) => void;
  readonly lifeS: number;
}

/** A small cloud with a login that gives a JWT for a password. */
export class LoginServer {
  rules: LoginRules;
  password = PASSWORD;
  /** `path format` of every request, in order. */
  readonly asked: string[] = [];
  /** Each takes the place of one answer. */
  readonly faults: ((response: ServerResponse) => void)[] = [];
  readonly #server: Server;
  #issued = 0;

  private constructor(rules: Partial<LoginRules>) {
    this.rules = {
      path: "/api/login",
      format: "json",
      userField: "username",
      grant: (response, token) => json(response, 200, { token }),
      refuse: (response) => json(response, 401, { error: "invalid credentials" }),
      elsewhere: (response) => json(response, 404, { error: "not found" }),
      lifeS: 1800,
      ...rules,
    };
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  static async start(rules: Partial<LoginRules> = {}): Promise<LoginServer> {
    const server = new LoginServer(rules);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.sendDate = false;
    const body = await text(request);
    const { path, format } = this.rules;
    this.asked.push(`${request.url} ${formatOf(request)}`);
    const fault = this.faults.shift();
    if (fault !== undefined) return fault(response);
    if (request.url !== path) return this.rules.elsewhere(response);
    const said = this.#credentials(request, body);
    if (said === null) return json(response, format === "basic" ? 401 : 422, { detail: "not understood" });
    if (said.username !== USERNAME || said.password !== this.password) return this.rules.refuse(response);
    this.rules.grant(response, this.#jwt());
  }

  #credentials(request: IncomingMessage, body: string): { username: unknown; password: unknown } | null {
    const { format, userField } = this.rules;
    if (formatOf(request) !== format) return null;
    if (format === "basic") {
      const [username, ...rest] = Buffer.from(request.headers.authorization?.slice(6) ?? "", "base64")
        .toString("utf8")
        .split(":");
      return { username, password: rest.join(":") };
    }
    const said = format === "json" ? parseJson(body) : Object.fromEntries(new URLSearchParams(body));
    return isObject(said) && userField in said ? { username: said[userField], password: said["password"] } : null;
  }

  /** A JWT whose clock is of another time, as clocks of clouds are. */
  #jwt(): string {
    const iat = 1_700_000_000 + this.#issued++;
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    return `${part({ alg: "none" })}.${part({ sub: "ada", iat, exp: iat + this.rules.lifeS })}.canary-signature`;
  }
}

function formatOf({ headers }: IncomingMessage): string {
  if (headers.authorization?.startsWith("Basic ")) return "basic";
  return headers["content-type"]?.startsWith("application/json") ? "json" : "form";
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
