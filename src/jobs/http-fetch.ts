import { request as httpRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { pipeline } from "node:stream";
import type { Readable } from "node:stream";
import { createUnzip } from "node:zlib";
import type { CallRequest, Fetch, IncomingAnswer } from "../keeper/token-calls/http-call.ts";
import { proxyAgent } from "../outgoing/proxy-agent.ts";
import { proxyFor } from "../outgoing/proxy.ts";
import type { ProxySettings } from "../outgoing/proxy.ts";

/**
 * `fetch` for one call, over Node's plain HTTP: the global one, and each of its classes, brings a second HTTP client
 * along, which takes as long to load as half a refresh, and of which 7 MB stay when the worker has ended. Follows no
 * redirect, keeps no connection.
 * @param onSent called for each request that has left: not for one that found no way
 */
export function httpFetch(proxies: ProxySettings | null = null, onSent = (): void => {}): Fetch {
  return async (url, request) => asAnswer(await send(url, request, proxyFor(proxies, url), onSent));
}

function send(
  url: string,
  { method = "GET", headers, body, signal }: CallRequest,
  proxy: string | null,
  onSent: () => void,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const text = String(body ?? "");
    const request = url.startsWith("https:") ? httpsRequest : httpRequest;
    const call = request(url, {
      method,
      agent: proxy === null ? false : proxyAgent(proxy, new URL(url).protocol),
      headers: { ...headers, "content-length": Buffer.byteLength(text) },
      ...(signal ? { signal } : {}),
    });
    call.once("finish", onSent);
    call.on("error", reject);
    call.on("response", resolve);
    call.end(text);
  });
}

/** @throws RangeError for a status that HTTP does not have */
function asAnswer(message: IncomingMessage): IncomingAnswer {
  const { statusCode: status = 0, headers } = message;
  if (status < 200 || status > 599) throw new RangeError(`${status} is not the status of an answer.`);
  return { status, headers: { get: (name) => headers[name]?.toString() ?? null }, body: plain(message) };
}

/** Nobody asked for compression; a server that compresses all the same must not cost a token. */
function plain(message: IncomingMessage): Readable {
  const { "content-encoding": encoding = "identity" } = message.headers;
  // Whoever reads the answer learns of an error from the last stream.
  return /^(x-)?gzip$|^deflate$/i.test(encoding) ? pipeline(message, createUnzip(), () => {}) : message;
}
