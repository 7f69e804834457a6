import { expect, test } from "vitest";
import { FRONT_DOOR, GARDEN_GATE } from "../../src/simulator/devices/demo.ts";
import type { CommandState } from "../../src/state/picture.ts";
import { ENTITY } from "../../scripts/processes/whole-system.ts";
import type { WholeSystem } from "../../scripts/processes/whole-system.ts";

const EACH = 50;

export function promiseOneAction(system: WholeSystem): void {
  test("100 alternating commands on two doors, through Home Assistant and the API, are 100 in the cloud, each confirmed", async () => {
    const before = system.cloud.control.counters().commands.total;
    const { client } = system.homeAssistant;

    const throughHomeAssistant = async (): Promise<void> => {
      for (let index = 0; index < EACH; index += 1) {
        const [service, state] = index % 2 === 0 ? ["lock", "locked"] : ["unlock", "unlocked"];
        await client.callService("lock", service, { entity_id: ENTITY.frontDoor });
        // The service call returns when the command has ended, so the state is there.
        expect((await client.state(ENTITY.frontDoor))?.state).toBe(state);
      }
    };
    const throughTheApi = async (): Promise<void> => {
      for (let index = 0; index < EACH; index += 1) {
        const name = index % 2 === 0 ? "unlock" : "lock";
        const accepted = await system.gateway.command(GARDEN_GATE.id, name);
        expect((await ended(system, accepted.id)).outcome).toBe("confirmed");
      }
    };
    await Promise.all([throughHomeAssistant(), throughTheApi()]);

    const { commands } = system.cloud.control.counters();
    expect(commands.total - before).toBe(2 * EACH);
    expect((await system.gateway.state()).commands.every(({ outcome }) => outcome === "confirmed")).toBe(true);
  });

  test("asking ten times for what already is sends ten commands and changes no state", async () => {
    const { client } = system.homeAssistant;
    await client.callService("lock", "unlock", { entity_id: ENTITY.frontDoor });
    await client.callService("lock", "lock", { entity_id: ENTITY.gardenGate });
    const before = system.cloud.control.counters().commands.total;
    const changed: (string | undefined)[] = [];
    const stops = await Promise.all(
      [ENTITY.frontDoor, ENTITY.gardenGate].map((id) => client.watchState(id, (state) => changed.push(state?.state))),
    );
    for (let time = 0; time < 5; time += 1) {
      await client.callService("lock", "unlock", { entity_id: ENTITY.frontDoor });
      await client.callService("lock", "lock", { entity_id: ENTITY.gardenGate });
    }
    await Promise.all(stops.map((stop) => stop()));
    expect(changed).toEqual([]);
    expect((await client.state(ENTITY.frontDoor))?.state).toBe("unlocked");
    expect((await client.state(ENTITY.gardenGate))?.state).toBe("locked");
    expect(system.cloud.control.counters().commands.total - before).toBe(10);
  });

  test("a command whose answer is lost is not sent again: the state is read, and it ends confirmed", async () => {
    const before = system.cloud.control.counters().commands.total;
    system.cloud.control.fault({ where: "action", kind: "lost_after", action: "Uhome.Device/Command" });
    await system.homeAssistant.client.callService("lock", "lock", { entity_id: ENTITY.frontDoor });
    expect((await system.homeAssistant.client.state(ENTITY.frontDoor))?.state).toBe("locked");
    expect(system.cloud.control.counters().commands.total - before).toBe(1);
  });

  test("whoever asks through the API is named in Home Assistant, and a turn by hand is nobody's", async () => {
    const { client } = system.homeAssistant;
    await system.gateway.command(FRONT_DOOR.id, "unlock");
    const door = await client.waitForState(ENTITY.frontDoor, ({ state }) => state === "unlocked", 60_000);
    expect(door.attributes["changed_by"]).toBe("U-tec Gateway");
    system.cloud.control.change({ device_id: FRONT_DOOR.id, states: { lock_state: "Locked" } });
    const byHand = await client.waitForState(ENTITY.frontDoor, ({ state }) => state === "locked", 60_000);
    expect(byHand.attributes).not.toHaveProperty("changed_by");
  });

  test("updating an entity by hand asks the cloud, and what it says is there when the action ends", async () => {
    const { client } = system.homeAssistant;
    for (const [said, state] of [
      ["Unlocked", "unlocked"],
      ["Locked", "locked"],
    ]) {
      system.cloud.control.change({ device_id: FRONT_DOOR.id, states: { lock_state: said ?? "" } });
      await client.callService("homeassistant", "update_entity", { entity_id: ENTITY.frontDoor });
      expect((await client.state(ENTITY.frontDoor))?.state).toBe(state);
    }
  });

  test("a door that is offline is told to the person in words", async () => {
    system.cloud.control.change({ device_id: FRONT_DOOR.id, states: { online: false } });
    const refusal = await system.homeAssistant.client
      .callService("lock", "unlock", { entity_id: ENTITY.frontDoor })
      .then(() => "nothing was said", String);
    system.cloud.control.change({ device_id: FRONT_DOOR.id, states: { online: true } });
    expect(refusal).toMatch(/offline/);
    await system.homeAssistant.client.waitForState(ENTITY.frontDoor, ({ state }) => state === "locked", 60_000);
  });
}

async function ended(system: WholeSystem, id: string): Promise<CommandState> {
  const picture = await system.gateway.waitFor(
    ({ commands }) => commands.some((command) => command.id === id && command.outcome !== null),
    `the end of command ${id}`,
    60_000,
  );
  const command = picture.commands.find((one) => one.id === id);
  if (!command) throw new Error("The command is gone.");
  return command;
}
