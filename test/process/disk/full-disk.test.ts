import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { aMount, mayMount } from "../../machine/disk/mount.ts";
import { aCloud, aGatewayAt, signIn } from "../stage.ts";

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
