import { request as httpRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { Readable, pipeline } from "node:stream";
import { createUnzip } from "node:zlib";
import type { Fetch } from "../keeper/http-call.ts";

/** Statuses with which a Response refuses a body. */
const WITHOUT_BODY = [204, 205, 304];

/**
 * `fetch` for one call, over Node's plain HTTP: the global one brings a second HTTP client with it, of which 7 MB stay
 * in the process when the worker has ended. Follows no redirect, keeps no connection, sends a form or text.
 */
export const httpFetch: Fetch = async (url, init) => asResponse(await send(url, init));

function send(url: string, { method = "GET", headers, body, signal }: RequestInit): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const text = typeof body === "string" || body instanceof URLSearchParams ? String(body) : "";
    const request = url.startsWith("https:") ? httpsRequest : httpRequest;
    const call = request(url, {
      method,
      agent: false,
      headers: { ...Object.fromEntries(new Headers(headers)), "content-length": Buffer.byteLength(text) },
      ...(signal ? { signal } : {}),
    });
    call.on("error", reject);
    call.on("response", resolve);
    call.end(text);
  });
}

/** @throws RangeError for a status that is none */
function asResponse(message: IncomingMessage): Response {
  const { statusCode: status = 0 } = message;
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers.set(name, String(value));
  }
  return new Response(WITHOUT_BODY.includes(status) ? null : Readable.toWeb(plain(message)), { status, headers });
}

/** Nobody asked for compression; a server that compresses all the same must not cost a token. */
function plain(message: IncomingMessage): Readable {
  const { "content-encoding": encoding = "identity" } = message.headers;
  // Whoever reads the answer hears of an error by the last stream.
  return /^(x-)?gzip$|^deflate$/i.test(encoding) ? pipeline(message, createUnzip(), () => {}) : message;
}
