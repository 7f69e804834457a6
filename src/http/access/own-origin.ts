import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import { Problem } from "../../problem.ts";
import type { Visitor } from "./access-guard.ts";
import { forwardedHosts, forwardedScheme } from "./forwarded.ts";
import { phrase } from "../../said/phrase.ts";

/**
 * Against DNS rebinding: a page elsewhere can make its own name point at this machine, and its requests then come from
 * loopback with that name in `Host`. So a visitor who is let in by address alone must have asked for the machine
 * itself. Such a page has neither ingress nor the password to show.
 *
 * @throws Problem `forbidden`
 */
export function assertOwnHost(visitor: Visitor, headers: IncomingHttpHeaders): void {
  if (visitor.by !== "loopback") return;
  const name = hostName(headers.host);
  if (name !== undefined && (isIP(name) !== 0 || name === "localhost" || name.endsWith(".localhost"))) return;
  throw new Problem("forbidden", phrase("access_host_name"));
}

/**
 * Against forged requests: only the gateway's own page, and programs other than browsers, may change something or open
 * the live feed. A browser names the page that asks in `Origin`, and where it does not, `Sec-Fetch-Site` gives it away.
 * Behind ingress and a reverse proxy the page's own host may be the forwarded one: no web page elsewhere can send that
 * header along with a cookie, a password or an ingress session.
 *
 * @throws Problem `forbidden`
 */
export function assertOwnOrigin(visitor: Pick<Visitor, "by">, headers: IncomingHttpHeaders): void {
  const { origin, host } = headers;
  if (origin === undefined && headers["sec-fetch-site"] === undefined) return;
  const own = [host, ...(visitor.by === "loopback" ? [] : forwardedHosts(headers))];
  if (origin !== undefined && !isDowngraded(origin, headers) && own.some((host) => isSameHost(origin, host))) return;
  throw new Problem("forbidden", phrase("access_other_page"));
}

/** True for requests that a browser makes for a page. */
export function isFromBrowser(headers: IncomingHttpHeaders): boolean {
  return headers.origin !== undefined || headers["sec-fetch-site"] !== undefined;
}

function hostName(host: string | undefined): string | undefined {
  const url = `http://${host ?? ""}`;
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, "") : undefined;
}

/** A scheme's default port is left out by browsers and included by some proxies. */
function isSameHost(origin: string, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false;
  const { protocol, host: asking } = new URL(origin);
  const own = `${protocol}//${host}`;
  return (protocol === "http:" || protocol === "https:") && URL.canParse(own) && new URL(own).host === asking;
}

/** Does an unencrypted page ask the gateway behind an encrypting proxy? Anybody on the network can forge one. */
function isDowngraded(origin: string, headers: IncomingHttpHeaders): boolean {
  return forwardedScheme(headers) === "https" && origin.startsWith("http:");
}
