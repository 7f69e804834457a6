import { isIPv6 } from "node:net";
import type { RequestHandler } from "express";

/** What is served at the page's address until it is built. */
export const pageNotBuilt: RequestHandler = (_request, response) => {
  response.status(503).type("text").send("The page is not built yet: run `npm run build`, then reload.\n");
};

/**
 * The page's address; null when listening on all of the machine's addresses, for nobody knows here which one others
 * see.
 */
export function pageUrl(host: string, port: number): string | null {
  if (host === "0.0.0.0" || host === "::") return null;
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
