import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { builtBefore, builtOnce } from "../../scripts/home-assistant/environment/cache.ts";

describe("the cache of what is fetched once", () => {
  let home: string;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "cache-"));
    vi.stubEnv("XDG_CACHE_HOME", home);
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(home, { recursive: true });
  });

  it("builds a folder once, also when two ask at the same time", async () => {
    let builds = 0;
    const build = async (folder: string): Promise<void> => {
      builds += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      writeFileSync(join(folder, "content"), "whole");
    };
    const [first, second] = await Promise.all([builtOnce("thing-1", build), builtOnce("thing-1", build)]);
    expect(first).toBe(join(home, "utec-gateway", "thing-1"));
    expect(second).toBe(first);
    expect(await builtOnce("thing-1", build)).toBe(first);
    expect(builds).toBe(1);
  });

  it("does not take half a folder for a whole one, and builds it anew from nothing", async () => {
    const broken = builtOnce("thing-2", async (folder) => {
      writeFileSync(join(folder, "half"), "");
      throw new Error("The network is gone.");
    });
    await expect(broken).rejects.toThrow("The network is gone.");
    expect(builtBefore("thing-2")).toBeUndefined();

    const folder = await builtOnce("thing-2", async (folder) => writeFileSync(join(folder, "other"), ""));
    expect(builtBefore("thing-2")).toBe(folder);
    expect(readdirSync(folder)).not.toContain("half");
  });
});
