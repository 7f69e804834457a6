import { extname } from "node:path";
import { static as staticFiles } from "express";
import type { RequestHandler, Response } from "express";
import { acceptedEncoding } from "../encoding/accepted.ts";

/** The build names these files by their content, so a browser may keep them for ever. */
const HASHED = /[/\\]assets[/\\][^/\\]+$/;
/** Beside a file of the page lies what the build has compressed of it, under its name with one of these at the end. */
const COMPRESSED = { br: ".br", gzip: ".gz" } as const;
const ENDINGS: readonly string[] = Object.values(COMPRESSED);
const NAME_OF_COMPRESSED = /\.(?:br|gz)$/;

/**
 * The built page, to each browser as it takes it: compressed beforehand, so that it costs nothing here. Everything in it
 * is addressed relative to `index.html`, for ingress puts a prefix before it.
 */
export function pageFiles(folder: string): RequestHandler {
  const files = staticFiles(folder, { index: "index.html", redirect: false, setHeaders });
  return (request, response, next) => {
    const { path, url } = request;
    if (NAME_OF_COMPRESSED.test(path)) {
      next();
      return;
    }
    const encoding = acceptedEncoding(request, ["br", "gzip"]);
    if (encoding === null) {
      files(request, response, next);
      return;
    }
    request.url = `${path.endsWith("/") ? `${path}index.html` : path}${COMPRESSED[encoding]}`;
    files(request, response, (error?: unknown) => {
      request.url = url;
      if (error === undefined) files(request, response, next);
      else {
        response.removeHeader("Content-Encoding");
        next(error);
      }
    });
  };
}

function setHeaders(response: Response, path: string): void {
  const ending = extname(path);
  response.setHeader("Cache-Control", HASHED.test(path) ? "public, max-age=31536000, immutable" : "no-cache");
  response.vary("Accept-Encoding");
  if (!ENDINGS.includes(ending)) return;
  response.setHeader("Content-Encoding", ending === COMPRESSED.br ? "br" : "gzip");
  response.type(extname(path.slice(0, -ending.length)));
}
