import type { Provider } from "./provider.ts";

export interface OAuth2Endpoints {
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  readonly scope?: string;
}

/** Any cloud that keeps to RFC 6749: authorization code and refresh token. */
export function oauth2Provider(endpoints: OAuth2Endpoints): Provider {
  return {
    id: "oauth2",
    label: "the OAuth server",
    authorizeUrl: endpoints.authorizeUrl,
    tokenUrl: endpoints.tokenUrl,
    scope: endpoints.scope ?? null,
    clientAuthentication: "client_secret_post",
    codeParameters: ["code"],
    answerPaths: [[], ["data"], ["result"]],
    defaultLifeMs: 3_600_000,
    idleIntervalMs: null,
    envelope: null,
    errorRules: [],
    identity: null,
  };
}
