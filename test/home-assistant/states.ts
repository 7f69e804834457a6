import { expect, test } from "vitest";
import { openDashboard } from "../../scripts/processes/browser.ts";
import { RequestError } from "../../scripts/home-assistant/client.ts";
import type { EntityState } from "../../scripts/home-assistant/client.ts";
import { FRONT_DOOR, GARDEN_GATE } from "../../src/simulator/devices/demo.ts";
import { ENTITY } from "../../scripts/processes/whole-system.ts";
import type { WholeSystem } from "../../scripts/processes/whole-system.ts";

export function promiseHonestStates(system: WholeSystem): void {
  test("a jammed bolt and a lock in passage mode look like that", async () => {
    const { client } = system.homeAssistant;
    system.cloud.control.change({ device_id: FRONT_DOOR.id, states: { lock_state: "Jammed" } });
    system.cloud.control.change({ device_id: GARDEN_GATE.id, states: { lock_state: "Unlocked", lock_mode: 1 } });
    await client.waitForState(ENTITY.frontDoor, ({ state }) => state === "jammed");
    const gate = await client.waitForState(ENTITY.gardenGate, ({ state }) => state === "unlocked");
    expect(gate.attributes).toMatchObject({ lock_mode: "passage", freshness: "fresh" });
    expect((await client.state(ENTITY.gateMode))?.state).toBe("passage");
  });

  test("a lock in passage mode says in words that it will not lock, in an answer of the API and on the dashboard", async () => {
    const { client } = system.homeAssistant;
    const words = "Garden gate is in passage mode and ignores lock and unlock commands. Set its mode to normal first";
    const refusal = await client
      .request("POST", "/api/services/lock/lock", { entity_id: ENTITY.gardenGate })
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RequestError);
    expect(String(refusal)).toContain(`answered 500: {"message":"${words}"}`);

    const path = `/home/overview?more-info-entity-id=${ENTITY.gardenGate}`;
    const page = await openDashboard(system.browser, system.homeAssistant, path);
    await page.locator("ha-state-control-lock-toggle ha-control-switch").click({ timeout: 30_000 });
    await page.getByText(words).first().waitFor();
    // The switch of the dialog takes what was asked for until something changes.
    const shown = page.locator("ha-state-control-lock-toggle ha-control-switch");
    await expect.poll(() => shown.evaluate((element) => "checked" in element && element.checked)).toBe(false);
    await page.close();

    await client.callService("select", "select_option", { entity_id: ENTITY.gateMode, option: "normal" });
    expect((await client.state(ENTITY.gateMode))?.state).toBe("normal");
    await client.callService("lock", "lock", { entity_id: ENTITY.gardenGate });
    expect((await client.state(ENTITY.gardenGate))?.state).toBe("locked");
  });

  test("a command that is accepted and never done ends in words, and the lock shows what is true", async () => {
    const { client } = system.homeAssistant;
    const { control } = system.cloud;
    control.change({ device_id: FRONT_DOOR.id, states: { lock_state: "Unlocked" } });
    await client.waitForState(ENTITY.frontDoor, ({ state }) => state === "unlocked");
    control.set({ deferred_s: 1 });
    control.change({ device_id: FRONT_DOOR.id, behaviour: { next_commands: ["ignored"] } });
    const seen: string[] = [];
    const stopWatching = await client.watchState(ENTITY.frontDoor, (state) => {
      if (state && state.state !== seen.at(-1)) seen.push(state.state);
    });
    const refusal = await client
      .callService("lock", "lock", { entity_id: ENTITY.frontDoor })
      .then(() => "nothing was said", String);
    await client.waitForState(ENTITY.frontDoor, ({ attributes }) => "command_failed_at" in attributes);
    await stopWatching();
    control.set({ deferred_s: null });
    expect(refusal).toContain("Front door did not confirm the command in time");
    expect(seen).toEqual(["locking", "unlocked"]);
    control.change({ device_id: FRONT_DOOR.id, states: { lock_state: "Locked" } });
    await client.waitForState(ENTITY.frontDoor, ({ state }) => state === "locked");
  });

  test("a lock that is offline is unavailable, and its trouble and its connection say why", async () => {
    const { client } = system.homeAssistant;
    system.cloud.control.change({ device_id: GARDEN_GATE.id, states: { online: false } });
    const gate = await client.waitForState(ENTITY.gardenGate, ({ state }) => state === "unavailable", 40_000);
    expect(gate.attributes).not.toHaveProperty("reason");
    await client.waitForState(ENTITY.gateTrouble, ({ state }) => state === "offline");
    const connection = await client.waitForState(ENTITY.gateConnection, ({ state }) => state === "off");
    expect(connection.attributes).toMatchObject({ reason: "offline", last_confirmed: expect.any(String) });
    system.cloud.control.change({ device_id: GARDEN_GATE.id, states: { online: true } });
    const back = await client.waitForState(ENTITY.gardenGate, ({ state }) => state === "locked", 40_000);
    expect(back.attributes).not.toHaveProperty("reason");
    expect((await client.state(ENTITY.gateConnection))?.state).toBe("on");
    expect((await client.state(ENTITY.gateTrouble))?.state).toBe("none");
  });
}

/** Is what the entity shows old, and does it say that the cloud does not answer? */
export function isStale({ state, attributes }: EntityState): boolean {
  return state !== "unavailable" && attributes["freshness"] === "stale" && attributes["reason"] === "cloud_unreachable";
}
