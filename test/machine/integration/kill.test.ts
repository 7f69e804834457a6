import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { REPLACEMENT_STEPS } from "../../../src/integration/replacement.ts";
import type { ReplacementStep } from "../../../src/integration/replacement.ts";
import { ANNA, aBundle, aFolder, aHome, filesIn } from "../../integration/home.ts";
import type { Home } from "../../integration/home.ts";

const INSTALLING = fileURLToPath(new URL("./installing.ts", import.meta.url));

/** Another process installs this version; it is killed after the step, or so many ms after it has begun. */
async function install(home: Home, version: string, kill: ReplacementStep | number | null): Promise<void> {
  const bundle = aBundle(join(aFolder(), version), version);
  const child = spawn(
    process.execPath,
    [INSTALLING, home.config, bundle, version, typeof kill === "string" ? kill : ""],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let timer: NodeJS.Timeout | undefined;
  child.stdout.once("data", () => {
    if (typeof kill === "number") timer = setTimeout(() => child.kill("SIGKILL"), kill);
  });
  await once(child, "close");
  clearTimeout(timer);
  if (typeof kill === "string") expect(child.signalCode).toBe("SIGKILL");
}

/** All of one version, and nothing else. */
function wholeVersionOf(home: Home): string | null {
  if (!existsSync(home.folder.target)) return null;
  const files = filesIn(home.folder.target);
  const version = /"version":"([^"]+)"/.exec(files["manifest.json"] ?? "")?.[1] ?? "none";
  expect(files).toEqual(filesIn(aBundle(join(aFolder(), "expected"), version)));
  return version;
}

/** What Home Assistant would load of all that lies there: each folder with a manifest at its top. */
function loadable({ folder }: Home): string[] {
  if (!existsSync(folder.components)) return [];
  return Object.keys(filesIn(folder.components)).filter((path) => /^[^/]+\/manifest\.json$/.test(path));
}

describe("a gateway that is killed while it installs the integration", () => {
  test.for([...REPLACEMENT_STEPS].filter((step) => step !== "moved_away"))(
    "for the first time, after %s",
    async (step) => {
      const home = aHome();
      await install(home, "1.0.0", step);
      const gateway = home.gateway("1.0.0");
      await gateway.start();
      const expected = { moved_in: "1.0.0", done: "1.0.0", recorded: "1.0.0" }[step as string] ?? null;
      expect(wholeVersionOf(home)).toBe(expected);
      expect(existsSync(home.folder.next)).toBe(false);
      expect(await gateway.install(ANNA)).toMatchObject({ status: "installed", installed_by: "gateway" });
      expect(wholeVersionOf(home)).toBe("1.0.0");
      expect(loadable(home)).toEqual(["utec_gateway/manifest.json"]);
    },
  );

  test.for(REPLACEMENT_STEPS)("in the place of an older one, after %s", async (step) => {
    const home = aHome();
    await install(home, "1.0.0", null);
    await install(home, "1.1.0", step);
    for (const path of loadable(home)) expect(path).toBe("utec_gateway/manifest.json");
    const gateway = home.gateway("1.1.0");
    await gateway.start();
    const expected = ["moved_away", "moved_in", "done"].includes(step) ? "1.1.0" : "1.0.0";
    expect(wholeVersionOf(home)).toBe(expected);
    expect(await gateway.state()).toMatchObject({
      status: expected === "1.1.0" ? "installed" : "outdated",
      installed_by: "gateway",
    });
    expect(existsSync(home.folder.next)).toBe(false);
    expect(await gateway.install(ANNA)).toMatchObject({ status: "installed", installed_by: "gateway" });
    expect(home.read("custom_components/.utec_gateway/previous/manifest.json")).toContain("1.0.0");
  });

  test("again and again before it is in its place: the old one stays known as the gateway's own", async () => {
    const home = aHome();
    await install(home, "1.0.0", null);
    for (const version of ["1.1.0", "1.2.0", "1.3.0", "1.4.0"]) {
      await install(home, version, "recorded");
      await home.gateway(version).start();
      expect(wholeVersionOf(home)).toBe("1.0.0");
    }
    expect(await home.gateway("2.0.0").install(ANNA)).toMatchObject({ status: "installed", installed_by: "gateway" });
  });

  test("and replaced by a gateway of the older version: the new one is there, and is not taken away", async () => {
    const home = aHome();
    await install(home, "1.0.0", null);
    await install(home, "1.1.0", "moved_away");
    expect(await home.gateway("1.0.0").state()).toMatchObject({ status: "newer", installed_version: "1.1.0" });
    expect(wholeVersionOf(home)).toBe("1.1.0");
  });

  test("with the new one damaged meanwhile: the old one is back", async () => {
    const home = aHome();
    await install(home, "1.0.0", null);
    await install(home, "1.1.0", "moved_away");
    rmSync(join(home.folder.next, "__init__.py"));
    await home.gateway("1.1.0").start();
    expect(wholeVersionOf(home)).toBe("1.0.0");
  });

  test("finishes nothing that a person has deleted since it was done", async () => {
    const home = aHome();
    await install(home, "1.0.0", null);
    await install(home, "1.1.0", null);
    rmSync(home.folder.target, { recursive: true });
    await home.gateway("1.1.0").start();
    expect(wholeVersionOf(home)).toBeNull();
  });
});

test("at any moment, over and over: Home Assistant has one whole version, and the gateway goes on from there", async () => {
  const home = aHome();
  let killed = 0;
  for (let round = 1; round <= 12; round += 1) {
    await install(home, `1.${round}.0`, round * 1.5);
    killed += Number(wholeVersionOf(home) !== `1.${round}.0`);
    await home.gateway("0.0.1").start();
    wholeVersionOf(home);
    for (const path of loadable(home)) expect(path).toBe("utec_gateway/manifest.json");
  }
  expect(killed).toBeGreaterThan(0);
  expect(await home.gateway("2.0.0").install(ANNA)).toMatchObject({ status: "installed", installed_by: "gateway" });
});
