import { loginRoutes } from "./password-login.ts";
import type { TokenGrant } from "./oauth-client.ts";
import type { Provider } from "../providers/provider.ts";
import { claimedEnd } from "../answers/token-life.ts";
import type { TokenPair } from "../answers/token-response.ts";
import type { Learned, LoginRoute, ProviderCredentials, ProviderSettings } from "../providers/provider-fields.ts";

/** What a token is requested with. */
export type GrantRequest =
  | TokenGrant
  | { readonly type: "basic"; readonly username: string; readonly password: string }
  | {
      readonly type: "password";
      readonly username: string;
      readonly password: string;
      /** The one that worked, or those to try. */
      readonly routes: readonly LoginRoute[];
    }
  | { readonly type: "static"; readonly token: string };

export interface RequestingAccount {
  readonly settings: ProviderSettings;
  readonly learned: Learned;
}

/** Whether the gateway can replace this token by itself. */
export function isRenewable({ grant }: Provider, token: { readonly refresh_token: string | null }): boolean {
  const lives = grant === "authorization_code" || grant === "device_code";
  return lives ? token.refresh_token !== null : grant !== "static";
}

/**
 * What the account's next token is asked for with: the refresh token, or what stands in its place where no person signs
 * in, since there a new login is a refresh. Null: only a person can renew it.
 */
export function grantRequestOf(
  { grant }: Provider,
  { settings, learned }: RequestingAccount,
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
      const routes = learned.login_route ? [learned.login_route] : loginRoutes(url, username);
      return { type: grant, username, password, routes };
    }
    case "static": {
      // Once, when a person has given it.
      const given = credentials.token ?? "";
      const ended = (claimedEnd(given) ?? Infinity) <= now;
      return given === token?.access_token || ended ? null : { type: grant, token: given };
    }
  }
}
