import { expect, test } from "vitest";
import type { GatewayProcess } from "../../scripts/processes/gateway-process.ts";
import { FRONT_DOOR, GARDEN_GATE } from "../../src/simulator/devices/demo.ts";
import type { DeviceDefinition } from "../../src/simulator/devices/device-model.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import type { CommandState } from "../../src/state/picture.ts";
import { aCloud, aFolder, aGatewayAt, signIn } from "./stage.ts";
import type { Finish } from "./stage.ts";

const FRONT = FRONT_DOOR.id;
const GATE = GARDEN_GATE.id;
const STRANGE = "AA:01/дверь ?#%2e../🚪";
const LAMP: DeviceDefinition = {
  id: "lamp",
  name: "Lamp",
  category: "Light",
  handle_type: "utec-dimmer",
  model: "A19-C1",
  hw_version: "01.40.0301",
};

interface Road {
  readonly cloud: Simulator;
  readonly gateway: GatewayProcess;
  readonly folder: string;
}

/** A signed-in gateway that knows the states of all its devices. */
async function aRoad(onTestFinished: Finish): Promise<Road> {
  const devices = [FRONT_DOOR, GARDEN_GATE, LAMP, { ...GARDEN_GATE, id: STRANGE, name: "" }];
  const cloud = await aCloud(onTestFinished, { devices });
  const folder = aFolder(onTestFinished);
  const gateway = await aGatewayAt(cloud, onTestFinished, { dataFolder: folder });
  await signIn(gateway, cloud);
  await allKnown(gateway, devices.length);
  return { cloud, gateway, folder };
}

async function allKnown(gateway: GatewayProcess, count: number): Promise<void> {
  await gateway.waitFor(
    ({ devices }) => devices.filter(({ online }) => online !== null).length === count,
    "the devices' states",
  );
}

function ask(gateway: GatewayProcess, command: object): Promise<CommandState> {
  return gateway.post<CommandState>("api/commands", command);
}

async function endOf(gateway: GatewayProcess, id: string): Promise<CommandState | undefined> {
  const isIt = (command: CommandState): boolean => command.id === id && command.ended_at !== null;
  const { commands } = await gateway.waitFor(({ commands }) => commands.some(isIt), "the command's end");
  return commands.find(isIt);
}

test.concurrent("every bad command has a clear code, and none of them reaches the cloud or changes a state", async ({
  onTestFinished,
}) => {
  const { cloud, gateway } = await aRoad(onTestFinished);
  const before = (await gateway.state()).devices.map(({ lock_state, switch_state, level }) => [
    lock_state,
    switch_state,
    level,
  ]);
  for (const [command, code, field] of [
    [{ device_id: "attic", name: "lock" }, "device_not_found", undefined],
    [{ device_id: `${FRONT}/`, name: "lock" }, "device_not_found", undefined],
    [{ device_id: "lamp", name: "lock" }, "command_unsupported", undefined],
    [{ device_id: FRONT, name: "turn_on" }, "command_unsupported", undefined],
    [{ device_id: FRONT, name: "open" }, "bad_request", "name"],
    [{ device_id: "lamp", name: "set_level", args: { level: 101 } }, "bad_request", "args.level"],
    [{ device_id: "lamp", name: "set_level" }, "bad_request", "args.level"],
    [{ device_id: FRONT, name: "set_mode", args: { mode: 3 } }, "bad_request", "args.mode"],
    [{ device_id: FRONT, name: "lock", args: { now: true } }, "bad_request", "args.now"],
    [{ device_id: FRONT, name: "unlock", deadline_at: Date.now() - 1 }, "command_expired", "deadline_at"],
    [{ device_id: FRONT, name: "unlock", id: "x".repeat(101) }, "bad_request", "id"],
  ] as const) {
    await expect(ask(gateway, command)).rejects.toMatchObject({ code, field });
  }
  expect(cloud.control.counters().commands.total).toBe(0);
  const { commands, devices } = await gateway.state();
  expect(commands).toEqual([]);
  expect(devices.map(({ lock_state, switch_state, level }) => [lock_state, switch_state, level])).toEqual(before);
});

test.concurrent("modes, lamps and doors with any id are commanded like a door, and the same id is one command", async ({
  onTestFinished,
}) => {
  const { cloud, gateway } = await aRoad(onTestFinished);
  const dim = await ask(gateway, { device_id: "lamp", name: "set_level", args: { level: 40 }, id: "dim" });
  expect(await ask(gateway, { device_id: "lamp", name: "set_level", args: { level: 40 }, id: "dim" })).toMatchObject({
    id: dim.id,
  });
  await expect(ask(gateway, { device_id: "lamp", name: "turn_off", id: "dim" })).rejects.toMatchObject({
    code: "command_id_used",
  });
  const open = await ask(gateway, { device_id: STRANGE, name: "unlock" });
  const passage = await ask(gateway, { device_id: GATE, name: "set_mode", args: { mode: "passage" } });
  const ends = await Promise.all([dim, open, passage].map(({ id }) => endOf(gateway, id)));
  expect(ends.map((command) => command?.outcome)).toEqual(["confirmed", "confirmed", "confirmed"]);
  await expect(ask(gateway, { device_id: GATE, name: "lock" })).rejects.toMatchObject({
    code: "lock_in_passage_mode",
  });
  const { devices } = await gateway.state();
  expect(devices.find(({ id }) => id === "lamp")).toMatchObject({ switch_state: "on", level: 40 });
  expect(devices.find(({ id }) => id === STRANGE)).toMatchObject({ lock_state: "unlocked" });
  expect(devices.find(({ id }) => id === GATE)).toMatchObject({ lock_mode: "passage", lock_state: "unlocked" });
  expect(cloud.control.counters().commands).toMatchObject({ total: 3, executed: 3 });
});

test.concurrent("a command under way at a restart ends, and is not sent again", async ({ onTestFinished }) => {
  const { cloud, folder, gateway } = await aRoad(onTestFinished);
  cloud.control.change({ device_id: FRONT, behaviour: { settle_ms: 3_600_000 } });
  await gateway.command(FRONT, "unlock");
  const waiting = gateway.command(FRONT, "lock").catch((error: unknown) => error);
  await gateway.waitFor(({ commands }) => commands.length === 2, "the second command");
  expect(await gateway.stop()).toBe(0);
  expect(await waiting).toMatchObject({ code: "command_expired" });
  const ends = gateway.records.filter(
    ({ part, message }) => part === "commands" && /unconfirmed|refused/.test(message),
  );
  expect(ends.map(({ message }) => message).toSorted()).toEqual(["Lock refused.", "Unlock unconfirmed."]);

  const next = await aGatewayAt(cloud, onTestFinished, { dataFolder: folder });
  await allKnown(next, 4);
  const { commands, devices } = await next.state();
  expect(commands).toEqual([]);
  expect(devices.find(({ id }) => id === FRONT)).toMatchObject({ lock_state: "locked", transition: null });
  expect(cloud.control.counters().commands.total).toBe(1);
});

test.concurrent("without a sign-in, and while the door is offline, a command says so at once", async ({
  onTestFinished,
}) => {
  const { cloud, gateway } = await aRoad(onTestFinished);
  cloud.control.change({ device_id: FRONT, states: { online: false } });
  await expect(gateway.command(FRONT, "unlock")).rejects.toMatchObject({ code: "device_offline" });
  const { id } = await gateway.account();
  await gateway.post("api/accounts/sign-out", { account_id: id });
  await expect(gateway.command(GATE, "unlock")).rejects.toMatchObject({ code: "sign_in_needed" });
  expect((await gateway.state()).commands).toMatchObject([
    { outcome: "offline", error: { code: "device_offline" } },
    { outcome: "refused", sent_at: null, error: { code: "sign_in_needed" } },
  ]);
  expect(cloud.control.counters().commands).toMatchObject({ accepted: 0 });
});
