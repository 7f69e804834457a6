import { existsSync, mkdtempSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import type { Browser } from "playwright-core";
import {
  homeAssistantEnvironment,
  HOME_ASSISTANT_VERSION,
} from "../../../scripts/home-assistant/environment/environment.ts";
import { startHomeAssistant } from "../../../scripts/home-assistant/home-assistant.ts";
import type { HomeAssistant } from "../../../scripts/home-assistant/home-assistant.ts";
import { ADDRESS } from "../../../scripts/home-network/addresses.ts";
import { builtImage } from "../../../scripts/image/image.ts";
import { launchBrowser } from "../../../scripts/processes/browser.ts";
import { DEMO } from "../../../src/simulator/devices/demo.ts";
import { startSimulator } from "../../../src/simulator/simulator.ts";
import type { Simulator } from "../../../src/simulator/simulator.ts";
import { removeFolder } from "../../remove-folder.ts";
import { SupervisorServer } from "../supervisor/server.ts";
import { readStoreApp } from "../supervisor/apps/store-app.ts";
import { FakeSupervisor } from "../supervisor/supervisor.ts";

/** The repository, as a person adds it to the store. */
export const PROJECT = join(import.meta.dirname, "../../..");
export const REPOSITORY_URL = "https://github.com/utec-gateway/utec-gateway";
const CORE_PORT = 8123;
const CLOUD_PORT = 18_098;

/** True within `scripts/home-network/enter.ts`. */
export const isHome = Object.values(networkInterfaces())
  .flat()
  .some((one) => one?.address === ADDRESS.supervisor);

/**
 * A house with Home Assistant OS: the fake Supervisor, the real Home Assistant, a browser, the simulated cloud, and the
 * add-on in its own image, each at its address of the inner network.
 */
export class Home {
  readonly folder = mkdtempSync(join(tmpdir(), "utec-gateway-home-"));
  readonly storeApp = readStoreApp(PROJECT, REPOSITORY_URL);
  readonly supervisor: FakeSupervisor;
  readonly #server: SupervisorServer;
  #cloud: Simulator | undefined;
  #homeAssistant: HomeAssistant | undefined;
  #browser: Browser | undefined;

  constructor() {
    const cloud = `http://127.0.0.1:${CLOUD_PORT}`;
    this.supervisor = new FakeSupervisor({
      folder: join(this.folder, "supervisor"),
      homeAssistantFolder: this.homeAssistantFolder,
      coreVersion: HOME_ASSISTANT_VERSION,
      corePort: CORE_PORT,
      coreToken: "core-".padEnd(112, "0123456789abcdef"),
      timezone: process.env["TZ"] ?? "Europe/Amsterdam",
      appEnvironment: { UTEC_GATEWAY_OAUTH_URL: `${cloud}/oauth`, UTEC_GATEWAY_API_URL: `${cloud}/api` },
    });
    this.#server = new SupervisorServer(this.supervisor);
  }

  get homeAssistantFolder(): string {
    return join(this.folder, "home-assistant");
  }

  get slug(): string {
    return this.storeApp.fullSlug;
  }

  get cloud(): Simulator {
    return present(this.#cloud);
  }

  get homeAssistant(): HomeAssistant {
    return present(this.#homeAssistant);
  }

  get browser(): Browser {
    return present(this.#browser);
  }

  /**
   * A house that has added the repository to its store, and nothing more.
   * @param redirectUris what the person has entered in the cloud's OpenAPI screen
   */
  async start(redirectUris: readonly string[]): Promise<void> {
    const environment = await homeAssistantEnvironment(() => {});
    await this.#server.start();
    this.supervisor.offer(this.storeApp, await builtImage());
    const core = startHomeAssistant({
      folder: this.homeAssistantFolder,
      environment,
      port: CORE_PORT,
      env: this.supervisor.coreEnvironment,
    });
    [this.#browser, this.#cloud, this.#homeAssistant] = await Promise.all([
      launchBrowser(),
      this.#startCloud(redirectUris),
      core,
    ]);
    this.supervisor.supervised = this.#homeAssistant;
  }

  /** As the button in Home Assistant's settings does: it asks the Supervisor for it. */
  async restartCore(): Promise<void> {
    const restarts = this.supervisor.coreRestarts;
    // Home Assistant ends before it answers.
    this.homeAssistant.client.callService("homeassistant", "restart").catch(() => undefined);
    while (this.supervisor.coreRestarts === restarts) await delay(50);
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
    await this.supervisor.stop();
    this.#server.stop();
    await this.#homeAssistant?.stop();
    await this.#cloud?.close();
    if (existsSync(this.folder)) removeFolder(this.folder);
  }

  async #startCloud(redirectUris: readonly string[]): Promise<Simulator> {
    return startSimulator({
      host: "127.0.0.1",
      port: CLOUD_PORT,
      grantsFile: join(this.folder, "cloud-grants.json"),
      clients: [{ ...DEMO.client, redirect_uris: [...redirectUris] }],
      settings: { settle_ms: 400 },
    });
  }
}

function present<T>(part: T | undefined): T {
  if (part === undefined) throw new Error("The house has not been started.");
  return part;
}
