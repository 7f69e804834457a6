import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { openPage } from "../../scripts/processes/browser.ts";
import type { WholeSystem } from "../../scripts/processes/whole-system.ts";

export function promiseSecrecy(system: WholeSystem): void {
  test("no client secret, access token or refresh token ever left the gateway but for its own endpoint", async () => {
    const feed = await liveFeedDuringARefresh(system);
    system.noteSecrets();
    const secrets = [...system.secrets];
    expect(secrets.length, "client secret, and two tokens of each of two sign-ins and a refresh").toBeGreaterThan(6);
    const { client } = system.homeAssistant;
    const [entry] = await client.entries("utec_gateway");

    const places: Record<string, string> = {
      "the gateway's log, at level trace": system.gatewayOutput,
      "the API": await everyAnswer(system),
      "the live feed": feed,
      "the page": await pageText(system),
      "Home Assistant's states": JSON.stringify(await client.states()),
      "Home Assistant's diagnostics": JSON.stringify(await client.diagnostics(entry?.entry_id ?? "")),
      "Home Assistant's log": system.homeAssistant.log(),
      "the database": databaseBytes(system),
    };
    for (const [place, text] of Object.entries(places)) {
      expect(text.length, `${place} was read`).toBeGreaterThan(100);
      expect(secrets.filter((secret) => text.includes(secret)).length, `secrets found in ${place}`).toBe(0);
    }
  });
}

async function everyAnswer(system: WholeSystem): Promise<string> {
  const { id } = await system.gateway.account();
  const paths = ["api/state", "api/accounts", `api/accounts/events?account_id=${id}`, "api/devices", "api/commands"];
  const wrong = [
    fetch(`${system.gateway.url}/oauth/callback?code=wrong&state=wrong`),
    fetch(`${system.gateway.url}/api/accounts/exchange`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ account_id: id, callback_url: "wrong-code" }),
    }),
  ];
  const answers = await Promise.all([
    ...[...paths, "api/log?level=trace", "api/report", "health", "health/live", "api/openapi.json"].map((path) =>
      fetch(`${system.gateway.url}/${path}`),
    ),
    ...wrong,
  ]);
  return (await Promise.all(answers.map((answer) => answer.text()))).join("\n");
}

async function liveFeedDuringARefresh(system: WholeSystem): Promise<string> {
  const socket = new WebSocket(`${system.gateway.url.replace("http", "ws")}/api/live`);
  const heard: string[] = [];
  socket.on("message", (data: Buffer) => heard.push(data.toString()));
  await new Promise((resolve) => socket.once("open", resolve));
  socket.send(JSON.stringify({ type: "follow_log", level: "trace" }));
  await system.gateway.post("api/accounts/refresh", { account_id: (await system.gateway.account()).id });
  await system.gateway.waitFor(({ accounts }) => accounts[0]?.status === "fresh", "the refresh");
  socket.close();
  return heard.join("\n");
}

async function pageText(system: WholeSystem): Promise<string> {
  const page = await openPage(system.browser);
  const texts: string[] = [];
  for (const place of ["#/overview", "#/activity", "#/accounts", "#/log"]) {
    await page.goto(`${system.gateway.url}/${place}`);
    await page.waitForTimeout(500);
    texts.push(await page.content(), await page.locator("body").innerText());
    texts.push(await page.locator("body").ariaSnapshot());
  }
  await page.close();
  return texts.join("\n");
}

function databaseBytes(system: WholeSystem): string {
  return readdirSync(system.folder)
    .filter((file) => file.startsWith("gateway."))
    .filter((file) => file !== "gateway.key")
    .map((file) => readFileSync(join(system.folder, file), "latin1"))
    .join("\n");
}
