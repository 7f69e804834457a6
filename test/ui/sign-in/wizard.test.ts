import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { neverSignedIn, stateOf } from "../../../ui/mock/accounts.ts";
import { PageStage, focused, wizardPlace } from "../stage.ts";

let stage: PageStage;

beforeAll(async () => {
  stage = await PageStage.start();
});
afterEach(() => stage.tidy());
afterAll(() => stage.stop());

describe("the wizard", () => {
  test("leads from nothing to the locks, with the redirect that comes back by itself", async () => {
    const { page, gateway, url } = await stage.visit("empty", "overview");
    await page.getByRole("link", { name: "Add account" }).click();
    await page.getByRole("heading", { name: "Which cloud?" }).waitFor();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("link", { name: "I see the values" }).click();
    await page.getByRole("heading", { name: "The three values" }).waitFor();
    await page.getByLabel("Client ID").fill(" 5f1d0c9be2a74d6c8e10 ");
    await page.getByLabel("Client Secret").fill("canary-of-a-secret");
    await expect.poll(() => page.getByLabel("Redirect URI").inputValue()).toBe(`${url}oauth/callback`);
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("link", { name: "Open the sign-in page" }).click();
    await page.getByRole("link", { name: "Allow access" }).click();
    await page.getByText("Found 2 locks").waitFor();
    await page.getByLabel("Name of this account").fill("Cabin");
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("status").getByText("Garden gate is unlocked").waitFor();
    await page.getByRole("heading", { name: "Cabin" }).waitFor();
    expect(gateway.asked[0]).toEqual({
      path: "/api/accounts",
      body: {
        name: "Home",
        client_id: "5f1d0c9be2a74d6c8e10",
        client_secret: "canary-of-a-secret",
        redirect_uri: `${url}oauth/callback`,
      },
    });
  });

  test("takes the pasted address where the redirect goes elsewhere", async () => {
    const { page, gateway } = await stage.visit("never-signed-in", wizardPlace("sign-in"));
    await page.getByRole("button", { name: "I already have the address" }).click();
    const field = page.getByLabel("Address of the page you landed on");
    await field.fill("https://my.home-assistant.io/redirect/oauth?error=access_denied");
    await page.getByText("ended the sign-in with an error (access_denied)").waitFor();
    const history = "> and so on, since this mail has all its history\n".repeat(2000);
    await field.fill(
      `https://my.home-assistant.io/redirect/oauth?authorization_code=abc&state=xyz\n\nSent from my phone\n${history}`,
    );
    await page.getByRole("button", { name: "Finish signing in" }).click();
    await page.getByText("Found 2 locks").waitFor();
    const exchange = gateway.asked.find(({ path }) => path === "/api/accounts/exchange");
    expect(exchange?.body["callback_url"]).toContain("authorization_code=abc&state=xyz\n\nSent");
    // The gateway takes no request that is as long as that.
    expect(JSON.stringify(exchange?.body).length).toBeLessThan(20_000);
  });

  test("goes on by itself when the sign-in ends in another tab", async () => {
    const { page, url } = await stage.visit("never-signed-in", wizardPlace("sign-in"));
    await page.getByRole("link", { name: "Open the sign-in page" }).waitFor();
    await fetch(`${url}oauth/callback?code=abc&state=${stateOf(neverSignedIn())}`, { redirect: "manual" });
    await page.getByText("Found 2 locks").waitFor();
  });

  test("behind ingress it never says that the redirect comes back by itself: it arrives without Home Assistant's cookie", async () => {
    const { page } = await stage.visit(
      "empty",
      "accounts/sign-in?step=credentials",
      {},
      "/api/hassio_ingress/6WfXHqZTGz",
    );
    const own = await page.evaluate<string>(`new URL("oauth/callback", document.baseURI).href`);
    expect(own).toContain("/api/hassio_ingress/6WfXHqZTGz/oauth/callback");
    await page.getByLabel("Client ID").fill("5f1d0c9be2a74d6c8e10");
    await page.getByLabel("Client Secret").fill("canary-of-a-secret");
    await page.getByLabel("Redirect URI").fill(own);
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("button", { name: "I already have the address" }).click();
    await page.getByText("Copy its whole address and paste it here").waitFor();
    await expect.poll(() => page.getByText("continues by itself").count()).toBe(0);
    await expect
      .poll(() => page.getByRole("link", { name: "Open the sign-in page" }).getAttribute("target"))
      .toBe("_blank");
  });

  test("shows a mistake beside its field while it is typed", async () => {
    const { page, gateway } = await stage.visit("empty", "accounts/sign-in?step=credentials");
    const field = page.getByLabel("Client ID");
    await field.fill("https://example.com/callback");
    await expect.poll(() => description(page, "Client ID")).toContain("belongs in Redirect URI");
    await expect.poll(() => field.getAttribute("aria-invalid")).toBe("true");
    await page.getByLabel("Redirect URI").fill("https://example.com/callback/");
    await expect.poll(() => description(page, "Redirect URI")).toContain("slash");
    await page.getByRole("button", { name: "Next" }).click();
    await expect.poll(() => description(page, "Client Secret")).toContain("is needed");
    expect(gateway.asked).toEqual([]);
  });

  test("shows what the gateway refuses beside the field that it names", async () => {
    const { page, gateway } = await stage.visit("empty", "accounts/sign-in?step=credentials");
    const detail = "This client id belongs to the account Home already.";
    gateway.problems.set("/api/accounts", { status: 409, code: "account_exists", detail, field: "client_id" });
    await page.getByLabel("Client ID").fill("5f1d0c9be2a74d6c8e10");
    await page.getByLabel("Client Secret").fill("canary-of-a-secret");
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByText(detail).waitFor();
    await expect.poll(() => description(page, "Client ID")).toBe(detail);
    await focused(page.getByLabel("Client ID")).waitFor();
  });

  test("waits while the gateway still looks up the sign-in page, and asks again by itself", async () => {
    const { page, gateway } = await stage.visit("empty", "overview");
    gateway.change({ accounts: [neverSignedIn()] });
    const detail = "The sign-in page of Home is still being looked up: try again in a moment.";
    gateway.problems.set("/api/accounts/authorise", { status: 504, code: "cloud_unreachable", detail });
    await page.goto(`${new URL(page.url()).origin}/#/${wizardPlace("sign-in")}`);
    await page.getByText("Preparing the sign-in page …").waitFor();
    await expect.poll(() => gateway.asked.length).toBeGreaterThan(1);
    expect(await page.getByText(detail).count()).toBe(0);
    gateway.problems.clear();
    await page.getByRole("link", { name: "Open the sign-in page" }).waitFor();
  });

  test("loses nothing on the way back, and adds no second account", async () => {
    const { page, gateway } = await stage.visit("empty", "accounts/sign-in?step=credentials");
    await page.getByLabel("Client ID").fill("5f1d0c9be2a74d6c8e10");
    await page.getByLabel("Client Secret").fill("canary-of-a-secret");
    await page.getByRole("link", { name: "Back" }).click();
    await page.getByRole("link", { name: "I see the values" }).click();
    await page.getByRole("heading", { name: "The three values" }).waitFor();
    await expect.poll(() => page.getByLabel("Client ID").inputValue()).toBe("5f1d0c9be2a74d6c8e10");
    await expect.poll(() => page.getByLabel("Client Secret").inputValue()).toBe("canary-of-a-secret");
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("link", { name: "Open the sign-in page" }).waitFor();
    await page.goBack();
    await page.getByText("Already set. Leave it empty to keep it.").waitFor();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("link", { name: "Open the sign-in page" }).waitFor();
    expect(gateway.asked.filter(({ path }) => path === "/api/accounts")).toHaveLength(1);
    expect(gateway.picture.accounts).toHaveLength(1);
  });

  test("does not ask for what the options own", async () => {
    const { page, gateway, url } = await stage.visit("never-signed-in", "overview");
    gateway.change({ accounts: [{ ...neverSignedIn(), owner: "options" }] });
    await page.goto(`${url}#/${wizardPlace("credentials")}`);
    await page.getByText("configuration tab").waitFor();
    await expect.poll(() => page.getByLabel("Client ID").getAttribute("readonly")).toBe("");
    await page.getByRole("link", { name: "Next" }).click();
    await page.getByRole("link", { name: "Open the sign-in page" }).waitFor();
  });

  test("says what stands between the sign-in and the locks, and looks again", async () => {
    const { page, gateway } = await stage.visit("all-well", wizardPlace("found"));
    const { accounts, devices } = gateway.picture;
    const [account] = accounts;
    const withCloud = (last_success_at: number | null, message?: string): void => {
      const cloud = {
        online: message === undefined,
        error: message === undefined ? null : { code: "cloud_error", message },
        last_success_at,
        devices_known: false,
      };
      const clouds = { [account?.id ?? ""]: cloud };
      gateway.change({ gateway: { ...gateway.picture.gateway, clouds } }, { devices: devices.map(({ id }) => id) });
    };
    withCloud(null, "The cloud answered 500.");
    await page.getByText("the locks could not be read: The cloud answered 500.").waitFor();
    withCloud(Date.now());
    await page.getByText("the cloud shows no device").waitFor();
    await page.getByRole("button", { name: "Look again" }).click();
    await page.getByRole("button", { name: "Looked" }).waitFor();
    gateway.change({ devices: devices.slice(0, 1) });
    await page.getByText("Found 1 lock").waitFor();
    // To be tried at once; its past and its settings would put the name of the account out of sight.
    await page.getByRole("button", { name: "Unlock", exact: true }).waitFor();
    expect(await page.locator(".story, utec-lock-mode-field, utec-door-ribbon").count()).toBe(0);
  });

  test("says that a sign-in has not finished", async () => {
    const { page } = await stage.visit("never-signed-in", wizardPlace("found"));
    await page.getByText("The sign-in has not finished").waitFor();
  });
});

/** What a screen reader reads after the label of a field. */
async function description(page: Page, label: string): Promise<string> {
  const id = await page.getByLabel(label).getAttribute("aria-describedby");
  return (await page.locator(`#${id ?? ""}`).textContent()) ?? "";
}
