import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { expect, test } from "vitest";
import { ENTITY } from "../../scripts/processes/whole-system.ts";
import type { WholeSystem } from "../../scripts/processes/whole-system.ts";

const RESTARTS = 20;
/** Numbers of the restarts during which the cloud is away. */
const CLOUD_AWAY: ReadonlySet<number> = new Set([5, 11, 17]);
/** The number of the one that nobody has planned. */
const KILLED = 8;
const REGISTRIES = ["entity_registry_updated", "device_registry_updated"];

export function promiseRestarts(system: WholeSystem): void {
  test(
    `over ${RESTARTS} restarts, one of them a kill and three with the cloud away, nothing leaves a registry and no lock flaps`,
    { timeout: 300_000 },
    async () => {
      const { client } = system.homeAssistant;
      await client.callService("lock", "lock", { entity_id: [ENTITY.frontDoor, ENTITY.gardenGate] });
      await client.waitForState(ENTITY.frontDoor, ({ state, attributes }) => {
        return state === "locked" && attributes["freshness"] === "fresh";
      });
      const before = await registered(system);
      const events: unknown[] = [];
      const states: (string | undefined)[] = [];
      const ends = [
        await client.watchState(ENTITY.frontDoor, (state) => states.push(state?.state)),
        await client.watchState(ENTITY.gardenGate, (state) => states.push(state?.state)),
      ];
      for (const event_type of REGISTRIES) {
        ends.push(await client.subscribe({ type: "subscribe_events", event_type }, (event) => events.push(event)));
      }

      for (let number = 1; number <= RESTARTS; number += 1) {
        const isAway = CLOUD_AWAY.has(number);
        if (isAway) await system.cloud.close();
        if (number === KILLED) await system.gateway.kill();
        else expect(await system.gateway.stop()).toBe(0);
        await system.startGateway(LONG_LIVED);
        await system.gateway.waitFor(({ gateway }) => gateway.link.status === "linked", "the link");
        const door = await client.waitForState(ENTITY.frontDoor, ({ attributes }) => {
          return isAway ? attributes["reason"] === "cloud_unreachable" : attributes["freshness"] === "fresh";
        });
        expect(door.state, `restart ${number}`).toBe("locked");
        if (isAway) await system.startCloud();
      }

      for (const end of ends) await end();
      expect(events).toEqual([]);
      expect(new Set(states.filter((state) => state !== "locked"))).toEqual(new Set());
      expect(await registered(system)).toEqual(before);
    },
  );

  test("after the machine has started anew with the cloud away the locks are unavailable, with the reason, and still there", async () => {
    const { client } = system.homeAssistant;
    const before = await registered(system);
    const events: unknown[] = [];
    const ends = [];
    for (const event_type of REGISTRIES) {
      ends.push(await client.subscribe({ type: "subscribe_events", event_type }, (event) => events.push(event)));
    }
    await system.cloud.close();
    await system.gateway.stop();
    asAfterABoot(system);
    await system.startGateway();
    await client.waitForState(ENTITY.frontDoor, ({ state }) => state === "unavailable", 10_000);
    await client.waitForState(ENTITY.frontDoorTrouble, ({ state }) => state === "cloud_unreachable");
    await system.startCloud();
    await client.waitForState(ENTITY.frontDoor, ({ state }) => state === "locked", 60_000);
    for (const end of ends) await end();
    expect(events).toEqual([]);
    expect(await registered(system)).toEqual(before);
  });
}

/** How long ago a state was said nobody can tell after the machine was off. */
function asAfterABoot(system: WholeSystem): void {
  const database = new SqliteDatabase(join(system.folder, "picture.db"));
  database.exec("UPDATE device SET content = json_set(content, '$.said.boot', 'an earlier run of the machine')");
  database.close();
}

/** As long as a state may be shown by default: the restarts take their time on a busy machine. */
const LONG_LIVED = { UTEC_GATEWAY_UNAVAILABLE_AFTER: "15" };

/** What the registries have of the integration, by their own ids. */
export async function registered(system: WholeSystem): Promise<readonly string[]> {
  const { client } = system.homeAssistant;
  const entities = await client.ws<{ id: string; entity_id: string; platform: string; device_id: string | null }[]>({
    type: "config/entity_registry/list",
  });
  return entities
    .filter(({ platform }) => platform === "utec_gateway")
    .map(({ id, entity_id, device_id }) => `${entity_id} ${id} ${device_id ?? ""}`)
    .toSorted();
}
