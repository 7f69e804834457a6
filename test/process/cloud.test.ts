import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import type { GatewayProcess } from "../../scripts/processes/gateway-process.ts";
import { DEMO, FRONT_DOOR } from "../../src/simulator/devices/demo.ts";
import type { DeviceDefinition } from "../../src/simulator/devices/device-model.ts";
import type { FaultKind } from "../../src/simulator/faults/fault.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import type { Simulator, SimulatorOptions } from "../../src/simulator/simulator.ts";
import type { CommandState, Snapshot } from "../../src/state/picture.ts";
import { REDIRECT_URI, aCloud, aFolder, aGateway, aGatewayAt, signIn } from "./stage.ts";
import type { Finish } from "./stage.ts";

const COMMAND = "Uhome.Device/Command";
const FRONT = FRONT_DOOR.id;

interface Road {
  readonly cloud: Simulator;
  readonly gateway: GatewayProcess;
}

/** A signed-in gateway that has looked at all devices of its cloud once. */
async function aRoad(onTestFinished: Finish, options: SimulatorOptions = {}): Promise<Road> {
  const cloud = await aCloud(onTestFinished, options);
  const gateway = await aGatewayAt(cloud, onTestFinished, { dataFolder: aFolder(onTestFinished) });
  await signIn(gateway, cloud);
  await gateway.waitFor(isOnline, "the cloud");
  return { cloud, gateway };
}

describe.concurrent("what a cloud may be like", () => {
  test("a home without devices is well, and nothing is complained of", async ({ onTestFinished }) => {
    const { gateway } = await aRoad(onTestFinished, { devices: [] });
    await looksAgain(gateway);
    expect((await gateway.state()).devices).toEqual([]);
    expect(await gateway.get("health")).toMatchObject({ status: "ok", problems: [] });
    expect(complaints(gateway)).toEqual([]);
  });

  test("devices of unknown kind and without states stand in the picture as they are, and take no command", async ({
    onTestFinished,
  }) => {
    const thing = { category: "SmartToaster", handle_type: "utec-toaster", model: "T", hw_version: "1" };
    const devices: DeviceDefinition[] = [
      { ...thing, id: "toaster", name: "Toaster", capabilities: ["st.toast"] },
      { ...FRONT_DOOR, behaviour: { missing_capabilities: ["st.lock", "st.batteryLevel", "st.doorSensor"] } },
      { ...FRONT_DOOR, id: "bare", behaviour: { missing_fields: ["deviceInfo", "attributes", "category", "name"] } },
      { ...FRONT_DOOR, id: "mute", behaviour: { hidden_in: ["query"] } },
    ];
    const { gateway } = await aRoad(onTestFinished, { devices });
    const picture = await gateway.waitFor(({ devices }) => devices.length === 4, "four devices");
    await gateway.waitFor(({ devices }) => devices.find(({ id }) => id === "toaster")?.online === true, "their states");
    expect((await gateway.state()).devices).toMatchObject([
      { id: "toaster", kind: "unknown", online: true, lock_state: null, battery_level: null },
      { id: FRONT, kind: "lock", online: true, lock_state: "unknown", door_state: "unknown", battery_level: null },
      { id: "bare", kind: "lock", name: "Lock bare", lock_state: "locked", manufacturer: null, model: null },
      { id: "mute", kind: "lock", online: null, lock_state: "unknown" },
    ]);
    expect(picture.gateway.problems).toEqual([]);
    await expect(gateway.command("toaster", "unlock")).rejects.toMatchObject({ code: "command_unsupported" });
    expect(complaints(gateway)).toEqual([]);
  });

  test.for<[FaultKind, string]>([
    ["html", "cloud_answer_unreadable"],
    ["garbage", "cloud_answer_unreadable"],
    ["http_500", "cloud_error"],
    ["lost_before", "cloud_unreachable"],
  ])(
    "one that answers %s is said to be so in the picture and once in the log, and is well again by itself",
    async ([kind, code], { onTestFinished }) => {
      const { cloud, gateway } = await aRoad(onTestFinished);
      cloud.control.fault({ where: "action", kind, times: null });
      await untilOnline(gateway, false);
      for (let times = 0; times < 3; times += 1) await looksAgain(gateway);
      const { error } = cloudOf(await gateway.state());
      expect(error).toMatchObject({ code, message: expect.stringMatching(/^.*the U-tec cloud.+\.$/i) });
      expect(complaints(gateway)).toEqual(["The cloud does not answer."]);
      cloud.control.clearFaults();
      await untilOnline(gateway, true);
      expect(infos(gateway)).toContain("The cloud answers again.");
      expect((await gateway.state()).devices).toMatchObject([{ lock_state: "locked" }, { lock_state: "locked" }]);
    },
  );

  test("one that refuses every token for a while costs one refresh, and the grant lives", async ({
    onTestFinished,
  }) => {
    const { cloud, gateway } = await aRoad(onTestFinished);
    cloud.control.fault({ where: "action", kind: "invalid_token", times: null });
    await untilOnline(gateway, false);
    for (let times = 0; times < 5; times += 1) await looksAgain(gateway);
    expect(cloud.control.counters().token["refresh_token"]).toEqual({ ok: 1 });
    await gateway.waitFor((picture) => isAboutNewToken(picture), "the token that is new");
    cloud.control.clearFaults();
    await untilOnline(gateway, true);
    expect(await gateway.account()).toMatchObject({ status: "fresh", generation: 2, last_error: null });
    expect(cloud.control.counters()).toMatchObject({ token: { refresh_token: { ok: 1 } }, refresh_tokens_reused: 0 });
  });

  test("one whose answer to a command is lost has done it once, and the command ends confirmed", async ({
    onTestFinished,
  }) => {
    const { cloud, gateway } = await aRoad(onTestFinished);
    await gateway.waitFor(({ devices }) => devices[0]?.lock_state === "locked", "the door");
    cloud.control.fault({ where: "action", kind: "lost_after", action: COMMAND });
    const { id } = await gateway.command(FRONT, "unlock");
    const { commands } = await gateway.waitFor(({ commands }) => endOf(commands, id) !== null, "the command's end");
    expect(endOf(commands, id)).toBe("confirmed");
    expect(cloud.control.counters().commands).toMatchObject({ total: 1, executed: 1 });
    expect((await gateway.state()).devices[0]).toMatchObject({ lock_state: "unlocked", transition: null });
  });
});

test.concurrent("a restart of the cloud over several lives of a token: everything comes back, and the log says each thing once", async ({
  onTestFinished,
}) => {
  const folder = aFolder(onTestFinished);
  const start = (port = 0): Promise<Simulator> =>
    startSimulator({
      port,
      grantsFile: join(folder, "grants.json"),
      clients: [{ ...DEMO.client, redirect_uris: [REDIRECT_URI] }],
      // One that is back gives long ones, so that what a busy machine is late with is none of its faults.
      settings: { access_token_life_s: port === 0 ? 5 : 3600 },
    });
  const first = await start();
  const gateway = await aGateway(onTestFinished, { cloud: first, client: DEMO.client, dataFolder: folder });
  const { generation } = await signIn(gateway, first);
  await gateway.waitFor(isOnline, "the cloud");
  await first.close();
  await untilOnline(gateway, false);
  const { accounts } = await gateway.waitFor(
    ({ accounts: [account] }) => account?.status === "retrying" && account.consecutive_failures >= 3,
    "some failed refreshes",
    40_000,
  );
  expect(accounts).toMatchObject([{ reason: "cloud_unreachable" }]);

  const second = await start(Number(new URL(first.url).port));
  onTestFinished(() => second.close());
  await gateway.waitFor(
    ({ accounts: [account] }) => account?.status === "fresh" && account.generation > generation,
    "a new token",
    60_000,
  );
  await untilOnline(gateway, true);
  expect((await gateway.state()).devices).toMatchObject([{ lock_state: "locked" }, { lock_state: "locked" }]);
  expect(second.control.counters()).toMatchObject({ refresh_tokens_reused: 0, refreshes_at_once: 1 });
  expect(complaints(gateway)).toHaveLength(2);
  expect(complaints(gateway)).toContain("The cloud does not answer.");
  expect(complaints(gateway)).toContain("The U-tec cloud refused the connection; the gateway tries again by itself.");
  expect(infos(gateway).filter((message) => message === "The cloud answers again.")).toHaveLength(1);
  expect(infos(gateway).filter((message) => message.includes("on attempt"))).toHaveLength(1);
});

/** Has the gateway look at its devices now, and gives it the time for it. */
async function looksAgain(gateway: GatewayProcess): Promise<Snapshot> {
  await gateway.post("api/devices/discover", {});
  await delay(200);
  return gateway.state();
}

/** Has it look until it holds its cloud for online, or for offline. */
async function untilOnline(gateway: GatewayProcess, online: boolean): Promise<void> {
  await vi.waitUntil(async () => isOnline(await looksAgain(gateway)) === online, { timeout: 20_000 });
}

function cloudOf({ gateway, accounts: [account] }: Snapshot): Snapshot["gateway"]["clouds"][string] {
  return gateway.clouds[account?.id ?? ""] ?? { online: null, error: null, last_success_at: null, devices_known: true };
}

function isOnline(picture: Snapshot): boolean {
  return cloudOf(picture).online === true;
}

function isAboutNewToken(picture: Snapshot): boolean {
  return cloudOf(picture).error?.message.includes("although it is new") === true;
}

function endOf(commands: readonly CommandState[], id: string): CommandState["outcome"] {
  return commands.find((command) => command.id === id)?.outcome ?? null;
}

/** What the log said at `warn` or above. */
function complaints(gateway: GatewayProcess): string[] {
  return gateway.records
    .filter(({ level }) => ["warn", "error", "fatal"].includes(level))
    .map(({ message }) => message);
}

function infos(gateway: GatewayProcess): string[] {
  return gateway.records.filter(({ level }) => level === "info").map(({ message }) => message);
}
