import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";
import { Problem } from "../problem.ts";
import type { Random } from "../random.ts";
import { AccessGuard } from "./access/access-guard.ts";
import type { AskAdmin, Visitor } from "./access/access-guard.ts";
import { application } from "./application.ts";
import type { ApplicationParts } from "./application.ts";
import { accessOf } from "./access/rights.ts";
import type { Access } from "./access/rights.ts";
import type { Onlooker } from "./live/live-client.ts";
import { LiveFeed } from "./live/live-feed.ts";
import { assertOwnHost, assertOwnOrigin } from "./access/own-origin.ts";
import { isProgram } from "./page/page-request.ts";
import { listen, refuseOnSocket } from "../incoming/sockets.ts";
import { pageUrl } from "./page/page.ts";
import { PictureJson } from "./api/picture-json.ts";
import { asProblem, problemDetails, problemHeaders } from "./api/problem-details.ts";
import { Sessions } from "./access/sessions.ts";
import type { SessionStore } from "./access/sessions.ts";

export interface HttpServerParts extends ApplicationParts {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** The address whose requests are Home Assistant's ingress (`SUPERVISOR_ADDRESS` as an add-on), else null. */
  readonly ingressPeer: string | null;
  /** Required of everybody but ingress; null admits this machine only. */
  readonly password: string | null;
  /** Where logins are kept over restarts. */
  readonly sessions: SessionStore;
  readonly random: Random;
  /** Who is an administrator of Home Assistant; absent means that nobody behind ingress may act. */
  readonly admins?: AskAdmin;
  /** Whether everybody whom ingress lets in may read what happened. */
  readonly membersReadActivity: boolean;
}

/** The page sends only short requests. */
const LONGEST_FEED_MESSAGE_BYTES = 4096;
/** How long a stop waits for answers and goodbyes under way. */
const STOP_WITHIN_MS = 700;
/** The close code of a feed whose session has ended. */
const POLICY_VIOLATION = 1008;
const HEADERS_WITHIN_MS = 10_000;
const REQUEST_WITHIN_MS = 30_000;
/** How long a page waits for Home Assistant to say whether it shows everything; then it begins with less. */
const ASK_WITHIN_MS = 1000;

export interface Listening {
  readonly port: number;
  /** As `pageUrl`. */
  readonly url: string | null;
}

/** Owns the port and every socket on it: the application for requests, the live feed for WebSockets. */
export class HttpServer {
  readonly #parts: HttpServerParts;
  readonly #guard: AccessGuard;
  readonly #pictureJson: PictureJson;
  readonly #feed: LiveFeed;
  readonly #server: Server;
  #stopping = false;
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: LONGEST_FEED_MESSAGE_BYTES,
    perMessageDeflate: false,
    clientTracking: false,
  });

  constructor(parts: HttpServerParts) {
    this.#parts = parts;
    const log = parts.log.part("http");
    const { password, sessions: store, clock, random } = parts;
    const gateway_id = parts.picture.gateway.id;
    const sessions = password === null ? null : new Sessions({ password, gateway_id, store, clock, random });
    this.#guard = new AccessGuard({ ...parts, sessions, log });
    this.#pictureJson = new PictureJson(parts.picture);
    this.#feed = new LiveFeed({ ...parts, pictureJson: this.#pictureJson, sink: parts.logSink });
    this.#server = createServer(
      {
        headersTimeout: HEADERS_WITHIN_MS,
        requestTimeout: REQUEST_WITHIN_MS,
        // Anything else that asks to be upgraded (curl's h2c) is answered as the plain request that it also is.
        shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === "websocket",
      },
      application({ ...parts, log }, this.#guard, this.#pictureJson),
    );
    this.#server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** Listens. @throws Problem `port_unusable` */
  async start(): Promise<Listening> {
    const port = await listen(this.#server, this.#parts, portUnusable);
    return { port, url: pageUrl(this.#parts.host, port) };
  }

  /** Lets pending answers finish, says goodbye on the live feed, and closes every socket within a second. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#pictureJson.close();
    this.#feed.close();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const cancel = this.#parts.clock.after(STOP_WITHIN_MS, () => {
      this.#feed.terminate();
      this.#server.closeAllConnections();
    });
    await closed;
    cancel();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // A socket that dies during the handshake is nobody's problem, but an error without a listener ends the process.
    socket.on("error", () => socket.destroy());
    let visitor: Visitor;
    try {
      if (request.url?.split("?")[0] !== "/api/live") {
        throw new Problem("not_found", "The live feed is at api/live.");
      }
      visitor = this.#guard.admit(request);
      assertOwnHost(visitor, request.headers);
      assertOwnOrigin(visitor, request.headers);
    } catch (error) {
      this.#refuse(request, socket, error);
      return;
    }
    void this.#accept(visitor, request, socket, head);
  }

  async #accept(visitor: Visitor, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const ask = (): Promise<Access> => this.#guard.accessOf(visitor);
    const access = await this.#withinTime(ask());
    if (this.#stopping) socket.destroy();
    else {
      this.#webSockets.handleUpgrade(request, socket, head, (webSocket) =>
        this.#join(webSocket, request.headers.cookie, { access, ask }),
      );
    }
  }

  async #withinTime(asked: Promise<Access>): Promise<Access> {
    const unconfirmed = accessOf("unconfirmed", this.#parts.membersReadActivity);
    let cancel = (): void => {};
    const late = new Promise<Access>((resolve) => {
      cancel = this.#parts.clock.after(ASK_WITHIN_MS, () => resolve(unconfirmed));
    });
    const access = await Promise.race([asked, late]);
    cancel();
    return access;
  }

  #refuse(request: IncomingMessage, socket: Duplex, error: unknown): void {
    const details = problemDetails(asProblem(error), this.#parts.secrets);
    refuseOnSocket(socket, details, problemHeaders(details, isProgram(request)));
  }

  #join(webSocket: WebSocket, cookies: string | undefined, onlooker: Onlooker): void {
    const connection = this.#feed.join(webSocket, onlooker);
    const unwatch = this.#guard.sessions?.watch(cookies, () => webSocket.close(POLICY_VIOLATION, "logged out"));
    // The protocol has no binary messages; as an empty text they are refused like anything else that it does not have.
    webSocket.on("message", (data, isBinary) =>
      connection.take(!isBinary && Buffer.isBuffer(data) ? data.toString() : ""),
    );
    webSocket.on("close", () => {
      unwatch?.();
      connection.leave();
    });
    // `close` follows; nothing more is done about a broken page.
    webSocket.on("error", () => webSocket.terminate());
  }
}

function portUnusable(cause: NodeJS.ErrnoException, host: string, port: number): Problem {
  const say = (field: string, message: string): Problem => new Problem("port_unusable", message, { field, cause });
  const { code = "unknown error" } = cause;
  switch (code) {
    case "EADDRINUSE":
      return say(
        "UTEC_GATEWAY_PORT",
        `Port ${port} on ${host} is in use: stop the program that uses it, or set UTEC_GATEWAY_PORT to another one.`,
      );
    case "EACCES":
      return say(
        "UTEC_GATEWAY_PORT",
        `Port ${port} on ${host} is not allowed for this user: set UTEC_GATEWAY_PORT to one above 1023.`,
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return say(
        "UTEC_GATEWAY_HOST",
        `${host} is not an address of this machine: set UTEC_GATEWAY_HOST to one, or to 127.0.0.1.`,
      );
    default:
      return say(
        "UTEC_GATEWAY_PORT",
        `The gateway cannot listen on port ${port} of ${host} (${code}): set UTEC_GATEWAY_PORT to another one.`,
      );
  }
}
