import { isLoopback } from "../loopback.ts";
import { covers } from "./exception.ts";
import type { Exception } from "./exception.ts";

/** Through which proxies calls leave this machine. Plain data, so that a worker thread can be given it. */
export interface ProxySettings {
  /**
   * For `http:` and `ws:` addresses: the proxy's own, `http://` or `https://`, with user name and password where it wants
   * them. Null: straight.
   */
  readonly http: string | null;
  /** The same for `https:` and `wss:`. */
  readonly https: string | null;
  readonly exceptions: readonly Exception[];
}

/** The proxy's address, with its password, through which a call to `url` goes; null for one that goes straight. */
export function proxyFor(settings: ProxySettings | null | undefined, url: string): string | null {
  if (settings === null || settings === undefined) return null;
  const { protocol, hostname, port } = new URL(url);
  const isSecure = protocol === "https:" || protocol === "wss:";
  const proxy = isSecure ? settings.https : settings.http;
  if (proxy === null) return null;
  const host = hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  // Another machine would call itself.
  if (isLoopback(host) || /(?:^|\.)localhost$/.test(host)) return null;
  const at = Number(port || (isSecure ? 443 : 80));
  return settings.exceptions.some((exception) => covers(exception, host, at)) ? null : proxy;
}

/** The names of the proxies that are set, by the kind of address. */
export function proxyNames({ http, https }: ProxySettings): Readonly<Record<"http" | "https", string | null>> {
  return { http: http && proxyName(http), https: https && proxyName(https) };
}

/** How a proxy is told to people: its host and port, and nothing that it wants to be kept secret. */
export function proxyName(proxy: string): string {
  return new URL(proxy).host;
}
