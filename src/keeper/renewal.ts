import type { TokenGrant } from "./oauth-client.ts";
import type { Provider } from "./providers/provider.ts";
import type { SourceCredentials } from "./source.ts";

/**
 * What the account's next token is asked for with: the refresh token, or what stands in its place where no person signs
 * in, since there a new login is a refresh. Null: only a person can renew it.
 */
export function renewalOf(
  { grant }: Provider,
  token: { readonly refresh_token: string | null } | null,
  credentials: SourceCredentials,
): TokenGrant | null {
  switch (grant) {
    case "authorization_code": {
      const refresh_token = token === null ? (credentials.refresh_token ?? null) : token.refresh_token;
      return refresh_token === null ? null : { type: "refresh_token", refresh_token };
    }
    case "client_credentials":
      return { type: grant };
    case "password":
    case "basic":
    case "static":
      return null;
  }
}
