import { STANDARD } from "./provider.ts";
import type { Provider } from "./provider.ts";

/** Endpoints for all accounts; else each account says its own, or where its discovery document lies. */
export interface OAuth2Endpoints {
  readonly authorizeUrl?: string;
  readonly tokenUrl?: string;
  readonly scope?: string;
}

/** Any cloud that keeps to RFC 6749: authorization code or device code and refresh token, or client credentials. */
export function oauth2Provider(endpoints: OAuth2Endpoints = {}): Provider {
  return {
    ...STANDARD,
    id: "oauth2",
    label: "the OAuth server",
    title: "OAuth 2.0",
    purpose: "Any other cloud that signs in by OAuth 2.0, with a person or by itself.",
    grants: ["authorization_code", "device_code", "client_credentials"],
    fields: {
      required: ["client_id"],
      optional: [
        "grant",
        "client_secret",
        "redirect_uri",
        "issuer",
        "authorize_url",
        "token_url",
        "device_authorization_url",
        "revocation_url",
        "scope",
        "audience",
        "client_authentication",
        "api_url",
        "token_in",
        "kept_answers_s",
      ],
    },
    authorizeUrl: endpoints.authorizeUrl ?? null,
    tokenUrl: endpoints.tokenUrl ?? null,
    scope: endpoints.scope ?? null,
  };
}
