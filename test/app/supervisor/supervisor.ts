import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Image } from "../../../scripts/image/image.ts";
import type { JsonObject } from "../../../src/json.ts";
import { mergedOptions, validateOptions } from "../rules/options.ts";
import { ADDRESS } from "../../../scripts/home-network/addresses.ts";
import { Refusal } from "./refusal.ts";
import { App } from "./apps/app.ts";
import { backUp, restore } from "./apps/backup.ts";
import { CoreApi } from "./core/api.ts";
import { CoreProxy } from "./core/proxy.ts";
import { DiscoveryMessages } from "./discovery.ts";
import { Ingress } from "./ingress.ts";
import type { StoreApp } from "./apps/store-app.ts";

/** Home Assistant as the Supervisor starts and stops it. */
export interface SupervisedCore {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface SupervisorOptions {
  /** Its `/data`: of add-ons, backups, and the socket to Home Assistant. */
  readonly folder: string;
  readonly homeAssistantFolder: string;
  readonly coreVersion: string;
  readonly corePort: number;
  /** The token with which Home Assistant calls it. */
  readonly coreToken: string;
  readonly timezone: string;
  /** Handed to every add-on: where the simulated cloud is. */
  readonly appEnvironment: Readonly<Record<string, string>>;
}

/**
 * The Supervisor, as far as an add-on, Home Assistant and a browser see it: one repository, its add-ons in real
 * containers, discovery, ingress, the way to Home Assistant, backups. What it does is what the Supervisor 2026.08 was
 * seen to do; where it answers otherwise is a bug of this file.
 */
export class FakeSupervisor {
  readonly options: SupervisorOptions;
  readonly core: CoreApi;
  readonly discovery: DiscoveryMessages;
  readonly ingress: Ingress;
  readonly proxy: CoreProxy;
  /** By full slug. */
  readonly apps = new Map<string, App>();
  /** What the store offers: the newest version of each add-on, and its image. */
  readonly store = new Map<string, { readonly app: StoreApp; readonly image: Image }>();
  /** Paths that were asked for and are not known; for the tests to look at. */
  readonly unknownPaths = new Set<string>();
  /** What the Supervisor would have written into its log. */
  readonly log: string[] = [];
  supervised: SupervisedCore | null = null;
  /** How often Home Assistant has been restarted, each time wholly. */
  coreRestarts = 0;

  constructor(options: SupervisorOptions) {
    this.options = options;
    mkdirSync(options.folder, { recursive: true });
    this.core = new CoreApi(this.socketPath);
    this.discovery = new DiscoveryMessages((message, change) => {
      void this.#push(change === "new" ? "POST" : "DELETE", message);
    });
    this.ingress = new Ingress(this.core, (token) => {
      const app = [...this.apps.values()].find((one) => one.ingressToken === token);
      return app === undefined ? null : { address: app.address, port: app.store.configuration.ingress_port };
    });
    this.proxy = new CoreProxy({
      core: this.core,
      version: options.coreVersion,
      mayUse: (token) => this.appOf(token)?.store.configuration.homeassistant_api === true,
    });
  }

  /** Where Home Assistant listens for the Supervisor: `SUPERVISOR_CORE_API_SOCKET`. */
  get socketPath(): string {
    return join(this.options.folder, "core.sock");
  }

  /** What Home Assistant's container is given. */
  get coreEnvironment(): Record<string, string> {
    return {
      SUPERVISOR: ADDRESS.supervisor,
      SUPERVISOR_TOKEN: this.options.coreToken,
      HASSIO_TOKEN: this.options.coreToken,
      SUPERVISOR_CORE_API_SOCKET: this.socketPath,
    };
  }

  async stop(): Promise<void> {
    for (const app of this.apps.values()) await app.stop();
    this.proxy.closeAll();
  }

  appOf(token: string | null): App | undefined {
    return token === null || token === "" ? undefined : [...this.apps.values()].find((app) => app.token === token);
  }

  /** The store takes notice of an add-on, or of a newer version of it. */
  offer(app: StoreApp, image: Image): void {
    this.store.set(app.fullSlug, { app, image });
  }

  install(slug: string): App {
    const { app: store, image } = this.#offered(slug);
    if (this.apps.has(slug)) throw new Refusal(400, `App ${slug} is already installed`);
    const app = new App({
      store,
      image,
      dataFolder: join(this.options.folder, "addons/data", slug),
      homeAssistantFolder: this.options.homeAssistantFolder,
      timezone: this.options.timezone,
      environment: this.options.appEnvironment,
      onState: (state) => this.#event({ event: "addon", slug, state }),
    });
    this.apps.set(slug, app);
    return app;
  }

  async uninstall(slug: string): Promise<void> {
    const app = this.app(slug);
    await app.stop();
    this.apps.delete(slug);
    app.removeData();
    this.discovery.removeOf(slug);
  }

  /** @throws Refusal */
  app(slug: string): App {
    const app = this.apps.get(slug);
    if (app === undefined) throw new Refusal(404, `App ${slug} does not exist`);
    return app;
  }

  /** The person's options over the add-on's defaults, as its container gets them. @throws InvalidOptions */
  effectiveOptions(app: App, options: JsonObject = app.options): JsonObject {
    const { name, schema, options: defaults } = app.store.configuration;
    const owner = { name, slug: app.slug };
    const { options: effective, warnings } = validateOptions(schema, mergedOptions(defaults, options), owner);
    this.log.push(...warnings);
    return effective;
  }

  async startApp(slug: string): Promise<void> {
    const app = this.app(slug);
    if (app.pid !== null) throw new Refusal(400, `App ${slug} is already running!`);
    await app.start(this.effectiveOptions(app));
  }

  async restartApp(slug: string): Promise<void> {
    await this.app(slug).stop();
    await this.startApp(slug);
  }

  /** To what the store offers. An add-on that runs is started again. */
  async update(slug: string): Promise<void> {
    const app = this.app(slug);
    const { app: store, image } = this.#offered(slug);
    const wasRunning = app.pid !== null;
    await app.stop();
    app.replace(store, image);
    if (wasRunning) await this.startApp(slug);
  }

  backUp(slug: string, into: string): Promise<void> {
    return backUp(this.app(slug), into);
  }

  /** Of an add-on that does not run; installed where it is not. */
  restore(slug: string, from: string): void {
    restore(this.apps.get(slug) ?? this.install(slug), from);
  }

  /** As its container is restarted. */
  async restartCore(): Promise<void> {
    await this.supervised?.stop();
    this.proxy.closeAll();
    rmSync(this.socketPath, { force: true });
    await this.supervised?.start();
    this.coreRestarts += 1;
  }

  #offered(slug: string): { readonly app: StoreApp; readonly image: Image } {
    const offered = this.store.get(slug);
    if (offered === undefined) throw new Refusal(404, `App ${slug} does not exist in the store`);
    return offered;
  }

  async #push(
    method: string,
    { addon, service, uuid }: { readonly addon: string; readonly service: string; readonly uuid: string },
  ): Promise<void> {
    if (!(await this.core.isRunning())) {
      this.log.push(`Discovery ${uuid} message ignore`);
      return;
    }
    await this.core
      .call(method, `/api/hassio_push/discovery/${uuid}`, JSON.stringify({ addon, service, uuid }), {
        "content-type": "application/json",
      })
      .catch((error: unknown) => this.log.push(`Discovery ${uuid} message failed: ${String(error)}`));
  }

  /** Tells Home Assistant's frontend, as far as it runs. */
  #event(data: object): void {
    void this.core.ask({ type: "supervisor/event", data }).catch(() => undefined);
  }
}
