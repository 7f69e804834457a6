import { WebSocket } from "ws";
import type { Clock } from "../../clock.ts";
import { isObject, nonEmptyString, parseJson } from "../../json.ts";
import type { HomeAssistantTarget } from "../../settings/settings.ts";
import { proxyAgent } from "../../outgoing/proxy-agent.ts";
import { ProxyFailed } from "../../outgoing/proxy-failed.ts";
import { proxyFor, proxyName } from "../../outgoing/proxy.ts";
import type { ProxySettings } from "../../outgoing/proxy.ts";
import { phrase } from "../../said/phrase.ts";

/** The WebSocket API's path below the base URL. */
const PATHS = { supervisor: "/core/websocket", direct: "/api/websocket" } as const;

/**
 * - `unreachable`: no answer, or not Home Assistant's.
 * - `core_starting`: a proxy (the Supervisor's or another) answered 502: Home Assistant is down or starting.
 * - `token_refused`: Home Assistant answered and did not accept the token.
 */
export type DialFailureReason = "unreachable" | "core_starting" | "token_refused";

export class DialError extends Error {
  override readonly name = "DialError";
  readonly reason: DialFailureReason;

  /** @param message the cause in a few words, without a full stop, to be used within a sentence */
  constructor(reason: DialFailureReason, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}

export interface SocketOptions {
  readonly clock: Clock;
  /** For the whole handshake: TCP, TLS, upgrade and authentication. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Through which a direct target is reached; default: straight. */
  readonly proxies?: ProxySettings | null;
  /** Called when a frame could not be handled; the socket is closed then. */
  readonly onBroken: (error: unknown) => void;
}

type SocketListener = (event: { readonly data: string }) => void;

/** Core's own frames may be large (lists of entries or users), but never this large. */
const LARGEST_FRAME_BYTES = 16 * 1024 * 1024;
/** How long a socket may take to close cleanly: a dead peer never answers the close frame. */
const CLOSE_LIMIT_MS = 1_000;

/**
 * The authenticated socket with the members that home-assistant-js-websocket uses, and no more. Unlike a bare socket it
 * fails safely: a late network error, a frame that is not JSON or a listener that throws closes it, where each of them
 * would otherwise end the process.
 */
export class CoreSocket {
  readonly OPEN = WebSocket.OPEN;
  readonly haVersion: string;
  readonly #socket: WebSocket;
  readonly #options: Pick<SocketOptions, "clock" | "onBroken">;
  readonly #listeners = { message: new Set<SocketListener>(), close: new Set<SocketListener>() };

  constructor(socket: WebSocket, haVersion: string, options: Pick<SocketOptions, "clock" | "onBroken">) {
    this.#socket = socket;
    this.#options = options;
    this.haVersion = haVersion;
    socket.on("message", (data: Buffer) => this.#tell("message", data.toString("utf8")));
    socket.on("close", () => this.#tell("close", ""));
  }

  get readyState(): number {
    return this.#socket.readyState;
  }

  send(data: string): void {
    this.#socket.send(data);
  }

  close(): void {
    closeFirmly(this.#socket, this.#options.clock);
  }

  addEventListener(type: "message" | "close", listener: SocketListener): void {
    this.#listeners[type].add(listener);
  }

  removeEventListener(type: "message" | "close", listener: SocketListener): void {
    this.#listeners[type].delete(listener);
  }

  #tell(type: "message" | "close", data: string): void {
    for (const listener of this.#listeners[type]) {
      try {
        listener({ data });
      } catch (error) {
        this.#options.onBroken(error);
        this.close();
      }
    }
  }
}

/** The address of Home Assistant's WebSocket API. @throws DialError `unreachable` for an address that cannot be one */
export function webSocketUrl(target: HomeAssistantTarget): string {
  const address = target.url.replace(/^http/i, "ws");
  if (!/^wss?:/i.test(address) || !URL.canParse(address)) {
    throw new DialError("unreachable", phrase("part_detail_address"));
  }
  const url = new URL(address);
  url.hash = "";
  const path = PATHS[target.kind];
  if (!url.pathname.endsWith(path)) url.pathname = `${url.pathname.replace(/\/+$/, "")}${path}`;
  return url.href;
}

/**
 * One attempt to reach Home Assistant and to sign in: `auth_required`, `auth`, `auth_ok`, with ws instead of Node's own
 * WebSocket, because that one hides the status of a refused upgrade. Settles once, within `timeoutMs`.
 * @throws DialError
 */
export async function openSocket(target: HomeAssistantTarget, options: SocketOptions): Promise<CoreSocket> {
  const url = webSocketUrl(target);
  // The Supervisor is a neighbour on the machine itself.
  const proxy = target.kind === "direct" ? proxyFor(options.proxies, url) : null;
  const socket = new WebSocket(url, {
    perMessageDeflate: false,
    maxPayload: LARGEST_FRAME_BYTES,
    ...(proxy === null ? {} : { agent: proxyAgent(proxy, new URL(url).protocol) }),
  });
  // For the socket's whole life: an error without a listener would end the process. `close` always follows.
  socket.on("error", () => {});
  try {
    const haVersion = await handshake(socket, target.token, options, proxy);
    const core = new CoreSocket(socket, haVersion, options);
    core.send(JSON.stringify({ id: 1, type: "supported_features", features: { coalesce_messages: 1 } }));
    return core;
  } catch (error) {
    closeFirmly(socket, options.clock);
    throw error;
  }
}

function handshake(
  socket: WebSocket,
  token: string,
  { clock, timeoutMs, signal }: SocketOptions,
  proxy: string | null,
): Promise<string> {
  const through = proxy === null ? "" : phrase("part_through_proxy", { proxy: proxyName(proxy) });
  return new Promise((resolve, reject) => {
    const refuse = (reason: DialFailureReason, message: string, cause?: unknown): void => {
      end();
      reject(new DialError(reason, message, cause));
    };
    const onAbort = (): void => refuse("unreachable", "the gateway is stopping");
    const onError = (error: Error): void => refuse("unreachable", causeOf(error), error);
    const onClose = (): void => refuse("unreachable", phrase("part_detail_closed"));
    const onAnswer = (_request: unknown, response: { statusCode?: number }): void => {
      const status = response.statusCode ?? 0;
      if (status === 502) refuse("core_starting", "HTTP 502");
      else if (status === 403) refuse("token_refused", phrase("part_detail_banned"));
      else refuse("unreachable", phrase("part_detail_status", { status }));
    };
    const onMessage = (data: Buffer): void => {
      const message = parseJson(data.toString("utf8"));
      if (!isObject(message)) return;
      if (message["type"] === "auth_required") {
        socket.send(JSON.stringify({ type: "auth", access_token: token }));
      } else if (message["type"] === "auth_invalid") {
        refuse("token_refused", nonEmptyString(message["message"]) ?? phrase("part_detail_none"));
      } else if (message["type"] === "auth_ok") {
        end();
        resolve(nonEmptyString(message["ha_version"]) ?? "");
      }
    };
    const cancelTimer = clock.after(timeoutMs, () =>
      refuse("unreachable", phrase("part_detail_silent", { through, seconds: timeoutMs / 1000 })),
    );
    const end = (): void => {
      cancelTimer();
      signal.removeEventListener("abort", onAbort);
      socket.off("error", onError).off("close", onClose).off("message", onMessage);
      socket.off("unexpected-response", onAnswer);
    };

    socket.on("error", onError).on("close", onClose).on("message", onMessage);
    socket.on("unexpected-response", onAnswer);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}

function closeFirmly(socket: WebSocket, clock: Clock): void {
  if (socket.readyState === WebSocket.CLOSED) return;
  const cancel = clock.after(CLOSE_LIMIT_MS, () => socket.terminate());
  socket.once("close", cancel);
  if (socket.readyState === WebSocket.OPEN) socket.close();
  else socket.terminate();
}

/** A few words for a person: Node's network errors carry the best ones in their code, or in those of their parts. */
function causeOf(error: Error): string {
  if (error instanceof ProxyFailed) return `${error.message}; if Home Assistant is at home, name it in NO_PROXY`;
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return causeOf(error.errors[0]);
  return error.message || ("code" in error ? String(error.code) : error.name);
}
