import type { Request } from "express";
import type { JsonObject } from "../../json.ts";
import type { Log } from "../../log.ts";
import type { AccountRequests } from "../account-requests.ts";
import { peerOf } from "../requests/admission.ts";
import { formBody, idOf, jsonBody, optionalJsonBody } from "../requests/bodies.ts";
import { Refusal, asRefusal } from "../requests/refusal.ts";
import { send } from "./route.ts";
import type { Route } from "./route.ts";

/** What A needs to be told before it can begin a sign-in, and again to end it. */
const NEEDED_BY_A = ["oauth_base_url", "access_key", "secret_key", "redirect_url"] as const;

/** The account's health, its configuration and its sign-in. */
export function accountRoutes(account: AccountRequests, log: Log): Route[] {
  const configured = (request: Request, written: JsonObject): string[] => {
    const notTaken = account.configure(written);
    log.info("The configuration was sent by a program that knows uteclocal.", {
      peer: peerOf(request),
      not_taken: notTaken,
    });
    return notTaken;
  };
  return [
    { paths: ["/health"], get: (_request, response) => send(response, account.health()) },
    {
      paths: ["/api/config"],
      get: (_request, response) => send(response, account.configuration()),
      post: (request, response) => {
        const notTaken = configured(request, jsonBody(request));
        const message =
          notTaken.length === 0 ? "Configuration updated" : `Configuration updated. ${notTaken.join(" ")}`;
        send(response, { status: "ok", message });
      },
    },
    {
      paths: ["/config"],
      post: async (request, response) => {
        const written = await formBody(request);
        if (idOf(written["base_url"]) === null) throw new Refusal(422, "base_url is missing.");
        configured(request, written);
        send(response, { status: "ok" });
      },
    },
    {
      paths: ["/api/test"],
      get: (_request, response) => {
        const { token_status } = account.configuration();
        const config_loaded = account.find() !== undefined;
        send(response, { status: "ok", message: "API is working", config_loaded, has_tokens: token_status.has_token });
      },
    },
    {
      paths: ["/api/oauth/authorize-url"],
      get: (_request, response) => send(response, { url: account.signInUrl(), success: true }),
    },
    {
      paths: ["/api/oauth/exchange"],
      post: async (request, response) => {
        const pasted = codeIn(jsonBody(request));
        const data = await account.exchange(pasted).catch((error: unknown) => failed(error));
        send(response, { status: "ok", message: "Tokens obtained", data });
      },
    },
    {
      paths: ["/api/oauth/refresh"],
      post: async (request, response) => {
        optionalJsonBody(request);
        send(response, await account.refresh().catch((error: unknown) => failed(error, "Token refresh failed: ")));
      },
    },
    {
      paths: ["/oauth/start"],
      post: (request, response) => {
        const written = jsonBody(request);
        needed(written);
        configured(request, written);
        send(response, { authorize_url: account.signInUrl() });
      },
    },
    {
      paths: ["/oauth/exchange"],
      post: async (request, response) => {
        const { code, callback_url, ...written } = jsonBody(request);
        const pasted = codeIn({ code: idOf(code) ?? callback_url });
        needed(written);
        configured(request, written);
        send(response, await account.exchange(pasted));
      },
    },
  ];
}

/** B and C know one status for whatever goes wrong with a token. @throws Refusal 500 */
function failed(error: unknown, before = ""): never {
  const { message, retry_after_s, isBug, cause } = asRefusal(error);
  throw new Refusal(500, `${before}${message}`, { retry_after_s, isBug, cause });
}

/** @throws Refusal 400 */
function needed(written: JsonObject): void {
  const missing = NEEDED_BY_A.filter((key) => idOf(written[key]) === null);
  if (missing.length > 0) throw new Refusal(400, `Missing: ${missing.join(", ")}.`);
}

/** @throws Refusal 400 */
function codeIn({ code }: JsonObject): string {
  const text = idOf(code);
  if (text === null) throw new Refusal(400, "Missing code");
  return text;
}
