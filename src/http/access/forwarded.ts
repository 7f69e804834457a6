import type { IncomingHttpHeaders, IncomingMessage } from "node:http";

/**
 * Headers by which proxies, tunnels and content delivery networks mark the requests that they forward: whole names, and
 * prefixes where a family shares one.
 */
const NAMES = new Set([
  "forwarded",
  "via",
  "client-ip",
  "true-client-ip",
  "remote-addr",
  "front-end-https",
  "x-real-ip",
  "x-real-port",
  "x-client-ip",
  "x-cluster-client-ip",
  "x-proxyuser-ip",
  "x-originating-ip",
  "x-remote-addr",
  "x-remote-ip",
  "x-scheme",
  "x-url-scheme",
  "x-script-name",
  "x-host",
  "x-amzn-trace-id",
  "cdn-loop",
  "remote-user",
]);
const FAMILIES = [
  "forwarded-",
  "x-forwarded",
  "x-original-",
  "x-proxy",
  "x-envoy-",
  "x-azure-",
  "x-arr-",
  "x-auth-request-",
  "x-amz-cf-",
  "x-appengine-",
  "x-vercel-",
  "cf-",
  "fastly-",
  "fly-",
  "akamai-",
  "tailscale-",
  "ngrok-",
  "ssl-client-",
];

/**
 * Does the request say that it was forwarded? nginx says nothing unless it is configured to, but then it speaks
 * HTTP/1.0, as no browser does.
 */
export function isForwarded({ headers, httpVersion }: Pick<IncomingMessage, "headers" | "httpVersion">): boolean {
  return (
    httpVersion === "1.0" ||
    Object.keys(headers).some((name) => NAMES.has(name) || FAMILIES.some((family) => name.startsWith(family)))
  );
}

/** The hosts that the browser may have asked for, as reported by the proxies on the way. */
export function forwardedHosts(headers: IncomingHttpHeaders): string[] {
  const hosts = [...listOf(headers["x-forwarded-host"]), ...elementsOf(headers, "host")];
  // nginx' `$host` leaves the port out, and then the port has a header of its own.
  return [...hosts, ...listOf(headers["x-forwarded-port"]).flatMap((port) => hosts.map((host) => `${host}:${port}`))];
}

/** `http` or `https`, as the browser asked the outermost proxy; undefined if no proxy says. */
export function forwardedScheme(headers: IncomingHttpHeaders): string | undefined {
  return [...listOf(headers["x-forwarded-proto"]), ...elementsOf(headers, "proto")][0]?.toLowerCase();
}

/**
 * Where the nearest proxy got the request from; undefined without a proxy. Only the last address is the proxy's own:
 * those before it came with the request.
 */
export function forwardedFor(headers: IncomingHttpHeaders): string | undefined {
  return [...elementsOf(headers, "for"), ...listOf(headers["x-forwarded-for"])].at(-1);
}

/** A list with commas, whether it came in one header or in several. */
function listOf(header: string | string[] | undefined): string[] {
  return String(header ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** One parameter of each element of `Forwarded` (RFC 7239). */
function elementsOf({ forwarded }: IncomingHttpHeaders, parameter: "for" | "host" | "proto"): string[] {
  return listOf(forwarded).flatMap((element) =>
    element.split(";").flatMap((pair) => {
      const [name = "", value = ""] = pair.split("=", 2);
      return name.trim().toLowerCase() === parameter ? [value.trim().replace(/^"|"$/g, "")] : [];
    }),
  );
}
