import type { AccountDesk } from "../../keeper/account.ts";
import type { Secrets } from "../../log.ts";
import { Problem } from "../../problem.ts";
import type { Endpoints } from "../api/endpoints.ts";
import { asProblem, problemDetails } from "../api/problem-details.ts";
import { isPageRequest } from "./page-request.ts";
import { errorIn, sendSignInFailed, wayIntoWizard, wayToFound } from "./sign-in-failed.ts";

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
        const { id } = await accounts.exchange(callbackUrl(request.originalUrl, request.headers.host));
        response.status(303).setHeader("Location", wayToFound(id)).end();
      } catch (cause) {
        const problem = asProblem(cause);
        if (problem.code === "internal") onInternal(cause);
        const error = errorIn(request.originalUrl);
        // Whose sign-in it was is known: the wizard says the rest, at the field that it is about.
        if (problem.account_id !== undefined && isPageRequest(request)) {
          response.status(303).setHeader("Location", wayIntoWizard(problem, error)).end();
          return;
        }
        const { status, detail: sentence } = problemDetails(problem, secrets);
        const acceptLanguage = request.headers["accept-language"];
        sendSignInFailed(response, { status, pageFolder, problem, sentence, error, acceptLanguage });
      }
    },
  });
}

function callbackUrl(path: string, host: string | undefined): string {
  const base = `http://${host ?? ""}`;
  return new URL(path, URL.canParse(base) ? base : "http://localhost").href;
}
