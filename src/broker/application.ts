import { STATUS_CODES } from "node:http";
import express from "express";
import type { ErrorRequestHandler, Express, Request, Response } from "express";
import type { AccountState, TokenSource } from "../keeper/account.ts";
import type { Client } from "../keeper/clients/client.ts";
import type { ProviderApi } from "../keeper/providers/provider.ts";
import type { Log, Secrets } from "../log.ts";
import { Problem } from "../problem.ts";
import type { Clients } from "./admission/clients.ts";
import type { Traffic } from "./admission/traffic.ts";
import { outgoingHeaders } from "./fence/headers.ts";
import { readBody } from "./fence/request-body.ts";
import type { BodyRoom } from "./fence/body-room.ts";
import { readTarget, targetUrl } from "./fence/target.ts";
import { Refusal } from "./refusal.ts";
import type { Relay, RelayedAnswer } from "./relay.ts";

/** What the broker knows of the accounts. */
export interface ClientAccounts extends Pick<TokenSource, "getToken"> {
  accounts(): readonly AccountState[];
  /** Null for an account that is gone. */
  apiOf(account_id: string): ProviderApi | null;
}

export interface ApplicationParts {
  readonly clients: Clients;
  readonly traffic: Traffic;
  readonly room: BodyRoom;
  readonly relay: Relay;
  readonly accounts: ClientAccounts;
  readonly secrets: Pick<Secrets, "scrub">;
  readonly log: Log;
}

/** What a person ended is not shown from memory either. */
const ENDED = new Set(["signed_out", "other_user"]);

/** The broker's Express application: `/proxy/{account}/{path}` and `/token/{account}`, for clients alone. */
export function application(parts: ApplicationParts): Express {
  const app = express();
  app.disable("x-powered-by").disable("etag").disable("query parser");
  app.use(async (request, response) => {
    const client = parts.clients.admit(request.headers.authorization);
    const leave = parts.traffic.enter(client);
    try {
      if (/^\/token(?:[/?]|$)/.test(request.originalUrl)) await sendToken(parts, client, request, response);
      else await passOn(parts, client, request, response);
    } finally {
      // A caller that does not read holds its place, and one that is gone until the cloud is done with its request.
      onceGone(response, leave);
    }
  });
  app.use(answerRefusal(parts));
  return app;
}

async function passOn(parts: ApplicationParts, client: Client, request: Request, response: Response): Promise<void> {
  const { relay, room, accounts, log } = parts;
  const asked = readTarget(request.originalUrl, "proxy");
  const account = accountOf(accounts, client, asked.account);
  const method = client.methods.find((each) => each === request.method);
  if (method === undefined) {
    response.setHeader("Allow", client.methods.join(", "));
    throw new Refusal("method_not_allowed", `The client ${client.name} may send ${client.methods.join(", ")} only.`);
  }
  const api = accounts.apiOf(account.id);
  const base = api?.url === null || api === null ? null : URL.parse(api.url);
  if (api === null || base === null) {
    throw new Refusal(
      "api_unknown",
      `Where the API of ${account.name} lies is not known: enter its address (api_url) in the account.`,
    );
  }
  const fence = { origin: base.origin, basePath: base.pathname.replace(/\/+$/, ""), prefixes: client.path_prefixes };
  const url = targetUrl(asked, fence, api.token);
  const headers = outgoingHeaders(request.rawHeaders, api.token);
  const body = await readBody(request, room);
  try {
    const relayed = await relay.answer({
      client,
      account_id: account.id,
      api,
      fence,
      method,
      url,
      headers,
      body,
      assertAllowed: () => void parts.clients.admit(request.headers.authorization),
      mayStandIn: () => {
        const now = accounts.accounts().find(({ id }) => id === account.id);
        return now !== undefined && !ENDED.has(now.reason ?? "") && parts.clients.isActive(client.id);
      },
    });
    log.debug("A request was passed on.", {
      client: client.name,
      account: account.name,
      account_id: account.id,
      method,
      status: relayed.answer.status,
    });
    const { length } = relayed.answer.body;
    room.take(length);
    onceGone(response, () => room.giveBack(length));
    send(response, relayed, method);
  } finally {
    room.giveBack(body?.length ?? 0);
  }
}

async function sendToken(
  { clients, accounts, log }: ApplicationParts,
  client: Client,
  request: Request,
  response: Response,
): Promise<void> {
  if (!client.may_read_token) {
    throw new Refusal(
      "token_not_allowed",
      `The client ${client.name} may not read tokens: make one that may, or ask through /proxy.`,
    );
  }
  if (request.method !== "GET") {
    response.setHeader("Allow", "GET");
    throw new Refusal("method_not_allowed", "A token is read with GET.");
  }
  const { id, name } = accountOf(accounts, client, readTarget(request.originalUrl, "token").account);
  let token;
  try {
    token = await accounts.getToken(id);
  } catch (error) {
    throw error instanceof Problem ? Refusal.ofToken(error) : error;
  }
  // It may have been revoked while the token was waited for.
  clients.admit(request.headers.authorization);
  log.info("A client was handed a token.", { client: client.name, account: name });
  response.setHeader("Cache-Control", "no-store");
  response.json({ access_token: token.value, token_type: "Bearer", expires_at: token.expires_at });
}

/** @throws Refusal `account_not_found`, `account_not_allowed` */
function accountOf(accounts: ClientAccounts, client: Client, named: string): AccountState {
  const all = accounts.accounts();
  const byName = all.filter(({ name }) => name.toLowerCase() === named.toLowerCase());
  const account = all.find(({ id }) => id === named) ?? (byName.length === 1 ? byName[0] : undefined);
  if (account === undefined) throw new Refusal("account_not_found", "There is no account of this name or id.");
  if (!client.accounts.includes(account.id)) {
    throw new Refusal("account_not_allowed", `The client ${client.name} may not use ${account.name}.`);
  }
  return account;
}

function send(response: Response, { answer, cacheStatus, ageS }: RelayedAnswer, method: string): void {
  const { status, headers, body } = answer;
  response.status(status);
  for (const [name, value] of headers) response.appendHeader(name, value);
  response.setHeader("Cache-Status", cacheStatus);
  response.setHeader("X-Content-Type-Options", "nosniff");
  if (ageS !== null) {
    response.setHeader("Age", ageS);
    response.appendHeader("Warning", '110 - "Response is Stale"');
  }
  if (method !== "HEAD" && status !== 204 && status !== 304) response.setHeader("Content-Length", body.length);
  response.end(body);
}

/** Calls back once the answer has left, or its connection has: at once where that has happened already. */
function onceGone(response: Response, callback: () => void): void {
  if (response.closed) callback();
  else response.once("close", callback);
}

/** Express takes a handler with four parameters for an error handler. */
function answerRefusal({ log, secrets }: ApplicationParts): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const refusal = asRefusal(error);
    if (refusal.code === "internal") log.error("A request failed because of a bug in the gateway.", { error });
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const details = refusalDetails(refusal, secrets);
    // What is left of a body that nobody reads.
    if (!request.complete) response.setHeader("Connection", "close");
    response.status(details.status).set(refusalHeaders(refusal)).end(JSON.stringify(details));
  };
}

export function refusalHeaders({ status, retry_after_s }: Refusal): Record<string, string> {
  return {
    "Content-Type": "application/problem+json",
    "Cache-Control": "no-store",
    ...(status === 401 ? { "WWW-Authenticate": 'Bearer realm="U-tec Gateway broker"' } : {}),
    ...(retry_after_s === undefined ? {} : { "Retry-After": String(Math.ceil(retry_after_s)) }),
  };
}

/** As RFC 9457 describes it, with a stable code. */
export function refusalDetails({ status, code, message, retry_after_s }: Refusal, secrets: Pick<Secrets, "scrub">) {
  return {
    type: "about:blank",
    title: STATUS_CODES[status] ?? "Error",
    status,
    detail: secrets.scrub(message),
    code,
    ...(retry_after_s === undefined ? {} : { retry_after_s }),
  };
}

function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  return new Refusal("internal", "Something went wrong inside the gateway: its log says what.", { cause: error });
}
