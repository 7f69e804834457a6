import type { TokenPlacement } from "../../keeper/providers/provider.ts";
import { Refusal } from "../refusal.ts";

type Headers = readonly (readonly [name: string, value: string])[];

/** What belongs to one connection (RFC 9110 7.6.1), and what the transport says itself. */
const OF_CONNECTION =
  /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|http2-settings|host|content-length|expect|max-forwards)$/;
/** Who is asking, from where, on whose behalf: the caller's own affair, and what servers believe of proxies. */
const OF_CALLER =
  /^(cookie2?|authorization|forwarded|via|x-forwarded.*|x-real-ip|x-client-ip|x-cluster-client-ip|x-original-.*|x-remote-.*|x-ingress-.*|x-hass.*|x-supervisor.*|true-client-ip|cf-.*|fastly-.*|client-ip|origin|referer|sec-.*|dnt|from|accept-encoding)$/;
/** With these a server takes the request for another one than the client may send. */
const CHANGES_REQUEST = /^(x-http-method(-override)?|x-method-override|x-original-(url|uri|path)|x-rewrite-url)$/;

/** Of an answer: what belongs to the connection, to a browser at the cloud, or to the body as it was encoded. */
const NOT_FOR_CALLER =
  /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|content-length|content-encoding|set-cookie2?|strict-transport-security|alt-svc|clear-site-data|refresh|access-control-.*|public-key-pins.*|expect-ct|report-to|nel|age|cache-status|via)$/;

/** The headers of a request that go on to the cloud. @throws Refusal `header_refused` */
export function outgoingHeaders(raw: readonly string[], token: TokenPlacement): [string, string][] {
  const all: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) all.push([(raw[at] ?? "").toLowerCase(), raw[at + 1] ?? ""]);
  const named = new Set(all.filter(([name]) => name === "connection").flatMap(([, value]) => listed(value)));
  return all.filter(([name]) => {
    if (CHANGES_REQUEST.test(name)) {
      throw new Refusal(
        "header_refused",
        `The header ${name} asks for something else than the request does: leave it out.`,
      );
    }
    if (token.in === "header" && name === token.name) return false;
    return !OF_CONNECTION.test(name) && !OF_CALLER.test(name) && !named.has(name);
  });
}

/** The headers of an answer that go on to the caller. */
export function incomingHeaders(all: Headers): Headers {
  const named = new Set(all.filter(([name]) => name === "connection").flatMap(([, value]) => listed(value)));
  return all.filter(([name]) => !NOT_FOR_CALLER.test(name) && !named.has(name));
}

function listed(value: string): string[] {
  return value.split(",").map((name) => name.trim().toLowerCase());
}
