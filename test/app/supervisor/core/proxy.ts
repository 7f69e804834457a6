import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Request, Response } from "express";
import { WebSocketServer } from "ws";
import type { RawData, WebSocket } from "ws";
import { isObject, nonEmptyString, parseJson } from "../../../../src/json.ts";
import type { CoreApi } from "./api.ts";

export interface CoreProxyOptions {
  readonly core: CoreApi;
  readonly version: string;
  /** True for the token of an add-on that has `homeassistant_api`. */
  readonly mayUse: (token: string | null) => boolean;
}

const AUTHENTICATE_WITHIN_MS = 10_000;
/** From an add-on to Home Assistant; a larger message closes the socket. */
const LARGEST_FROM_APP = 4 * 1024 * 1024;
/** Commands of Home Assistant's own frontend, with which an add-on could reach the Supervisor as Home Assistant. */
const DENIED = /^(supervisor|hassio)\//;
const METHODS: ReadonlySet<string> = new Set(["GET", "POST", "DELETE"]);

/** `/core/api` and `/core/websocket`: how an add-on reaches Home Assistant. Source: `supervisor/api/proxy` of 2026.08. */
export class CoreProxy {
  readonly #options: CoreProxyOptions;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: LARGEST_FROM_APP });
  readonly #open = new Set<WebSocket>();

  constructor(options: CoreProxyOptions) {
    this.#options = options;
  }

  async handle(request: Request, response: Response, path: string): Promise<void> {
    if (!METHODS.has(request.method)) return void response.status(405).end();
    const token = request.headers.authorization?.split(" ").at(-1) ?? nonEmptyString(request.headers["x-ha-access"]);
    if (!this.#options.mayUse(token)) return void response.status(401).end();
    if (path.startsWith("hassio")) return void response.status(403).end();
    if (!(await this.#options.core.isRunning())) return void response.status(502).end();
    const query = request.originalUrl.includes("?") ? request.originalUrl.slice(request.originalUrl.indexOf("?")) : "";
    const type = request.headers["content-type"];
    const body = typeof request.body === "string" && request.body !== "" ? request.body : undefined;
    try {
      const headers = type === undefined ? {} : { "content-type": type };
      const answer = await this.#options.core.call(request.method, `/api/${path}${query}`, body, headers);
      response
        .status(answer.status)
        .type(answer.headers["content-type"] ?? "application/octet-stream")
        .send(answer.body);
    } catch {
      response.status(502).end();
    }
  }

  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    if (!(await this.#options.core.isRunning())) {
      socket.end("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (app) => this.#authenticate(app));
  }

  /** Home Assistant is gone: so are all that talked to it. */
  closeAll(): void {
    for (const socket of this.#open) socket.terminate();
  }

  #authenticate(app: WebSocket): void {
    const { version, mayUse } = this.#options;
    this.#open.add(app);
    app.on("close", () => this.#open.delete(app)).on("error", () => app.terminate());
    app.send(JSON.stringify({ type: "auth_required", ha_version: version }));
    const timer = setTimeout(() => app.close(), AUTHENTICATE_WITHIN_MS);
    app.once("message", (data: RawData) => {
      clearTimeout(timer);
      const message = parseJson(asText(data));
      if (!mayUse(isObject(message) ? nonEmptyString(message["access_token"]) : null)) {
        app.send(JSON.stringify({ type: "auth_invalid", message: "Invalid access" }));
        app.close();
        return;
      }
      app.send(JSON.stringify({ type: "auth_ok", ha_version: version }));
      this.#relay(app);
    });
  }

  #relay(app: WebSocket): void {
    const core = this.#options.core.openSocket();
    const early: string[] = [];
    let signedIn = false;
    core.on("message", (data: RawData) => {
      const message = asText(data);
      if (!signedIn) {
        // The socket's own greeting is not for the add-on, which has had one.
        signedIn = true;
        for (const text of early) core.send(text);
        return;
      }
      app.send(message);
    });
    core.on("close", () => app.close()).on("error", () => app.close());
    app.on("close", () => core.terminate());
    app.on("message", (data: RawData) => {
      const message = asText(data);
      const refused = refusalOf(message);
      if (refused !== null) app.send(refused);
      else if (signedIn) core.send(message);
      else early.push(message);
    });
  }
}

function refusalOf(text: string): string | null {
  const message = parseJson(text);
  if (!isObject(message) || !DENIED.test(nonEmptyString(message["type"]) ?? "")) return null;
  const error = { code: "unauthorized", message: "Unauthorized" };
  return JSON.stringify({ id: message["id"], type: "result", success: false, error });
}

function asText(data: RawData): string {
  return (data as Buffer).toString();
}
