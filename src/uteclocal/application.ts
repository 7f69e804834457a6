import express from "express";
import type { ErrorRequestHandler, Express, Request, RequestHandler, Response } from "express";
import { plainAddress } from "../incoming/networks.ts";
import type { Networks } from "../incoming/networks.ts";
import { isObject } from "../json.ts";
import type { JsonObject } from "../json.ts";
import type { Log, Secrets } from "../log.ts";
import type { LivePicture } from "../state/live-picture.ts";
import type { CommandName, DeviceState } from "../state/picture.ts";
import type { AccountRequests } from "./account-requests.ts";
import type { DeviceAnswers } from "./answers/device-answers.ts";
import { bodyRefusal, formBody, idOf, jsonBody, optionalJsonBody, takeBody } from "./bodies.ts";
import type { FirstLook } from "./first-look.ts";
import type { LockRequests } from "./lock-requests.ts";
import type { LogText } from "./log-text.ts";
import { Refusal, asRefusal, detailOf } from "./refusal.ts";
import { wayToPage } from "./way-to-page.ts";
import type { PageAddress } from "./way-to-page.ts";

export interface ApplicationParts {
  readonly picture: LivePicture;
  readonly answers: DeviceAnswers;
  readonly account: AccountRequests;
  readonly locks: LockRequests;
  readonly cloud: FirstLook;
  readonly logText: LogText;
  readonly networks: Networks;
  /** Where the page is served; null where that is inside Home Assistant. */
  readonly page: PageAddress | null;
  readonly secrets: Pick<Secrets, "scrub">;
  readonly log: Log;
}

/** How long the cloud may take to tell a command's outcome, as it announces it for a lock. */
const DEFERRED_S = 20;
/** Of each refused address one line is enough, and of many none. */
const MOST_NAMED = 100;

/** Everything that the three generations of the old gateway answer, at the addresses where they answer it. */
export function application(parts: ApplicationParts): Express {
  const { account, answers, cloud, locks, logText, picture } = parts;
  const app = express();
  app.disable("x-powered-by").disable("etag");
  app.use(admit(parts));

  app.get(["/api/devices", "/devices"], async (_request, response) => {
    await cloud.seen();
    sendJson(response, answers.list());
  });
  const status: RequestHandler = async (request, response) => {
    const asked = request.method === "GET" ? { id: request.query["id"] } : jsonBody(request);
    await cloud.seen();
    send(response, answers.query(namedDevices(asked, picture)));
  };
  app.post("/api/status", takeBody, status);
  app.get("/api/status", status);
  for (const name of ["lock", "unlock"] as const satisfies readonly CommandName[]) {
    app.post([`/${name}`, `/api/${name}`], takeBody, async (request, response) => {
      const id = idOf(jsonBody(request)["id"]);
      if (id === null) throw new Refusal(400, "Missing 'id'");
      const { device, confirmed } = await locks.send(name, id, peerOf(request));
      send(response, answers.command(device, confirmed ? null : DEFERRED_S));
    });
  }

  app.get("/health", (_request, response) => send(response, account.health()));
  app.get("/api/status/latest", async (_request, response) => {
    await cloud.seen();
    send(response, answers.latest());
  });
  app.post("/api/status/refresh", async (_request, response) => {
    await cloud.lookAgain();
    send(response, answers.latest());
  });

  const configured = (request: Request, written: JsonObject): string[] => {
    const notTaken = account.configure(written);
    parts.log.info("The configuration was sent by a program that knows uteclocal.", {
      peer: peerOf(request),
      not_taken: notTaken,
    });
    return notTaken;
  };
  app.post("/config", takeBody, async (request, response) => {
    const written = await formBody(request);
    if (idOf(written["base_url"]) === null) throw new Refusal(422, "base_url is missing.");
    configured(request, written);
    send(response, { status: "ok" });
  });
  app.get("/api/config", (_request, response) => send(response, account.configuration()));
  app.post("/api/config", takeBody, (request, response) => {
    const notTaken = configured(request, jsonBody(request));
    send(response, { status: "ok", message: ["Configuration updated", ...notTaken].join(". ").replace(/\.$/, "") });
  });
  app.get("/api/test", (_request, response) => {
    const { token_status } = account.configuration();
    const config_loaded = account.find() !== undefined;
    send(response, { status: "ok", message: "API is working", config_loaded, has_tokens: token_status.has_token });
  });

  app.get("/api/oauth/authorize-url", (_request, response) => {
    send(response, { url: account.signInUrl(), success: true });
  });
  app.post("/api/oauth/exchange", takeBody, async (request, response) => {
    const data = await account.exchange(codeIn(jsonBody(request)));
    send(response, { status: "ok", message: "Tokens obtained", data });
  });
  app.post("/api/oauth/refresh", takeBody, async (request, response) => {
    optionalJsonBody(request);
    send(response, await account.refresh());
  });
  app.post("/oauth/start", takeBody, (request, response) => {
    const written = jsonBody(request);
    const missing = ["oauth_base_url", "access_key", "secret_key", "redirect_url"].filter(
      (key) => idOf(written[key]) === null,
    );
    if (missing.length > 0) throw new Refusal(400, `Missing: ${missing.join(", ")}.`);
    configured(request, written);
    send(response, { authorize_url: account.signInUrl() });
  });
  app.post("/oauth/exchange", takeBody, async (request, response) => {
    const { code, callback_url, ...written } = jsonBody(request);
    const pasted = codeIn({ code: code ?? callback_url });
    configured(request, written);
    send(response, await account.exchange(pasted));
  });

  app.get("/logs", (_request, response) => {
    response.type("text/plain").send(logText.text());
  });
  app.post("/logs/clear", takeBody, (_request, response) => {
    logText.clear();
    send(response, { status: "ok", message: "Logs cleared" });
  });
  app.get("/", (request, response) => {
    const way = wayToPage(parts.page, request);
    if ("url" in way) response.redirect(302, way.url);
    else response.type("text/plain").send(`${way.words}\n`);
  });

  app.use((request) => {
    const isKnown = KNOWN_PATHS.has(request.path);
    throw isKnown ? new Refusal(405, "Method Not Allowed") : new Refusal(404, "Not Found");
  });
  app.use(answerRefusal(parts));
  return app;
}

const KNOWN_PATHS: ReadonlySet<string> = new Set([
  "/",
  "/config",
  "/devices",
  "/health",
  "/lock",
  "/logs",
  "/logs/clear",
  "/oauth/exchange",
  "/oauth/start",
  "/unlock",
  ...["config", "devices", "lock", "unlock", "status", "status/latest", "status/refresh", "test"].map(
    (it) => `/api/${it}`,
  ),
  ...["authorize-url", "exchange", "refresh"].map((it) => `/api/oauth/${it}`),
]);

/** Nobody is asked for a password here, so who may ask is told by the network; and a web page is never a program. */
function admit({ networks, log }: ApplicationParts): RequestHandler {
  const named = new Set<string>();
  return (request, _response, next) => {
    const peer = peerOf(request);
    if (!networks.has(request.socket.remoteAddress)) {
      if (!named.has(peer) && named.size < MOST_NAMED) {
        named.add(peer);
        log.warn("An address outside the allowed networks was refused.", { peer });
      }
      throw new Refusal(
        403,
        `${peer} is outside the networks that may ask here: the setting compatibility_networks names them.`,
      );
    }
    // Browsers say which page it is that sends something, or wants to read the answer.
    if (request.headers.origin !== undefined) {
      throw new Refusal(403, "Web pages may not ask here: a page elsewhere could move a lock.");
    }
    next();
  };
}

/** @throws Refusal 400, 404 */
function namedDevices(asked: JsonObject, picture: LivePicture): DeviceState[] {
  const one = idOf(asked["id"]);
  const many = Array.isArray(asked["devices"]) ? (asked["devices"] as unknown[]) : [];
  const ids = one === null ? many.flatMap((item) => idOf(isObject(item) ? item["id"] : item) ?? []) : [one];
  if (ids.length === 0) throw new Refusal(400, "Missing device id to query");
  return ids.map((id) => {
    const device = picture.device(id);
    if (device === undefined) throw new Refusal(404, `There is no device ${id.slice(0, 100)}.`);
    return device;
  });
}

/** @throws Refusal 400 */
function codeIn({ code }: JsonObject): string {
  const text = idOf(code);
  if (text === null) throw new Refusal(400, "Missing code");
  return text;
}

function peerOf({ socket }: Request): string {
  return plainAddress(socket.remoteAddress ?? "");
}

function send(response: Response, body: unknown): void {
  sendJson(response, Buffer.from(JSON.stringify(body)));
}

function sendJson(response: Response, json: Buffer): void {
  response.setHeader("Content-Type", "application/json");
  response.setHeader("Content-Length", json.length);
  response.end(json);
}

/** Express takes a handler with four parameters for an error handler. */
function answerRefusal({ log, secrets }: ApplicationParts): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const refusal = bodyRefusal(error) ?? asRefusal(error);
    if (refusal.status === 500) log.error("A request failed because of a bug in the gateway.", { error });
    if (response.headersSent) {
      response.destroy();
      return;
    }
    // What is left of a body that nobody reads.
    if (!request.complete) response.setHeader("Connection", "close");
    if (refusal.retry_after_s !== undefined) response.setHeader("Retry-After", Math.ceil(refusal.retry_after_s));
    response.status(refusal.status);
    send(response, detailOf(refusal, secrets));
  };
}
