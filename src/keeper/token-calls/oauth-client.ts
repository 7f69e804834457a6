import {
  allowInsecureRequests,
  buildAuthorizationUrl,
  clientCredentialsGrant,
  ClientError,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  customFetch,
  genericGrantRequest,
  initiateDeviceAuthorization,
  None,
  refreshTokenGrant,
  tokenRevocation,
} from "openid-client";
import { createHash } from "node:crypto";
import type { ClientAuth } from "openid-client";
import type { RawAnswer } from "../answers/raw-answer.ts";
import { CallError, callOnce } from "./http-call.ts";
import type { CallContext } from "./http-call.ts";
import type { Provider } from "../providers/provider.ts";

export interface ClientCredentials {
  readonly client_id: string;
  readonly client_secret: string;
}

export type TokenGrant =
  | { readonly type: "refresh_token"; readonly refresh_token: string }
  | {
      readonly type: "authorization_code";
      readonly code: string;
      readonly redirect_uri: string;
      /** What the code's sign-in began with (PKCE); null where it began without. */
      readonly code_verifier: string | null;
    }
  | { readonly type: "device_code"; readonly device_code: string }
  | { readonly type: "client_credentials" };

/** The page of the cloud on which a person signs in. The client secret has no place in it, whatever the cloud's docs say. */
export function authorizeUrl(
  provider: Provider,
  client_id: string,
  { redirect_uri, state, code_verifier }: AuthorizeRequest,
): URL {
  return buildAuthorizationUrl(configuration(provider, client_id, None()), {
    redirect_uri,
    state,
    ...(code_verifier === null
      ? {}
      : {
          code_challenge: createHash("sha256").update(code_verifier).digest("base64url"),
          code_challenge_method: "S256",
        }),
    ...wishes(provider),
  });
}

export interface AuthorizeRequest {
  readonly redirect_uri: string;
  readonly state: string;
  /** Null for a sign-in without PKCE. */
  readonly code_verifier: string | null;
}

/** With every server that knows it, and always where no secret proves whose the code is (RFC 9700, section 2.1.1). */
export function usesPkce(provider: Provider, client_secret: string): boolean {
  return provider.knowsPkce || provider.clientAuthentication === "none" || client_secret === "";
}

/**
 * One call to the token endpoint: openid-client makes the request (form, client authentication), and its answer is
 * captured as it came. openid-client itself is given a stand-in to read: the answer must be journalled before anybody
 * parses it, a recovered answer must be read by the same code as a fresh one, and an error of the library can carry no
 * token that it has never seen.
 *
 * @throws CallError when no whole answer came
 */
export async function requestToken(
  provider: Provider,
  credentials: ClientCredentials,
  grant: TokenGrant,
  context: CallContext,
): Promise<RawAnswer> {
  const standIn = (): Response => Response.json({ access_token: "captured", token_type: "bearer" });
  return captured(provider, credentials, context, standIn, (client) => send(client, provider, grant));
}

/** One call to the device authorization endpoint, captured like those to the token endpoint. @throws CallError */
export async function requestDeviceCode(
  provider: Provider,
  credentials: ClientCredentials,
  context: CallContext,
): Promise<RawAnswer> {
  const captive = { device_code: "captured", user_code: "captured", verification_uri: "https://captured/" };
  const standIn = (): Response => Response.json({ ...captive, expires_in: 1 });
  return captured(provider, credentials, context, standIn, (client) =>
    initiateDeviceAuthorization(client, wishes(provider)),
  );
}

/** One call to the revocation endpoint, captured like those to the token endpoint. @throws CallError */
export async function requestRevocation(
  provider: Provider,
  credentials: ClientCredentials,
  token: { readonly access_token: string; readonly refresh_token: string | null },
  context: CallContext,
): Promise<RawAnswer> {
  const { refresh_token, access_token } = token;
  const token_type_hint = refresh_token === null ? "access_token" : "refresh_token";
  return captured(
    provider,
    credentials,
    context,
    () => new Response(),
    (client) => tokenRevocation(client, refresh_token ?? access_token, { token_type_hint }),
  );
}

/** Lets openid-client make one request, and gives it a stand-in for the answer. */
async function captured(
  provider: Provider,
  credentials: ClientCredentials,
  context: CallContext,
  standIn: () => Response,
  call: (client: Configuration) => Promise<unknown>,
): Promise<RawAnswer> {
  let answer: RawAnswer | undefined;
  const client = configuration(provider, credentials.client_id, authentication(provider, credentials.client_secret));
  client.timeout = 0; // the call context has one, on the injected clock
  client[customFetch] = async (url, options) => {
    answer = await callOnce(context, url, {
      method: options.method,
      headers: options.headers,
      // A form, as this library makes it for a POST.
      body: options.body instanceof URLSearchParams ? options.body : "",
    });
    return standIn();
  };
  try {
    await call(client);
  } catch (error) {
    throw error instanceof ClientError && error.cause instanceof CallError ? error.cause : error;
  }
  if (answer === undefined) throw new Error("openid-client returned without making the call.");
  return answer;
}

async function send(client: Configuration, provider: Provider, grant: TokenGrant): Promise<void> {
  switch (grant.type) {
    case "refresh_token":
      await refreshTokenGrant(client, grant.refresh_token);
      return;
    case "authorization_code":
      // Not `authorizationCodeGrant`: it derives the redirect URI from a URL, and clouds compare it byte by byte.
      await genericGrantRequest(client, grant.type, {
        code: grant.code,
        redirect_uri: grant.redirect_uri,
        ...(grant.code_verifier === null ? {} : { code_verifier: grant.code_verifier }),
      });
      return;
    case "device_code":
      // One question for each call: when to ask again is the schedule's matter.
      await genericGrantRequest(client, "urn:ietf:params:oauth:grant-type:device_code", {
        device_code: grant.device_code,
      });
      return;
    case "client_credentials":
      await clientCredentialsGrant(client, wishes(provider));
  }
}

function wishes({ scope, audience }: Provider): Record<string, string> {
  return { ...(scope === null ? {} : { scope }), ...(audience === null ? {} : { audience }) };
}

export function authentication(provider: Provider, client_secret: string): ClientAuth {
  if (provider.clientAuthentication === "none" || client_secret === "") return None();
  return provider.clientAuthentication === "client_secret_basic"
    ? ClientSecretBasic(client_secret)
    : ClientSecretPost(client_secret);
}

function configuration(provider: Provider, client_id: string, authenticate: ClientAuth): Configuration {
  const { authorizeUrl, tokenUrl, deviceAuthorizationUrl, revocationUrl } = provider;
  const base = new URL(tokenUrl ?? authorizeUrl ?? deviceAuthorizationUrl ?? revocationUrl ?? "");
  const config = new Configuration(
    {
      issuer: base.origin,
      ...(authorizeUrl === null ? {} : { authorization_endpoint: authorizeUrl }),
      ...(tokenUrl === null ? {} : { token_endpoint: tokenUrl }),
      ...(deviceAuthorizationUrl === null ? {} : { device_authorization_endpoint: deviceAuthorizationUrl }),
      ...(revocationUrl === null ? {} : { revocation_endpoint: revocationUrl }),
    },
    client_id,
    {},
    authenticate,
  );
  // Whoever gave the endpoints has said so: a person, or a document that came from an http address itself.
  const all = [authorizeUrl, tokenUrl, deviceAuthorizationUrl, revocationUrl];
  if (all.some((url) => url?.startsWith("http:"))) allowInsecureRequests(config);
  return config;
}
