import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { PageStage, root, wizardPlace } from "../stage.ts";

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
    await page.goto(`${url}oauth/callback?error=access_denied&state=of-another`);
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
    await page.getByRole("alert").getByText("The access was not allowed").waitFor();
    await page.getByRole("link", { name: "Go to accounts" }).waitFor();
  },
);

test("the theme that somebody chose holds there, too", async () => {
  const { page, url } = await stage.visit("never-signed-in", "overview", { colorScheme: "light" });
  await page.evaluate(() => localStorage.setItem("utec-gateway.theme", "dark"));
  await page.goto(`${url}oauth/callback?error=access_denied`);
  await page.locator("html[data-theme=dark]").waitFor();
  await page.getByRole("link", { name: "Sign in again" }).waitFor();
});

test("it speaks the reader's language, fits a phone, and axe finds nothing", async () => {
  const options = { locale: "de-DE", viewport: { width: 320, height: 640 } };
  const { page, url } = await stage.visit("never-signed-in", "overview", options);
  await page.goto(`${url}oauth/callback?error=access_denied`);
  await page.getByRole("heading", { name: "Nicht angemeldet" }).waitFor();
  await page.getByRole("link", { name: "Neu anmelden" }).waitFor();
  expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  expect(await page.evaluate("document.documentElement.lang")).toBe("de");
  await page.evaluate(readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8"));
  const { violations } = (await page.evaluate("axe.run()")) as { violations: readonly { id: string }[] };
  expect(violations.map(({ id }) => id)).toEqual([]);
});

test("it leads the tab that began a sign-in back into it", async () => {
  const { page, url } = await stage.visit("never-signed-in", wizardPlace("sign-in"));
  // In the same tab, as where the redirect comes back by itself.
  await page.getByRole("link", { name: "Open the sign-in page" }).evaluate((link: { target: string }) => {
    link.target = "_self";
  });
  await page.getByRole("link", { name: "Open the sign-in page" }).click();
  await page.getByRole("link", { name: "Allow access" }).waitFor();
  await page.goto(`${url}oauth/callback?error=access_denied&state=of-another`);
  await page.getByRole("link", { name: "Sign in again" }).click();
  await page.getByRole("heading", { name: "Sign in to the cloud" }).waitFor();
  await page.getByRole("alert").getByText("The access was not allowed").waitFor();
});
