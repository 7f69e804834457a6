import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Visit } from "../stage.ts";
import { PageStage, focused } from "../stage.ts";

let stage: PageStage;

beforeAll(async () => {
  stage = await PageStage.start();
});
afterEach(() => stage.tidy());
afterAll(() => stage.stop());

/** Notes in each frame how high the boxes are that `selector` finds in the page and its parts; returns how far each went up and down. */
async function heights(page: Page, selector: string): Promise<() => Promise<readonly number[]>> {
  await page.evaluate(`{
    const seen = (globalThis.seen = []);
    const all = (root) => [...root.querySelectorAll("*")].flatMap((one) => [
      ...(one.matches(${JSON.stringify(selector)}) ? [one] : []),
      ...(one.shadowRoot ? all(one.shadowRoot) : []),
    ]);
    requestAnimationFrame(function look() {
      all(document).forEach((box, at) => (seen[at] ??= []).push(Math.round(box.getBoundingClientRect().height)));
      requestAnimationFrame(look);
    });
  }`);
  return () => page.evaluate("globalThis.seen.map((of) => Math.max(...of) - Math.min(...of))");
}

/** The cloud of the scenario's account does not answer. */
async function withoutCloud(): Promise<Visit> {
  const visit = await stage.visit("all-well", "overview");
  const { picture } = visit.gateway;
  const error = { code: "cloud_unreachable", message: "The cloud did not answer within 20 s." };
  const away = { online: false, error, last_success_at: Date.now() - 600_000, devices_known: true };
  const clouds = Object.fromEntries(picture.accounts.map(({ id }) => [id, away]));
  visit.gateway.change({ gateway: { ...picture.gateway, clouds } });
  await visit.page.getByText("The U-tec cloud does not answer").waitFor();
  return visit;
}

describe("nothing jumps", () => {
  test.for([320, 1280])("while a command runs, %d px wide: no card and no banner changes its height", async (width) => {
    const { page } = await stage.visit("all-well", "overview", { viewport: { width, height: 800 } });
    const card = page.locator("utec-lock-card", { hasText: "Front door" });
    await card.getByRole("button", { name: "Unlock", exact: true }).waitFor();
    // What is drawn once it is in sight is there.
    await card.locator("utec-battery-months").scrollIntoViewIfNeeded();
    await card.getByText("The last 30 days").waitFor();
    await card.getByText("Battery life is not known yet").waitFor();
    const moved = await heights(page, "utec-lock-card, utec-account-card");
    await card.getByRole("button", { name: "Unlock", exact: true }).click();
    await card.getByRole("status").getByText("Unlocked").waitFor();
    await card.getByText("Unlocked from this page").first().waitFor();
    expect(Math.max(...(await moved()))).toBeLessThanOrEqual(2);
  });

  test("while the banner's button is pressed and while its result stands", async () => {
    const { page } = await withoutCloud();
    const moved = await heights(page, "utec-status-banner");
    await page.getByRole("button", { name: "Try now" }).click();
    await page.getByRole("button", { name: "Asked" }).waitFor();
    await page.getByRole("button", { name: "Try now" }).waitFor();
    expect(await moved()).toEqual([0]);
  });
});

describe("what was asked for", () => {
  test("of a silent cloud is asked once more, now, where the page says that it is silent", async () => {
    const { page, gateway } = await withoutCloud();
    await page.getByRole("button", { name: "Try now" }).click();
    await page.getByRole("button", { name: "Asked" }).waitFor();
    expect(gateway.asked.map(({ path }) => path)).toEqual(["/api/devices/discover"]);
  });

  test("and failed keeps its explanation where it was pressed, until it is dismissed or tried again", async () => {
    const { page, gateway } = await withoutCloud();
    const detail = "The cloud wants no requests for a while.";
    gateway.problems.set("/api/devices/discover", { status: 503, code: "cloud_unreachable", detail });
    const button = page.getByRole("button", { name: "Try now" });
    await button.click();
    const alert = page.locator("utec-status-banner").getByRole("alert");
    await alert.getByText(detail).waitFor();
    // Longer than a success is shown, and over redraws.
    await page.waitForTimeout(5000);
    expect(await alert.innerText()).toBe(detail);
    await page.getByRole("button", { name: "Dismiss" }).click();
    await expect.poll(() => alert.count()).toBe(0);
    // Who uses the keyboard is where they were.
    await focused(button).waitFor();
    await button.click();
    await alert.getByText(detail).waitFor();
    gateway.problems.clear();
    await button.click();
    await page.getByRole("button", { name: "Asked" }).waitFor();
    expect(await alert.count()).toBe(0);
  });

  test("and may be tried again in a while counts down in silence", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview");
    await page.clock.install();
    const detail = "Home was refreshed by hand a moment ago: try again in 28 s.";
    const problem = { status: 429, code: "rate_limited", detail, retry_after_s: 28 };
    gateway.problems.set("/api/accounts/refresh", problem);
    await page.getByRole("button", { name: "Refresh now" }).click();
    await page.getByText("try again in 28 s").waitFor();
    await page.evaluate(`{
      globalThis.announced = [];
      const card = (function find(root) {
        for (const one of root.querySelectorAll("*")) {
          if (one.matches("[role=alert]")) return one;
          const within = one.shadowRoot && find(one.shadowRoot);
          if (within) return within;
        }
      })(document);
      new MutationObserver((changes) => {
        for (const { target } of changes) {
          const element = target.nodeType === Node.TEXT_NODE ? target.parentElement : target;
          if (element.closest("[aria-live=off]") === null) globalThis.announced.push(element.textContent);
        }
      }).observe(card, { childList: true, characterData: true, subtree: true });
    }`);
    await page.clock.runFor(10_000);
    await page.getByText("try again in 18 s").waitFor();
    expect(await page.evaluate("globalThis.announced")).toEqual([]);
    await page.clock.runFor(19_000);
    await page.getByText("You can do it again now.").waitFor();
  });
});

test("the focus stays on the button through a whole command, from the keyboard", async () => {
  const { page } = await stage.visit("all-well", "overview");
  const card = page.locator("utec-lock-card", { hasText: "Front door" });
  await card.getByRole("button", { name: "Unlock" }).focus();
  await page.keyboard.press("Enter");
  await focused(card.getByRole("button", { name: "Unlocking …" })).waitFor();
  await focused(card.getByRole("button", { name: "Lock", exact: true })).waitFor();
});
