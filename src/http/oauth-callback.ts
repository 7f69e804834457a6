import type { AccountDesk } from "../keeper/account.ts";
import type { Secrets } from "../log.ts";
import { Problem } from "../problem.ts";
import type { Endpoints } from "./endpoints.ts";
import { asProblem, problemDetails } from "./problem-details.ts";

/** Relative, because only the browser knows under which prefix it sees the gateway. */
const PAGE = "./../#/accounts";

export interface CallbackParts {
  readonly accounts: AccountDesk;
  readonly secrets: Secrets;
  /** Takes what went wrong without being anybody's mistake. */
  readonly onInternal: (error: unknown) => void;
}

/**
 * Where the cloud sends the browser after a sign-in. A `GET` that changes something: the keeper's single-use `state`
 * proves that the sign-in began here, so neither origin nor host need to.
 */
export function addOAuthCallback(endpoints: Endpoints, { accounts, secrets, onInternal }: CallbackParts): void {
  endpoints.add("/oauth/callback", {
    GET: async (request, response) => {
      // Express answers HEAD by GET; a look ahead must not use up the code.
      if (request.method !== "GET") throw new Problem("method_not_allowed", "This address takes GET only.");
      try {
        await accounts.exchange(callbackUrl(request.originalUrl, request.headers.host));
        response.status(303).setHeader("Location", PAGE).end();
      } catch (error) {
        const problem = asProblem(error);
        if (problem.code === "internal") onInternal(error);
        const { status, detail } = problemDetails(problem, secrets);
        response.status(status).type("html").send(signInFailedPage(detail));
      }
    },
  });
}

function callbackUrl(path: string, host: string | undefined): string {
  const base = `http://${host ?? ""}`;
  return new URL(path, URL.canParse(base) ? base : "http://localhost").href;
}

/** Works without the page's own files, so that it can be read even when they are missing. */
function signInFailedPage(sentence: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <meta name="color-scheme" content="light dark">
    <title>Not signed in</title>
  </head>
  <body>
    <h1>Not signed in</h1>
    <p>${escapeHtml(sentence)}</p>
    <p><a href="${PAGE}">Back to the accounts</a></p>
  </body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
