import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { neverSignedIn } from "../../ui/mock/accounts.ts";
import { otherAccounts } from "../../ui/mock/clouds/accounts.ts";
import type { Scenario } from "../../ui/mock/scenarios.ts";
import { PLACES } from "../../ui/src/live/place.ts";
import type { WizardStep } from "../../ui/src/live/place.ts";
import { PageStage, root, wizardPlace } from "./stage.ts";

let stage: PageStage;

beforeAll(async () => {
  stage = await PageStage.start();
});
afterEach(() => stage.tidy());
afterAll(() => stage.stop());

/** The first screen of each cloud's fields. */
const SCREENS = ["oauth2", "login", "watttime", "yoto", "static"].map((cloud) => `cloud=${cloud}`);
const OTHERS = otherAccounts(0).map(({ id }) => id);
const [YOTO = "", WATTTIME = "", LOGIN = ""] = OTHERS;

function placeOf(step: WizardStep, id: string): string {
  return `accounts/sign-in?account=${id}&step=${step}`;
}

describe("for everybody", () => {
  /** Every place and every step of the wizard, in the scenario that fills it. */
  const rounds: readonly (readonly [Scenario, readonly string[]])[] = [
    ["retrying", PLACES],
    ["all-well", ["overview", wizardPlace("found")]],
    ["outcomes", ["overview", "activity"]],
    ["passage", ["overview"]],
    ["lights", ["overview"]],
    ["stale-lock", ["overview"]],
    ["expired-lock", ["overview"]],
    ["first-visit", ["overview"]],
    ["member", [...PLACES, wizardPlace("credentials")]],
    ["unconfirmed", ["overview", "accounts", wizardPlace("credentials")]],
    ["empty", ["accounts/sign-in?step=cloud", ...SCREENS.map((screen) => `accounts/sign-in?step=details&${screen}`)]],
    [
      "other-clouds",
      ["overview", "accounts", ...OTHERS.map((id) => placeOf("details", id)), placeOf("found", WATTTIME)],
    ],
    ["device-code", [placeOf("sign-in", YOTO)]],
    ["refused-login", ["overview", "accounts", placeOf("sign-in", LOGIN)]],
    ["never-signed-in", ["accounts", wizardPlace("find"), wizardPlace("credentials"), wizardPlace("sign-in")]],
  ];

  async function everywhere(
    options: BrowserContextOptions,
    look: (page: Page, where: string) => Promise<void>,
  ): Promise<void> {
    for (const [scenario, places] of rounds) {
      const { page, url } = await stage.visit(scenario, "overview", options);
      for (const place of places) {
        await page.goto(`${url}#/${place}`);
        await page
          .locator(scenario === "member" ? "utec-gateway-page main section" : elementAt(place))
          .first()
          .waitFor();
        for (const summary of await page.locator("summary").all()) await summary.click();
        await look(page, `${scenario} ${place}`);
      }
    }
  }

  test.for(["light", "dark"] as const)("no place has a finding of axe in %s", async (colorScheme) => {
    const findings: string[] = [];
    const look = async (page: Page, where: string): Promise<void> => {
      findings.push(...(await axeFindings(page)).map((finding) => `${where}: ${finding}`));
    };
    await everywhere({ colorScheme }, look);
    const { page, gateway } = await stage.visit("sign-in-needed", "overview", { colorScheme });
    gateway.cutFeed();
    await page.getByText("The gateway does not answer").waitFor();
    await look(page, "offline");
    expect(findings).toEqual([]);
  });

  test("nothing has to be scrolled sideways at 320 px", async () => {
    await everywhere({ viewport: { width: 320, height: 640 } }, async (page, where) => {
      const beyond = await page.evaluate<number>("document.documentElement.scrollWidth - document.body.clientWidth");
      expect(beyond, where).toBeLessThanOrEqual(0);
    });
  });

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

  test("takes at most 70 KB gzipped to show the overview, its language included", async () => {
    const { page } = await stage.visit("all-well", "overview");
    const asked = await page.evaluate<string[]>("performance.getEntriesByType('resource').map(({ name }) => name)");
    const names = asked
      .map((address) => basename(new URL(address).pathname))
      .filter((name) => /\.(?:js|css|svg)$/.test(name));
    const files = readdirSync(stage.builtPage, { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && (entry.name === "index.html" || names.includes(entry.name)),
    );
    const sizes = files.map(({ name, parentPath }) => gzipSync(readFileSync(join(parentPath, name))).length);
    expect(files.length).toBeGreaterThan(3);
    expect(sizes.reduce((all, size) => all + size, 0)).toBeLessThanOrEqual(70 * 1024);
  });
});

/** The element that draws a place or a step of the wizard. */
function elementAt(place: string): string {
  const step = /step=([a-z-]+)/.exec(place)?.[1];
  if (step === "sign-in" && !place.includes(neverSignedIn().id)) return "utec-device-code-step, utec-login-step";
  return step === undefined ? `utec-${place}-place` : `utec-${step}-step`;
}

async function axeFindings(page: Page): Promise<readonly string[]> {
  // Evaluated, not added as a script: the page's policy allows no inline script.
  await page.evaluate(readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8"));
  return page.evaluate<string[]>(
    `axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map((node) => id + " " + node.target.flat().join(" ") + " " + node.failureSummary)))`,
  );
}
