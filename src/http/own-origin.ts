import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import { Problem } from "../problem.ts";
import type { Visitor } from "./access-guard.ts";

/**
 * Against DNS rebinding: a page elsewhere can make its own name point at this machine, and its requests then come from
 * loopback with that name in `Host`. So who is let in by address alone must have asked for the machine itself. Ingress
 * and the password are proofs that such a page does not have.
 *
 * @throws Problem `forbidden`
 */
export function assertOwnHost(visitor: Visitor, headers: IncomingHttpHeaders): void {
  if (visitor.by !== "loopback") return;
  const name = hostName(headers.host);
  if (name !== undefined && (isIP(name) !== 0 || name === "localhost" || name.endsWith(".localhost"))) return;
  throw new Problem(
    "forbidden",
    "The gateway does not answer to this host name: open it as localhost or by IP address.",
  );
}

/**
 * Against forged requests: what changes something, and the live feed, is for the gateway's own page and for programs that
 * are no browser. A browser names the page that asks in `Origin`, and where it does not, `Sec-Fetch-Site` gives it away.
 *
 * @throws Problem `forbidden`
 */
export function assertOwnOrigin(visitor: Visitor, headers: IncomingHttpHeaders): void {
  const { origin, host } = headers;
  if (origin === undefined && headers["sec-fetch-site"] === undefined) return;
  const own = [host, ...(visitor.by === "ingress" ? forwardedHosts(headers) : [])];
  if (origin !== undefined && own.some((candidate) => isSameHost(origin, candidate))) return;
  throw new Problem("forbidden", "Only the gateway's own page may ask this: another web page tried to.");
}

/** True for requests that a browser makes for a page. */
export function isFromBrowser(headers: IncomingHttpHeaders): boolean {
  return headers.origin !== undefined || headers["sec-fetch-site"] !== undefined;
}

function hostName(host: string | undefined): string | undefined {
  const url = `http://${host ?? ""}`;
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, "") : undefined;
}

/** Ports that are a scheme's own are left out by browsers and written out by some proxies. */
function isSameHost(origin: string, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false;
  const { protocol, host: asking } = new URL(origin);
  const own = `${protocol}//${host}`;
  return (protocol === "http:" || protocol === "https:") && URL.canParse(own) && new URL(own).host === asking;
}

function forwardedHosts(headers: IncomingHttpHeaders): string[] {
  const forwarded = headers["x-forwarded-host"];
  return typeof forwarded === "string" ? forwarded.split(",").map((host) => host.trim()) : [];
}
