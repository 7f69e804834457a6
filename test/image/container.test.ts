import { globSync, lstatSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { healthCheck, runImage } from "../../scripts/image/run.ts";
import { freePort } from "../../scripts/processes/free-port.ts";
import { GatewayProcess } from "../../scripts/processes/gateway-process.ts";
import { DEMO } from "../../src/simulator/devices/demo.ts";
import { aCloud, REDIRECT_URI, signIn } from "../process/stage.ts";
import { aContainer, aDataFolder, missing, settingsFor, theImage } from "./stage.ts";

/** The files that somebody else than their owner may read or write. */
function openFiles(folder: string): string[] {
  return globSync("**", { cwd: folder }).filter(
    (path) => (lstatSync(join(folder, path)).mode & 0o077) !== 0 && path !== ".",
  );
}

describe.skipIf(missing !== null)("a container with a read-only root", () => {
  test("is healthy, answers page and API, and ends with code 0 when it is asked to", async ({ onTestFinished }) => {
    const cloud = await aCloud(onTestFinished);
    const dataFolder = aDataFolder(onTestFinished);
    const environment = await settingsFor(cloud);
    const gateway = await aContainer(onTestFinished, { dataFolder, environment });
    expect(await healthCheck(theImage(), { dataFolder, environment })).toBe(0);
    const page = await fetch(`${gateway.url}/`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("<!doctype html>");
    expect((await gateway.state()).accounts).toHaveLength(1);
    expect(await gateway.stop()).toBe(0);
    expect(await healthCheck(theImage(), { dataFolder, environment })).toBe(1);
  });

  test("keeps its sign-in in /data, over a container that was killed and one that was asked to stop", async ({
    onTestFinished,
  }) => {
    const cloud = await aCloud(onTestFinished);
    const dataFolder = aDataFolder(onTestFinished);
    const environment = await settingsFor(cloud);
    const first = await aContainer(onTestFinished, { dataFolder, environment });
    await signIn(first, cloud);
    await first.waitFor(({ devices }) => devices.some(({ lock_state }) => lock_state !== null), "a lock");
    const { id, generation } = await first.account();
    await first.kill();

    const second = await aContainer(onTestFinished, { dataFolder, environment });
    expect(await second.account()).toMatchObject({ id, generation, status: "fresh" });
    expect(await second.stop()).toBe(0);

    const third = await aContainer(onTestFinished, { dataFolder, environment });
    expect(await third.account()).toMatchObject({ id, generation, status: "fresh" });
    await third.waitFor(({ devices }) => devices.some(({ lock_state }) => lock_state !== null), "a lock");
    expect(cloud.control.counters().token).toMatchObject({ authorization_code: { ok: 1 } });
    expect(await third.stop()).toBe(0);
    expect(readdirSync(dataFolder)).toContain("gateway.key");
    expect(openFiles(dataFolder)).toEqual([]);
  });

  test("as the add-on: starts by its options, healthy though no Supervisor answers", async ({ onTestFinished }) => {
    const cloud = await aCloud(onTestFinished);
    const dataFolder = aDataFolder(onTestFinished);
    const account = { name: "Home", ...DEMO.client, redirect_uri: REDIRECT_URI };
    writeFileSync(join(dataFolder, "options.json"), JSON.stringify({ accounts: [account], log_level: "debug" }));
    const port = await freePort();
    const environment = {
      SUPERVISOR_TOKEN: "supervisor-token",
      SUPERVISOR_URL: `http://127.0.0.1:${await freePort()}`,
      UTEC_GATEWAY_PORT: String(port),
      UTEC_GATEWAY_OAUTH_URL: cloud.oauthUrl,
      UTEC_GATEWAY_API_URL: cloud.apiUrl,
    };
    const gateway = new GatewayProcess(runImage(theImage(), { dataFolder, environment }));
    onTestFinished(() => gateway.kill());
    await expect.poll(() => healthCheck(theImage(), { dataFolder, environment }), { timeout: 20_000 }).toBe(0);
    expect(gateway.output).toContain("trying again");
    expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200);
    expect(await gateway.stop()).toBe(0);
    expect(gateway.output).not.toContain(DEMO.client.client_secret);
  });
});
