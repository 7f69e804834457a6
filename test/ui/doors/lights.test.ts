import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { PageStage, focused } from "../stage.ts";

let stage: PageStage;

beforeAll(async () => {
  stage = await PageStage.start();
});
afterEach(() => stage.tidy());
afterAll(() => stage.stop());

const device = (page: Page, name: string): Locator => page.locator("utec-device-card", { hasText: name });

describe("lights, plugs and switches", () => {
  test("stand apart from the locks and are not counted among the doors", async () => {
    const { page } = await stage.visit("lights", "overview");
    await page.getByRole("heading", { name: "Also in the account" }).waitFor();
    await expect.poll(() => page.locator("utec-lock-card").count()).toBe(1);
    await expect.poll(() => page.locator("utec-device-card").count()).toBe(4);
    // One that is away is no reason to worry about the doors.
    await page.locator("utec-status-banner").getByText("The door is locked").waitFor();
    await page.getByRole("link", { name: "Garden plug is offline" }).click();
    await focused(page.locator("utec-device-card", { hasText: "Garden plug" })).waitFor();
  });

  test("are turned on and off, dimmed and coloured, and tell the latest of it", async () => {
    const { page, gateway } = await stage.visit("lights", "overview");
    const lamp = device(page, "Hall lamp");
    await lamp.getByRole("status").getByText("On", { exact: true }).waitFor();
    await lamp.getByLabel("Brightness").fill("25");
    await lamp.getByText("25%", { exact: true }).waitFor();
    await lamp.getByText("Dimmed to 25% from this page").waitFor();
    await lamp.getByLabel("White").fill("4000");
    await lamp.getByText("4000 K", { exact: true }).waitFor();
    await lamp.getByLabel("Colour").fill("#0080ff");
    await lamp.getByText("Colour set from this page").waitFor();
    await lamp.getByRole("button", { name: "Turn off" }).click();
    await lamp.getByRole("status").getByText("Off", { exact: true }).waitFor();
    const body = { device_id: "lamp" };
    expect(gateway.asked.map(({ body: asked }) => asked)).toEqual([
      { ...body, name: "set_level", args: { level: 25 } },
      { ...body, name: "set_color_temperature", args: { color_temperature: 4000 } },
      { ...body, name: "set_color", args: { color: { r: 0, g: 128, b: 255 } } },
      { ...body, name: "turn_off" },
    ]);
  });

  test("show what is when they were asked in vain", async () => {
    const { page, gateway } = await stage.visit("lights", "overview");
    const detail = "The cloud refused it.";
    gateway.problems.set("/api/commands", { status: 422, code: "command_refused", detail });
    const lamp = device(page, "Hall lamp");
    await lamp.getByLabel("Brightness").fill("25");
    await lamp.getByRole("alert").getByText(detail).waitFor();
    await expect.poll(() => lamp.getByLabel("Brightness").inputValue()).toBe("60");
    await expect
      .poll(() => device(page, "Garden plug").getByRole("button", { name: "Turn off" }).isDisabled())
      .toBe(true);
  });

  test("of kinds and with capabilities that this version does not know are named, and take nothing", async () => {
    const { page } = await stage.visit("lights", "overview");
    const toaster = device(page, "Toaster");
    await toaster.getByText("Not known to this version: SmartToaster, utec-toaster").waitFor();
    await toaster.getByText("Capabilities not known to this version: st.toast, st.crumbTray").waitFor();
    await expect.poll(() => toaster.getByRole("button", { name: /Turn/ }).count()).toBe(0);
  });
});
