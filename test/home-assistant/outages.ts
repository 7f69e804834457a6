import { expect, test } from "vitest";
import { ENTITY } from "../../scripts/processes/whole-system.ts";
import type { WholeSystem } from "../../scripts/processes/whole-system.ts";
import { isStale } from "./states.ts";

export function promiseRecovery(system: WholeSystem): void {
  test("when the gateway is killed its entities are unavailable within 10 s, and come back by themselves", async () => {
    const { client } = system.homeAssistant;
    const generation = (await system.gateway.account()).generation;
    await system.gateway.kill();
    await client.waitForState(ENTITY.frontDoor, ({ state }) => state === "unavailable", 10_000);
    await client.waitForState(ENTITY.frontDoorTrouble, ({ state }) => state === "gateway_not_connected");
    await client.waitForState(ENTITY.tokenProblem, ({ state }) => state === "unavailable", 10_000);

    await system.startGateway();
    await client.waitForState(ENTITY.frontDoor, ({ state }) => state === "locked");
    await client.waitForState(ENTITY.tokenProblem, ({ state }) => state === "off");
    const account = await system.gateway.account();
    expect(account.generation).toBeGreaterThanOrEqual(generation);
    expect(account.status).toBe("fresh");
  });

  test("when Home Assistant restarts the link comes back by itself, and the log says so once", async () => {
    const from = system.gateway.records.length;
    await system.homeAssistant.restart();
    await system.homeAssistant.client.waitForState(ENTITY.frontDoor, ({ state }) => state === "locked", 60_000);
    await system.gateway.waitFor(({ gateway }) => gateway.link.status === "linked", "the link");

    const said = system.gateway.records
      .slice(from)
      .filter(({ part, level }) => part === "link" && (level === "info" || level === "warn"))
      .map(({ message }) => message);
    expect(new Set(said).size, `said twice: ${said.join(" / ")}`).toBe(said.length);
    expect(said.filter((line) => line.startsWith("Linked"))).toHaveLength(1);
    expect(said.length).toBeLessThanOrEqual(4);
  });

  test("when the cloud restarts the locks come back by themselves, and the log says both once", async () => {
    const from = system.gateway.records.length;
    await system.cloud.close();
    await system.homeAssistant.client.waitForState(ENTITY.cloudConnection, ({ state }) => state === "off", 40_000);
    const problem = await system.homeAssistant.client.state(ENTITY.tokenProblem);
    expect(problem?.state, "the token is well while only the cloud is away").toBe("off");
    // Long enough for several attempts.
    await system.homeAssistant.client.waitForState(ENTITY.frontDoor, isStale, 40_000);
    await system.startCloud();
    await system.homeAssistant.client.waitForState(ENTITY.cloudConnection, ({ state }) => state === "on", 60_000);
    await system.homeAssistant.client.waitForState(ENTITY.frontDoor, ({ state, attributes }) => {
      return state === "locked" && attributes["freshness"] === "fresh";
    });

    const said = system.gateway.records.slice(from).filter(({ part, level }) => part === "poller" && level !== "trace");
    expect(said.filter(({ level }) => level === "warn")).toHaveLength(1);
    expect(said.filter(({ message }) => message === "The cloud answers again.")).toHaveLength(1);
  });

  test("reloading, disabling and enabling the integration leaves the locks as they were", async () => {
    const { client } = system.homeAssistant;
    const [entry] = await client.entries("utec_gateway");
    if (!entry) throw new Error("The integration has no entry.");
    await client.reloadEntry(entry.entry_id);
    await client.waitForState(ENTITY.frontDoor, ({ state }) => state === "locked");
    await client.disableEntry(entry.entry_id);
    await system.gateway.waitFor(({ gateway }) => gateway.link.status !== "linked", "the end of the link");
    await client.enableEntry(entry.entry_id);
    await client.waitForState(ENTITY.frontDoor, ({ state }) => state === "locked", 60_000);
  });
}
