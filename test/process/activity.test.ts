import { expect, test, vi } from "vitest";
import type { GatewayProcess } from "../../scripts/processes/gateway-process.ts";
import type { ActivityEntry, ActivityPage } from "../../src/activity/entry.ts";
import type { BatteryHistory, DoorHistory, TokenHistory } from "../../src/history/history-models.ts";
import { FRONT_DOOR } from "../../src/simulator/devices/demo.ts";
import type { CommandState } from "../../src/state/picture.ts";
import { aCloud, aFolder, aGatewayAt, signIn } from "./stage.ts";

const FRONT = FRONT_DOOR.id;

test("the log tells who moved a door over a SIGKILL: a command of ours, a hand, and a hand while the gateway was off", async ({
  onTestFinished,
}) => {
  const cloud = await aCloud(onTestFinished, { devices: [FRONT_DOOR] });
  const dataFolder = aFolder(onTestFinished);
  const first = await aGatewayAt(cloud, onTestFinished, { dataFolder });
  await signIn(first, cloud);
  await stateIs(first, "locked");
  const { id } = await first.post<CommandState>("api/commands", { device_id: FRONT, name: "unlock" });
  await logHas(first, ["device_added", "lock_state=unlocked by command", "command_ended"]);
  const [, change, end] = await log(first);
  expect([change?.command?.id, end?.command?.id]).toEqual([id, id]);
  expect(end?.command).toMatchObject({ name: "unlock", outcome: "confirmed", origin: { kind: "api" } });
  expect(end?.command?.took_ms).toBeGreaterThan(0);

  cloud.control.change({ device_id: FRONT, states: { lock_state: "Jammed" } });
  await first.post("api/devices/discover", {});
  const told = ["device_added", "lock_state=unlocked by command", "command_ended", "lock_state=jammed by poll"];
  await logHas(first, told);
  const before = await log(first);
  await first.kill();

  cloud.control.change({ device_id: FRONT, states: { lock_state: "Locked", door_state: "Open" } });
  const second = await aGatewayAt(cloud, onTestFinished, { dataFolder });
  await stateIs(second, "locked");
  await logHas(second, [...told, "lock_state=locked by poll", "door_state=open by poll"]);
  expect((await log(second)).slice(0, before.length)).toEqual(before);
  expect(second.records.filter(({ part }) => part === "activity")).toEqual([]);

  const { doors } = await second.get<{ doors: readonly DoorHistory[] }>(`api/history/doors?device_id=${FRONT}`);
  expect(doors[0]?.spans.at(0)?.state).toBe("unknown");
  expect(doors[0]?.spans.at(-1)).toMatchObject({ state: "open", cause: "poll", by: null });
  const { accounts } = await second.get<{ accounts: readonly TokenHistory[] }>("api/history/tokens");
  expect(accounts[0]?.marks[0]).toMatchObject({ kind: "signed_in", count: 1 });
  const { batteries } = await second.get<{ batteries: readonly BatteryHistory[] }>("api/history/batteries");
  expect(batteries).toMatchObject([{ device_id: FRONT, readings: [{}], outlook: "too_few", ends_at: null }]);
});

test("a SIGKILL amid a command: what it did is told as asked by whoever asked, and never as done by hand", async ({
  onTestFinished,
}) => {
  const cloud = await aCloud(onTestFinished, { devices: [FRONT_DOOR] });
  const dataFolder = aFolder(onTestFinished);
  const first = await aGatewayAt(cloud, onTestFinished, { dataFolder });
  await signIn(first, cloud);
  await stateIs(first, "locked");
  await logHas(first, ["device_added"]);
  const { id } = await first.post<CommandState>("api/commands", { device_id: FRONT, name: "unlock" });
  await first.kill();
  cloud.control.change({ device_id: FRONT, states: { lock_state: "Unlocked" } });
  const second = await aGatewayAt(cloud, onTestFinished, { dataFolder });
  await logHas(second, ["device_added", "command_ended", "lock_state=unlocked by command"]);
  const [, end, change] = await log(second);
  expect([end?.command?.id, change?.command?.id, change?.event]).toEqual([id, id, end?.event]);
  expect(end?.command).toMatchObject({ outcome: "unconfirmed", error: { code: "gateway_restarted" } });
});

/** Oldest first. */
async function log(gateway: GatewayProcess): Promise<readonly ActivityEntry[]> {
  return (await gateway.get<ActivityPage>("api/activity?limit=500")).entries.toReversed();
}

/** Waits until the log says this, and nothing else. */
async function logHas(gateway: GatewayProcess, expected: readonly string[]): Promise<void> {
  await vi.waitFor(
    async () => {
      const told = (await log(gateway)).map(({ kind, value, to, cause }) =>
        value === null ? kind : `${value}=${JSON.stringify(to).replaceAll('"', "")} by ${cause}`,
      );
      expect(told).toEqual(expected);
    },
    { timeout: 20_000, interval: 100 },
  );
}

async function stateIs(gateway: GatewayProcess, state: string): Promise<void> {
  await gateway.waitFor(({ devices }) => devices.some(({ lock_state }) => lock_state === state), `a ${state} door`);
}
