import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { describe, expect, onTestFinished, test } from "vitest";
import { readRecord } from "../../src/integration/disk/record.ts";
import type { IntegrationState } from "../../src/integration/integration-state.ts";
import { ANNA, aBundle, aFolder, aHome, filesIn } from "./home.ts";

const HERE = "custom_components/utec_gateway";

describe("the integration is installed when an administrator asks for it", () => {
  test("into a Home Assistant that has no custom integrations yet, and it needs a restart then", async () => {
    const home = aHome();
    const gateway = home.gateway("1.2.0");
    await gateway.start();
    expect(await gateway.state()).toMatchObject({ status: "absent", installed_version: null, installed_by: null });
    // Looking changes nothing.
    expect(existsSync(home.folder.components)).toBe(false);

    expect(await gateway.install(ANNA)).toEqual({
      status: "installed",
      installed_version: "1.2.0",
      bundled_version: "1.2.0",
      installed_by: "gateway",
      restart_needed: true,
      message: "Version 1.2.0 of the integration is installed: restart Home Assistant to use it.",
    });
    expect(filesIn(home.folder.target)).toEqual(filesIn(aBundle(join(aFolder(), "same"), "1.2.0")));
    expect(Object.keys(filesIn(home.folder.components)).filter((path) => !path.startsWith("utec_gateway/"))).toEqual([
      ".utec_gateway/record.json",
    ]);
    home.core.known = "1.2.0";
    expect(await gateway.state()).toMatchObject({ status: "installed", restart_needed: false });
    expect(home.lines.join("")).toContain('"user_name":"Anna"');
  });

  test("twice at once, and it is done once", async () => {
    const home = aHome();
    const steps: string[] = [];
    const gateway = home.gateway("1.2.0", { onStep: (step) => steps.push(step) });
    const [one, other] = await Promise.all([gateway.install(ANNA), gateway.install(ANNA)]);
    expect(one).toEqual(other);
    await gateway.install(ANNA);
    expect(steps).toEqual(["prepared", "unpacked", "recorded", "moved_in", "done"]);
  });

  test("and whoever looks meanwhile sees what has come of it", async () => {
    const home = aHome();
    let meanwhile: Promise<IntegrationState> | undefined;
    const gateway = home.gateway("1.2.0", {
      onStep: (step) => {
        if (step === "prepared") meanwhile = gateway.state();
      },
    });
    await gateway.install(ANNA);
    expect(await meanwhile).toMatchObject({ status: "installed" });
  });

  test("only as it was checked: a copy that reads back differently is never moved in", async () => {
    const home = aHome();
    const bundleFolder = aBundle(join(aFolder(), "changing"), "1.2.0");
    const gateway = home.gateway("1.2.0", { bundleFolder });
    await gateway.state();
    writeFileSync(join(bundleFolder, "__init__.py"), "other = True\n");
    await expect(gateway.install(ANNA)).rejects.toMatchObject({
      code: "integration_folder_unusable",
      message: expect.stringContaining("read back differently"),
    });
    expect(existsSync(home.folder.target)).toBe(false);
  });

  test("of what was installed before, the last three are known", async () => {
    const home = aHome();
    for (const version of ["1.0.0", "1.1.0", "1.2.0", "1.3.0"]) await home.gateway(version).install(ANNA);
    const { copies } = (await readRecord(home.folder.record)) ?? {};
    expect(copies?.map(({ version }) => version)).toEqual(["1.3.0", "1.2.0", "1.1.0"]);
  });

  test("an outdated one is replaced, the old one kept beside it where Home Assistant does not load it", async () => {
    const home = aHome();
    await home.gateway("1.2.0").install(ANNA);
    // As Python and a Mac leave it behind.
    home.write(`${HERE}/__pycache__/link.cpython-314.pyc`, "x");
    home.write(`${HERE}/.DS_Store`, "x");
    home.core.known = "1.2.0";
    const gateway = home.gateway("1.10.0");
    await gateway.start();
    expect(home.lines.join("")).toContain('"installed":"1.2.0","brought":"1.10.0"');
    expect(await gateway.state()).toMatchObject({
      status: "outdated",
      installed_version: "1.2.0",
      bundled_version: "1.10.0",
      installed_by: "gateway",
      restart_needed: false,
    });
    expect(await gateway.install(ANNA)).toMatchObject({ status: "installed", restart_needed: true });
    expect(home.read(`${HERE}/__init__.py`)).toBe('VERSION = "1.10.0"\n');
    expect(home.read("custom_components/.utec_gateway/previous/__init__.py")).toBe('VERSION = "1.2.0"\n');
    expect(existsSync(join(home.folder.side, "manifest.json"))).toBe(false);
  });

  test("where it is already, with the same files, whoever put them there", async () => {
    const home = aHome();
    aBundle(home.folder.target, "1.2.0");
    const gateway = home.gateway("1.2.0");
    expect(await gateway.install(ANNA)).toMatchObject({ status: "installed", installed_by: "hand" });
    expect(existsSync(home.folder.side)).toBe(false);
  });

  test("over a part of the same files, as a copy that was broken off leaves it", async () => {
    const home = aHome();
    home.write(`${HERE}/__init__.py`, 'VERSION = "1.2.0"\n');
    const gateway = home.gateway("1.2.0");
    expect(await gateway.state()).toMatchObject({
      status: "absent",
      installed_by: "hand",
      message: `Some files of the integration are missing in ${HERE}: install it again.`,
    });
    expect(await gateway.install(ANNA)).toMatchObject({ status: "installed", installed_by: "gateway" });
  });

  test("so that a Home Assistant of another user reads it, though what the gateway keeps for itself nobody else may read", async () => {
    const before = process.umask(0o077);
    onTestFinished(() => void process.umask(before));
    const home = aHome();
    await home.gateway("1.2.0").install(ANNA);
    const { components } = home.folder;
    const paths = readdirSync(components, { recursive: true, encoding: "utf8" }).map((path) => join(components, path));
    const closed = [components, ...paths].filter((path) => {
      const it = statSync(path);
      return (it.mode & 0o777) !== (it.isDirectory() ? 0o755 : 0o644);
    });
    expect(closed).toEqual([]);
  });

  test("over an empty folder", async () => {
    const home = aHome();
    mkdirSync(home.folder.target, { recursive: true });
    expect(await home.gateway("1.2.0").install(ANNA)).toMatchObject({ status: "installed" });
  });
});

describe("where the gateway can't write it says so", () => {
  test("outside the Supervisor, and under one that has not mapped the folder", async () => {
    const home = aHome();
    const config = join(home.config, "nowhere");
    for (const [supervised, words] of [
      [false, "runs without the Supervisor"],
      [true, "not mapped into the add-on: update the add-on"],
    ] as const) {
      const gateway = home.gateway("1.2.0", { config, supervised });
      await gateway.start();
      expect(await gateway.state()).toMatchObject({ status: "unavailable", message: expect.stringContaining(words) });
      await expect(gateway.install(ANNA)).rejects.toMatchObject({ code: "integration_folder_unusable" });
      expect(existsSync(config)).toBe(false);
    }
  });

  test("where what is mapped is not Home Assistant's configuration", async () => {
    const home = aHome();
    rmSync(join(home.config, ".HA_VERSION"));
    const gateway = home.gateway("1.2.0");
    expect(await gateway.state()).toMatchObject({
      status: "unavailable",
      message: expect.stringContaining(".HA_VERSION"),
    });
    await expect(gateway.install(ANNA)).rejects.toMatchObject({ code: "integration_folder_unusable" });
  });

  test("where it has no copy of the integration", async () => {
    const home = aHome();
    const gateway = home.gateway("1.2.0", { bundleFolder: join(home.config, "none") });
    expect(await gateway.state()).toMatchObject({ status: "unavailable", bundled_version: "1.2.0" });
  });
});

describe("a restart is needed", () => {
  test.for([
    [null, true],
    ["1.1.0", true],
    ["1.2.0", false],
    // Home Assistant is away, and reads the folder when it comes.
    [undefined, false],
  ] as const)("where Home Assistant knows %s of what is installed: %s", async ([known, needed]) => {
    const home = aHome();
    const gateway = home.gateway("1.2.0");
    await gateway.install(ANNA);
    home.core.known = known;
    expect((await gateway.state()).restart_needed).toBe(needed);
  });

  test("never for what is not there", async () => {
    expect((await aHome().gateway("1.2.0").state()).restart_needed).toBe(false);
  });

  test("and asked for by whoever may, whose name is logged", async () => {
    const home = aHome();
    await home.gateway("1.2.0").restartHomeAssistant(ANNA);
    expect(home.core.restarts).toBe(1);
    expect(home.lines.join("")).toContain('"user_name":"Anna"');
  });
});
