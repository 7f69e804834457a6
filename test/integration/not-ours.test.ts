import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ANNA, aBundle, aFolder, aHome, filesIn } from "./home.ts";
import type { Home } from "./home.ts";

const HERE = "custom_components/utec_gateway";

/** What people have there by the sentence that they are told. */
const NOT_OURS: readonly (readonly [what: string, prepare: (home: Home) => void | Promise<unknown>, state: object])[] =
  [
    [
      "a checkout of git",
      (home) => {
        aBundle(home.folder.target, "1.0.0");
        home.write(`${HERE}/.git/HEAD`, "ref: refs/heads/main");
      },
      { status: "unmanaged", installed_by: "git", installed_version: "1.0.0", message: expect.stringContaining("git") },
    ],
    [
      "a work tree of git, even one with the gateway's own files",
      async (home) => {
        await home.gateway("1.0.0").install(ANNA);
        home.write(`${HERE}/.git`, "gitdir: elsewhere");
      },
      { status: "unmanaged", installed_by: "git" },
    ],
    [
      "a checkout of git that has all custom integrations",
      (home) => home.write("custom_components/.git/HEAD", "x"),
      { status: "unmanaged", installed_by: "git", installed_version: null },
    ],
    [
      "a link to a developer's folder",
      (home) => {
        mkdirSync(home.folder.components);
        symlinkSync(aBundle(join(aFolder(), "mine"), "9.0.0"), home.folder.target);
      },
      {
        status: "unmanaged",
        installed_by: "hand",
        installed_version: "9.0.0",
        message: expect.stringContaining("link"),
      },
    ],
    [
      "custom_components as a link",
      (home) => symlinkSync(aFolder(), home.folder.components),
      { status: "unmanaged", installed_by: "hand", message: expect.stringContaining("link") },
    ],
    [
      "a link that leads nowhere",
      (home) => {
        mkdirSync(home.folder.components);
        symlinkSync("/nowhere", home.folder.target);
      },
      { status: "unmanaged", installed_by: "hand", installed_version: null },
    ],
    [
      "a file where the folder belongs",
      (home) => home.write(HERE, "?"),
      { status: "unmanaged", installed_by: "hand", message: expect.stringContaining("is not a folder") },
    ],
    [
      "an installation from the Marketplace",
      (home) => {
        aBundle(home.folder.target, "1.0.0");
        home.write(
          ".storage/marketplace.repositories",
          JSON.stringify({ data: { "7": { domain: "utec_gateway", category: "integration", installed: true } } }),
        );
      },
      {
        status: "unmanaged",
        installed_by: "marketplace",
        message:
          "The integration was installed from the Marketplace (1.0.0), the gateway brings 1.2.0: update it there.",
      },
    ],
    [
      "the gateway's own files, which the Marketplace has taken over since",
      async (home) => {
        await home.gateway("1.2.0").install(ANNA);
        home.write(
          ".storage/marketplace.repositories",
          JSON.stringify({ data: { "7": { domain: "utec_gateway", installed: true } } }),
        );
      },
      {
        status: "unmanaged",
        installed_by: "marketplace",
        message: "The integration was installed from the Marketplace, which also updates it.",
      },
    ],
    [
      "nothing, though the Marketplace has it in its list",
      (home) =>
        home.write(
          ".storage/marketplace.repositories",
          JSON.stringify({ data: { "7": { domain: "utec_gateway", installed: true } } }),
        ),
      { status: "unmanaged", installed_by: "marketplace", message: expect.stringMatching(/^The Marketplace lists/) },
    ],
    [
      "an installation from HACS",
      (home) => {
        aBundle(home.folder.target, "1.0.0");
        home.write("custom_components/hacs/manifest.json", "{}");
        home.write(
          ".storage/hacs.repositories",
          JSON.stringify({ data: { "7": { domain: "utec_gateway", installed: true } } }),
        );
      },
      { status: "unmanaged", installed_by: "hacs", message: expect.stringContaining("from HACS (1.0.0)") },
    ],
    [
      "an installation from an older HACS",
      (home) => {
        aBundle(home.folder.target, "1.0.0");
        home.write("custom_components/hacs/manifest.json", "{}");
        home.write(
          ".storage/hacs.data",
          JSON.stringify({ data: { repositories: { integration: [{ domain: "utec_gateway", installed: true }] } } }),
        );
      },
      { status: "unmanaged", installed_by: "hacs" },
    ],
    [
      "the gateway's own files, one of them changed",
      async (home) => {
        await home.gateway("1.0.0").install(ANNA);
        home.write(`${HERE}/link/session.py`, "mine = True\n");
      },
      {
        status: "unmanaged",
        installed_by: "hand",
        message:
          `${HERE} was changed (link/session.py), so the gateway leaves it alone: keep it, or delete the folder ` +
          `${HERE} and install the integration again.`,
      },
    ],
    [
      "the gateway's own files and one more",
      async (home) => {
        await home.gateway("1.0.0").install(ANNA);
        home.write(`${HERE}/camera.py`, "");
      },
      { status: "unmanaged", installed_by: "hand", message: expect.stringContaining("(camera.py)") },
    ],
    [
      "a link among the gateway's own files",
      async (home) => {
        await home.gateway("1.0.0").install(ANNA);
        rmSync(join(home.folder.target, "__init__.py"));
        symlinkSync("/etc/hostname", join(home.folder.target, "__init__.py"));
      },
      { status: "unmanaged", installed_by: "hand", message: expect.stringContaining("(__init__.py)") },
    ],
    [
      "files that somebody copied there",
      (home) => void aBundle(home.folder.target, "1.0.0"),
      {
        status: "unmanaged",
        installed_by: "hand",
        installed_version: "1.0.0",
        message: expect.stringContaining("(1.0.0) was not put there by the gateway, which brings 1.2.0"),
      },
    ],
    [
      "a newer one that somebody copied there",
      (home) => void aBundle(home.folder.target, "1.3.0-beta.1"),
      { status: "newer", installed_by: "hand", installed_version: "1.3.0-beta.1" },
    ],
    [
      "a newer one that a newer gateway put there",
      (home) => home.gateway("1.10.0").install(ANNA),
      { status: "newer", installed_by: "gateway", message: expect.stringContaining("update the gateway") },
    ],
    [
      "a half-copied folder with foreign files in it",
      (home) => home.write(`${HERE}/lock.py`, "x"),
      { status: "unmanaged", installed_by: "hand", message: expect.stringContaining("has no manifest.json") },
    ],
    [
      "a manifest that was cut off",
      (home) => home.write(`${HERE}/manifest.json`, '{"domain": "utec_'),
      { status: "unmanaged", installed_by: "hand", message: expect.stringContaining("can't be read") },
    ],
    [
      "a manifest that was saved by an editor of Windows",
      (home) => home.write(`${HERE}/manifest.json`, '\uFEFF{"domain": "utec_gateway", "version": "1.0.0"}'),
      { status: "unmanaged", installed_by: "hand", installed_version: "1.0.0" },
    ],
    [
      "another integration",
      (home) => home.write(`${HERE}/manifest.json`, '{"domain": "other", "version": "1.0.0"}'),
      { status: "unmanaged", installed_by: "hand", message: expect.stringContaining("another integration (other)") },
    ],
  ];

describe("what is not the gateway's is left alone", () => {
  test.for(NOT_OURS)("%s", async ([, prepare, state]) => {
    const home = aHome();
    await prepare(home);
    const before = existsSync(home.folder.target) ? filesInOrNone(home) : null;
    const gateway = home.gateway("1.2.0");
    await gateway.start();
    const said = await gateway.state();
    expect(said).toMatchObject(state);
    expect(said.message).toMatch(/^[^\n]+\.$/);
    await expect(gateway.install(ANNA)).rejects.toMatchObject({
      code: "integration_not_replaceable",
      message: said.message,
    });
    expect(existsSync(home.folder.target) ? filesInOrNone(home) : null).toEqual(before);
    expect(existsSync(home.folder.next)).toBe(false);
  });

  test("what somebody changes while the new one is being unpacked", async () => {
    const home = aHome();
    await home.gateway("1.0.0").install(ANNA);
    const gateway = home.gateway("1.2.0", {
      onStep: (step) => {
        if (step === "unpacked") home.write(`${HERE}/link/session.py`, "mine = True\n");
      },
    });
    await expect(gateway.install(ANNA)).rejects.toMatchObject({ code: "integration_not_replaceable" });
    expect(home.read(`${HERE}/link/session.py`)).toBe("mine = True\n");
    expect(home.read(`${HERE}/manifest.json`)).toContain("1.0.0");
    expect(existsSync(home.folder.next)).toBe(false);
  });

  test.for([
    ["a whole configuration in git", (home: Home) => home.write(".git/HEAD", "x")],
    [
      "a list that HACS has left behind",
      (home: Home) =>
        home.write(
          ".storage/hacs.repositories",
          JSON.stringify({ data: { "7": { domain: "utec_gateway", installed: true } } }),
        ),
    ],
    [
      "one that is only known to the Marketplace, or was removed there",
      (home: Home) =>
        home.write(
          ".storage/marketplace.repositories",
          JSON.stringify({ data: { "7": { domain: "utec_gateway" }, "8": { domain: "other", installed: true } } }),
        ),
    ],
    ["a list that can't be read", (home: Home) => home.write(".storage/marketplace.repositories", '{"utec_gateway"')],
    ["other custom integrations", (home: Home) => home.write("custom_components/other/manifest.json", "{}")],
  ] as const)("%s is no reason to", async ([, prepare]) => {
    const home = aHome();
    prepare(home);
    expect(await home.gateway("1.2.0").install(ANNA)).toMatchObject({ status: "installed" });
  });
});

function filesInOrNone({ folder }: Home): unknown {
  try {
    return filesIn(folder.target);
  } catch {
    return "not a folder";
  }
}
