import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { clonedTree, madeUpTree } from "../store/tree.ts";
import { hacsProblems } from "./hacs.ts";
import { MarketplaceRefused, installedFiles, readMarketplace } from "./marketplace.ts";
import { isLoadableVersion } from "./version.ts";

const manifest = (more: object = {}): string =>
  JSON.stringify({ domain: "a", version: "1.0.0", config_flow: true, ...more });
const enough = { "hacs.json": '{"name":"A"}', "custom_components/a/manifest.json": manifest() };
const read = (files: Record<string, string>) => readMarketplace(madeUpTree({ ...enough, ...files }));
const refusal = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof MarketplaceRefused) return error.message;
    throw error;
  }
  return "taken";
};

describe("what the Marketplace makes of a repository", () => {
  test("settings of a wrong kind and unknown ones do not count", () => {
    const written = {
      name: "A",
      filename: 5,
      zip_release: "yes",
      homeassistant: "soon",
      render_readme: true,
      hacs: "2.0.0",
    };
    expect(read({ "hacs.json": JSON.stringify(written) })).toEqual({
      settings: { name: "A", hacs: "2.0.0" },
      ignored: ["filename", "zip_release", "homeassistant", "render_readme"],
      folder: "custom_components/a",
      domain: "a",
      hasConfigFlow: true,
    });
  });

  test.each([
    ["another integration that sorts before", "custom_components/_a/manifest.json", "_a"],
    ["folders that sort after", "custom_components_old/b/manifest.json", "a"],
    ["the tests of it", "test/custom_components/0/manifest.json", "a"],
  ])("the first folder wins: %s", (_case, path, name) => {
    expect(read({ [path]: manifest() }).folder).toBe(`custom_components/${name}`);
  });

  test("a folder beside it that sorts before is taken for the integration's", () => {
    expect(refusal(() => read({ "custom_components-old/x/manifest.json": manifest() }))).toBe(
      "integration_manifest_missing",
    );
  });

  test.each([
    ["no hacs.json", { "a.txt": "" }, "repository_manifest_not_in_root"],
    ["an add-on alone", { "hacs.json": "{}", "repository.yaml": "" }, "app_repository"],
    ["nothing of an integration", { "hacs.json": "{}", "custom_components/a.py": "" }, "structure_not_compliant"],
    ["no manifest", { "hacs.json": "{}", "custom_components/a/x.py": "" }, "integration_manifest_missing"],
    [
      "a manifest that is no JSON",
      { ...enough, "custom_components/a/manifest.json": "{" },
      "installed_manifest_unusable",
    ],
    [
      "no domain",
      { ...enough, "custom_components/a/manifest.json": '{"version":"1.0.0"}' },
      "integration_manifest_key_missing",
    ],
    [
      "a domain that is no name of a folder",
      { ...enough, "custom_components/a/manifest.json": manifest({ domain: "../a" }) },
      "invalid_domain",
    ],
    [
      "a version that can't be loaded",
      { ...enough, "custom_components/a/manifest.json": manifest({ version: "soon" }) },
      "installed_manifest_without_version",
    ],
    [
      "a version that is a number",
      { ...enough, "custom_components/a/manifest.json": manifest({ version: 1 }) },
      "installed_manifest_without_version",
    ],
  ])("%s: refused", (_case, files, key) => {
    expect(refusal(() => readMarketplace(madeUpTree(files)))).toBe(key);
  });

  test("hacs.json in another folder counts as there, with nothing in it", () => {
    const { "hacs.json": _without, ...files } = enough;
    const tree = madeUpTree({ ...files, "a/hacs.json": '{"name":"A","zip_release":true}' });
    expect(readMarketplace(tree).settings).toEqual({});
  });
});

describe("what it installs", () => {
  const zip = { "hacs.json": '{"zip_release":true,"filename":"a.zip"}' };
  const install = (files: Record<string, string>, version: string | null, names?: readonly string[]) =>
    installedFiles(madeUpTree({ ...enough, ...files }), version, names === undefined ? {} : { v1: { "a.zip": names } });

  test("without a zip, or without its name, the folder of the tag or the branch", () => {
    expect(install({ "README.md": "" }, null)).toEqual(["manifest.json"]);
    expect(install({ "hacs.json": '{"zip_release":true}' }, "v1")).toEqual(["manifest.json"]);
  });

  test("what lies at the root of the zip", () => {
    expect(install(zip, "v1", ["manifest.json", "brand/icon.png"])).toEqual(["manifest.json", "brand/icon.png"]);
  });

  test.each([
    ["the default branch has no zip", null, ["manifest.json"], "file_not_downloaded"],
    ["a release without the zip", "v2", ["manifest.json"], "file_not_downloaded"],
    ["a zip with the folder in it", "v1", ["a/manifest.json"], "installed_manifest_unusable"],
    ["a zip that leads out of the folder", "v1", ["manifest.json", "../b.py"], "path_outside_directory"],
  ])("%s: nothing", (_case, version, names, key) => {
    expect(refusal(() => install(zip, version, names))).toBe(key);
  });
});

test("versions that Home Assistant loads", () => {
  for (const version of ["0.1.0", "1", "1.2", "2026.11.0", "1.0.0-beta.1", "1.0.0b1", "v1.2.3"]) {
    expect(isLoadableVersion(version), version).toBe(true);
  }
  for (const version of ["", "dev", "1.0.x", "a1", "1..2", "0x1f", "1.0.0 beta"]) {
    expect(isLoadableVersion(version), version).toBe(false);
  }
});

describe("what HACS refuses", () => {
  const good = {
    codeowners: ["@a"],
    documentation: "https://a.example",
    issue_tracker: "https://a.example",
    name: "A",
  };
  const problems = (files: Record<string, string>): string[] =>
    hacsProblems(
      madeUpTree({
        "README.md": "",
        "hacs.json": '{"name":"A"}',
        "custom_components/a/manifest.json": manifest(good),
        "custom_components/a/brand/icon.png": "",
        ...files,
      }),
      "custom_components/a",
    );

  test.each([
    [{}, []],
    [{ "hacs.json": '{"name":"A","domains":["lock"]}' }, ["hacs.json: extra keys not allowed @ ['domains']"]],
    [{ "hacs.json": '{"zip_release":true}' }, ["hacs.json: required key not provided @ ['name']"]],
    [
      { "hacs.json": '{"name":"A","zip_release":"yes"}' },
      ["hacs.json: value must be one of [True, False] @ ['zip_release']"],
    ],
    [{ "hacs.json": "[]" }, ["hacs.json is no object"]],
    [
      { "custom_components/a/manifest.json": manifest({ ...good, issue_tracker: "a.example" }) },
      ["custom_components/a/manifest.json: expected a URL @ ['issue_tracker']"],
    ],
    [
      { "custom_components/a/manifest.json": manifest() },
      ["custom_components/a/manifest.json: required key not provided @ ['codeowners']"],
    ],
  ])("%j", (files, expected) => {
    expect(problems(files)).toEqual(expected);
  });
});

describe("ours", () => {
  const tree = clonedTree(join(import.meta.dirname, "../../../.."));
  const { settings, ignored, folder, domain, hasConfigFlow } = readMarketplace(tree);

  test("the Marketplace takes the integration's own folder, which has the domain's name", () => {
    expect({ folder, domain, hasConfigFlow }).toEqual({
      folder: "custom_components/utec_gateway",
      domain: "utec_gateway",
      hasConfigFlow: true,
    });
  });

  test("every setting counts; how the page looks is HACS's alone", () => {
    expect(ignored).toEqual(["render_readme"]);
    expect(settings).toEqual({
      name: "U-tec Gateway",
      homeassistant: "2026.10.0",
      zip_release: true,
      filename: "utec_gateway.zip",
      hide_default_branch: true,
    });
  });

  test("HACS has nothing against it", () => {
    expect(hacsProblems(tree, folder)).toEqual([]);
  });

  test("the default branch, which has no zip, is not offered", () => {
    expect(refusal(() => installedFiles(tree, null, {}))).toBe("file_not_downloaded");
    expect(settings["hide_default_branch"]).toBe(true);
  });

  test("the add-on and the integration ask for the same Home Assistant", () => {
    expect(tree.text("config.yaml")).toContain(`\nhomeassistant: "${String(settings["homeassistant"])}"\n`);
  });
});
