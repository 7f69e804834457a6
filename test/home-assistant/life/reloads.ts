import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { ENTITY } from "../../../scripts/processes/whole-system.ts";
import type { WholeSystem } from "../../../scripts/processes/whole-system.ts";
import { registered } from "../restarts.ts";

const RELOADS = 20;

export function promiseReloads(system: WholeSystem): void {
  test(
    `over ${RELOADS} reloads while commands run no command is lost, and no entity is there twice`,
    { timeout: 180_000 },
    async () => {
      const { client } = system.homeAssistant;
      const [entry] = await client.entries("utec_gateway");
      if (!entry) throw new Error("The integration has no entry.");
      await client.callService("lock", "lock", { entity_id: ENTITY.frontDoor });
      const before = await registered(system);
      const cloudBefore = system.cloud.control.counters().commands.total;

      const reloading = reload(system, entry.entry_id);
      const { done, unseen } = await commandUntil(system, reloading);

      await client.waitForState(ENTITY.frontDoor, isAtRest);
      expect(done, "commands that ended before a reload").toBeGreaterThan(0);
      expect(await registered(system)).toEqual(before);
      const sent = system.cloud.control.counters().commands.total - cloudBefore;
      expect(sent).toBeGreaterThanOrEqual(done);
      expect(sent).toBeLessThanOrEqual(done + unseen);
      expect((await client.entries("utec_gateway")).map(({ state }) => state)).toEqual(["loaded"]);
    },
  );
}

async function reload({ homeAssistant }: WholeSystem, entryId: string): Promise<void> {
  for (let reload = 0; reload < RELOADS; reload += 1) {
    await homeAssistant.client.reloadEntry(entryId);
    await delay(500 + 50 * reload);
  }
}

/**
 * Locks and unlocks for as long as `until` lasts; none of the calls fails. `unseen` are those after which the lock was
 * unavailable, because the integration was being reloaded: calls on such a lock Home Assistant drops by itself.
 */
async function commandUntil(
  { homeAssistant: { client } }: WholeSystem,
  until: Promise<void>,
): Promise<{ done: number; unseen: number }> {
  const over = new AbortController();
  void until.finally(() => over.abort());
  let [done, unseen] = [0, 0];
  while (!over.signal.aborted) {
    const { state } = await client.waitForState(ENTITY.frontDoor, isAtRest);
    const [service, wanted] = state === "locked" ? ["unlock", "unlocked"] : ["lock", "locked"];
    await client.callService("lock", service, { entity_id: ENTITY.frontDoor });
    const after = (await client.state(ENTITY.frontDoor))?.state;
    if (after === wanted) done += 1;
    else {
      expect(after, "what was not done is not shown as if nothing had been asked").toBe("unavailable");
      unseen += 1;
    }
  }
  await until;
  return { done, unseen };
}

const isAtRest = ({ state }: { readonly state: string }): boolean => state === "locked" || state === "unlocked";
