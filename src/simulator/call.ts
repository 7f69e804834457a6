import type { IncomingHttpHeaders, IncomingMessage } from "node:http";

/** One request, read completely. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What became of the call, for the counters: `ok`, or the error's code. */
  readonly outcome: string;
}

/** The refusals that an endpoint can be told to give although nothing is wrong. */
export type Refusal = "invalid_token" | "bad_request" | "invalid_grant" | "invalid_client";

/** A call that an endpoint has read but not yet acted on: a queued fault comes in between. */
export interface OpenedCall {
  /** `Uhome.Device/Query`, the grant type, ... */
  readonly name: string;
  readonly act: () => Reply;
  readonly refusals: Readonly<Partial<Record<Refusal, () => Reply>>>;
  /** Calls of one flight should never overlap; the counters show whether they did. */
  readonly flight: string | null;
}

export type Endpoint = (call: Call) => OpenedCall;

/** 10 000 devices in one Query are about 2 MB. */
const LONGEST_BODY_BYTES = 8 * 1024 * 1024;

/** Null when the caller hung up early, or sent too much. */
export async function readCall(request: IncomingMessage): Promise<Call | null> {
  const body = await readBody(request);
  if (body === null) return null;
  const [path = "/", query] = (request.url ?? "/").split(/\?(.*)/s);
  return {
    method: request.method ?? "GET",
    path,
    query: new URLSearchParams(query),
    headers: request.headers,
    body,
  };
}

function readBody(request: IncomingMessage): Promise<string | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > LONGEST_BODY_BYTES) request.destroy();
      else chunks.push(chunk);
    });
    request.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    request.on("close", () => resolve(null));
    request.on("error", () => resolve(null));
  });
}

export function jsonReply(status: number, value: unknown, outcome: string): Reply {
  return {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
    body: JSON.stringify(value),
    outcome,
  };
}

/** What an API says to who has a token; unlike the token itself, nobody is forbidden to keep it. */
export function dataReply(value: unknown): Reply {
  return { ...jsonReply(200, value, "ok"), headers: { "content-type": "application/json" } };
}

export function htmlReply(status: number, page: string, outcome: string): Reply {
  return {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      // No form-action: Chromium also applies it to the redirect that follows the form.
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      "referrer-policy": "no-referrer",
    },
    body: page,
    outcome,
  };
}

export function redirectReply(location: string, outcome: string): Reply {
  return { status: 302, headers: { location, "cache-control": "no-store" }, body: "", outcome };
}

export function emptyReply(status: number, outcome: string): Reply {
  return { status, headers: {}, body: "", outcome };
}
