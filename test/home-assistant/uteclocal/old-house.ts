import { randomInt } from "node:crypto";
import { cp, mkdir, rm } from "node:fs/promises";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { expect, vi } from "vitest";
import type { EntityState, FlowStep, HomeAssistantClient } from "../../../scripts/home-assistant/client.ts";
import { homeAssistantEnvironment } from "../../../scripts/home-assistant/environment/environment.ts";
import { startHomeAssistant } from "../../../scripts/home-assistant/home-assistant.ts";
import type { HomeAssistant } from "../../../scripts/home-assistant/home-assistant.ts";
import { freePort } from "../../../scripts/processes/free-port.ts";
import { startGateway } from "../../../scripts/processes/gateway-process.ts";
import type { GatewayProcess } from "../../../scripts/processes/gateway-process.ts";
import { DEMO, FRONT_DOOR, GARDEN_GATE, PORCH_BULB } from "../../../src/simulator/devices/demo.ts";
import type { DeviceChange } from "../../../src/simulator/control/control.ts";
import { startSimulator } from "../../../src/simulator/simulator.ts";
import type { Simulator } from "../../../src/simulator/simulator.ts";
import { REDIRECT_URI, signIn } from "../../process/stage.ts";
import { removeFolder } from "../../remove-folder.ts";
import { Wire } from "./wire.ts";

/** The integration `uteclocal` as it behaved over the time that it is in use. */
export type Generation = "a" | "b" | "c";

/** A lamp before the locks, and a lock of a category that no generation knows as one. */
const DEVICES = [PORCH_BULB, { ...FRONT_DOOR, category: "LOCK" }, GARDEN_GATE];

/** A state as the history has it. */
export type Recorded = Pick<EntityState, "state" | "last_changed">;

const GENERATIONS = join(import.meta.dirname, "generations");
const OWN_INTEGRATION = join(import.meta.dirname, "../../../custom_components/utec_gateway");

/**
 * A home that was made for uteclocal: a real Home Assistant with an integration of that name, which asks a real gateway
 * process over a wire that is listened to.
 */
export class OldHouse {
  readonly folder = mkdtempSync(join(tmpdir(), "utec-gateway-old-house-"));
  #parts: { readonly cloud: Simulator; readonly homeAssistant: HomeAssistant; readonly wire: Wire } | undefined;
  #gateway: GatewayProcess | undefined;
  #port = 0;

  get cloud(): Simulator {
    return present(this.#parts).cloud;
  }

  get homeAssistant(): HomeAssistant {
    return present(this.#parts).homeAssistant;
  }

  get client(): HomeAssistantClient {
    return this.homeAssistant.client;
  }

  get wire(): Wire {
    return present(this.#parts).wire;
  }

  get gateway(): GatewayProcess {
    return present(this.#gateway);
  }

  async start(generation: Generation): Promise<void> {
    const environment = await homeAssistantEnvironment(() => {});
    // Of those that no outgoing connection takes while the gateway restarts, one that no other such house has.
    this.#port = await freePort(randomInt(18_100, 28_000));
    await this.install(generation);
    const [homeAssistant, cloud, wire] = await Promise.all([
      startHomeAssistant({ folder: join(this.folder, "home-assistant"), environment, integration: OWN_INTEGRATION }),
      startSimulator({ devices: DEVICES, settings: { settle_ms: 700 } }),
      Wire.open(this.#port),
    ]);
    this.#parts = { homeAssistant, cloud, wire };
    await this.startGateway();
    await signIn(this.gateway, cloud);
    await this.gateway.waitFor(({ devices }) => devices.length === 3, "the devices");
  }

  signIn(): Promise<unknown> {
    return signIn(this.gateway, this.cloud);
  }

  async startGateway(): Promise<void> {
    const { cloud, homeAssistant } = present(this.#parts);
    this.#gateway = await startGateway({
      dataFolder: this.folder,
      cloud,
      client: DEMO.client,
      environment: {
        UTEC_GATEWAY_REDIRECT_URI: REDIRECT_URI,
        UTEC_GATEWAY_COMPATIBILITY: "true",
        UTEC_GATEWAY_COMPATIBILITY_HOST: "127.0.0.1",
        UTEC_GATEWAY_COMPATIBILITY_PORT: String(this.#port),
        UTEC_GATEWAY_POLL_INTERVAL: "10",
        UTEC_GATEWAY_CONFIRMATION_MARGIN: "5",
        HOME_ASSISTANT_URL: homeAssistant.url,
        HOME_ASSISTANT_TOKEN: homeAssistant.longLivedToken,
      },
    });
  }

  /** Puts a generation's files into Home Assistant's folder, which loads them at its next start. */
  async install(generation: Generation): Promise<void> {
    const place = join(this.folder, "home-assistant/custom_components/uteclocal");
    await rm(place, { recursive: true, force: true });
    await mkdir(place, { recursive: true });
    // C is B but for what its own folder has.
    if (generation === "c") await cp(join(GENERATIONS, "b"), place, { recursive: true });
    await cp(join(GENERATIONS, generation), place, { recursive: true });
  }

  /** Adds the integration as a person does, with the address of the gateway; returns how that ends. */
  async add(host = this.wire.url): Promise<FlowStep> {
    const flow = await this.client.request<FlowStep>("POST", "/api/config/config_entries/flow", {
      handler: "uteclocal",
    });
    return this.client.continueFlow(flow.flow_id, { host });
  }

  async remove(): Promise<void> {
    for (const { entry_id } of await this.client.entries("uteclocal")) await this.client.removeEntry(entry_id);
  }

  async reload(): Promise<void> {
    for (const { entry_id } of await this.client.entries("uteclocal")) await this.client.reloadEntry(entry_id);
  }

  /** Has the gateway look at the devices, then Home Assistant at the gateway. */
  async lookAgain(...entityIds: readonly string[]): Promise<void> {
    await fetch(`${this.wire.url}/api/status/refresh`, { method: "POST" });
    await this.client.callService("homeassistant", "update_entity", { entity_id: entityIds });
  }

  /** Looks, with those entities that look for themselves, until these are there with these states. */
  async shows(wanted: Readonly<Record<string, string>>, look: readonly string[] = Object.keys(wanted)): Promise<void> {
    await vi.waitFor(
      async () => {
        await this.lookAgain(...look);
        expect(await this.entities()).toMatchObject(wanted);
      },
      { timeout: 30_000, interval: 200 },
    );
  }

  lock(entity_id: string): Promise<unknown> {
    return this.client.callService("lock", "lock", { entity_id });
  }

  unlock(entity_id: string): Promise<unknown> {
    return this.client.callService("lock", "unlock", { entity_id });
  }

  async state(entityId: string): Promise<string | undefined> {
    return (await this.client.state(entityId))?.state;
  }

  /** What an integration has in Home Assistant, with its state. */
  async entities(integration = "uteclocal"): Promise<Record<string, string>> {
    const registered = await this.client.ws<{ entity_id: string; platform: string }[]>({
      type: "config/entity_registry/list",
    });
    const own = new Set(
      registered.filter(({ platform }) => platform === integration).map(({ entity_id }) => entity_id),
    );
    const states = (await this.client.states()).filter(({ entity_id }) => own.has(entity_id));
    return Object.fromEntries(states.map(({ entity_id, state }) => [entity_id, state]));
  }

  /** Every state that the entity takes while `act` runs, one after the other. */
  async during(entityId: string, act: () => Promise<unknown>): Promise<string[]> {
    const seen: string[] = [];
    const note = (state: EntityState | undefined): void => {
      const now = state?.state ?? "no such entity";
      if (seen.at(-1) !== now) seen.push(now);
    };
    const stopWatching = await this.client.watchState(entityId, note);
    await act();
    await stopWatching();
    return seen;
  }

  /** Changes the front door as if by hand, in the cloud alone. */
  change(states: DeviceChange["states"] = {}): void {
    this.cloud.control.change({ device_id: FRONT_DOOR.id, states });
  }

  /** What the recorder has of an entity since the house was built, oldest first. */
  async history(entityId: string): Promise<Recorded[]> {
    const [recorded = []] = await this.client.request<Recorded[][]>(
      "GET",
      `/api/history/period/${new Date(0).toISOString()}?filter_entity_id=${entityId}&end_time=${new Date().toISOString()}`,
    );
    return recorded;
  }

  /** Waits until the recorder has a state, which takes it a moment. */
  async recorded(entityId: string, wanted: (state: Recorded) => boolean): Promise<void> {
    await vi.waitUntil(async () => (await this.history(entityId)).some(wanted), { timeout: 30_000, interval: 100 });
  }

  /** What the integration has asked since the last time. */
  asked(): string[] {
    return this.wire.take().map(({ line, body }) => `${line} ${body}`.trim());
  }

  /** How long ago a state was said nobody can tell after the machine was off. */
  asAfterABoot(): void {
    const database = new SqliteDatabase(join(this.folder, "picture.db"));
    database.exec("UPDATE device SET content = json_set(content, '$.said.boot', 'an earlier run of the machine')");
    database.close();
  }

  /** How many commands have reached the cloud, refused ones too. */
  commands(): number {
    return this.cloud.control.counters().commands.total;
  }

  /** The cloud and the front door as they were in the beginning, whatever a test that failed has left. */
  async calm(): Promise<void> {
    this.cloud.control.clearFaults();
    this.cloud.control.set({ outage: false });
    this.change({ online: true, lock_state: "Locked", lock_mode: 0, battery_level: 4 });
    // A look may have to wait for 5 s, and most tests leave nothing to be seen.
    if (!(await this.#isCalm())) await fetch(`${this.wire.url}/api/status/refresh`, { method: "POST" });
  }

  /** Whether that is what the gateway has of them. */
  async #isCalm(): Promise<boolean> {
    const { devices, gateway } = await this.gateway.state();
    const door = devices.find(({ id }) => id === FRONT_DOOR.id);
    const isCalm = door?.online === true && door.lock_state === "locked" && door.lock_mode === "normal";
    return isCalm && door.battery_level === 4 && Object.values(gateway.clouds).every(({ online }) => online === true);
  }

  /** Waits until so many commands have reached the cloud. */
  async commanded(total: number): Promise<void> {
    await vi.waitUntil(() => this.commands() >= total, { timeout: 30_000, interval: 5 });
  }

  /** Waits until the front door itself is unlocked. */
  async unlockedInTheCloud(): Promise<void> {
    const isUnlocked = (): boolean =>
      this.cloud.control.devices().some(({ id, actual }) => id === FRONT_DOOR.id && actual.lock_state === "Unlocked");
    await vi.waitUntil(isUnlocked, { timeout: 30_000 });
  }

  async stop(): Promise<void> {
    await this.#gateway?.stop();
    await this.#parts?.wire.close();
    await this.#parts?.homeAssistant.stop();
    await this.#parts?.cloud.close();
    removeFolder(this.folder);
  }
}

function present<T>(part: T | undefined): T {
  if (part === undefined) throw new Error("The house has not been started.");
  return part;
}
