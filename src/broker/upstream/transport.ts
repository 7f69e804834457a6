import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, zstdDecompress } from "node:zlib";
import { Agent, ProxyAgent, errors } from "undici";
import type { Dispatcher } from "undici";
import { proxyFor } from "../../outgoing/proxy.ts";
import type { ProxySettings } from "../../outgoing/proxy.ts";
import type { CloudAnswer } from "../cloud-answer.ts";
import { BodyRoom, LARGEST_BYTES } from "../fence/body-room.ts";
import { Refusal } from "../refusal.ts";

export interface CloudRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer | null;
  /** Ends the request; its reason is told where it is a Refusal. */
  readonly signal: AbortSignal;
}

export interface TransportLimits {
  readonly connectMs: number;
  readonly answerBytes: number;
}

const LIMITS: TransportLimits = { connectMs: 10_000, answerBytes: LARGEST_BYTES };
/** To one cloud. More wait in line. */
const CONNECTIONS = 64;
const IDLE_MS = 30_000;
/** How long each address of a host may take; see patient-connections.ts. */
const EACH_ADDRESS_MS = 3000;

/** Sends requests to clouds over kept connections. Follows nothing and repeats nothing. */
export class BrokerTransport {
  readonly #proxies: ProxySettings | null;
  readonly #limits: TransportLimits;
  readonly #room: BodyRoom;
  /** By the proxy on the way. */
  readonly #dispatchers = new Map<string | null, Dispatcher>();
  #unpacking: Promise<unknown> = Promise.resolve();

  constructor(proxies: ProxySettings | null, limits: Partial<TransportLimits> = {}, room = new BodyRoom()) {
    this.#proxies = proxies;
    this.#limits = { ...LIMITS, ...limits };
    this.#room = room;
  }

  /** @throws Refusal `cloud_unreachable`, `cloud_timeout`, `cloud_answer_unreadable`, `answer_too_large` */
  async send({ method, url, headers, body, signal }: CloudRequest): Promise<CloudAnswer> {
    try {
      const answer = await this.#dispatcher(proxyFor(this.#proxies, url.href)).request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method,
        // Encoded, a body could not be searched for the token.
        headers: [...headers, ["accept-encoding", "identity"] as const].flat(),
        body,
        signal,
      });
      const received = pairs(answer.headers);
      const encoding = received.find(([name]) => name === "content-encoding")?.[1] ?? "identity";
      return { status: answer.statusCode, headers: received, body: await this.#received(answer.body, encoding) };
    } catch (error) {
      throw this.#refusal(error, url.host, signal);
    }
  }

  /** Ends whatever is under way. */
  async close(): Promise<void> {
    const all = [...this.#dispatchers.values()];
    this.#dispatchers.clear();
    await Promise.all(all.map((each) => each.destroy()));
  }

  #dispatcher(proxy: string | null): Dispatcher {
    const known = this.#dispatchers.get(proxy);
    if (known !== undefined) return known;
    const options = {
      connections: CONNECTIONS,
      pipelining: 1,
      allowH2: false,
      // The request's own signal limits the whole of it.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: IDLE_MS,
      maxResponseSize: this.#limits.answerBytes,
      connect: {
        timeout: this.#limits.connectMs,
        autoSelectFamily: true,
        autoSelectFamilyAttemptTimeout: EACH_ADDRESS_MS,
      },
    };
    const made = proxy === null ? new Agent(options) : new ProxyAgent({ ...options, uri: proxy });
    this.#dispatchers.set(proxy, made);
    return made;
  }

  /** The whole body; while it arrives and is unpacked it counts among those under way. */
  async #received(body: AsyncIterable<Buffer>, encoding: string): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let taken = 0;
    try {
      for await (const chunk of body) {
        this.#room.take(chunk.length);
        taken += chunk.length;
        chunks.push(chunk);
      }
      return await this.#unpacked(Buffer.concat(chunks), encoding);
    } finally {
      this.#room.giveBack(taken);
    }
  }

  /** One after the other: many at once would take much memory before the first of them can be counted. */
  async #unpacked(body: Buffer, encoding: string): Promise<Buffer> {
    if (body.length === 0) return body;
    const decode = DECODERS[encoding.trim().toLowerCase()];
    if (decode === undefined) {
      throw new Refusal(
        "cloud_answer_unreadable",
        "The cloud encoded its answer in a way that the gateway can't read.",
      );
    }
    const unpacked = this.#unpacking.then(() => decode(body, this.#limits.answerBytes));
    this.#unpacking = unpacked.catch(() => undefined);
    return unpacked;
  }

  #refusal(error: unknown, host: string, signal: AbortSignal): Refusal {
    if (error instanceof Refusal) return error;
    if (signal.aborted && signal.reason instanceof Refusal) return signal.reason;
    const say = (
      code: "answer_too_large" | "cloud_timeout" | "cloud_answer_unreadable" | "cloud_unreachable",
      message: string,
    ) => new Refusal(code, message, { cause: error });
    if (error instanceof errors.ResponseExceededMaxSizeError || codeOf(error) === "ERR_BUFFER_TOO_LARGE") {
      return say("answer_too_large", `The answer of ${host} is larger than ${this.#limits.answerBytes} bytes.`);
    }
    if (error instanceof errors.ConnectTimeoutError || signal.aborted) {
      return say("cloud_timeout", `${host} did not answer in time.`);
    }
    return NEVER_CONNECTED.test(codeOf(error))
      ? say("cloud_unreachable", `No connection to ${host}.`)
      : say("cloud_answer_unreadable", `The answer of ${host} broke off, or is none.`);
  }
}

const NEVER_CONNECTED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ETIMEDOUT|CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|UND_ERR_PRX|UND_ERR_CONNECT)/;

type Decode = (body: Buffer, limit: number) => Promise<Buffer>;
const whole = promisify(gunzip);
const DECODERS: Readonly<Partial<Record<string, Decode>>> = {
  identity: (body) => Promise.resolve(body),
  gzip: (body, maxOutputLength) => whole(body, { maxOutputLength }),
  "x-gzip": (body, maxOutputLength) => whole(body, { maxOutputLength }),
  deflate: (body, maxOutputLength) => promisify(inflate)(body, { maxOutputLength }),
  br: (body, maxOutputLength) => promisify(brotliDecompress)(body, { maxOutputLength }),
  zstd: (body, maxOutputLength) => promisify(zstdDecompress)(body, { maxOutputLength }),
};

function pairs(headers: Readonly<Record<string, string | string[] | undefined>>): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((each): [string, string] => [name.toLowerCase(), each]),
  );
}

/** What the system, TLS or undici calls an error, or the first one among its causes. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if ("code" in error && typeof error.code === "string") return error.code;
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return codeOf(error.cause);
}
