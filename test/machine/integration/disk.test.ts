import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ANNA, aBundle, aFolder, aHome, filesIn } from "../../integration/home.ts";
import { aMount, mayMount } from "../disk/mount.ts";

describe.skipIf(!mayMount())("the disk of Home Assistant", () => {
  test.for([0, 4, 8, 12, 16, 20, 24, 28, 32, 48])(
    "that is full but for %i KiB costs nothing: what was there is there, and it is said",
    async (leaveKb) => {
      const disk = aMount({ sizeKb: 1024 });
      const home = aHome(disk.folder);
      await home.gateway("1.0.0").install(ANNA);
      const before = filesIn(home.folder.target);
      const bundleFolder = aBundle(join(aFolder(), "larger"), "1.1.0");
      writeFileSync(join(bundleFolder, "strings.json"), "x".repeat(20_000));
      const gateway = home.gateway("1.1.0", { bundleFolder });
      disk.fill(leaveKb);
      const problem = await gateway.install(ANNA).then(
        () => null,
        (error: unknown) => error,
      );
      if (problem !== null) {
        expect(problem).toMatchObject({
          code: "integration_folder_unusable",
          message: expect.stringContaining("disk is full"),
          retryable: true,
        });
        expect(filesIn(home.folder.target)).toEqual(before);
        expect(existsSync(home.folder.next)).toBe(false);
      }
      // 20 KB, a folder and its files do not fit in less.
      if (leaveKb < 24) expect(problem).not.toBeNull();
      disk.empty();
      expect(await gateway.install(ANNA)).toMatchObject({ status: "installed", installed_by: "gateway" });
    },
  );

  test("that is mapped read-only is looked at, and the page sends people elsewhere", async () => {
    const home = aHome();
    const seen = aMount({ readOnly: home.config });
    const gateway = home.gateway("1.0.0", { config: seen.folder });
    await gateway.start();
    expect(await gateway.state()).toMatchObject({
      status: "unavailable",
      message: expect.stringContaining("may not write"),
    });
    await expect(gateway.install(ANNA)).rejects.toMatchObject({ code: "integration_folder_unusable" });
    // What is there is seen all the same.
    aBundle(home.folder.target, "1.0.0");
    expect(await gateway.state()).toMatchObject({ status: "installed", installed_version: "1.0.0" });
  });

  test("that has become read-only keeps an older integration, and says so", async () => {
    const home = aHome();
    await home.gateway("1.0.0").install(ANNA);
    const seen = aMount({ readOnly: home.config });
    const gateway = home.gateway("1.1.0", { config: seen.folder });
    await gateway.start();
    expect(await gateway.state()).toMatchObject({
      status: "unavailable",
      installed_version: "1.0.0",
      installed_by: "gateway",
      message: expect.stringContaining("may not write"),
    });
    await expect(gateway.install(ANNA)).rejects.toMatchObject({ code: "integration_folder_unusable" });
  });
});
