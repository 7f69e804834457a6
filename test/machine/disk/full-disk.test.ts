import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { aMount, mayMount } from "./mount.ts";
import type { Mount } from "./mount.ts";
import { Stage } from "../stage.ts";

let stage: Stage | undefined;
afterEach(() => stage?.strike());

describe.skipIf(!mayMount())("a disk that is full when the cloud has just rotated the refresh token", () => {
  async function onFullDisk(): Promise<{ stage: Stage; id: string; disk: Mount }> {
    const disk = aMount({ sizeKb: 2048 });
    stage = await Stage.set({ folder: join(disk.folder, "data") });
    const id = await stage.signIn();
    stage.server.beforeAnswer = () => disk.fill();
    await expect(stage.keeper.refreshNow(id)).rejects.toMatchObject({ code: "store_failed", retryable: true });
    return { stage, id, disk };
  }

  test("costs no token: it is served from memory, said, and saved when there is room, with no second call", async () => {
    const { stage, id, disk } = await onFullDisk();
    const { keeper, server, vault, jobs, lines } = stage;
    const calls = server.calls;
    expect(keeper.accounts()[0]).toMatchObject({
      status: "store_failed",
      generation: 1,
      last_error: { code: "store_failed", message: expect.stringContaining("free some space") },
    });
    const held = await keeper.getToken(id);
    expect(held).toMatchObject({ generation: 2, value: server.newestRefreshToken?.replace("refresh", "access") });
    expect(lines.join("")).not.toMatch(/(access|refresh)-user-1-\d/);

    // Each attempt only tries to save.
    expect(await jobs.run({ kind: "refresh", account_id: id, generation: null })).toMatchObject({ outcome: "broken" });
    expect(vault.tokens.newest(id)?.generation).toBe(1);
    expect(server.calls).toBe(calls);

    disk.empty();
    await vi.waitUntil(() => keeper.accounts()[0]?.status === "fresh", { timeout: 5000, interval: 20 });
    expect(vault.tokens.newest(id)).toMatchObject({ generation: 2, refresh_token: server.newestRefreshToken });
    expect(await keeper.getToken(id)).toEqual(held);
    expect(server.calls).toBe(calls);
    expect(server.reuses).toBe(0);
    expect(server.mostAtOnce).toBe(1);
  });

  test("has one more chance at a clean stop", async () => {
    const { stage, id, disk } = await onFullDisk();
    const { jobs, vault, server } = stage;
    disk.empty();
    await jobs.stop();
    expect(vault.tokens.newest(id)?.refresh_token).toBe(server.newestRefreshToken);
  });

  test("is not called at all when it was full before: no refresh begins that cannot be journalled", async () => {
    const disk = aMount({ sizeKb: 2048 });
    stage = await Stage.set({ folder: join(disk.folder, "data") });
    const { keeper, server } = stage;
    const id = await stage.signIn();
    const calls = server.calls;
    disk.fill();
    await expect(keeper.refreshNow(id)).rejects.toMatchObject({ code: "store_failed" });
    expect(server.calls).toBe(calls);
    expect(await keeper.getToken(id)).toMatchObject({ generation: 1 });
    disk.empty();
    await vi.waitUntil(() => keeper.accounts()[0]?.status === "fresh", { timeout: 5000, interval: 20 });
    expect(server.reuses).toBe(0);
  });
});
