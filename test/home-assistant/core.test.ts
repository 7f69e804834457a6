import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser, openDashboard } from "../../scripts/processes/browser.ts";
import { CommandError } from "../../scripts/home-assistant/socket.ts";
import { startHomeAssistant } from "../../scripts/home-assistant/home-assistant.ts";
import type { HomeAssistant } from "../../scripts/home-assistant/home-assistant.ts";
import {
  HOME_ASSISTANT_VERSION,
  homeAssistantEnvironment,
} from "../../scripts/home-assistant/environment/environment.ts";
import type { PythonEnvironment } from "../../scripts/home-assistant/environment/environment.ts";

let environment: PythonEnvironment;
let folder: string;
let integration: string;
let homeAssistant: HomeAssistant;

beforeAll(async () => {
  environment = await homeAssistantEnvironment();
  folder = await mkdtemp(join(tmpdir(), "home-assistant-"));
  integration = join(folder, "door_bell");
  await mkdir(integration);
  await writeFile(join(integration, "__init__.py"), "");
  await writeFile(
    join(integration, "manifest.json"),
    JSON.stringify({ domain: "door_bell", name: "Door bell", version: "1.0.0" }),
  );
  homeAssistant = await startHomeAssistant({ folder: join(folder, "config"), environment, integration });
});

afterAll(async () => {
  await homeAssistant.stop();
  await rm(folder, { recursive: true });
});

describe("a new Home Assistant", () => {
  it("is the version that is tested against, runs, and asks a person for nothing", async () => {
    const { client } = homeAssistant;
    const config = await client.request<{ version: string; state: string }>("GET", "/api/config");
    expect(config).toMatchObject({ version: HOME_ASSISTANT_VERSION, state: "RUNNING", location_name: "Home" });
    expect((await client.states()).map((state) => state.entity_id)).toEqual(
      expect.arrayContaining(["zone.home", "person.demo"]),
    );
    expect(await client.repairs()).toEqual([]);
    expect(await client.flowsInProgress()).toEqual([]);
    expect(homeAssistant.log()).not.toContain(" ERROR ");
  });

  it("knows the custom integration that it was given", async () => {
    expect(await homeAssistant.client.ws({ type: "manifest/get", integration: "door_bell" })).toMatchObject({
      is_built_in: false,
      version: "1.0.0",
    });
  });

  it("does not put its address on trial, which would take it back after five minutes", async () => {
    expect(await homeAssistant.client.ws({ type: "http/config" })).toMatchObject({
      active_config_type: "stable",
      revert_at: null,
      stable: { server_host: ["127.0.0.1"], server_port: homeAssistant.port },
    });
  });

  it("says no with its own code", async () => {
    await expect(homeAssistant.client.callService("lock", "no_such_service")).rejects.toThrow(CommandError);
    await expect(homeAssistant.client.ws({ type: "no/such/command" })).rejects.toMatchObject({
      code: "unknown_command",
    });
  });
});

describe("what a person makes", () => {
  it("an automation turns one helper on when another one is", async () => {
    const { client } = homeAssistant;
    await client.createInputBoolean("Cause");
    await client.createInputBoolean("Effect");
    await client.createAutomation("cause_and_effect", {
      alias: "Cause and effect",
      triggers: [{ trigger: "state", entity_id: "input_boolean.cause", to: "on" }],
      actions: [{ action: "input_boolean.turn_on", target: { entity_id: "input_boolean.effect" } }],
    });
    const seen: (string | undefined)[] = [];
    const stopWatching = await client.watchState("input_boolean.effect", (state) => seen.push(state?.state));

    await client.callService("input_boolean", "turn_on", { entity_id: "input_boolean.cause" });

    await client.waitForState("input_boolean.effect", ({ state }) => state === "on");
    await stopWatching();
    expect(seen).toEqual(["on"]);
  });

  it("waiting for what does not come ends with what was seen last", async () => {
    await expect(
      homeAssistant.client.waitForState("input_boolean.cause", ({ state }) => state === "off", 50),
    ).rejects.toThrow('input_boolean.cause was not as wanted within 50 ms; last seen: "on"');
  });
});

describe("the dashboard", () => {
  it("shows the overview, signed in, with no dialog over it", async () => {
    const browser = await launchBrowser();
    try {
      const page = await openDashboard(browser, homeAssistant, "/home/overview", { dark: true });
      await page.getByText("Welcome Demo").waitFor();
      await page.getByText("Living Room").waitFor();
      expect(await page.getByRole("dialog").count()).toBe(0);
    } finally {
      await browser.close();
    }
  });
});

describe("ends and starts", () => {
  it("restarts as its button does, which ends what waits for it, and knows its helpers again", async () => {
    const before = homeAssistant.pid;
    const waiting = homeAssistant.client.waitForState("input_boolean.effect", ({ state }) => state === "off");
    // Which sentence it is depends on whether the wait had begun to listen.
    const ended = expect(waiting).rejects.toThrow(/^The connection (to Home Assistant has ended|is closed)/);
    await homeAssistant.restart();
    await ended;
    expect(homeAssistant.pid).not.toBe(before);
    expect(await homeAssistant.client.state("input_boolean.effect")).toMatchObject({ state: "on" });
  });

  it("comes back after a power cut", async () => {
    await homeAssistant.kill();
    await homeAssistant.start();
    expect(await homeAssistant.client.state("automation.cause_and_effect")).toMatchObject({ state: "on" });
  });

  it("continues an existing folder at the same address, with the same user and token", async () => {
    const { port, longLivedToken } = homeAssistant;
    const earlier = await homeAssistant.accessToken();
    await homeAssistant.stop();
    homeAssistant = await startHomeAssistant({ folder: join(folder, "config"), environment, integration });
    expect(homeAssistant).toMatchObject({ port, longLivedToken });
    expect(await homeAssistant.accessToken()).not.toBe(earlier);
    expect(await homeAssistant.client.state("person.demo")).toBeDefined();
  });

  it("tells what its log ends with when it does not start", async () => {
    const other = await mkdtemp(join(tmpdir(), "home-assistant-"));
    const hass = join(other, "hass");
    await writeFile(hass, "#!/bin/sh\necho No room for a home.\nexit 1\n", { mode: 0o755 });
    const broken = { ...environment, program: () => hass };
    await expect(startHomeAssistant({ folder: other, environment: broken })).rejects.toThrow(
      "Home Assistant ended before it let anybody sign in:\nNo room for a home.",
    );
    await rm(other, { recursive: true });
  });

  it("says so when the wanted port is in use", async () => {
    const other = await mkdtemp(join(tmpdir(), "home-assistant-"));
    await expect(startHomeAssistant({ folder: other, environment, port: homeAssistant.port })).rejects.toThrow(
      `Port ${homeAssistant.port} of 127.0.0.1 is in use`,
    );
    await rm(other, { recursive: true });
  });
});
