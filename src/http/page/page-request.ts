import type { IncomingMessage } from "node:http";
import { isFromBrowser } from "../access/own-origin.ts";

type Asked = Pick<IncomingMessage, "method" | "headers">;

/** Will a person look at the answer? True for what a browser shows in a tab or a frame, not for what a page fetches. */
export function isPageRequest({ method, headers }: Asked): boolean {
  const mode = headers["sec-fetch-mode"];
  return (
    (method === "GET" || method === "HEAD") &&
    (headers.accept ?? "").includes("text/html") &&
    (mode === undefined || mode === "navigate")
  );
}

/**
 * Is it a program that knows what to do with `WWW-Authenticate`? A browser would ask with a dialog of its own, over the
 * page, and every one of them names itself Mozilla: over plain HTTP some send nothing else that tells them apart.
 */
export function isProgram(request: Asked): boolean {
  const { headers } = request;
  return !isFromBrowser(headers) && !isPageRequest(request) && !headers["user-agent"]?.startsWith("Mozilla/");
}
