import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { neverSignedIn, stateOf } from "../../../ui/mock/accounts.ts";
import { PageStage, wizardPlace } from "../stage.ts";

const INGRESS = "/api/hassio_ingress/6WfXHqZTGz";

let stage: PageStage;

beforeAll(async () => {
  stage = await PageStage.start();
});
afterEach(() => stage.tidy());
afterAll(() => stage.stop());

describe("a sign-in that failed", () => {
  test.for(["", INGRESS])(
    "because it was refused is told at the sign-in, after a reload too (under %j)",
    async (prefix) => {
      const { page, url } = await stage.visit("never-signed-in", "overview", {}, prefix);
      await page.goto(`${url}oauth/callback?error=access_denied&state=${stateOf(neverSignedIn())}`);
      await page.getByRole("heading", { name: "Sign in to the cloud" }).waitFor();
      const words = page.getByRole("alert").getByText("The access was not allowed");
      await words.waitFor();
      await page.reload();
      await words.waitFor();
      // It goes with the next attempt.
      await page.getByRole("link", { name: "Open the sign-in page" }).click({ modifiers: ["ControlOrMeta"] });
      await expect.poll(() => words.count()).toBe(0);
    },
  );

  test("at the client is told at its fields, until they are changed, and holds nobody up", async () => {
    const { page, gateway, url } = await stage.visit("never-signed-in", "overview");
    await page.goto(`${url}oauth/callback?error=invalid_client&state=${stateOf(neverSignedIn())}`);
    await page.getByRole("heading", { name: "The three values" }).waitFor();
    await expect.poll(() => description(page, "Client ID")).toContain("does not know this client ID");
    await expect.poll(() => page.getByLabel("Client ID").getAttribute("aria-invalid")).toBe("true");
    await expect.poll(() => description(page, "Client Secret")).toContain("enter the secret again");
    await page.reload();
    await expect.poll(() => description(page, "Client ID")).toContain("does not know this client ID");
    await page.getByLabel("Client ID").fill("5f1d0c9be2a74d6c8e11");
    await expect.poll(() => description(page, "Client ID")).not.toContain("does not know");
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("link", { name: "Open the sign-in page" }).waitFor();
    expect(gateway.asked[0]?.body).toMatchObject({ client_id: "5f1d0c9be2a74d6c8e11" });
  });

  test("at the redirect URI is told there, and may have been put right in the app", async () => {
    const { page, url } = await stage.visit("never-signed-in", "overview");
    await page.goto(`${url}oauth/callback?error=redirect_uri_mismatch&state=${stateOf(neverSignedIn())}`);
    await expect.poll(() => description(page, "Redirect URI")).toContain("knows another redirect URI");
    expect(await description(page, "Client ID")).not.toContain("does not know");
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("link", { name: "Open the sign-in page" }).waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  test("with a pasted address goes to the field that it is about", async () => {
    const { page, gateway } = await stage.visit("never-signed-in", wizardPlace("sign-in"), {}, INGRESS);
    const detail = "The U-tec cloud does not know this client.";
    gateway.problems.set("/api/accounts/exchange", { status: 422, code: "client_refused", detail });
    await page.getByRole("button", { name: "I already have the address" }).click();
    await page.getByLabel("Address of the page you landed on").fill("https://a.io/?code=abc");
    await page.getByRole("button", { name: "Finish signing in" }).click();
    await page.getByRole("heading", { name: "The three values" }).waitFor();
    await expect.poll(() => description(page, "Client ID")).toContain("does not know this client ID");
  });

  test("never says what somebody has written into the address", async () => {
    const place = `${wizardPlace("sign-in")}&failed=sign_in_refused&error=${encodeURIComponent("Call 555-0100")}`;
    const { page } = await stage.visit("never-signed-in", place);
    await page.getByRole("alert").getByText("The access was not allowed").waitFor();
    expect(await page.getByText("555").count()).toBe(0);
  });
});

describe("a sign-in that is under way", () => {
  test("asks for the way back again after a reload", async () => {
    const { page } = await stage.visit("never-signed-in", wizardPlace("sign-in"));
    await page.getByRole("link", { name: "Open the sign-in page" }).click();
    await page.bringToFront();
    await page.getByLabel("Address of the page you landed on").waitFor();
    await page.reload();
    await page.getByLabel("Address of the page you landed on").waitFor();
  });

  test("ends at the locks whichever tab its redirect lands in, and the first one follows", async () => {
    const { page, url } = await stage.visit("never-signed-in", wizardPlace("sign-in"));
    await page.getByRole("link", { name: "Open the sign-in page" }).waitFor();
    const other = await stage.open(`${url}oauth/callback?code=abc&state=${stateOf(neverSignedIn())}`);
    await other.page.getByText("Found 2 locks").waitFor();
    await page.getByText("Found 2 locks").waitFor();
  });

  test("takes an address with words around it, pasted by whatever program", async () => {
    const { page, gateway } = await stage.visit("never-signed-in", wizardPlace("sign-in"));
    await page.getByRole("button", { name: "I already have the address" }).click();
    const state = stateOf(neverSignedIn());
    const field = page.getByLabel("Address of the page you landed on");
    await field.fill(
      `Here it is: “https://my.home-assistant.io/redirect/oauth?code=abc&state=${state}”. Greetings, Jörg`,
    );
    await page.getByText("Found 2 locks").waitFor();
    expect(gateway.asked.filter(({ path }) => path === "/api/accounts/exchange")).toHaveLength(1);
  });
});

/** What a screen reader reads after the label of a field. */
async function description(page: Page, label: string): Promise<string> {
  const id = await page.getByLabel(label).getAttribute("aria-describedby");
  return (await page.locator(`#${id ?? ""}`).textContent()) ?? "";
}
