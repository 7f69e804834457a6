import type { Clock } from "../../clock.ts";
import { isObject, parseJson } from "../../json.ts";
import { KEPT_HEADERS } from "../answers/raw-answer.ts";
import type { RawAnswer } from "../answers/raw-answer.ts";
import { ProxyFailed } from "../../outgoing/proxy-failed.ts";
import type { ProxyFailureCode } from "../../outgoing/proxy-failed.ts";
import { phrase } from "../../said/phrase.ts";

/** A request as the keeper makes it. */
export interface CallRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | URLSearchParams;
  readonly redirect?: "manual";
  readonly signal?: AbortSignal;
}

/**
 * What the keeper reads of an answer. A `Response` is one; the worker makes none, since Node brings its second HTTP
 * client along with that class: 12 ms and 7 MB.
 */
export interface IncomingAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array> | null;
}

/** What sends a request: the worker's, `fetch`, or the model of a server in a simulation. */
export type Fetch = (url: string, request: CallRequest) => Promise<IncomingAnswer>;

/** What a call goes through. */
export interface CallContext {
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** For the whole call, the body included. */
  readonly timeoutMs: number;
  readonly proxyOf?: ProxyOf | undefined;
}

/** The name (host and port) of the proxy through which `fetch` goes to an address; null where it goes straight. */
export type ProxyOf = (url: string) => string | null;

/** Causes of a call that ended without an answer. */
export type CallErrorCode =
  | "timeout"
  | "name_not_resolved"
  | "network_unreachable"
  | "connection_refused"
  | "connection_broken"
  | "certificate_of_another_name"
  | "certificate_not_trusted"
  | "certificate_out_of_date"
  | "encryption_failed"
  | "answer_too_large"
  | "answer_unreadable"
  | ProxyFailureCode;

/** A call ended without a whole answer. The cloud may have acted on it all the same. */
export class CallError extends Error {
  override readonly name = "CallError";
  readonly code: CallErrorCode;
  /** The name of the proxy that it went through. */
  readonly proxy: string | null;

  constructor(code: CallErrorCode, cause?: unknown, proxy: string | null = null) {
    super(phrase("call_ended", { code }), { cause });
    this.code = code;
    this.proxy = proxy;
  }
}

const LONGEST_ANSWER = 256 * 1024;

/** An answer as far as it has come. */
interface Arriving {
  response: IncomingAnswer | null;
  readonly chunks: Uint8Array[];
}

/**
 * Sends one request and reads its whole answer, whatever its status; redirects are not followed. Ends in time even
 * when `fetch` ignores its signal. A JSON document that has come whole counts as the answer, however the
 * connection ended: it may hold the only copy of a token.
 *
 * @throws CallError
 */
export async function callOnce(context: CallContext, url: string, request: CallRequest): Promise<RawAnswer> {
  const { clock } = context;
  const proxy = context.proxyOf?.(url) ?? null;
  const arriving: Arriving = { response: null, chunks: [] };
  const abort = new AbortController();
  let cancelTimer = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    cancelTimer = clock.after(context.timeoutMs, () => {
      reject(new CallError("timeout", undefined, proxy));
      abort.abort();
    });
  });
  try {
    return await Promise.race([late, exchange(context, url, { ...request, signal: abort.signal }, arriving)]);
  } catch (error) {
    const { response, chunks } = arriving;
    const body = textOf(chunks);
    if (response !== null && isObject(parseJson(body))) return rawAnswer(response, body, clock.now());
    throw error instanceof CallError ? error : new CallError(causeOf(error), error, proxy);
  } finally {
    cancelTimer();
    abort.abort();
  }
}

async function exchange(
  context: CallContext,
  url: string,
  request: CallRequest,
  arriving: Arriving,
): Promise<RawAnswer> {
  const response = await context.fetch(url, { ...request, redirect: "manual" });
  arriving.response = response;
  await readBody(response, arriving.chunks);
  return rawAnswer(response, textOf(arriving.chunks), context.clock.now());
}

async function readBody(response: IncomingAnswer, chunks: Uint8Array[]): Promise<void> {
  if (response.body === null) return;
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > LONGEST_ANSWER) throw new CallError("answer_too_large");
    chunks.push(chunk);
  }
}

function textOf(chunks: readonly Uint8Array[]): string {
  return Buffer.concat(chunks).toString("utf8");
}

function rawAnswer({ status, headers }: IncomingAnswer, body: string, received_at: number): RawAnswer {
  const kept = KEPT_HEADERS.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return { status, headers: Object.fromEntries(kept), body, received_at };
}

/** Node's `fetch` hides the system's error code in the chain of causes. */
export function causeOf(error: unknown): CallErrorCode {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ProxyFailed) return cause.code;
    // A status that is none.
    if (cause instanceof RangeError) return "answer_unreadable";
    if (!("code" in cause) || typeof cause.code !== "string") continue;
    if (/^(ENOTFOUND|EAI_)/.test(cause.code)) return "name_not_resolved";
    if (/^E(HOST|NET)UNREACH$|^ENETDOWN$/.test(cause.code)) return "network_unreachable";
    if (cause.code === "ECONNREFUSED") return "connection_refused";
    if (cause.code === "ERR_TLS_CERT_ALTNAME_INVALID") return "certificate_of_another_name";
    if (/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/.test(cause.code)) return "certificate_out_of_date";
    if (/CERT|SIGNATURE/.test(cause.code)) return "certificate_not_trusted";
    if (/^ERR_(SSL|TLS)_|^EPROTO$/.test(cause.code)) return "encryption_failed";
    // Compression, HTTP itself.
    if (/^(Z|HPE)_/.test(cause.code)) return "answer_unreadable";
    if (/TIMEOUT|ETIMEDOUT/.test(cause.code)) return "timeout";
  }
  return "connection_broken";
}
