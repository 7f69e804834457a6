import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { lights } from "../../ui/mock/devices.ts";
import { signedIn } from "../../ui/mock/accounts.ts";
import { PageStage, wizardPlace } from "./stage.ts";

const ONLY_ADMINISTRATORS = "Only administrators of Home Assistant can do this.";
const NOT_ASKED_YET = /could not be asked yet whether you are an administrator/;

let stage: PageStage;

beforeAll(async () => {
  stage = await PageStage.start();
});
afterEach(() => stage.tidy());
afterAll(() => stage.stop());

describe("for who is no administrator of Home Assistant", () => {
  test.each([
    ["overview", ["Unlock", "Lock", "Refresh now"]],
    ["accounts", ["Sign in again", "Refresh now", "Settings", "Sign out", "Remove", "Save", "Add account"]],
  ])("every button at %s that changes something is off, and says why", async (place, names) => {
    const { page, gateway } = await stage.visit("member", place);
    for (const summary of await page.locator("summary").all()) await summary.click();
    for (const name of names) {
      const button = page.getByRole("button", { name, exact: true }).first();
      await expectRefused(page, button, ONLY_ADMINISTRATORS);
    }
    // None was missed: what is left to press changes nothing.
    const left = await page.getByRole("button", { disabled: false }).allInnerTexts();
    expect(left.map((words) => words.trim()).filter((words) => words !== "")).toEqual([]);
    // They only lead to a card.
    const links = place === "overview" ? ["Garden gate is unlocked", "Show"] : [];
    expect(await page.locator("main").getByRole("link").allInnerTexts()).toEqual(links);
    expect(gateway.asked).toEqual([]);
  });

  test("the button that sets it up in Home Assistant is off, and says what it would do", async () => {
    const { page, gateway } = await stage.visit("not-added", "overview");
    gateway.become("member");
    const button = page.getByRole("button", { name: "Set up in Home Assistant" });
    await page.getByText("Add the integration in Home Assistant.").waitFor();
    await expect.poll(() => button.getAttribute("aria-disabled")).toBe("true");
    await expectRefused(page, button, ONLY_ADMINISTRATORS);
    expect(gateway.asked).toEqual([]);
  });

  test("the fields of locks, lights and the refresh settings can't be changed", async () => {
    const { page, gateway, url } = await stage.visit("member", "overview");
    gateway.change({ devices: lights(Date.now()) });
    await page.getByLabel("Brightness").first().waitFor();
    const changing = "main :is(input, select, textarea)";
    const fields = await page.locator(changing).all();
    expect(fields.length).toBeGreaterThan(2);
    for (const field of fields) expect(await field.isDisabled()).toBe(true);
    await expect.poll(() => page.getByText(ONLY_ADMINISTRATORS).count()).toBeGreaterThanOrEqual(4);
    await page.goto(`${url}#/accounts`);
    await page.getByText("Refresh settings").click();
    for (const field of await page.locator(changing).all()) expect(await field.isDisabled()).toBe(true);
    expect(gateway.asked).toEqual([]);
  });

  test("the sentence at the top still says what is wrong, and who can mend it", async () => {
    const { page, gateway } = await stage.visit("member", "overview");
    gateway.change({ accounts: [{ ...signedIn(Date.now()), status: "sign_in_needed", reason: "grant_dead" }] });
    const banner = page.locator("utec-status-banner");
    await banner.getByText("Sign-in needed").waitFor();
    await expectRefused(page, banner.getByRole("button", { name: "Sign in" }), ONLY_ADMINISTRATORS);
  });

  test("what happened is not shown: neither its places, nor a door's story, nor a token's past", async () => {
    const { page, gateway, url } = await stage.visit("member", "overview");
    const places = page.getByRole("navigation", { name: "Places" });
    expect(await places.getByRole("link").allInnerTexts()).toEqual(["Overview", "Accounts"]);
    expect(await page.locator(".story, .all, utec-token-marks").count()).toBe(0);
    await page.goto(`${url}#/accounts`);
    await page.locator("utec-account-panel").waitFor();
    expect(await page.getByText(/History|Client ID|anna@example/).count()).toBe(0);
    for (const place of ["activity", "log"]) {
      await page.goto(`${url}#/${place}`);
      await page.getByText("can read this, unless the setting members_read_activity is on").waitFor();
      expect(await page.locator("main :is(button, select, ol)").count()).toBe(0);
    }
    expect(gateway.refused).toEqual([]);
  });

  test.each(["find", "credentials", "sign-in", "found"] as const)("the wizard's step %s says why", async (step) => {
    const { page, gateway } = await stage.visit("member", wizardPlace(step));
    await page.getByText(ONLY_ADMINISTRATORS).waitFor();
    expect(await page.locator("main :is(button, input, a)").count()).toBe(0);
    expect(gateway.asked).toEqual([]);
  });
});

describe("while Home Assistant could not be asked yet", () => {
  test("that is said, and everything works as soon as it answers, without a reload", async () => {
    const { page, gateway } = await stage.visit("unconfirmed", "overview");
    await page.evaluate("window.marked = true");
    const unlock = page.getByRole("button", { name: "Unlock", exact: true }).first();
    await expectRefused(page, unlock, NOT_ASKED_YET);
    gateway.become("administrator");
    await expect.poll(() => page.getByText(NOT_ASKED_YET).count()).toBe(0);
    await page.locator(".story").first().waitFor();
    await unlock.click();
    await expect
      .poll(() => gateway.asked.map(({ path, body }) => [path, body["name"]]))
      .toEqual([["/api/commands", "unlock"]]);
    expect(await page.evaluate("window.marked")).toBe(true);
  });

  test("the activity and the log are read once it has answered", async () => {
    const { page, gateway, url } = await stage.visit("unconfirmed", "activity");
    await page.getByText(NOT_ASKED_YET).waitFor();
    gateway.become("administrator");
    await page.locator("utec-timeline li").first().waitFor();
    gateway.become("unconfirmed");
    await page.getByText(NOT_ASKED_YET).waitFor();
    await page.goto(`${url}#/log`);
    gateway.become("administrator");
    await page.getByText("The gateway is ready.").waitFor();
  });

  test("the wizard waits with what was typed, and goes on", async () => {
    const { page, gateway, url } = await stage.visit("unconfirmed", "accounts/sign-in?step=credentials");
    await page.getByText(NOT_ASKED_YET).waitFor();
    gateway.become("administrator");
    await page.getByLabel("Client ID").fill("5f1d0c9be2a74d6c8e10");
    gateway.become("unconfirmed");
    await page.getByText(NOT_ASKED_YET).waitFor();
    gateway.become("administrator");
    await expect.poll(() => page.getByText(NOT_ASKED_YET).count()).toBe(0);
    expect(await page.getByLabel("Client ID").inputValue()).toBe("5f1d0c9be2a74d6c8e10");
    gateway.become("unconfirmed");
    await page.getByText(NOT_ASKED_YET).waitFor();
    await page.goto(`${url}#/${wizardPlace("sign-in")}`);
    await page.getByText(NOT_ASKED_YET).waitFor();
    expect(gateway.asked).toEqual([]);
    gateway.become("administrator");
    await page.getByRole("link", { name: "Open the sign-in page" }).waitFor();
  });

  test("who turns out to be no administrator is told so", async () => {
    const { page, gateway } = await stage.visit("unconfirmed", "overview");
    await page.getByText(NOT_ASKED_YET).first().waitFor();
    gateway.become("member");
    await page.getByText(ONLY_ADMINISTRATORS).first().waitFor();
    expect(await page.getByText(NOT_ASKED_YET).count()).toBe(0);
  });
});

/** Off, reached by the keyboard, described by a sentence in sight, and without effect. */
async function expectRefused(page: Page, button: Locator, why: string | RegExp): Promise<void> {
  await button.waitFor();
  expect(await button.getAttribute("aria-disabled")).toBe("true");
  await button.focus();
  expect(await button.evaluate((element) => element.matches(":focus"))).toBe(true);
  const described = await button.evaluate((element) => {
    const root = element.getRootNode() as unknown as { getElementById: (id: string) => { textContent: string } | null };
    return root.getElementById(element.getAttribute("aria-describedby") ?? "")?.textContent ?? "";
  });
  expect(described.trim()).toMatch(why);
  await expect.poll(() => page.getByText(why).first().isVisible()).toBe(true);
  await page.keyboard.press("Enter");
  await button.click({ force: true });
}
