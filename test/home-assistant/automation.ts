import { expect, test } from "vitest";
import { openDashboard, openPage } from "../../scripts/processes/browser.ts";
import { ENTITY } from "../../scripts/processes/whole-system.ts";
import type { WholeSystem } from "../../scripts/processes/whole-system.ts";

/** A dead grant is confirmed once after a minute before a person is asked. */
const CONFIRMED_WITHIN_MS = 110_000;

export function promiseTheAutomation(system: WholeSystem): void {
  test("an automation fires when the cloud revokes the grant, a repair leads to the page, and all recovers after signing in there", async () => {
    const { client } = system.homeAssistant;
    await client.createInputBoolean("Token trouble");
    await client.createAutomation("token_trouble", {
      alias: "Tell about token trouble",
      triggers: [{ trigger: "state", entity_id: ENTITY.tokenProblem, to: "on" }],
      actions: [{ action: "input_boolean.turn_on", target: { entity_id: "input_boolean.token_trouble" } }],
    });

    const connection: string[] = [];
    const stopWatching = await client.watchState(ENTITY.cloudConnection, (state) =>
      connection.push(state?.state ?? ""),
    );
    expect(system.cloud.control.revoke()).toBeGreaterThan(0);
    await client.waitForState("input_boolean.token_trouble", ({ state }) => state === "on", CONFIRMED_WITHIN_MS);
    const status = await client.waitForState(ENTITY.tokenStatus, ({ state }) => state === "sign_in_needed");
    expect(status.attributes["reason"]).toBe("grant_dead");
    expect((await fetch(`${system.gateway.url}/health`)).status).toBe(503);
    await client.waitForState(ENTITY.frontDoor, ({ state }) => state === "unavailable", 60_000);
    await client.waitForState(ENTITY.frontDoorTrouble, ({ state }) => state === "sign_in_needed");
    await stopWatching();
    expect(connection, "the cloud answered all the time").not.toContain("off");

    const repairs = await openDashboard(system.browser, system.homeAssistant, "/config/repairs");
    await repairs.getByText("Sign in to the U-tec account U-tec").click({ timeout: 30_000 });
    const link = repairs.getByRole("link", { name: "the gateway's page" });
    await link.waitFor();
    await signInOnThePage(system, (await link.getAttribute("href")) ?? "");
    system.noteSecrets();
    await repairs.getByText("The account is signed in.").waitFor();
    await repairs.getByRole("button", { name: "Finish" }).click();
    await repairs.getByText("There are currently no repairs pending").waitFor();
    await repairs.close();
    await client.waitForState(ENTITY.tokenProblem, ({ state }) => state === "off");
    await client.waitForState(ENTITY.tokenStatus, ({ state }) => state === "fresh");
    await client.waitForState(ENTITY.frontDoor, ({ state }) => state === "locked");
    expect((await fetch(`${system.gateway.url}/health`)).status).toBe(200);
  });
}

/** What a person does: the page says what is wrong, its button leads to the cloud, and the redirect comes back. */
async function signInOnThePage({ browser }: WholeSystem, address: string): Promise<void> {
  const page = await openPage(browser);
  await page.goto(address);
  await page
    .getByRole("link", { name: /sign in/i })
    .first()
    .click();
  await page.getByRole("link", { name: "Open the sign-in page" }).click();
  await page.getByRole("button", { name: "Allow" }).click();
  await page.getByText("Found 2 locks").waitFor();
  await page.close();
}
