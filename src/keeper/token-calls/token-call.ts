import type { RawAnswer } from "../answers/raw-answer.ts";
import { callOnce } from "./http-call.ts";
import type { CallContext } from "./http-call.ts";
import { basicRequest, loginRequest } from "./password-login.ts";
import { requestToken } from "./oauth-client.ts";
import type { ClientCredentials } from "./oauth-client.ts";
import type { Provider } from "../providers/provider.ts";
import type { GrantRequest } from "./grant-request.ts";

/** One call that may bring a token. */
export interface TokenCall {
  readonly url: string;
  /** @throws CallError when no whole answer came */
  readonly send: () => Promise<RawAnswer>;
}

/** The calls for a token, best first: one, but for a login whose ways are still to be tried. All in one call's time. */
export function tokenCalls(
  provider: Provider,
  client: ClientCredentials,
  grant: GrantRequest,
  context: CallContext,
): TokenCall[] {
  const url = provider.tokenUrl ?? "";
  switch (grant.type) {
    case "refresh_token":
    case "authorization_code":
    case "device_code":
    case "client_credentials":
      return [{ url, send: () => requestToken(provider, client, grant, context) }];
    case "static": {
      // Nobody is asked: what the person gave is the answer.
      const answer = { status: 200, headers: {}, body: JSON.stringify({ access_token: grant.token }) };
      return [{ url, send: () => Promise.resolve({ ...answer, received_at: context.clock.now() }) }];
    }
    case "basic":
      return [{ url, send: () => callOnce(context, url, basicRequest(grant.username, grant.password)) }];
    case "password": {
      const { clock, timeoutMs } = context;
      const end = clock.monotonic() + timeoutMs;
      return grant.routes.map((route) => ({
        url: route.url,
        send: async () => {
          const hurried = { ...context, timeoutMs: Math.max(end - clock.monotonic(), 1) };
          return {
            ...(await callOnce(hurried, route.url, loginRequest(route, grant.username, grant.password))),
            route,
          };
        },
      }));
    }
  }
}
