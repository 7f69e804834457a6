import { isIPv6 } from "node:net";
import { static as staticFiles } from "express";
import type { RequestHandler } from "express";

/** The build names these files by their content, so a browser may keep them for ever. */
const HASHED = /[/\\]assets[/\\][^/\\]+$/;

/** The built page. Everything in it is addressed relative to `index.html`, for ingress puts a prefix before it. */
export function pageFiles(folder: string): RequestHandler {
  return staticFiles(folder, {
    index: "index.html",
    redirect: false,
    setHeaders: (response, path) => {
      response.setHeader("Cache-Control", HASHED.test(path) ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
}

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
