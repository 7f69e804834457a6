import { randomBytes } from "node:crypto";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { healthCheck, runImage } from "../../../../scripts/image/run.ts";
import type { RunOptions } from "../../../../scripts/image/run.ts";
import type { Image } from "../../../../scripts/image/image.ts";
import type { JsonObject } from "../../../../src/json.ts";
import { ADDRESS } from "../../../../scripts/home-network/addresses.ts";
import type { StoreApp } from "./store-app.ts";

/** As the Supervisor calls them: `startup` until the container is healthy, `error` where it ended by itself, badly. */
export type AppState = "startup" | "started" | "stopped" | "error";

export interface AppOptions {
  readonly store: StoreApp;
  readonly image: Image;
  /** The add-on's own folder among the Supervisor's: its `/data`. */
  readonly dataFolder: string;
  /** Home Assistant's, for add-ons that map it. */
  readonly homeAssistantFolder: string;
  readonly timezone: string;
  /** What a real add-on does not get: where the simulated cloud is. */
  readonly environment: Readonly<Record<string, string>>;
  readonly onState: (state: AppState) => void;
}

/** Where the Supervisor mounts a folder of the `map` list. */
const MOUNTED_AT: Readonly<Record<string, string>> = { homeassistant_config: "/homeassistant" };
/** The Supervisor says no word of a start before this. */
const HEALTHY_WITHIN_MS = 120_000;
/** Docker asks every five seconds while a container starts; here it is asked sooner. */
const ASKED_EVERY_MS = 300;

/** An installed add-on: its options, its token, its container. */
export class App {
  readonly ingressToken = randomBytes(32).toString("base64url");
  readonly address = ADDRESS.app;
  /** What the person has changed of the defaults. */
  options: JsonObject = {};
  boot: "auto" | "manual" = "auto";
  watchdog = false;
  autoUpdate = false;
  ingressPanel = false;
  #options: AppOptions;
  #state: AppState = "stopped";
  #token = "";
  #container: ChildProcess | null = null;
  #ended: Promise<void> = Promise.resolve();
  #exitCodes: (number | null)[] = [];
  #log = "";

  constructor(options: AppOptions) {
    this.#options = options;
    mkdirSync(options.dataFolder, { recursive: true });
  }

  get store(): StoreApp {
    return this.#options.store;
  }

  get slug(): string {
    return this.store.fullSlug;
  }

  get dataFolder(): string {
    return this.#options.dataFolder;
  }

  get hostname(): string {
    return this.slug.replaceAll("_", "-");
  }

  get state(): AppState {
    return this.#state;
  }

  /** Of this start; the Supervisor makes a new one each time. */
  get token(): string {
    return this.#token;
  }

  /** All that its containers have written. */
  get log(): string {
    return this.#log;
  }

  /** How each of its containers has ended; null: by a signal. */
  get exitCodes(): readonly (number | null)[] {
    return this.#exitCodes;
  }

  get pid(): number | null {
    return this.#container?.pid ?? null;
  }

  /** Another version's files; takes effect at the next start. */
  replace(store: StoreApp, image: Image): void {
    this.#options = { ...this.#options, store, image };
  }

  /** @param options what the Supervisor has validated; it becomes `/data/options.json` */
  async start(options: JsonObject): Promise<void> {
    writeFileSync(join(this.dataFolder, "options.json"), JSON.stringify(options, null, 2), { mode: 0o600 });
    this.#token = randomBytes(56).toString("hex");
    const runOptions: RunOptions = {
      dataFolder: this.dataFolder,
      mounts: this.#mounts(),
      environment: {
        ...this.#options.environment,
        TZ: this.#options.timezone,
        SUPERVISOR_TOKEN: this.#token,
        HASSIO_TOKEN: this.#token,
      },
    };
    const container = runImage(this.#options.image, runOptions);
    this.#container = container;
    this.#setState("startup");
    const read = (chunk: Buffer): void => {
      this.#log += chunk.toString();
    };
    container.stdout?.on("data", read);
    container.stderr?.on("data", read);
    this.#ended = new Promise((resolve) => {
      container.once("close", (code) => {
        this.#exitCodes.push(code);
        if (this.#container === container) this.#container = null;
        this.#setState(code === 0 ? "stopped" : "error");
        resolve();
      });
    });
    await this.#untilHealthy(container, runOptions);
  }

  /** SIGTERM, and SIGKILL after the add-on's own `timeout`. */
  async stop(): Promise<void> {
    const container = this.#container;
    if (container === null) return;
    container.kill("SIGTERM");
    const limit = setTimeout(() => container.kill("SIGKILL"), this.store.configuration.timeout * 1000);
    await this.#ended;
    clearTimeout(limit);
    this.#setState("stopped");
  }

  /** As a power cut does. */
  async kill(): Promise<void> {
    this.#container?.kill("SIGKILL");
    await this.#ended;
  }

  /** Runs a command in the running container; the exit code. */
  async runInside(command: string): Promise<number | null> {
    const { image } = this.#options;
    const child = runImage(image, { dataFolder: this.dataFolder, mounts: this.#mounts(), command: command.split(" ") });
    const read = (chunk: Buffer): void => {
      this.#log += chunk.toString();
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    const [code] = (await once(child, "close")) as [number | null];
    return code;
  }

  removeData(): void {
    rmSync(this.dataFolder, { recursive: true, force: true });
  }

  #mounts(): Record<string, string> {
    return Object.fromEntries(
      this.store.configuration.map.flatMap(({ type }) => {
        const at = MOUNTED_AT[String(type)];
        return at === undefined ? [] : [[at, this.#options.homeAssistantFolder]];
      }),
    );
  }

  async #untilHealthy(container: ChildProcess, runOptions: RunOptions): Promise<void> {
    const deadline = performance.now() + HEALTHY_WITHIN_MS;
    while (this.#container === container && performance.now() < deadline) {
      if ((await healthCheck(this.#options.image, runOptions)) === 0) {
        if (this.#container === container) this.#setState("started");
        return;
      }
      await delay(ASKED_EVERY_MS);
    }
  }

  #setState(state: AppState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.onState(state);
  }
}
