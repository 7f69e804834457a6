import { expect, test } from "vitest";
import { DEMO, PORCH_BULB } from "../../src/simulator/devices/demo.ts";
import type { WholeSystem } from "../../scripts/processes/whole-system.ts";

const LIGHT = "light.porch_bulb";

export function promiseLights(system: WholeSystem): void {
  test("a light is off until a person turns its entity on, and is dimmed and switched then", async () => {
    const { client } = system.homeAssistant;
    system.cloud.control.furnish([...DEMO.devices, PORCH_BULB]);
    await system.gateway.post("api/devices/discover", {});
    await system.gateway.waitFor(({ devices }) => devices.some(({ kind }) => kind === "light"), "the light");
    await expect.poll(() => registered(system)).toMatchObject({ disabled_by: "integration" });
    expect(await client.state(LIGHT)).toBeUndefined();

    await client.ws({ type: "config/entity_registry/update", entity_id: LIGHT, disabled_by: null });
    // Home Assistant does it by itself half a minute after the last such change.
    const [entry] = await client.entries("utec_gateway");
    await client.reloadEntry(entry?.entry_id ?? "");
    await client.waitForState(LIGHT, ({ state }) => state === "off");
    await client.callService("light", "turn_on", { entity_id: LIGHT, brightness_pct: 40 });
    const lit = await client.waitForState(LIGHT, ({ state }) => state === "on");
    expect(lit.attributes).toMatchObject({ brightness: 102, supported_color_modes: ["brightness"] });
    const bulb = system.cloud.control.devices().find(({ id }) => id === PORCH_BULB.id);
    expect(bulb?.actual).toMatchObject({ switch: "on", switch_level: 40 });
    await client.callService("light", "turn_off", { entity_id: LIGHT });
    expect((await client.state(LIGHT))?.state).toBe("off");
  });
}

interface Registered {
  readonly entity_id: string;
  readonly disabled_by: string | null;
}

async function registered(system: WholeSystem): Promise<Registered | undefined> {
  const entities = await system.homeAssistant.client.ws<Registered[]>({ type: "config/entity_registry/list" });
  return entities.find(({ entity_id }) => entity_id === LIGHT);
}
