import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { launchBrowser } from "./browser.ts";
import { buildPage } from "../build.ts";
import { freePort } from "./free-port.ts";
import { startGateway } from "./gateway-process.ts";
import type { GatewayProcess } from "./gateway-process.ts";
import { startHomeAssistant } from "../home-assistant/home-assistant.ts";
import type { HomeAssistant } from "../home-assistant/home-assistant.ts";
import { homeAssistantEnvironment } from "../home-assistant/environment/environment.ts";
import { linkGateway } from "../home-assistant/link-gateway.ts";
import { signIn } from "./sign-in.ts";
import { DEMO } from "../../src/simulator/devices/demo.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { removeFolder } from "../../test/remove-folder.ts";

/** Where both start again after each end; the redirect URI must be known before the gateway listens. */
interface Ports {
  readonly gateway: number;
  readonly cloud: number;
}

/** The ids that Home Assistant makes of the demo's names. */
export const ENTITY = {
  frontDoor: "lock.front_door",
  gardenGate: "lock.garden_gate",
  gateMode: "select.garden_gate_mode",
  gateConnection: "binary_sensor.garden_gate_connection",
  gateTrouble: "sensor.garden_gate_trouble",
  frontDoorTrouble: "sensor.front_door_trouble",
  tokenStatus: "sensor.u_tec_token_status",
  tokenProblem: "binary_sensor.u_tec_token_problem",
  cloudConnection: "binary_sensor.u_tec_cloud_connection",
} as const;

/**
 * The whole system on real parts: simulated cloud, gateway process, real Home Assistant, real browser. One for all suites
 * that need Home Assistant.
 */
export class WholeSystem {
  readonly folder = mkdtempSync(join(tmpdir(), "utec-gateway-system-"));
  readonly integration = join(import.meta.dirname, "../../custom_components/utec_gateway");
  #ports: Ports | undefined;
  #cloud: Simulator | undefined;
  #gateway: GatewayProcess | undefined;
  #homeAssistant: HomeAssistant | undefined;
  #browser: Browser | undefined;
  /** What earlier gateway processes wrote. */
  #earlierOutput = "";
  /** Every secret that the gateway has held: its client's, and what the cloud handed out. */
  readonly secrets = new Set<string>([DEMO.client.client_secret]);

  get cloud(): Simulator {
    return present(this.#cloud);
  }

  get gateway(): GatewayProcess {
    return present(this.#gateway);
  }

  get homeAssistant(): HomeAssistant {
    return present(this.#homeAssistant);
  }

  get browser(): Browser {
    return present(this.#browser);
  }

  /** All that gateways have written. */
  get gatewayOutput(): string {
    return this.#earlierOutput + this.gateway.output;
  }

  async start(): Promise<void> {
    const environment = await homeAssistantEnvironment(() => {});
    const gateway = await freePort();
    // Nobody listens on either yet, so the second must not be the first once more.
    this.#ports = { gateway, cloud: await freePort(gateway + 1) };
    [this.#browser, this.#cloud, this.#homeAssistant] = await Promise.all([
      launchBrowser(),
      this.startCloud(),
      startHomeAssistant({ folder: join(this.folder, "home-assistant"), environment, integration: this.integration }),
      buildPage(),
    ]);
    await this.startGateway();
    await signIn(this.gateway);
    this.noteSecrets();
    await linkGateway(this.gateway);
    await this.homeAssistant.client.waitForState(ENTITY.frontDoor, ({ state }) => state === "locked");
  }

  async startGateway(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    this.#earlierOutput += this.#gateway?.output ?? "";
    this.#gateway = await startGateway({
      dataFolder: this.folder,
      cloud: this.cloud,
      client: DEMO.client,
      port: present(this.#ports).gateway,
      environment: {
        HOME_ASSISTANT_URL: this.homeAssistant.url,
        HOME_ASSISTANT_TOKEN: this.homeAssistant.longLivedToken,
        UTEC_GATEWAY_LOG_LEVEL: "trace",
        // As short as they can be set: what takes a quarter of an hour in a house takes a minute here.
        UTEC_GATEWAY_POLL_INTERVAL: "10",
        UTEC_GATEWAY_STALE_AFTER_POLLS: "2",
        UTEC_GATEWAY_UNAVAILABLE_AFTER: "1",
        UTEC_GATEWAY_CONFIRMATION_MARGIN: "5",
        ...environment,
      },
    });
  }

  /** The cloud, also after it was closed: same port, same grants. */
  async startCloud(): Promise<Simulator> {
    this.#cloud = await startSimulator({
      host: "127.0.0.1",
      port: present(this.#ports).cloud,
      grantsFile: join(this.folder, "cloud-grants.json"),
      clients: [{ ...DEMO.client, redirect_uris: [`http://127.0.0.1:${present(this.#ports).gateway}/oauth/callback`] }],
      settings: { settle_ms: 400 },
    });
    return this.#cloud;
  }

  /** Adds the tokens that the cloud has handed out lately; it forgets them when they have died. */
  noteSecrets(): void {
    for (const grant of this.cloud.control.grants()) {
      for (const token of [grant.access_token, grant.refresh_token]) if (token !== null) this.secrets.add(token);
    }
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
    await this.#gateway?.stop();
    await this.#homeAssistant?.stop();
    await this.#cloud?.close();
    removeFolder(this.folder);
  }
}

function present<T>(part: T | undefined): T {
  if (part === undefined) throw new Error("The system has not been started.");
  return part;
}
