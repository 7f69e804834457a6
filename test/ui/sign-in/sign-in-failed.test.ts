import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { neverSignedIn, stateOf } from "../../../ui/mock/accounts.ts";
import { PageStage, wizardPlace } from "../stage.ts";

const CARD = "getComputedStyle(document.documentElement).getPropertyValue('--card')";

let stage: PageStage;

beforeAll(async () => {
  stage = await PageStage.start();
});
afterEach(() => stage.tidy());
afterAll(() => stage.stop());

test.for(["light", "dark"] as const)(
  "a redirect that signed nobody in ends on a page with the %s look of the wizard, also behind ingress, and leads back to it",
  async (colorScheme) => {
    const prefix = "/api/hassio_ingress/token";
    const visit = await stage.visit("never-signed-in", wizardPlace("sign-in"), { colorScheme }, prefix);
    const { page, url, complaints } = visit;
    const card = await page.evaluate<string>(CARD);
    await page.goto(`${url}oauth/callback?error=access_denied&state=${stateOf(neverSignedIn())}`);
    await page.getByRole("heading", { name: "Not signed in" }).waitFor();
    await expect.poll(() => page.getByRole("alert").textContent()).toContain("allow the access");
    expect(await page.evaluate<string>(CARD)).toBe(card);
    const background = colorScheme === "light" ? "rgb(255, 255, 255)" : "rgb(26, 30, 34)";
    const shown = await page.evaluate<string>("getComputedStyle(document.querySelector('main')).backgroundColor");
    expect(shown).toBe(background);
    const folder = process.env["SCREENSHOTS"];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/sign-in-failed-${colorScheme}.png` });
    // The answer's own status is no fault of the page.
    expect(complaints.filter((complaint) => !complaint.includes("422"))).toEqual([]);
    await page.getByRole("link", { name: "Sign in again" }).click();
    await page.getByRole("heading", { name: "Sign in to the cloud" }).waitFor();
  },
);

test("the theme that somebody chose holds there, too", async () => {
  const { page, url } = await stage.visit("never-signed-in", "overview", { colorScheme: "light" });
  await page.evaluate(() => localStorage.setItem("utec-gateway.theme", "dark"));
  await page.goto(`${url}oauth/callback?error=access_denied`);
  await page.locator("html[data-theme=dark]").waitFor();
  await page.getByRole("link", { name: "Go to accounts" }).waitFor();
});
