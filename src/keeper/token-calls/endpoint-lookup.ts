import { allowInsecureRequests, customFetch, discovery, None } from "openid-client";
import type { Configuration } from "openid-client";
import { bodyObject } from "../answers/raw-answer.ts";
import type { RawAnswer } from "../answers/raw-answer.ts";
import { CallError, callOnce } from "./http-call.ts";
import type { CallContext } from "./http-call.ts";
import type { ClientAuthentication, Learned } from "../providers/provider-fields.ts";

/** What came in place of a discovery document; null for one that names no token endpoint. */
export interface EndpointsNotFound {
  readonly seen: RawAnswer | CallError | null;
}

/** Reads the endpoints from the issuer's discovery document: the OpenID Connect one, else the OAuth one (RFC 8414). */
export async function lookUpEndpoints(
  issuer: string,
  client_id: string,
  context: CallContext,
): Promise<{ readonly learned: Learned } | EndpointsNotFound> {
  // Both documents and the call that follows fit into a flight.
  const hurried = { ...context, timeoutMs: context.timeoutMs / 2 };
  const seen: (RawAnswer | CallError)[] = [];
  for (const algorithm of ["oidc", "oauth2"] as const) {
    try {
      const client = await discovery(new URL(issuer), client_id, undefined, None(), {
        algorithm,
        timeout: 0, // the call context has one, on the injected clock
        execute: issuer.startsWith("http:") ? [allowInsecureRequests] : [],
        [customFetch]: async (url, { method, headers }) => {
          const answer = await callOnce(hurried, url, { method, headers }).catch((error: unknown) => {
            if (error instanceof CallError) seen.push(error);
            throw error;
          });
          seen.push(answer);
          return new Response(answer.body, { status: answer.status, headers: answer.headers });
        },
      });
      const learned = endpointsOf(client, issuer);
      if (learned !== null) return { learned };
    } catch {
      // The other document may be there.
    }
  }
  // Where only one of the two is at home, the other's 404 says nothing.
  const telling = seen.find((one) => one instanceof CallError || one.status !== 404) ?? seen[0] ?? null;
  const isDocument = telling !== null && !(telling instanceof CallError) && bodyObject(telling) !== null;
  return { seen: isDocument && telling.status < 300 ? null : telling };
}

function endpointsOf(client: Configuration, issuer: string): Learned | null {
  const said = client.serverMetadata();
  const token_url = usable(said.token_endpoint, issuer);
  const authorize_url = usable(said.authorization_endpoint, issuer);
  const device_authorization_url = usable(said.device_authorization_endpoint, issuer);
  const revocation_url = usable(said.revocation_endpoint, issuer);
  if (token_url === undefined) return null;
  return {
    token_url,
    ...(authorize_url === undefined ? {} : { authorize_url }),
    ...(device_authorization_url === undefined ? {} : { device_authorization_url }),
    ...(revocation_url === undefined ? {} : { revocation_url }),
    knows_pkce: said.code_challenge_methods_supported?.includes("S256") ?? false,
    client_authentication: authenticationAmong(said.token_endpoint_auth_methods_supported),
  };
}

/** A web address, on which secrets are as safe as on the issuer's own; undefined for anything else. */
function usable(endpoint: unknown, issuer: string): string | undefined {
  if (typeof endpoint !== "string") return undefined;
  const protocol = URL.parse(endpoint)?.protocol;
  return protocol === "https:" || (protocol === "http:" && issuer.startsWith("http:")) ? endpoint : undefined;
}

/** A document that names none means Basic (OpenID Connect Discovery, RFC 8414). */
function authenticationAmong(methods: readonly string[] | undefined): ClientAuthentication {
  if (methods === undefined || methods.includes("client_secret_basic")) return "client_secret_basic";
  return methods.includes("client_secret_post") ? "client_secret_post" : "none";
}
