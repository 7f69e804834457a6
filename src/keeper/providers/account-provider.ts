import type { Learned, ProviderSettings } from "./provider-fields.ts";
import type { Provider, ProviderApi, TokenPlacement } from "./provider.ts";
import { phrase } from "../../said/phrase.ts";

/** What of an account completes its provider. */
export interface ProviderAccount {
  readonly provider: string;
  readonly settings: ProviderSettings;
  readonly learned: Learned;
}

/**
 * The provider as one account sees it: what the account says of its cloud counts, then what was found out about it,
 * then the provider's own. Null for a kind of account that this version does not know.
 */
export function accountProvider(
  providers: readonly Provider[],
  { provider: id, settings, learned }: ProviderAccount,
): Provider | null {
  const provider = providers.find((provider) => provider.id === id);
  if (provider === undefined) return null;
  const tokenUrl = settings.token_url ?? learned.token_url ?? settings.url ?? provider.tokenUrl;
  const place = settings.token_url ?? settings.issuer ?? settings.url;
  const host = place === undefined ? null : (URL.parse(place)?.host ?? null);
  // Where a user may log in and none is named, a client does.
  const byClient = provider.fields.oneOf !== undefined && settings.username === undefined;
  return {
    ...provider,
    credentials: byClient ? "client id and secret" : provider.credentials,
    label: host === null ? provider.label : `${provider.label} ${host}`,
    grant: settings.grant ?? provider.grant,
    addressGiven: place !== undefined,
    authorizeUrl: settings.authorize_url ?? learned.authorize_url ?? provider.authorizeUrl,
    tokenUrl,
    deviceAuthorizationUrl:
      settings.device_authorization_url ?? learned.device_authorization_url ?? provider.deviceAuthorizationUrl,
    revocationUrl: settings.revocation_url ?? learned.revocation_url ?? provider.revocationUrl,
    tokenPlace: learned.token_place ?? provider.tokenPlace,
    knowsPkce: learned.knows_pkce ?? provider.knowsPkce,
    scope: settings.scope ?? provider.scope,
    audience: settings.audience ?? provider.audience,
    clientAuthentication:
      settings.client_authentication ?? learned.client_authentication ?? provider.clientAuthentication,
    api: accountApi(provider.api, settings),
  };
}

/** What is said of a stored account whose provider there is none of, after a return to an older version. */
export function unknownKind({ name }: { readonly name: string }): string {
  return phrase("account_kind_unknown", { name });
}

/** What is said to who names a provider that there is none of. */
export function noSuchProvider(id: string, providers: readonly Provider[]): string {
  const known = providers.map((provider) => provider.id).join(", ");
  return phrase("provider_unknown", { id: id.slice(0, 60), values: known });
}

function accountApi(api: ProviderApi, { api_url, token_in, kept_answers_s }: ProviderSettings): ProviderApi {
  return {
    ...api,
    url: api_url ?? api.url,
    token: (token_in === undefined ? null : tokenPlacement(token_in)) ?? api.token,
    keptMs: kept_answers_s === undefined ? api.keptMs : Number(kept_answers_s) * 1000,
  };
}

/** What carries something else than a token, or says where a request goes. */
const NO_TOKEN_HEADERS =
  /^(host|cookie|connection|content-.*|transfer-encoding|te|trailer|upgrade|expect|keep-alive|accept.*)$/;

/** A token's place as a person writes it; null for what is none. */
export function tokenPlacement(written: string): TokenPlacement | null {
  if (written === "bearer") return { in: "header", name: "authorization", prefix: "Bearer " };
  const [, kind, name = ""] = /^(header|query):([A-Za-z0-9_-]{1,64})$/.exec(written) ?? [];
  if (kind === "query") return { in: "query", name };
  const header = name.toLowerCase();
  return kind === "header" && !NO_TOKEN_HEADERS.test(header) ? { in: "header", name: header, prefix: "" } : null;
}
