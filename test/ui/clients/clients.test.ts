import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { PageStage } from "../stage.ts";

let stage: PageStage;

beforeAll(async () => {
  stage = await PageStage.start();
});
afterEach(() => stage.tidy());
afterAll(() => stage.stop());

describe("other programs", () => {
  test("are added with their token shown once and a line to ask with, and revoked", async () => {
    const { page, gateway, url } = await stage.visit("all-well", "accounts");
    await page.getByText("Add a program").click();
    await page.getByRole("button", { name: "Add program" }).click();
    await page.getByText("Give the client a name").first().waitFor();
    await page.getByLabel("Name").fill("Dashboard");
    await page.getByLabel("Path that it may ask for").fill("/v3");
    await page.getByRole("button", { name: "Add program" }).click();
    expect(await page.getByLabel("Token", { exact: true }).innerText()).toBe("utgc_shown-once");
    expect(await page.getByLabel("Command").innerText()).toBe(
      `curl -H 'Authorization: Bearer utgc_shown-once' 'http://${new URL(url).hostname}:8097/proxy/Home/v3'`,
    );
    await page.getByText("GET, HEAD for Home below /v3, 60 requests per minute").waitFor();
    expect(gateway.asked.at(-1)).toMatchObject({
      path: "/api/broker/clients",
      body: { name: "Dashboard", accounts: [expect.any(String)], path_prefixes: ["/v3"], methods: ["GET", "HEAD"] },
    });

    await page.reload();
    await page.getByText("GET, HEAD for Home").waitFor();
    expect(await page.getByText("utgc_shown-once").count()).toBe(0);

    await page.getByRole("button", { name: "Revoke" }).click();
    await page.getByText("Its token stops working at once").waitFor();
    expect(gateway.asked.at(-1)?.path).toBe("/api/broker/clients");
    await page.getByRole("button", { name: "Revoke" }).click();
    await expect.poll(() => page.getByText("GET, HEAD for Home").count()).toBe(0);
    expect(gateway.asked.at(-1)?.path).toBe("/api/broker/clients/revoke");
  });

  test("are not shown to who may not read them", async () => {
    const { page } = await stage.visit("member", "accounts");
    await page.getByText("Only administrators").first().waitFor();
    expect(await page.getByText("Other programs").count()).toBe(0);
  });
});
