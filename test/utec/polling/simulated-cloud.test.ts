import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import type { AccessToken, TokenSource } from "../../../src/keeper/account.ts";
import { LogSink } from "../../../src/log-sink.ts";
import { Secrets } from "../../../src/log.ts";
import { systemRandom } from "../../../src/random.ts";
import { FRONT_DOOR, GARDEN_GATE } from "../../../src/simulator/devices/demo.ts";
import type { DeviceBehaviour } from "../../../src/simulator/devices/device-model.ts";
import type { Control } from "../../../src/simulator/control/control.ts";
import type { CloudSettings } from "../../../src/simulator/settings/cloud-settings.ts";
import { LivePicture } from "../../../src/state/live-picture.ts";
import type { CommandName, CommandState, DeviceState } from "../../../src/state/picture.ts";
import { UtecClient } from "../../../src/utec/cloud/client.ts";
import { Commands } from "../../../src/utec/commands/commands.ts";
import { Poller } from "../../../src/utec/polling/poller.ts";
import { Transport } from "../../../src/utec/cloud/transport.ts";
import { Visitor, startCloud } from "../../simulator/visitor.ts";
import { aGateway, anAccount } from "../../state/models.ts";

const FRONT = FRONT_DOOR.id;
const GATE = GARDEN_GATE.id;
const COMMAND = "Uhome.Device/Command";

/** A keeper at its smallest: one refresh at a time, with tokens that the simulated cloud really handed out. */
class VisitorKeeper implements TokenSource {
  readonly #visitor: Visitor;
  #generation = 1;
  #refreshing: Promise<unknown> | undefined;

  constructor(visitor: Visitor) {
    this.#visitor = visitor;
  }

  async getToken(): Promise<AccessToken> {
    await this.#refreshing;
    return { value: this.#visitor.accessToken, generation: this.#generation, expires_at: null };
  }

  invalidate(_accountId: string, generation: number): Promise<AccessToken> {
    if (generation === this.#generation) {
      this.#generation += 1;
      this.#refreshing = this.#visitor.refresh();
    }
    return this.getToken();
  }
}

interface Road {
  readonly control: Control;
  readonly picture: LivePicture;
  readonly poller: Poller;
  device(id: string): DeviceState;
  /** Submits a command and waits for its end. */
  carryOut(device_id: string, name: CommandName): Promise<CommandState>;
}

interface Limits {
  readonly timeoutMs: number;
  /** How long an asker waits for the end of a command. */
  readonly withinMs: number;
}

/** Generous, for a busy machine: nothing waits as long when all is well. */
const SOON = { interval: 2, timeout: 5000 };

const IMPATIENT = { withinMs: 300 };

/**
 * The rooms of the gateway against the simulated cloud, in a hurry: polls and confirmation reads within milliseconds.
 */
async function aRoad(settings: Partial<CloudSettings> = {}, limits: Partial<Limits> = {}): Promise<Road> {
  const { timeoutMs, withinMs } = { timeoutMs: 2000, withinMs: 2000, ...limits };
  // As the documentation asks for it: the gateway sends it, whether or not a cloud insists.
  const cloud = await startCloud({ settings: { custom_data_required: true, ...settings } });
  const keeper = new VisitorKeeper(await Visitor.signedIn(cloud));
  const picture = new LivePicture(aGateway());
  const secrets = new Secrets();
  const { log } = new LogSink({ level: "fatal", secrets, format: "text", write: () => {} });
  const transport = new Transport({ timeoutMs });
  const clock = systemClock;
  const client = new UtecClient({
    actionUrl: () => `${cloud.apiUrl}/action`,
    tokens: keeper,
    transport,
    secrets,
    clock,
    random: systemRandom,
  });
  const poller = new Poller({ client, picture, clock, random: Math.random, log, intervalMs: 20 });
  const confirmation = { burstMs: [2, 5], intervalMs: 10 };
  const commands = new Commands({ client, poller, picture, clock, random: systemRandom, log, confirmation });
  onTestFinished(async () => {
    await commands.stop();
    poller.stop();
    transport.close();
  });
  poller.start();
  picture.update({ accounts: [anAccount()] });
  await expect.poll(() => picture.device(FRONT)?.online, SOON).toBe(true);
  return {
    control: cloud.control,
    picture,
    poller,
    device: (id) => {
      const device = picture.device(id);
      if (!device) throw new Error(`There is no device ${id} in the picture.`);
      return device;
    },
    carryOut: async (device_id, name) => {
      const origin = { kind: "api", name: null, automation: false } as const;
      const { id } = await commands.submit({ device_id, name, origin, deadline_at: clock.now() + withinMs });
      return commands.ended(id);
    },
  };
}

describe("against the simulated cloud", () => {
  it("100 alternating commands on two doors are 100 commands at the cloud, each done and confirmed", async () => {
    const road = await aRoad({ settle_ms: 3 });
    const turn = async (id: string): Promise<(string | null)[]> => {
      const outcomes: (string | null)[] = [];
      for (let n = 0; n < 25; n += 1) {
        outcomes.push((await road.carryOut(id, "unlock")).outcome, (await road.carryOut(id, "lock")).outcome);
      }
      return outcomes;
    };
    const outcomes = (await Promise.all([turn(FRONT), turn(GATE)])).flat();
    expect(outcomes).toEqual(Array.from({ length: 100 }, () => "confirmed"));
    expect(road.control.counters().commands).toMatchObject({ total: 100, accepted: 100, executed: 100 });
  });

  it.each<[string, Partial<CloudSettings>]>([
    ["in canonical casing", { casing: "canonical" }],
    ["in documented casing", { casing: "documented" }],
    ["in wild casing", { casing: "wild" }],
    ["with states as mappings", { states_shape: "mapping" }],
    ["with states as mappings in wild casing", { states_shape: "mapping", casing: "wild" }],
    ["with devices as a mapping", { payload_shape: "mapping" }],
    ["with the list as the payload", { payload_shape: "list" }],
    ["with `type` for `category`", { category_member: "type" }],
  ])("everything is understood %s", async (_case, settings) => {
    const road = await aRoad(settings);
    expect(road.device(FRONT)).toMatchObject({
      name: "Front door",
      kind: "lock",
      capabilities: ["st.healthCheck", "st.lock", "st.batteryLevel", "st.doorSensor"],
      model: "U-Bolt-Pro-WiFi",
      serial: "SIM-0001",
      lock_state: "locked",
      lock_mode: "normal",
      door_state: "closed",
      battery_level: 4,
      battery_percent: 70,
    });
    expect(await road.carryOut(FRONT, "unlock")).toMatchObject({ outcome: "confirmed" });
  });

  it("a command whose answer is lost after the cloud acted is done once, and confirmed", async () => {
    const road = await aRoad({ settle_ms: 10 });
    road.control.fault({ where: "action", kind: "lost_after", action: COMMAND });
    expect(await road.carryOut(FRONT, "unlock")).toMatchObject({ outcome: "confirmed", accepted_at: null });
    expect(road.control.counters().commands).toMatchObject({ total: 1, executed: 1 });
  });

  it("a command that never reached the door is not sent again, and not reported as done", async () => {
    const road = await aRoad({}, IMPATIENT);
    road.control.fault({ where: "action", kind: "lost_before", action: COMMAND });
    await expect(road.carryOut(FRONT, "unlock")).rejects.toMatchObject({ code: "command_unconfirmed" });
    expect(road.control.counters().commands).toMatchObject({ total: 0 });
    expect(road.device(FRONT)).toMatchObject({ lock_state: "locked", transition: null });
  });

  it("a command that the cloud carries out long after the gateway stopped waiting for the answer is one command", async () => {
    const road = await aRoad({}, { timeoutMs: 30 });
    road.control.fault({ where: "action", kind: "late", action: COMMAND, delay_ms: 60 });
    expect(await road.carryOut(FRONT, "unlock")).toMatchObject({ outcome: "confirmed", accepted_at: null });
    expect(road.control.counters().commands).toMatchObject({ total: 1, executed: 1 });
  });

  it.each(["half", "drip", "http_500", "html"] as const)(
    "a command is sent once when the answer to it is %s",
    async (kind) => {
      const road = await aRoad({}, { timeoutMs: 50, ...IMPATIENT });
      road.control.fault({ where: "action", kind, action: COMMAND });
      await road.carryOut(FRONT, "unlock").catch(() => {});
      expect(road.control.counters().actions[COMMAND]).toEqual({
        [kind === "half" || kind === "drip" ? "ok" : kind]: 1,
      });
    },
  );

  it.each([
    [200, "INVALID_TOKEN"],
    [401, "INVALID_TOKEN"],
  ] as const)(
    "an access token that ends early is replaced once, in the middle of a command (HTTP %i)",
    async (status, code) => {
      const road = await aRoad({ invalid_token_status: status, invalid_token_code: code });
      road.control.expire();
      expect(await road.carryOut(FRONT, "unlock")).toMatchObject({ outcome: "confirmed" });
      expect(road.control.counters()).toMatchObject({
        commands: { total: 1, executed: 1 },
        token: { refresh_token: { ok: 1 } },
        refresh_tokens_reused: 0,
      });
    },
  );

  it.each([
    ["ignored", "unconfirmed", "locked"],
    ["jammed", "unconfirmed", "jammed"],
  ] as const)("a command that is %s ends %s, and the picture says %s", async (fate, outcome, state) => {
    const road = await aRoad({}, IMPATIENT);
    road.control.change({ device_id: FRONT, behaviour: { next_commands: [fate] } });
    expect(await road.carryOut(FRONT, "unlock")).toMatchObject({ outcome, error: { code: "command_unconfirmed" } });
    expect(road.device(FRONT)).toMatchObject({ lock_state: state, transition: null });
  });

  it("waits for a state that lags behind", async () => {
    const road = await aRoad({ stale_ms: 80 });
    expect(await road.carryOut(FRONT, "unlock")).toMatchObject({ outcome: "confirmed" });
  });

  it("a door that is offline says so, and is back when it is back", async () => {
    const road = await aRoad();
    road.control.change({ device_id: FRONT, states: { online: false } });
    await expect(road.carryOut(FRONT, "unlock")).rejects.toMatchObject({ code: "device_offline" });
    await expect.poll(() => road.device(FRONT).online, SOON).toBe(false);
    expect(road.device(GATE).online).toBe(true);
    road.control.change({ device_id: FRONT, states: { online: true } });
    await expect.poll(() => road.device(FRONT).online, SOON).toBe(true);
  });

  it("a Latch that locks itself is followed", async () => {
    const road = await aRoad();
    road.control.change({ device_id: GATE, behaviour: { auto_lock_ms: 400 } });
    expect(await road.carryOut(GATE, "unlock")).toMatchObject({ outcome: "confirmed" });
    await expect.poll(() => road.device(GATE).lock_state, SOON).toBe("locked");
  });

  const QUIRKS: [string, Partial<DeviceBehaviour>][] = [
    ["reports offline for one poll", { offline_polls: 1 }],
    ["is missing from a query", { hidden_in: ["query"] }],
    ["is missing from a device list", { hidden_in: ["discovery"] }],
    ["reports no lock state", { missing_capabilities: ["st.lock", "st.healthCheck"] }],
    ["reports no lock state, but everything else", { missing_states: ["lockState"] }],
    ["is listed and reported twice, in contradiction", { double: { lock_state: "Unlocked" } }],
    ["reports what nobody knows", { extra_states: [{ capability: "st.x", name: "y", value: [{ z: null }] }] }],
    ["has lost its name, model and attributes", { missing_fields: ["deviceInfo", "attributes", "category"] }],
  ];

  it.each(QUIRKS)("a door that %s keeps its state", async (_case, behaviour) => {
    const road = await aRoad();
    const { queries, discoveries } = road.control.counters();
    road.control.change({ device_id: FRONT, behaviour });
    road.poller.listDevices();
    await expect.poll(() => road.control.counters().discoveries, SOON).toBeGreaterThan(discoveries);
    await expect.poll(() => road.control.counters().queries, SOON).toBeGreaterThan(queries + 2);
    expect(road.device(FRONT)).toMatchObject({ kind: "lock", online: true, lock_state: "locked", battery_percent: 70 });
  });

  it("an outage shows and ends by itself", async () => {
    const road = await aRoad();
    const cloud = (): unknown => road.picture.gateway.clouds["home"]?.online;
    road.control.set({ outage: true });
    await expect.poll(cloud, SOON).toBe(false);
    expect(road.device(FRONT)).toMatchObject({ lock_state: "locked", online: true });
    road.control.set({ outage: false });
    await expect.poll(cloud, SOON).toBe(true);
  });

  it("a home without devices, and one full of unknown devices, work too", async () => {
    const road = await aRoad();
    const thing = { id: "x", name: "Thing", category: "SmartToaster", handle_type: "utec-toaster", model: "T" };
    road.control.furnish([{ ...thing, hw_version: "1", capabilities: ["st.toast"] }]);
    road.poller.listDevices();
    await expect.poll(() => road.picture.device("x"), SOON).toMatchObject({ kind: "unknown", online: true });
    await expect(road.carryOut("x", "unlock")).rejects.toMatchObject({ code: "command_unsupported" });
    road.control.furnish([]);
    const troubles = (): unknown[] => {
      road.poller.listDevices();
      return road.picture.devices().map(({ trouble }) => trouble);
    };
    await expect.poll(troubles, SOON).toEqual(["missing", "missing", "missing"]);
  });
});
