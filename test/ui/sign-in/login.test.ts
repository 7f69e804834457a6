import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { launchBrowser } from "../../../scripts/processes/browser.ts";
import { MemorySessions, aStage } from "../../http/stage.ts";
import type { Stage } from "../../http/stage.ts";
import { DOUBLES, startDouble } from "../../machine/connections/proxies.ts";
import { PageStage, root } from "../stage.ts";

const PASSWORD = "a good password";
let pages: PageStage;
let browser: Browser;

beforeAll(async () => {
  pages = await PageStage.start();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await pages.stop();
});

test("who has to give the password gets a form, and then the place that was asked for", async () => {
  const { page, complaints } = await visit(await aGateway(), "#/accounts");
  await page.getByLabel("Password").fill("a guess");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByText("The password is wrong").waitFor();
  await enter(page);
  await page.locator("utec-accounts-place").waitFor();
  expect(new URL(page.url()).hash).toBe("#/accounts");
  // A refused password is an error to the browser, the form's own answer to people.
  expect(complaints.filter((text) => !text.includes("401"))).toEqual([]);
});

test("under a proxy's path too, with the live feed", async () => {
  const stage = await aGateway();
  const { nginx } = DOUBLES;
  const proxy = await startDouble(
    (headers, from) => ({ ...nginx?.(headers, from), "x-forwarded-proto": "http" }),
    stage.port,
    "/locks",
  );
  const { page } = await visit({ ...stage, port: proxy.port }, "", "/locks/");
  await enter(page);
  await page.locator("utec-lock-card").first().waitFor();
  await page.reload();
  await page.locator("utec-lock-card").first().waitFor();
  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByLabel("Password").waitFor();
  expect(new URL(page.url()).pathname).toBe("/locks/login");
});

test("a session that ends leads back to the form, and from there to the same place, without a dialog", async () => {
  const stage = await aGateway();
  const { page } = await visit(stage, "#/log");
  await enter(page);
  await page.locator("utec-log-place").waitFor();
  const cookies = await page.context().cookies();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  await stage.post("/logout", {}, { headers: { cookie } });
  await page.getByLabel("Password").waitFor();
  await enter(page);
  await page.locator("utec-log-place").waitFor();
});

test.each(["light", "dark"] as const)("the form fits a phone, %s, and axe finds nothing", async (colorScheme) => {
  const { page, complaints } = await visit(await aGateway(), "", "/", {
    viewport: { width: 320, height: 560 },
    colorScheme,
  });
  await page.getByLabel("Password").waitFor();
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
  expect(await page.evaluate("document.activeElement.name")).toBe("password");
  expect(complaints).toEqual([]);
  await page.evaluate(readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8"));
  const { violations } = (await page.evaluate("axe.run()")) as { violations: readonly { id: string }[] };
  expect(violations.map(({ id }) => id)).toEqual([]);
});

/** A real gateway with the built page and a password. */
function aGateway(): Promise<Stage> {
  return aStage({ password: PASSWORD, sessions: new MemorySessions(), pageFolder: pages.builtPage });
}

async function visit(
  { port }: Pick<Stage, "port">,
  hash = "",
  path = "/",
  options: Parameters<Browser["newPage"]>[0] = {},
): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage(options);
  onTestFinished(() => page.close());
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.goto(`http://127.0.0.1:${port}${path}${hash}`);
  return { page, complaints };
}

async function enter(page: Page): Promise<void> {
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
}
