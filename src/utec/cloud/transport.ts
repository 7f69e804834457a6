import { Agent as HttpAgent, request as httpRequest } from "node:http";
import type { ClientRequest, IncomingHttpHeaders } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { systemClock } from "../../clock.ts";
import type { Clock } from "../../clock.ts";
import { causeOf } from "../../keeper/token-calls/http-call.ts";
import type { CallErrorCode } from "../../keeper/token-calls/http-call.ts";
import { proxyAgent } from "../../outgoing/proxy-agent.ts";
import { ProxyFailed } from "../../outgoing/proxy-failed.ts";
import { proxyFor, proxyName } from "../../outgoing/proxy.ts";
import type { ProxySettings } from "../../outgoing/proxy.ts";
import { phrase } from "../../said/phrase.ts";

export interface TransportAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface TransportRequest {
  /** Names and values as sent; a bearer token is among them and never gets into an error. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * - `unreachable`: no connection was made;
 * - `timeout`: no whole answer within the limit;
 * - `lost`: the connection broke before the whole answer had arrived;
 * - `too_large`: the answer is longer than the limit;
 * - `aborted`: the caller gave up.
 */
export type TransportErrorCode = "unreachable" | "timeout" | "lost" | "too_large" | "aborted";

export class TransportError extends Error {
  override readonly name = "TransportError";
  readonly code: TransportErrorCode;
  /** False only when the request certainly never reached the other side. */
  readonly mayHaveActed: boolean;

  constructor(code: TransportErrorCode, mayHaveActed: boolean, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.mayHaveActed = mayHaveActed;
  }
}

export interface TransportOptions {
  readonly clock?: Clock;
  /** From the call to the last byte of the answer. The cloud has been seen to take more than 10 s. */
  readonly timeoutMs?: number;
  /** The longest answer accepted, in bytes. */
  readonly answerLimit?: number;
  /** How long an unused connection is kept: longer than the gap between two polls, so that a command finds one warm. */
  readonly idleMs?: number;
  /** Through which requests leave; default: straight. */
  readonly proxies?: ProxySettings | null;
  /** Receives the `Date` header of each answer. */
  readonly onDate?: (date: string | undefined) => void;
  /** Called for each request that has left: not for one that found no way. */
  readonly onSent?: () => void;
}

const TIMEOUT_MS = 20_000;
const ANSWER_LIMIT = 4 * 1024 * 1024;
const IDLE_MS = 50_000;

/**
 * POSTs JSON over kept connections. Leaner than the global fetch on purpose: lock commands pass through here, and the
 * difference is measurable in memory and in milliseconds. Follows no redirects and repeats nothing.
 */
export class Transport {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #answerLimit: number;
  readonly #idleMs: number;
  readonly #proxies: ProxySettings | null;
  /** By the protocol of the addresses, and the proxy on the way to them. */
  readonly #agents = new Map<string, HttpAgent>();
  readonly #onDate: ((date: string | undefined) => void) | undefined;
  readonly #onSent: () => void;

  constructor(options: TransportOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.#answerLimit = options.answerLimit ?? ANSWER_LIMIT;
    this.#idleMs = options.idleMs ?? IDLE_MS;
    this.#proxies = options.proxies ?? null;
    this.#onDate = options.onDate;
    this.#onSent = options.onSent ?? ((): void => {});
  }

  /** Sends `request.body` once. @throws TransportError; an answer of any status is an answer */
  post(url: URL, request: TransportRequest): Promise<TransportAnswer> {
    return new Promise((resolve, reject) => {
      if (request.signal?.aborted) {
        reject(new TransportError("aborted", false, phrase("part_transport_abandoned_unsent")));
        return;
      }
      const proxy = proxyFor(this.#proxies, url.href);
      const call = this.#open(url, request, proxy);
      const other = proxy === null ? url.host : phrase("part_other_proxy", { host: url.host, proxy: proxyName(proxy) });
      const connected = watchConnection(call);

      const end = (): void => {
        cancelTimeout();
        request.signal?.removeEventListener("abort", onAbort);
      };
      const fail = (code: TransportErrorCode, message: string, cause?: unknown): void => {
        end();
        reject(new TransportError(code, connected(), message, cause));
        call.destroy();
      };
      const onAbort = (): void => fail("aborted", phrase("part_transport_abandoned"));
      const cancelTimeout = this.#clock.after(this.#timeoutMs, () =>
        fail("timeout", phrase("part_transport_silent", { other, seconds: this.#timeoutMs / 1000 })),
      );
      request.signal?.addEventListener("abort", onAbort, { once: true });

      call.once("finish", this.#onSent);
      call.on("error", (error) =>
        connected()
          ? fail("lost", phrase("part_transport_broke", { other }), error)
          : fail("unreachable", phrase("part_transport_none", { host: url.host, because: whyNone(error) }), error),
      );
      call.on("response", (response) => {
        this.#onDate?.(response.headers.date);
        const chunks: Buffer[] = [];
        let length = 0;
        response.on("data", (chunk: Buffer) => {
          length += chunk.length;
          if (length <= this.#answerLimit) chunks.push(chunk);
          else fail("too_large", phrase("part_transport_too_long", { host: url.host, limit: this.#answerLimit }));
        });
        response.on("error", (error) => fail("lost", phrase("part_transport_broke_amid", { other }), error));
        response.on("end", () => {
          end();
          const body = Buffer.concat(chunks).toString("utf8");
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        });
      });
      call.end(request.body);
    });
  }

  /** Closes the connections. Requests under way end as `lost`. */
  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  #open(url: URL, request: TransportRequest, proxy: string | null): ClientRequest {
    const headers = {
      ...request.headers,
      "content-type": "application/json",
      accept: "application/json",
      "content-length": String(Buffer.byteLength(request.body)),
    };
    const send = url.protocol === "https:" ? httpsRequest : httpRequest;
    return send(url, { method: "POST", headers, agent: this.#agent(url.protocol, proxy) });
  }

  #agent(protocol: string, proxy: string | null): HttpAgent {
    const key = `${protocol} ${proxy}`;
    const known = this.#agents.get(key);
    if (known !== undefined) return known;
    const options = { keepAlive: true, timeout: this.#idleMs };
    const straight = protocol === "https:" ? HttpsAgent : HttpAgent;
    const agent = proxy === null ? new straight(options) : proxyAgent(proxy, protocol, options);
    this.#agents.set(key, agent);
    return agent;
  }
}

/** The end of a sentence that begins with what was not reached. */
function whyNone(error: Error): string {
  return error instanceof ProxyFailed ? `: ${error.message}` : (WHY[causeOf(error)] ?? "");
}

const WHY: Readonly<Partial<Record<CallErrorCode, string>>> = {
  name_not_resolved: phrase("part_because_name"),
  certificate_of_another_name: phrase("part_because_certificate_name"),
  certificate_not_trusted: phrase("part_because_certificate_untrusted"),
  certificate_out_of_date: phrase("part_because_certificate_old"),
  encryption_failed: phrase("part_because_no_tls"),
};

/**
 * Whether anything can have been sent yet. Bytes go out only on a connected (and, with TLS, secured) socket; a kept one
 * is both from the start, and so may be one that leads to a proxy.
 */
function watchConnection(call: ClientRequest): () => boolean {
  let connected = false;
  call.once("socket", (socket) => {
    if (call.reusedSocket || isOpen(socket)) connected = true;
    else socket.once(socket instanceof TLSSocket ? "secureConnect" : "connect", () => (connected = true));
  });
  return () => connected;
}

function isOpen(socket: Socket): boolean {
  // Null until the handshake is done; `getProtocol()` names a version before that.
  return socket instanceof TLSSocket ? socket.alpnProtocol !== null : !socket.connecting;
}
