import { expect, test } from "vitest";
import { openDashboard } from "../../scripts/processes/browser.ts";
import { FRONT_DOOR } from "../../src/simulator/devices/demo.ts";
import { ENTITY } from "../../scripts/processes/whole-system.ts";
import type { WholeSystem } from "../../scripts/processes/whole-system.ts";

export function promiseTheDashboard(system: WholeSystem): void {
  test("a person unlocks the front door in the lock's dialog: locked, unlocking, unlocked, and one command in the cloud", async () => {
    const { client } = system.homeAssistant;
    const before = commandsSeen(system);
    const seen: string[] = [];
    const stopWatching = await client.watchState(ENTITY.frontDoor, (state) => {
      if (state && state.state !== seen.at(-1)) seen.push(state.state);
    });
    seen.push((await client.state(ENTITY.frontDoor))?.state ?? "");

    const path = `/home/overview?more-info-entity-id=${ENTITY.frontDoor}`;
    const page = await openDashboard(system.browser, system.homeAssistant, path);
    await page.locator("ha-state-control-lock-toggle ha-control-switch").click({ timeout: 30_000 });
    await page.locator("ha-more-info-state-header, ha-more-info-control-style").getByText("Unlocked").first().waitFor();
    await client.waitForState(ENTITY.frontDoor, ({ state }) => state === "unlocked");
    await page.close();
    await stopWatching();

    expect(seen).toEqual(["locked", "unlocking", "unlocked"]);
    expect(commandsSeen(system)).toBe(before + 1);
  });

  test("the gateway, each account and each lock are devices, linked to each other", async () => {
    const devices = await system.homeAssistant.client.ws<Device[]>({ type: "config/device_registry/list" });
    const byName = new Map(devices.map((device) => [device.name, device]));
    const [gateway, account, door] = ["U-tec Gateway", "U-tec", "Front door"].map((name) => byName.get(name));
    expect(gateway?.entry_type).toBe("service");
    expect(account?.via_device_id).toBe(gateway?.id);
    expect(door).toMatchObject({ via_device_id: account?.id, model: "U-Bolt-Pro-WiFi", manufacturer: "U-tec" });
  });
}

/** How many commands for the front door have reached the cloud. */
function commandsSeen(system: WholeSystem): number {
  return system.cloud.control.counters().commands.by_device[FRONT_DOOR.id]?.total ?? 0;
}

interface Device {
  readonly id: string;
  readonly name: string;
  readonly model: string | null;
  readonly manufacturer: string | null;
  readonly entry_type: string | null;
  readonly via_device_id: string | null;
}
