import { expect, test } from "vitest";
import { FRONT_DOOR, GARDEN_GATE } from "../../../src/simulator/devices/demo.ts";
import { ENTITY } from "../../../scripts/processes/whole-system.ts";
import type { WholeSystem } from "../../../scripts/processes/whole-system.ts";

/** What is read of an entry of `get_activity`. */
interface Entry {
  readonly at: string;
}

export function promiseActions(system: WholeSystem): void {
  test("locks get a mode at once, and are asked who used them", async () => {
    const { client } = system.homeAssistant;
    const doors = { entity_id: [ENTITY.frontDoor, ENTITY.gardenGate] };
    await client.callService("utec_gateway", "set_lock_mode", { ...doors, mode: "passage" });
    expect((await client.state(ENTITY.gateMode))?.state).toBe("passage");
    await client.callService("utec_gateway", "set_lock_mode", { ...doors, mode: "normal" });
    expect((await client.state(ENTITY.gateMode))?.state).toBe("normal");
    const states = await system.gateway.state();
    for (const { id } of [FRONT_DOOR, GARDEN_GATE])
      expect(states.devices.find((device) => device.id === id)?.lock_mode).toBe("normal");

    type Activity = Record<string, { readonly entries: readonly Entry[] }>;
    const asked = { ...doors, kinds: ["command_ended"], limit: 2 };
    const ended = { kind: "command_ended", command: "set_mode", way: "home_assistant", outcome: "confirmed" };
    const both = { entries: [ended, ended] };
    // The activity log gathers what it writes for a quarter of a second.
    await expect
      .poll(() => client.responseOf<Activity>("get_activity", asked))
      .toMatchObject({ [ENTITY.frontDoor]: both, [ENTITY.gardenGate]: both });
    const [latest] = (await client.responseOf<Activity>("get_activity", asked))[ENTITY.frontDoor]?.entries ?? [];
    expect(Date.parse(latest?.at ?? "")).toBeGreaterThan(Date.now() - 60_000);
  });

  test("the only account is refreshed, tells its history and has a link to sign in with, without a secret", async () => {
    const { client } = system.homeAssistant;
    const before = (await system.gateway.account()).refresh_count;
    await client.callService("utec_gateway", "refresh_token");
    expect((await system.gateway.account()).refresh_count).toBe(before + 1);

    const history = await client.responseOf<{ readonly events: readonly object[] }>("get_token_history", { limit: 1 });
    expect(history.events).toMatchObject([{ kind: "refreshed", code: null }]);
    const link = await client.responseOf<{ readonly url: string }>("get_sign_in_link", { account: ENTITY.tokenStatus });
    expect(new URL(link.url).pathname).toBe("/oauth/authorize");
    expect((await fetch(link.url)).status).toBe(200);
    expect(link).toMatchObject({ user_code: null, page: expect.stringContaining("http") });

    system.noteSecrets();
    const said = JSON.stringify([history, link]);
    expect([...system.secrets].filter((secret) => said.includes(secret))).toEqual([]);
  });
}
