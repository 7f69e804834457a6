import { readFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import { CONTENT_SECURITY_POLICY } from "../../src/http/access/security-headers.ts";
import { errorIn, sendSignInFailed, wayIntoWizard } from "../../src/http/page/sign-in-failed.ts";
import { Problem } from "../../src/problem.ts";

export const BUILT_PAGE = join(import.meta.dirname, "..", "dist");
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

/** Sends a file of the built page as the gateway does. */
export async function sendFile(folder: string, path: string, response: ServerResponse): Promise<void> {
  const file = normalize(path === "/" ? "/index.html" : path);
  try {
    const content = await readFile(join(folder, file));
    response.writeHead(200, {
      "Content-Type": TYPES[extname(file)] ?? "application/octet-stream",
      // The gateway's own, so that what breaks under it breaks here.
      "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    });
    response.end(content);
  } catch {
    response.writeHead(404);
    response.end();
  }
}

/** The cloud's own page: one link, back to the redirect URI with a code. */
export function sendCloudPage(url: URL, response: ServerResponse): void {
  const back = new URL(url.searchParams.get("redirect_uri") ?? "/oauth/callback", "http://gateway");
  back.searchParams.set("code", "mock-code");
  back.searchParams.set("state", url.searchParams.get("state") ?? "");
  response.writeHead(200, { "Content-Type": "text/html" });
  response.end(`<!doctype html><title>Cloud</title><a href="${back.href.replaceAll("&", "&amp;")}">Allow access</a>`);
}

/** What the gateway does when the cloud's page ended without a code: into the wizard, or where the account is not known a page. */
export function sendRefusal(url: URL, account_id: string | null, pageFolder: string, response: ServerResponse): void {
  const sentence =
    "The U-tec cloud ended the sign-in with an error (access_denied): start it again, and allow the access.";
  const problem = new Problem("sign_in_refused", sentence, account_id === null ? {} : { account_id });
  const error = errorIn(url.href);
  if (account_id !== null) {
    response.writeHead(303, { Location: wayIntoWizard(problem, error) }).end();
    return;
  }
  response.setHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
  const acceptLanguage = response.req.headers["accept-language"];
  sendSignInFailed(response, { status: 422, pageFolder, problem, sentence, error, acceptLanguage });
}
