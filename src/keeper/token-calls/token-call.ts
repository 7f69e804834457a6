import type { RawAnswer } from "../answers/raw-answer.ts";
import type { LoginRoute } from "../providers/provider-fields.ts";
import type { Provider } from "../providers/provider.ts";
import type { GrantRequest } from "./grant-request.ts";
import { callOnce } from "./http-call.ts";
import type { CallContext } from "./http-call.ts";
import { basicRequest, loginRequest } from "./login-request.ts";
import type { LoginCredentials } from "./login-routes.ts";
import { requestToken } from "./oauth-client.ts";
import type { ClientCredentials } from "./oauth-client.ts";

/** One call for a token. @throws CallError when no whole answer came */
export function callForToken(
  provider: Provider,
  client: ClientCredentials,
  grant: Exclude<GrantRequest, { readonly type: "login_search" }>,
  context: CallContext,
): Promise<RawAnswer> {
  switch (grant.type) {
    case "refresh_token":
    case "authorization_code":
    case "device_code":
    case "client_credentials":
      return requestToken(provider, client, grant, context);
    case "static": {
      // Nobody is asked: what the person gave is the answer.
      const answer = { status: 200, headers: {}, body: JSON.stringify({ access_token: grant.token }) };
      return Promise.resolve({ ...answer, received_at: context.clock.now() });
    }
    case "basic":
      return callOnce(context, provider.tokenUrl ?? "", basicRequest(grant.username, grant.password));
    case "password":
      return askLogin(grant.route, { ...grant.credentials, ...client }, context);
  }
}

/** Asks a login in one way; the answer remembers which. @throws CallError */
export async function askLogin(
  route: LoginRoute,
  credentials: LoginCredentials,
  context: CallContext,
): Promise<RawAnswer> {
  return { ...(await callOnce(context, route.url, loginRequest(route.format, credentials))), route };
}
