import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { signedIn } from "../../../ui/mock/accounts.ts";
import { otherAccounts } from "../../../ui/mock/clouds/accounts.ts";
import { brokerHost, curlLine } from "../../../ui/src/parts/clients/curl-line.ts";
import { PageStage, focused } from "../stage.ts";

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
    await expect.poll(() => page.getByText("Give the client a name").count()).toBe(1);
    await focused(page.getByLabel("Name")).waitFor();
    await page.getByLabel("Name").fill("Dashboard");
    await page.getByLabel("Path that it may ask for").fill("/v3");
    await page.getByRole("button", { name: "Add program" }).click();
    const made = page.getByRole("group", { name: "The token of Dashboard is shown only now." });
    await focused(made).waitFor();
    expect(await made.locator("code").allInnerTexts()).toEqual([
      "utgc_shown-once",
      `curl -H 'Authorization: Bearer utgc_shown-once' 'http://${new URL(url).hostname}:8097/proxy/Home/v3'`,
    ]);
    await page.getByText("GET, HEAD for Home below /v3, 60 requests per minute").waitFor();
    expect(gateway.asked.at(-1)).toMatchObject({
      path: "/api/broker/clients",
      body: {
        name: "Dashboard",
        accounts: [signedIn(0).id],
        path_prefixes: ["/v3"],
        requests_per_minute: 60,
        methods: ["GET", "HEAD"],
      },
    });

    await page.reload();
    await page.getByText("GET, HEAD for Home").waitFor();
    expect(await page.getByText("utgc_shown-once").count()).toBe(0);

    await page.getByRole("button", { name: "Revoke Dashboard" }).click();
    await page.getByText("Its token stops working at once").waitFor();
    await focused(page.getByRole("group", { name: "Revoke Dashboard?" })).waitFor();
    expect(gateway.asked.at(-1)?.path).toBe("/api/broker/clients");
    await page.getByRole("button", { name: "Revoke" }).click();
    await expect.poll(() => page.getByText("GET, HEAD for Home").count()).toBe(0);
    await focused(page.locator("utec-client-list summary")).waitFor();
    await page.getByRole("status").getByText("Dashboard may no longer ask").waitFor();
    expect(gateway.asked.at(-1)?.path).toBe("/api/broker/clients/revoke");
  });

  test("may be allowed to change things, more often, with the accounts that somebody ticks", async () => {
    const { page, gateway } = await stage.visit("other-clouds", "accounts");
    await page.getByText("Add a program").click();
    await page.getByLabel("Name").fill("Dashboard");
    expect(await page.getByRole("checkbox", { checked: true }).count()).toBe(0);
    await page.getByRole("checkbox", { name: "WattTime" }).check();
    await page.getByRole("checkbox", { name: "Heat pump" }).check();
    await page.getByRole("checkbox", { name: "WattTime" }).uncheck();
    await page.getByLabel("Requests per minute").fill("300");
    await page.getByRole("checkbox", { name: "It may also change things" }).check();
    await page.getByRole("button", { name: "Add program" }).click();
    await page.getByText("GET, HEAD, POST, PUT, PATCH, DELETE for Heat pump, 300 requests per minute").waitFor();
    const [, , login] = otherAccounts(0);
    expect(gateway.asked.at(-1)?.body).toMatchObject({ accounts: [login?.id], path_prefixes: ["/"] });
  });

  test("a token that is still shown goes with its program", async () => {
    const { page } = await stage.visit("all-well", "accounts");
    await page.getByText("Add a program").click();
    await page.getByLabel("Name").fill("Dashboard");
    await page.getByRole("button", { name: "Add program" }).click();
    await page.getByText("utgc_shown-once", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Copy the token" }).waitFor();
    await page.getByRole("button", { name: "Copy the line" }).waitFor();
    await page.getByRole("button", { name: "Revoke Dashboard" }).click();
    await page.getByRole("button", { name: "Revoke", exact: true }).click();
    await expect.poll(() => page.getByText("utgc_shown-once").count()).toBe(0);
  });

  test("behind ingress, the line has a place for the host that the page does not know", () => {
    expect(brokerHost(true, "home.example")).toBe("HOST-NAME");
    expect(brokerHost(false, "home.example")).toBe("home.example");
    const place = { host: "gateway", port: 8097, token: "t" };
    expect(curlLine({ path_prefixes: ["/"] }, "Anna's pump", place)).toBe(
      "curl -H 'Authorization: Bearer t' 'http://gateway:8097/proxy/Anna%27s%20pump/'",
    );
  });

  test("are said not to have arrived where their part of the page is gone", async () => {
    const { page } = await stage.visit("all-well", "overview");
    await page.route("**/client-elements*", (route) => route.abort());
    await page.getByRole("link", { name: "Accounts", exact: true }).click();
    await page.getByText("This part of the page did not arrive").waitFor();
    await page.getByRole("heading", { name: "Home" }).waitFor();
  });

  test("are not shown to who may not read them", async () => {
    const { page } = await stage.visit("member", "accounts");
    await page.getByText("Only administrators").first().waitFor();
    expect(await page.getByText("Other programs").count()).toBe(0);
  });
});
