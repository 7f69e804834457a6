import { randomBytes } from "node:crypto";
import { request as ask } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Duplex, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { createGunzip } from "node:zlib";
import { WebSocket, WebSocketServer } from "ws";
import type { RawData } from "ws";
import { isObject, nonEmptyString } from "../../../src/json.ts";
import { ADDRESS } from "../../../scripts/home-network/addresses.ts";
import type { CoreApi } from "./core/api.ts";

interface User {
  readonly id: string;
  readonly username: string | null;
  readonly name: string | null;
}

interface Session {
  readonly user: User | null;
  validUntil: number;
}

/** An add-on's page in its container; null where no add-on has that ingress token. */
export type FindPage = (ingressToken: string) => { readonly address: string; readonly port: number } | null;

const SESSION_MS = 15 * 60_000;
const LARGEST_FRAME = 16 * 1024 * 1024;
const LARGEST_BODY = 16 * 1024 * 1024;
const BUFFERED_BELOW = 4_194_000;
/** Not handed on to the add-on: what belongs to one connection, and what only the Supervisor may say. */
const KEPT_FROM_APP: ReadonlySet<string> = new Set([
  "content-length",
  "content-encoding",
  "transfer-encoding",
  "sec-websocket-extensions",
  "sec-websocket-protocol",
  "sec-websocket-version",
  "sec-websocket-key",
  "x-supervisor-token",
  "x-hassio-key",
  "x-remote-user-id",
  "x-remote-user-name",
  "x-remote-user-display-name",
]);
const KEPT_FROM_BROWSER: ReadonlySet<string> = new Set([
  "transfer-encoding",
  "content-length",
  "content-type",
  "content-encoding",
  // Of this connection only, as every proxy has it.
  "connection",
  "keep-alive",
]);
/** Paths and queries that look like an attack are refused. Source: `FILTERS` of the Supervisor's security middleware. */
export const LOOKS_HOSTILE =
  /proc\/self\/environ|(<|%3C).*script.*(>|%3E)|(\.\.\/\/?)+|[a-zA-Z0-9_]=\/([a-z0-9_.]\/\/?)+|union.*select.*\(|union.*all.*select.*|concat.*\(/i;

/**
 * `/ingress/TOKEN/...`: an add-on's page, for those with a session. What it changes on the way is what the Supervisor
 * changes: the prefix goes, the user is named, types lose their parameters, bodies their encoding, and closing codes of
 * WebSockets are lost. Source: `supervisor/api/ingress` of 2026.08.
 */
export class Ingress {
  readonly #sessions = new Map<string, Session>();
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: LARGEST_FRAME });
  readonly #core: CoreApi;
  readonly #find: FindPage;

  constructor(core: CoreApi, find: FindPage) {
    this.#core = core;
    this.#find = find;
  }

  async createSession(userId: string | null): Promise<string> {
    const session = randomBytes(64).toString("hex");
    const user = userId === null ? null : await this.#user(userId);
    this.#sessions.set(session, { user, validUntil: Date.now() + SESSION_MS });
    return session;
  }

  /** A session that is used lives on. */
  validate(session: string): boolean {
    const known = this.#sessions.get(session);
    if (known === undefined || known.validUntil < Date.now()) return false;
    known.validUntil += SESSION_MS;
    return true;
  }

  async handle(request: IncomingMessage, response: ServerResponse, token: string, path: string): Promise<void> {
    const session = this.#sessionOf(request.headers);
    if (session === null) return void response.writeHead(401).end();
    const page = this.#find(token);
    if (page === null) return void response.writeHead(503).end();
    const body = await buffer(request);
    if (body.length > LARGEST_BODY) return void response.writeHead(413).end();
    await new Promise<void>((resolve) => {
      const call = ask({
        host: page.address,
        port: page.port,
        localAddress: ADDRESS.supervisor,
        method: request.method,
        path: `/${path}`,
        headers: {
          ...headersForApp(request, session),
          ...(body.length > 0 || request.method === "POST" ? { "content-length": body.length } : {}),
        },
        agent: false,
      });
      call.on("response", (answer) => {
        void answerBrowser(request, answer, response).finally(resolve);
      });
      call.on("error", () => {
        if (response.headersSent) response.destroy();
        else response.writeHead(502).end();
        resolve();
      });
      response.on("close", () => call.destroy());
      call.end(body);
    });
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, token: string, path: string): void {
    const session = this.#sessionOf(request.headers);
    const page = this.#find(token);
    if (session === null || page === null) {
      socket.end(`HTTP/1.1 ${session === null ? "401 Unauthorized" : "503 Service Unavailable"}\r\n\r\n`);
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (browser) => {
      const app = new WebSocket(`ws://${page.address}:${page.port}/${path}`, {
        localAddress: ADDRESS.supervisor,
        headers: headersForApp(request, session) as Record<string, string>,
        maxPayload: LARGEST_FRAME,
      });
      const early: RawData[] = [];
      browser.on("message", (data: RawData) => {
        if (app.readyState === WebSocket.OPEN) app.send(asText(data));
        else early.push(data);
      });
      app.on("open", () => {
        for (const data of early) app.send(asText(data));
      });
      app.on("message", (data: RawData) => browser.send(asText(data)));
      app.on("close", () => browser.close()).on("error", () => browser.terminate());
      browser.on("close", () => app.close()).on("error", () => app.terminate());
    });
  }

  #sessionOf(headers: IncomingHttpHeaders): Session | null {
    const cookie = /(?:^|;\s*)ingress_session=([^;]*)/.exec(headers.cookie ?? "")?.[1] ?? "";
    return this.validate(cookie) ? (this.#sessions.get(cookie) ?? null) : null;
  }

  async #user(id: string): Promise<User | null> {
    const users = await this.#core.ask({ type: "config/auth/list" }).catch(() => null);
    const user = (Array.isArray(users) ? users : []).filter(isObject).find((one) => one["id"] === id);
    if (user === undefined) return null;
    return { id, username: nonEmptyString(user["username"]), name: nonEmptyString(user["name"]) };
  }
}

function asText(data: RawData): string {
  return (data as Buffer).toString();
}

function headersForApp(request: IncomingMessage, { user }: Session): OutgoingHttpHeaders {
  // Its HTTP client asks for what it can unpack, unless the request says what it takes.
  const headers: OutgoingHttpHeaders = { "accept-encoding": "gzip, deflate" };
  if (user !== null) {
    headers["x-remote-user-id"] = user.id;
    if (user.username !== null) headers["x-remote-user-name"] = utf8(user.username);
    if (user.name !== null) headers["x-remote-user-display-name"] = utf8(user.name);
  }
  for (const [name, value] of Object.entries(request.headers)) {
    if (!KEPT_FROM_APP.has(name) && name !== "upgrade" && name !== "connection") headers[name] = value;
  }
  headers["x-forwarded-for"] = `${String(request.headers["x-forwarded-for"])}, ${request.socket.remoteAddress}`;
  return headers;
}

/** Header bytes as the Supervisor writes them; Node takes one character for each byte. */
function utf8(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

async function answerBrowser(
  request: IncomingMessage,
  answer: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const status = answer.statusCode ?? 502;
  response.statusCode = status;
  for (const [name, value] of Object.entries(answer.headersDistinct)) {
    if (!KEPT_FROM_BROWSER.has(name) && value !== undefined) response.setHeader(name, value);
  }
  const type = answer.headers["content-type"]?.split(";")[0]?.trim();
  const isEmpty = request.method === "HEAD" || status === 204 || status === 304 || status < 200;
  if (type !== undefined || !isEmpty) response.setHeader("content-type", type ?? "application/octet-stream");
  if (isEmpty) {
    answer.resume();
    response.end();
    return;
  }
  const length = answer.headers["content-length"];
  const plain = unpacked(answer);
  if (length !== undefined && Number(length) < BUFFERED_BELOW) {
    response.end(await buffer(plain));
    return;
  }
  response.setHeader("x-accel-buffering", "no");
  response.flushHeaders();
  plain.pipe(response);
  await new Promise((resolve) => answer.once("close", resolve));
}

/** The body as the Supervisor's HTTP client hands it on. */
function unpacked(answer: IncomingMessage): Readable {
  switch (answer.headers["content-encoding"]) {
    case undefined:
      return answer;
    case "gzip":
      return answer.pipe(createGunzip());
    default:
      throw new Error(`Nobody has asked for ${answer.headers["content-encoding"]}.`);
  }
}
