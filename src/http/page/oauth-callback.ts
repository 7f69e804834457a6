import type { AccountDesk } from "../../keeper/account.ts";
import type { Secrets } from "../../log.ts";
import { Problem } from "../../problem.ts";
import type { Endpoints } from "../api/endpoints.ts";
import { asProblem, problemDetails } from "../api/problem-details.ts";
import { sendSignInFailed } from "./sign-in-failed.ts";

/** Relative, because only the browser knows under which prefix it sees the gateway. */
const PAGE = "./../#/accounts";

export interface CallbackParts {
  readonly accounts: AccountDesk;
  readonly secrets: Secrets;
  /** The built page. */
  readonly pageFolder: string;
  /** Gets unexpected errors. */
  readonly onInternal: (error: unknown) => void;
}

/**
 * Where the cloud sends the browser after a sign-in. A `GET` that changes something: the keeper's single-use `state`
 * proves that the sign-in began here, so origin and host need not.
 */
export function addOAuthCallback(
  endpoints: Endpoints,
  { accounts, secrets, pageFolder, onInternal }: CallbackParts,
): void {
  endpoints.add("/oauth/callback", {
    GET: async (request, response) => {
      // Express answers HEAD by GET; a prefetch must not use up the code.
      if (request.method !== "GET") throw new Problem("method_not_allowed", "This address takes GET only.");
      try {
        await accounts.exchange(callbackUrl(request.originalUrl, request.headers.host));
        response.status(303).setHeader("Location", PAGE).end();
      } catch (error) {
        const problem = asProblem(error);
        if (problem.code === "internal") onInternal(error);
        const { status, detail } = problemDetails(problem, secrets);
        sendSignInFailed(response, { status, pageFolder, problem, sentence: detail });
      }
    },
  });
}

function callbackUrl(path: string, host: string | undefined): string {
  const base = `http://${host ?? ""}`;
  return new URL(path, URL.canParse(base) ? base : "http://localhost").href;
}
