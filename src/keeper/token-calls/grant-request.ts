import { isUnderWay } from "./login-record.ts";
import { loginRoutes } from "./login-routes.ts";
import type { UserCredentials } from "./login-routes.ts";
import type { TokenGrant } from "./oauth-client.ts";
import type { Provider } from "../providers/provider.ts";
import { claimedEnd } from "../answers/token-life.ts";
import type { TokenPair } from "../answers/token-response.ts";
import { needsBrowser } from "../providers/grants.ts";
import type { Learned, LoginRoute, ProviderCredentials, ProviderSettings } from "../providers/provider-fields.ts";

/** What a token is requested with. */
export type GrantRequest =
  | TokenGrant
  | { readonly type: "basic"; readonly username: string; readonly password: string }
  | {
      readonly type: "password";
      readonly credentials: UserCredentials;
      /** The one that worked. */
      readonly route: LoginRoute;
    }
  | { readonly type: "login_search"; readonly credentials: UserCredentials; readonly routes: readonly LoginRoute[] }
  | { readonly type: "static"; readonly token: string };

export interface RequestingAccount {
  readonly client_id: string;
  readonly settings: ProviderSettings;
  readonly learned: Learned;
}

/** Whether the gateway can replace this token by itself. */
export function isRenewable(provider: Provider, token: { readonly refresh_token: string | null }): boolean {
  return needsBrowser(provider) ? token.refresh_token !== null : provider.grant !== "static";
}

/**
 * What the account's next token is asked for with: the refresh token, or what stands in its place where no person signs
 * in, since there a new login is a refresh. Null: only a person can renew it.
 */
export function grantRequestOf(
  { grant }: Provider,
  { client_id, settings, learned }: RequestingAccount,
  token: Pick<TokenPair, "access_token" | "refresh_token"> | null,
  credentials: ProviderCredentials,
  now: number,
): GrantRequest | null {
  const { username = "", url = "" } = settings;
  const { password = "" } = credentials;
  switch (grant) {
    case "authorization_code":
    case "device_code": {
      // What was given to begin with, or came without an access token, is newer than what is held.
      const refresh_token = credentials.refresh_token ?? token?.refresh_token ?? null;
      return refresh_token === null ? null : { type: "refresh_token", refresh_token };
    }
    case "client_credentials":
      return { type: grant };
    case "basic":
      return { type: grant, username, password };
    case "password": {
      const user = { username, password, scope: settings.scope ?? null };
      const { login_route: route, attempts } = learned;
      const routes = loginRoutes(url, { username, client_id });
      return route === undefined || isUnderWay(routes, attempts)
        ? { type: "login_search", credentials: user, routes }
        : { type: grant, credentials: user, route };
    }
    case "static": {
      // Once, when a person has given it.
      const given = credentials.token ?? "";
      const ended = (claimedEnd(given) ?? Infinity) <= now;
      return given === token?.access_token || ended ? null : { type: grant, token: given };
    }
  }
}
