import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { RepairIssue } from "../../scripts/home-assistant/client.ts";
import { signIn } from "../../scripts/processes/sign-in.ts";
import { ENTITY } from "../../scripts/processes/whole-system.ts";
import type { WholeSystem } from "../../scripts/processes/whole-system.ts";
import { registered } from "./restarts.ts";

/** What lies in the folder beside the gateway's own data. */
const NOT_THE_GATEWAYS: ReadonlySet<string> = new Set(["home-assistant", "cloud-grants.json"]);

export function promiseTakeOver(system: WholeSystem): void {
  test(
    "a gateway whose data is gone takes over by a repair: same entity ids, and the locks work",
    { timeout: 180_000 },
    async () => {
      const { client } = system.homeAssistant;
      const before = await registered(system);
      const { id: gatewayBefore } = (await system.gateway.waitFor(() => true, "the picture")).gateway;
      const { id: accountBefore } = await system.gateway.account();
      await system.gateway.stop();
      for (const name of await readdir(system.folder)) {
        if (!NOT_THE_GATEWAYS.has(name)) await rm(join(system.folder, name), { recursive: true });
      }

      await system.startGateway();
      await system.gateway.waitFor(({ gateway }) => gateway.link.message.includes("sign in their account"), "the step");
      expect(await offered(system)).toMatchObject({ translation_key: "other_gateway", is_fixable: false });
      await signIn(system.gateway);
      system.noteSecrets();
      const { gateway } = await system.gateway.waitFor(
        (picture) => picture.gateway.link.message.includes("let it take over in Home Assistant"),
        "the offer",
      );
      expect(gateway.id).not.toBe(gatewayBefore);
      expect((await system.gateway.account()).id).not.toBe(accountBefore);
      await client.waitForState(ENTITY.frontDoor, ({ state }) => state === "unavailable", 70_000);

      const issue = await offered(system);
      expect(issue).toMatchObject({ translation_key: "take_over", is_fixable: true });
      const fix = { handler: "utec_gateway", issue_id: issue?.issue_id };
      const form = await client.request<Step>("POST", "/api/repairs/issues/fix", fix);
      expect(form).toMatchObject({ type: "form", step_id: "confirm" });
      expect(await client.request("POST", `/api/repairs/issues/fix/${form.flow_id}`, {})).toMatchObject({
        type: "create_entry",
      });

      await system.gateway.waitFor((picture) => picture.gateway.link.status === "linked", "the link");
      await client.waitForState(ENTITY.frontDoor, ({ state }) => state === "locked");
      await client.waitForState(ENTITY.tokenProblem, ({ state }) => state === "off");
      expect(await registered(system)).toEqual(before);
      expect(await offered(system)).toBeUndefined();
      await client.callService("lock", "unlock", { entity_id: ENTITY.frontDoor });
      await client.waitForState(ENTITY.frontDoor, ({ state }) => state === "unlocked");
      await client.callService("lock", "lock", { entity_id: ENTITY.frontDoor });
      await client.waitForState(ENTITY.frontDoor, ({ state }) => state === "locked");
    },
  );
}

interface Step {
  readonly flow_id: string;
}

async function offered(system: WholeSystem): Promise<RepairIssue | undefined> {
  const issues = await system.homeAssistant.client.repairs();
  return issues.find(({ issue_id }) => issue_id.startsWith("other_gateway_"));
}
