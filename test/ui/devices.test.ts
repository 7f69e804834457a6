import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { CommandState } from "../../src/state/picture.ts";
import { anEntry } from "../activity/house.ts";
import { PageStage, focused } from "./stage.ts";

let stage: PageStage;

beforeAll(async () => {
  stage = await PageStage.start();
});
afterEach(() => stage.tidy());
afterAll(() => stage.stop());

const lock = (page: Page, name: string): Locator => page.locator("utec-lock-card", { hasText: name });
const GATE = "AA:BB:CC:00:00:02";

function failedLock(at: number): CommandState {
  return {
    id: "failed",
    device_id: GATE,
    name: "lock",
    args: {},
    origin: { kind: "page", name: null, automation: false },
    requested_at: at,
    sent_at: at,
    accepted_at: at,
    deadline_at: at + 45_000,
    ended_at: at + 10,
    took_ms: 10,
    outcome: "unconfirmed",
    error: { code: "command_unconfirmed", message: "45 s passed and Garden gate is still unlocked." },
  };
}

describe("a lock of which nothing new is known", () => {
  test("is shown as it was, with the time and its age, once its state is stale", async () => {
    const { page } = await stage.visit("stale-lock", "overview");
    const door = lock(page, "Front door");
    await door.getByText(/^as of \d\d:\d\d, 12 min ago$/).waitFor();
    await door.getByRole("status").getByText("Locked", { exact: true }).waitFor();
    await door.getByText("The cloud does not report it.").waitFor();
    await expect.poll(() => door.locator(".face.good").count()).toBe(0);
    await expect.poll(() => door.getByText("Online").count()).toBe(0);
    await expect.poll(() => door.getByRole("button", { name: "Unlock" }).isEnabled()).toBe(true);
    await page.getByText(/Front door was last seen at \d\d:\d\d/).waitFor();
    await expect.poll(() => page.getByText("All well").count()).toBe(0);
  });

  test("is not known once that is too long ago, with the reason, what to do and what was last", async () => {
    const { page } = await stage.visit("expired-lock", "overview");
    const [door, gate] = [lock(page, "Front door"), lock(page, "Garden gate")];
    await door.getByRole("status").getByText("Unknown").waitFor();
    await door.getByText(/^locked as of \d\d:\d\d, 35 min ago$/).waitFor();
    await door.getByText("The U-tec cloud does not answer.").waitFor();
    await expect.poll(() => door.getByRole("button", { name: "Unlock" }).isDisabled()).toBe(true);
    await gate.getByText("Nobody is signed in to its account.").waitFor();
    const href = await gate.getByRole("link", { name: "Sign in" }).getAttribute("href");
    expect(href).toMatch(/^#\/accounts\/sign-in\?step=sign-in&account=/);
  });

  test("takes no command while nobody is signed in to its account, even if its state is still fresh", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview");
    const door = lock(page, "Front door");
    await expect.poll(() => door.getByRole("button", { name: "Unlock" }).isEnabled()).toBe(true);
    gateway.change({ devices: gateway.picture.devices.map((one) => ({ ...one, trouble: "sign_in_needed" })) });
    await door.getByText("Nobody is signed in to its account.").waitFor();
    await expect.poll(() => door.getByRole("button", { name: "Unlock" }).isDisabled()).toBe(true);
    await expect.poll(() => door.getByLabel("Mode").isDisabled()).toBe(true);
  });

  test("says that it is offline and what to check, or since when the cloud's list lacks it", async () => {
    const offline = await stage.visit("offline-lock", "overview");
    const gate = lock(offline.page, "Garden gate");
    await gate.getByText("The cloud cannot reach it.").waitFor();
    await gate.getByText("Check its batteries").waitFor();
    // A jammed bolt is worse news.
    await offline.page.getByText("Front door is jammed").waitFor();

    const { page } = await stage.visit("missing-lock", "overview");
    await lock(page, "Garden gate")
      .getByText(/Not in the cloud's list since \d\d:\d\d\./)
      .waitFor();
    await lock(page, "Garden gate").getByRole("status").getByText("Unlocked").waitFor();
  });
});

test("a lock of which the cloud has said the same again is confirmed anew, and no other", async () => {
  const { page, gateway } = await stage.visit("all-well", "overview");
  const at = Date.now() - 600_000;
  const devices = gateway.picture.devices.map((one) => ({ ...one, said_at: { lock_state: at }, confirmed_at: at }));
  gateway.change({ devices });
  await lock(page, "Front door").getByText("confirmed 10 min ago").waitFor();
  const { account_id = "" } = devices.find(({ id }) => id === GATE) ?? {};
  gateway.change({}, {}, { devices: [{ account_id, at: Date.now(), except: [GATE] }] });
  await lock(page, "Front door")
    .getByText(/^confirmed (now|\d+ sec ago)$/)
    .waitFor();
  await lock(page, "Garden gate").getByText("confirmed 10 min ago").waitFor();
});

describe("a lock that the cloud lists no longer", () => {
  test("is removed at once by who knows why, after a question that says what is lost", async () => {
    const { page, gateway } = await stage.visit("missing-lock", "overview");
    const gate = lock(page, "Garden gate");
    await gate.getByRole("button", { name: "Remove it now" }).click();
    await gate.getByText("Home Assistant loses its entities").waitFor();
    await gate.getByRole("button", { name: "Cancel" }).click();
    await focused(gate.getByRole("button", { name: "Remove it now" })).waitFor();
    expect(gateway.asked).toEqual([]);
    await gate.getByRole("button", { name: "Remove it now" }).click();
    await gate.getByRole("button", { name: "Remove", exact: true }).click();
    await gate.waitFor({ state: "detached" });
    expect(gateway.asked.map(({ path }) => path)).toEqual(["/api/devices/remove"]);
    expect(await page.getByRole("button", { name: "Remove it now" }).count()).toBe(0);
  });

  test("says so where the gateway sees it differently", async () => {
    const { page, gateway } = await stage.visit("missing-lock", "overview");
    const detail = "The cloud still lists Garden gate.";
    gateway.problems.set("/api/devices/remove", { status: 400, code: "bad_request", detail });
    const gate = lock(page, "Garden gate");
    await gate.getByRole("button", { name: "Remove it now" }).click();
    await gate.getByRole("button", { name: "Remove", exact: true }).click();
    await gate.getByText(detail).waitFor();
  });

  test("is not removed by who may not", async () => {
    const { page, gateway } = await stage.visit("missing-lock", "overview");
    const remove = page.getByRole("button", { name: "Remove it now" });
    await expect.poll(() => remove.count()).toBe(1);
    gateway.become("member");
    await expect.poll(() => remove.count()).toBe(0);
  });
});

describe("the mode of a lock", () => {
  test("passage explains why it takes no lock and unlock, and how to end it", async () => {
    const { page, gateway } = await stage.visit("passage", "overview");
    const gate = lock(page, "Garden gate");
    await gate.getByText("ignores Lock and Unlock").waitFor();
    await gate.getByRole("status").getByText("Passage mode", { exact: true }).waitFor();
    await page.getByText("Garden gate is in passage mode").waitFor();
    await page.setViewportSize({ width: 390, height: 500 });
    for (const _ of ["once", "again"]) {
      await page.mouse.wheel(0, 3000);
      await page.getByRole("link", { name: "Show", exact: true }).click();
      await focused(page.locator("utec-lock-card", { hasText: "Garden gate" })).waitFor();
    }
    await expect.poll(() => gate.getByRole("button", { name: "Lock", exact: true }).isDisabled()).toBe(true);
    await gate.getByLabel("Mode").selectOption("Normal mode");
    await gate.getByText("Mode set to normal mode from this page").waitFor();
    expect(gateway.asked).toEqual([
      { path: "/api/commands", body: { device_id: GATE, name: "set_mode", args: { mode: "normal" } } },
    ]);
    await expect.poll(() => gate.getByRole("button", { name: "Lock", exact: true }).isEnabled()).toBe(true);
  });

  test("passage is asked once before it leaves a door open for everybody", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview");
    const door = lock(page, "Front door");
    await door.getByLabel("Mode").selectOption("Passage mode");
    await door.getByText("stays open for everybody").waitFor();
    await door.getByRole("button", { name: "Cancel" }).click();
    expect(gateway.asked).toEqual([]);
    await expect.poll(() => door.getByLabel("Mode").inputValue()).toBe("normal");
    await door.getByLabel("Mode").selectOption("Passage mode");
    await door.getByText("stays open for everybody").waitFor();
    await door.getByRole("combobox").selectOption("Normal mode");
    await door.getByText("stays open for everybody").waitFor({ state: "detached" });
    expect(gateway.asked).toEqual([]);
    await door.getByLabel("Mode").selectOption("Passage mode");
    await door.getByRole("button", { name: "Set passage mode" }).click();
    await door.getByText("Mode set to passage mode from this page").waitFor();
    await expect.poll(() => door.getByLabel("Mode").inputValue()).toBe("passage");
  });

  test("shows what is, and why not, when a mode was not taken", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview");
    const detail = "Front door cannot be set to always locked.";
    gateway.problems.set("/api/commands", { status: 422, code: "command_unsupported", detail });
    const door = lock(page, "Front door");
    await door.getByLabel("Mode").selectOption("Always locked");
    await door.getByRole("alert").getByText(detail).waitFor();
    await expect.poll(() => door.getByLabel("Mode").inputValue()).toBe("normal");
  });
});

describe("a command to a lock", () => {
  test("shows how far it is, and moves nothing while it runs", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview");
    const door = lock(page, "Front door");
    const [front] = gateway.picture.devices;
    const at = Date.now();
    const command = { ...failedLock(at), device_id: front?.id ?? "", ended_at: null, outcome: null, error: null };
    await expect.poll(() => door.locator("progress").count()).toBe(0);
    const chips = door.locator(".chips");
    const before = await chips.boundingBox();
    gateway.change({ commands: [{ ...command, took_ms: null }] });
    await door.locator("progress").waitFor();
    expect((await chips.boundingBox())?.y).toBe(before?.y);
  });

  test("that failed keeps its explanation until that is dismissed, and the next one takes it away too", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview");
    const gate = lock(page, "Garden gate");
    gateway.change({ commands: [failedLock(Date.now())] });
    await gate.getByRole("alert").getByText("It was not locked.").waitFor();
    await gate.getByRole("alert").getByText("still unlocked").waitFor();
    await gate.getByRole("button", { name: "Dismiss" }).click();
    await expect.poll(() => gate.getByRole("alert").count()).toBe(0);
    gateway.change({ commands: [{ ...failedLock(Date.now()), id: "again" }] });
    await gate.getByRole("alert").waitFor();
    await gate.getByRole("button", { name: "Lock", exact: true }).click();
    await expect.poll(() => gate.getByRole("alert").count()).toBe(0);
  });
});

describe("the story of a lock", () => {
  test("tells on its card what it was asked and what it did by itself, as it happens", async () => {
    const { page, gateway } = await stage.visit("outcomes", "overview");
    const door = lock(page, "Front door");
    await door.getByText("Mode set to normal mode from Home Assistant by the automation Welcome home").waitFor();
    await door.getByText("Unlocking from Home Assistant by the automation Welcome home was confirmed late").waitFor();
    await lock(page, "Garden gate")
      .getByText(/^\d\d:\d\d Opened by hand, code or the app/)
      .waitFor();
    gateway.happen(
      anEntry({ device_id: GATE, device_name: "Garden gate", at: Date.now(), from: "unlocked", to: "jammed" }),
    );
    await lock(page, "Garden gate").getByText("Jammed").waitFor();
  });

  test("is empty, and says so, where nothing has happened lately", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview");
    const [front] = gateway.picture.devices;
    if (front) gateway.change({ devices: [{ ...front, id: "new", name: "Shed", cloud_name: "Shed" }] });
    await lock(page, "Shed").getByText("No recent activity.").waitFor();
  });
});
