import express from "express";
import type { Request, RequestHandler, Response } from "express";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { isObject, nonEmptyString, parseJson } from "../../../src/json.ts";
import type { JsonObject } from "../../../src/json.ts";
import { InvalidOptions } from "../rules/options.ts";
import { Refusal } from "./refusal.ts";
import { complete, listed } from "./apps/documents.ts";
import type { App } from "./apps/app.ts";
import { EMPTY_STATS, houseDocuments } from "./documents.ts";
import type { FakeSupervisor } from "./supervisor.ts";

/** Who calls: Home Assistant, or an add-on. */
type Caller = "core" | App;

interface Call {
  readonly caller: Caller;
  readonly body: JsonObject;
  readonly request: Request;
}

type Answer = (call: Call) => unknown;

/** What an add-on without `hassio_api` may ask. Source: `api_bypass` of the Supervisor's security middleware. */
const OPEN_TO_APPS =
  /^\/(addons\/self\/(?!security|update)[^/]+|addons\/self\/options\/config|info|services.*|discovery.*)$/;

/** The Supervisor's API as an Express application: who may call what, and the envelope around each answer. */
export function routes(supervisor: FakeSupervisor): express.Express {
  const application = express();
  application.disable("x-powered-by");
  application.use(express.text({ type: () => true, limit: "16mb" }));
  application.get("/supervisor/ping", (_request, response) => void response.json({ result: "ok", data: {} }));
  application.all(/^\/(?:core|homeassistant)\/api\/(.*)$/, async (request, response) => {
    await supervisor.proxy.handle(request, response, String(request.params[0]));
  });
  pictures(application, supervisor);

  const on = (method: "get" | "post" | "delete", path: string, answer: Answer): void => {
    application[method](path, enveloped(supervisor, answer));
  };
  readings(on, supervisor);
  lifeOfApps(on, supervisor);
  discovery(on, supervisor);
  on("get", "/ingress/panels", () => ({ panels: Object.fromEntries(panels(supervisor)) }));
  on("post", "/ingress/session", async ({ body }) => ({
    session: await supervisor.ingress.createSession(nonEmptyString(body["user_id"])),
  }));
  on("post", "/ingress/validate_session", ({ body }) => {
    if (!supervisor.ingress.validate(String(body["session"]))) throw new Refusal(401, "No valid ingress session");
    return {};
  });
  application.use((request, response) => {
    supervisor.unknownPaths.add(`${request.method} ${request.path}`);
    response.status(404).json({ result: "error", message: "Not found" });
  });
  return application;
}

type On = (method: "get" | "post" | "delete", path: string, answer: Answer) => void;

function readings(on: On, supervisor: FakeSupervisor): void {
  const { coreVersion, corePort, timezone } = supervisor.options;
  const arch = process.arch === "arm64" ? "aarch64" : "amd64";
  for (const [path, document] of Object.entries(houseDocuments({ arch, coreVersion, corePort, timezone }))) {
    on("get", path, () => document);
  }
  for (const path of ["/core/options", "/supervisor/options", "/core/check", "/reload_updates", "/refresh_updates"]) {
    on("post", path, () => ({}));
  }
  for (const path of ["/supervisor/update", "/core/update"]) {
    on("post", path, () => {
      throw new Refusal(400, "No update available");
    });
  }
  on("post", "/core/restart", () => {
    void supervisor.restartCore();
    return {};
  });
  on("get", "/store", () => ({
    addons: [...supervisor.store.values()].map(({ app }) => stored(supervisor, app.fullSlug)),
    repositories: [...supervisor.store.values()].map(({ app }) => ({
      slug: app.repository,
      name: app.configuration.name,
      source: app.configuration.url,
      url: app.configuration.url,
      maintainer: "U-tec Gateway",
    })),
  }));
  on("get", "/store/addons/:slug", ({ request }) => stored(supervisor, String(request.params["slug"])));
}

function stored(supervisor: FakeSupervisor, slug: string): object {
  const offered = supervisor.store.get(slug);
  if (offered === undefined) throw new Refusal(404, `App ${slug} does not exist in the store`);
  const { configuration, repository } = offered.app;
  return {
    name: configuration.name,
    slug,
    description: configuration.description,
    stage: configuration.stage,
    version: supervisor.apps.get(slug)?.store.configuration.version ?? null,
    version_latest: configuration.version,
    update_available: false,
    available: true,
    advanced: false,
    build: true,
    homeassistant: configuration.homeassistant,
    icon: true,
    logo: true,
    repository,
    url: configuration.url,
    arch: configuration.arch,
    documentation: true,
    installed: supervisor.apps.has(slug),
  };
}

function lifeOfApps(on: On, supervisor: FakeSupervisor): void {
  const latest = (app: App) => supervisor.store.get(app.slug)?.app ?? app.store;
  on("get", "/addons", () => ({ addons: [...supervisor.apps.values()].map((app) => listed(app, latest(app))) }));
  on("get", "/addons/:slug/info", (call) => {
    const app = appIn(supervisor, call);
    const { options: defaults } = app.store.configuration;
    return complete(app, latest(app), { ...defaults, ...app.options });
  });
  on("get", "/addons/:slug/options/config", (call) => supervisor.effectiveOptions(appIn(supervisor, call)));
  on("get", "/addons/:slug/stats", () => EMPTY_STATS);
  on("post", "/addons/:slug/options", (call) => {
    const app = appIn(supervisor, call);
    const { options, watchdog, auto_update, ingress_panel, boot } = call.body;
    if (isObject(options)) {
      supervisor.effectiveOptions(app, options);
      app.options = options;
    } else if (options === null) app.options = {};
    if (typeof watchdog === "boolean") app.watchdog = watchdog;
    if (typeof auto_update === "boolean") app.autoUpdate = auto_update;
    if (typeof ingress_panel === "boolean") app.ingressPanel = ingress_panel;
    if (boot === "auto" || boot === "manual") app.boot = boot;
    return {};
  });
  on("post", "/addons/:slug/options/validate", (call) => {
    const app = appIn(supervisor, call);
    try {
      supervisor.effectiveOptions(app, call.body);
      return { message: "", valid: true, pwned: null };
    } catch (error) {
      return { message: error instanceof Error ? error.message : "", valid: false, pwned: null };
    }
  });
  on("post", "/addons/:slug/start", async (call) => supervisor.startApp(appIn(supervisor, call).slug));
  on("post", "/addons/:slug/stop", async (call) => appIn(supervisor, call).stop());
  on("post", "/addons/:slug/restart", async (call) => supervisor.restartApp(appIn(supervisor, call).slug));
  on("post", "/addons/:slug/uninstall", async (call) => supervisor.uninstall(appIn(supervisor, call).slug));
  on("post", "/store/addons/:slug/install", ({ request }) => void supervisor.install(String(request.params["slug"])));
  on("post", "/store/addons/:slug/update", async ({ request }) => supervisor.update(String(request.params["slug"])));
}

function discovery(on: On, supervisor: FakeSupervisor): void {
  const messages = supervisor.discovery;
  const known = (request: Request) => {
    const message = messages.get(String(request.params["uuid"]));
    if (message === undefined) throw new Refusal(404, "Discovery message not found");
    return message;
  };
  on("get", "/discovery", ({ caller }) => {
    if (caller !== "core") throw new Refusal(401, "");
    const started = messages.all.filter(({ addon }) => supervisor.apps.get(addon)?.state === "started");
    return { discovery: started, services: {} };
  });
  on("get", "/discovery/:uuid", ({ caller, request }) => {
    if (caller !== "core") throw new Refusal(401, "");
    return known(request);
  });
  on("post", "/discovery", ({ caller, body }) => {
    const { service, config, ...extra } = body;
    if (caller === "core" || typeof service !== "string" || !isObject(config) || Object.keys(extra).length > 0) {
      throw new Refusal(400, "Wrong discovery message");
    }
    if (!caller.store.configuration.discovery.includes(service)) {
      throw new Refusal(403, "Apps must list services they provide via discovery in their config!");
    }
    return { uuid: messages.send(caller.slug, service, config).uuid };
  });
  on("delete", "/discovery/:uuid", ({ caller, request }) => {
    const message = known(request);
    if (caller === "core" || message.addon !== caller.slug) throw new Refusal(403, "Can't remove discovery message");
    messages.remove(message);
    return {};
  });
}

function panels(supervisor: FakeSupervisor): [string, object][] {
  return [...supervisor.apps.values()]
    .filter((app) => app.store.configuration.ingress)
    .map((app) => {
      const { panel_title: title, panel_icon: icon, panel_admin: admin } = app.store.configuration;
      return [app.slug, { title, icon, admin, enable: app.ingressPanel }];
    });
}

/** The frontend shows an add-on's texts and pictures without a token. */
function pictures(application: express.Express, supervisor: FakeSupervisor): void {
  const file = (name: string, type: string): RequestHandler => {
    return (request, response) => {
      const offered = supervisor.store.get(String(request.params["slug"]));
      if (offered === undefined) return void response.status(404).end();
      response.type(type).send(readFileSync(join(offered.app.folder, name)));
    };
  };
  for (const base of ["/addons", "/store/addons"]) {
    application.get(`${base}/:slug/icon`, file("icon.png", "image/png"));
    application.get(`${base}/:slug/logo`, file("logo.png", "image/png"));
    application.get(`${base}/:slug/changelog`, file("CHANGELOG.md", "text/plain"));
    application.get(`${base}/:slug/documentation`, file("DOCS.md", "text/plain"));
  }
  application.get("/addons/:slug/logs", (request, response) => {
    response.type("text/plain").send(supervisor.apps.get(request.params["slug"])?.log ?? "");
  });
}

function appIn(supervisor: FakeSupervisor, { caller, request }: Call): App {
  const slug = String(request.params["slug"]);
  return slug === "self" && caller !== "core" ? caller : supervisor.app(slug);
}

function enveloped(supervisor: FakeSupervisor, answer: Answer) {
  return async (request: Request, response: Response): Promise<void> => {
    try {
      const caller = callerOf(supervisor, request);
      const body = typeof request.body === "string" && request.body !== "" ? parseJson(request.body) : {};
      if (!isObject(body)) throw new Refusal(400, "Invalid json");
      const data = await answer({ caller, body, request });
      response.json({ result: "ok", data: isObject(data) ? data : {} });
    } catch (error) {
      const { status, message, extra } = asRefusal(error);
      if (status === 401) response.status(401).type("text/plain").send("401: Unauthorized");
      else response.status(status).json({ result: "error", message, ...extra });
    }
  };
}

function asRefusal(error: unknown): Refusal {
  if (error instanceof InvalidOptions) {
    const { status, message, error_key, extra_fields } = error;
    return new Refusal(status, message, { error_key, extra_fields });
  }
  return error instanceof Refusal ? error : new Refusal(500, String(error));
}

/** @throws Refusal 401 for an unknown token, 403 where an add-on may not ask that */
function callerOf(supervisor: FakeSupervisor, request: Request): Caller {
  const named = request.headers["x-supervisor-token"] ?? request.headers.authorization?.split(" ").at(-1);
  const token = nonEmptyString(named);
  if (token === supervisor.options.coreToken) return "core";
  const app = supervisor.appOf(token);
  if (app === undefined) throw new Refusal(401, "");
  if (!OPEN_TO_APPS.test(request.path)) throw new Refusal(403, "");
  return app;
}
