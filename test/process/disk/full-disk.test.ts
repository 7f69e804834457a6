import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { aMount, mayMount } from "../../machine/disk/mount.ts";
import { aCloud, aFolder, aGatewayAt, contentOf, expectOneSentence, refusalOf, signIn } from "../stage.ts";
import type { Finish } from "../stage.ts";

test.skipIf(!mayMount())(
  "a gateway that starts on a full disk runs on the stored token, says so, and mends when there is room",
  { timeout: 60_000 },
  async ({ onTestFinished }) => {
    const cloud = await aCloud(onTestFinished);
    const disk = aMount({ sizeKb: 4096 });
    const dataFolder = join(disk.folder, "data");
    mkdirSync(dataFolder);
    const first = await aGatewayAt(cloud, onTestFinished, { dataFolder });
    await signIn(first, cloud);
    await first.stop();
    disk.fill();
    const calls = cloud.control.counters().token;

    const later = await aGatewayAt(cloud, onTestFinished, { dataFolder });
    expect(await later.account()).toMatchObject({
      status: "store_failed",
      generation: 1,
      last_error: { code: "store_failed", message: expect.stringContaining("free some space") },
    });
    await vi.waitUntil(async () => (await later.state()).devices.length > 0, { timeout: 10_000, interval: 100 });
    const [lock] = (await later.state()).devices;
    expect(await later.command(lock?.id ?? "", "unlock")).toMatchObject({
      accepted_at: expect.any(Number),
      error: null,
    });
    expect(cloud.control.counters().token).toEqual(calls);

    disk.empty();
    await vi.waitUntil(async () => (await later.account()).status === "fresh", { timeout: 40_000, interval: 200 });
  },
);

describe.skipIf(!mayMount())("a gateway that starts on a read-only disk", { timeout: 90_000 }, () => {
  async function signedIn(onTestFinished: Finish) {
    const cloud = await aCloud(onTestFinished);
    const dataFolder = aFolder(onTestFinished);
    const gateway = await aGatewayAt(cloud, onTestFinished, { dataFolder });
    await signIn(gateway, cloud);
    return { cloud, dataFolder, gateway };
  }

  test("after a clean stop ends with one sentence and changes nothing; writable again, it goes on", async ({
    onTestFinished,
  }) => {
    const { cloud, dataFolder, gateway } = await signedIn(onTestFinished);
    await gateway.stop();
    const before = contentOf(dataFolder);
    const { folder } = aMount({ readOnly: dataFolder });
    expectOneSentence(await refusalOf({ dataFolder: folder }), folder, "writable");
    expect(contentOf(dataFolder)).toEqual(before);
    const again = await aGatewayAt(cloud, onTestFinished, { dataFolder });
    expect(await again.account()).toMatchObject({ status: "fresh", generation: 1 });
  });

  test("after a crash, as SD cards bring it about, runs on the stored token and says so until it is writable", async ({
    onTestFinished,
  }) => {
    const { cloud, dataFolder, gateway } = await signedIn(onTestFinished);
    await gateway.kill();
    const { token } = cloud.control.counters();
    const disk = aMount({ readOnly: dataFolder });
    const again = await aGatewayAt(cloud, onTestFinished, { dataFolder: disk.folder });
    const failing = {
      status: "store_failed",
      generation: 1,
      last_error: { code: "store_failed", message: expect.stringContaining("writable for the gateway") },
    };
    expect(await again.account()).toMatchObject(failing);
    const { devices } = await again.waitFor((now) => now.devices.length > 0, "the devices");
    expect(await again.command(devices[0]?.id ?? "", "unlock")).toMatchObject({ error: null });
    // Meanwhile it has looked again, more than once.
    await delay(6000);
    expect(await again.account()).toMatchObject(failing);
    expect(cloud.control.counters().token).toEqual(token);
    await again.stop();
    const writable = await aGatewayAt(cloud, onTestFinished, { dataFolder });
    expect(await writable.account()).toMatchObject({ status: "fresh", generation: 1 });
  });
});
