import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { PLACES } from "../../ui/src/live/place.ts";
import { PageStage } from "./stage.ts";

let stage: PageStage;

beforeAll(async () => {
  stage = await PageStage.start();
});
afterEach(() => stage.tidy());
afterAll(() => stage.stop());

// That no place has a finding of axe or has to be scrolled sideways is held for every state of which there are pictures:
// `pictures/`.
describe("for everybody", () => {
  test("every place is reached by keyboard", async () => {
    const { page } = await stage.visit("all-well", "overview");
    for (const name of ["Activity", "Accounts", "Log"]) {
      await page.getByRole("link", { name, exact: true }).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("main", { name }).waitFor();
    }
  });
});

describe("the build", () => {
  test("keeps the Content-Security-Policy and asks nobody but the gateway", async () => {
    const { page, url, complaints, hosts } = await stage.visit("all-well", "overview");
    for (const place of PLACES) {
      await page.goto(`${url}#/${place}`);
      await page.locator("utec-gateway-page main section").first().waitFor();
    }
    expect(complaints).toEqual([]);
    expect([...hosts]).toEqual([new URL(url).host]);
  });

  test("works under the prefix of ingress, and suggests no redirect URI there that will change", async () => {
    const prefix = "/api/hassio_ingress/6WfXHqZTGz";
    const { page, gateway, complaints } = await stage.visit("empty", "accounts/sign-in?step=credentials", {}, prefix);
    await expect
      .poll(() => page.getByLabel("Redirect URI").inputValue())
      .toBe("https://my.home-assistant.io/redirect/oauth");
    await page.getByLabel("Client ID").fill("5f1d0c9be2a74d6c8e10");
    await page.getByLabel("Client Secret").fill("canary-of-a-secret");
    await page.getByRole("button", { name: "Next" }).click();
    const link = page.getByRole("link", { name: "Open the sign-in page" });
    await expect.poll(() => link.getAttribute("target")).toBe("_blank");
    expect(gateway.asked.map(({ path }) => path)).toEqual(["/api/accounts", "/api/accounts/authorise"]);
    expect(complaints).toEqual([]);
  });
});
