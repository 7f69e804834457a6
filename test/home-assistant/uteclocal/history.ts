import { expect, test } from "vitest";
import { linkGateway } from "../../../scripts/home-assistant/link-gateway.ts";
import type { OldHouse } from "./old-house.ts";

const DOOR = "lock.front_door";
const GATE = "lock.garden_gate";
/** What somebody has called the gate. */
const RENAMED_GATE = "lock.back_gate";
const BATTERY = "sensor.front_door_battery";
/** What only the new one has. */
const OWN = ["select.front_door_mode", "binary_sensor.front_door_connection", "binary_sensor.front_door_door"];

export function promiseHistory(house: OldHouse): void {
  test("with the old integration gone the new one has the same entity ids, and their history goes on", async () => {
    const { client } = house;
    await client.ws({ type: "config/entity_registry/update", entity_id: GATE, new_entity_id: RENAMED_GATE });
    await client.waitForState(RENAMED_GATE, ({ state }) => state === "locked");
    await house.unlock(DOOR);
    await house.unlock(RENAMED_GATE);
    expect(Object.keys(await house.entities())).toEqual(expect.arrayContaining([DOOR, RENAMED_GATE, BATTERY]));

    await house.remove();
    expect(await client.state(DOOR)).toBeUndefined();
    const swapped = new Date().toISOString();
    await linkGateway(house.gateway);
    await client.waitForState(DOOR, ({ state }) => state === "unlocked");
    const now = Object.keys(await house.entities("utec_gateway"));
    // What was called otherwise has the name that its device gives it, until somebody calls it so again.
    expect(now).toEqual(expect.arrayContaining([DOOR, BATTERY, GATE, ...OWN]));
    await client.ws({ type: "config/entity_registry/update", entity_id: GATE, new_entity_id: RENAMED_GATE });
    await client.waitForState(RENAMED_GATE, ({ state }) => state === "unlocked");
    await house.lock(DOOR);
    await house.lock(RENAMED_GATE);

    for (const id of [DOOR, RENAMED_GATE]) {
      await house.recorded(id, ({ state, last_changed }) => state === "locked" && last_changed > swapped);
      const history = await house.history(id);
      const old = history.filter(({ last_changed }) => last_changed <= swapped);
      const own = history.filter(({ last_changed }) => last_changed > swapped);
      expect(
        old.map(({ state }) => state),
        id,
      ).toEqual(expect.arrayContaining(["locked", "unlocked"]));
      expect(
        own.map(({ state }) => state),
        id,
      ).toEqual(expect.arrayContaining(["unlocked", "locked"]));
    }
  });
}
