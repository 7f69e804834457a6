import { htmlReply, redirectReply } from "../call.ts";
import type { Call, Endpoint, Reply } from "../call.ts";
import { consentPage, errorPage } from "./consent-page.ts";
import type { ConsentQuestion } from "./consent-page.ts";
import type { Grants } from "./grants.ts";
import type { People, UserDefinition } from "./people.ts";
import type { CloudSettings } from "../settings/cloud-settings.ts";

export interface AuthoriseParts {
  readonly people: People;
  readonly grants: Grants;
  readonly settings: () => CloudSettings;
}

export interface AuthoriseRequest extends ConsentQuestion {
  readonly state: string | null;
}

/** A mistake with which nobody may be redirected: shown as a page, in the real cloud's words. */
export class AuthoriseRefusal extends Error {
  override readonly name = "AuthoriseRefusal";
}

/** @throws AuthoriseRefusal */
export function readAuthoriseRequest(query: URLSearchParams, people: People): AuthoriseRequest {
  const client_id = query.get("client_id");
  if (client_id === null || client_id === "") throw new AuthoriseRefusal("no client id supplied");
  const client = people.client(client_id);
  if (client === undefined) throw new AuthoriseRefusal("invalid client id");
  if (query.get("response_type") !== "code") throw new AuthoriseRefusal("invalid response type");
  const redirect_uri = query.get("redirect_uri");
  if (redirect_uri === null || !client.redirect_uris.includes(redirect_uri) || !URL.canParse(redirect_uri)) {
    throw new AuthoriseRefusal("invalid redirect uri");
  }
  // PKCE is not documented, so a code_challenge is ignored here; so is the client secret that the documentation lists.
  return { client_id, redirect_uri, scope: query.get("scope") ?? "openapi", state: query.get("state") };
}

/** The redirect URI with a new code: where the browser goes when the person allows it. */
export function allow(request: AuthoriseRequest, user: UserDefinition, parts: AuthoriseParts): string {
  const code = parts.grants.issueCode({
    client_id: request.client_id,
    user_id: user.id,
    redirect_uri: request.redirect_uri,
    scope: request.scope,
  });
  return callbackUrl(request, { [parts.settings().callback_parameter]: code });
}

function deny(request: AuthoriseRequest): string {
  return callbackUrl(request, { error: "access_denied", error_description: "The user denied the request." });
}

function callbackUrl(request: AuthoriseRequest, parameters: Readonly<Record<string, string>>): string {
  const url = new URL(request.redirect_uri);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  if (request.state !== null) url.searchParams.set("state", request.state);
  return url.href;
}

/** The page on which a person signs in: GET shows it, POST submits its form. Both carry the request in the query. */
export function authoriseEndpoint(parts: AuthoriseParts): Endpoint {
  return (call) => ({
    name: call.method === "POST" ? "decide" : "show",
    flight: null,
    refusals: {},
    act: () => act(call, parts),
  });
}

function act(call: Call, parts: AuthoriseParts): Reply {
  try {
    const request = readAuthoriseRequest(call.query, parts.people);
    if (call.method === "GET") return htmlReply(200, consentPage(request, parts.people.users), "shown");
    if (call.method !== "POST") return htmlReply(405, errorPage("method not allowed"), "refused");
    const form = new URLSearchParams(call.body);
    if (form.get("decision") !== "allow") return redirectReply(deny(request), "denied");
    const user = parts.people.user(form.get("user") ?? "");
    if (user === undefined) throw new AuthoriseRefusal("unknown user");
    return redirectReply(allow(request, user, parts), "allowed");
  } catch (error) {
    if (!(error instanceof AuthoriseRefusal)) throw error;
    return htmlReply(400, errorPage(error.message), "refused");
  }
}
