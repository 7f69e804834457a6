import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { release } from "../../scripts/release.ts";
import { notesOf } from "../../scripts/release/changelog.ts";
import { VERSION_PLACES, withVersionAt } from "../../scripts/release/version-places.ts";
import { removeFolder } from "../remove-folder.ts";

const FILES = [...new Set(VERSION_PLACES.map(({ file }) => file))];
const original = join(import.meta.dirname, "../..");
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "release-"));
  onTestFinished(() => removeFolder(root));
  for (const file of FILES) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    cpSync(join(original, file), join(root, file));
  }
  // Whatever version the product has by now.
  for (const place of VERSION_PLACES) {
    writeFileSync(join(root, place.file), withVersionAt(place, text(place.file), "0.1.0"));
  }
  writeFileSync(join(root, "CHANGELOG.md"), "# Changelog\n\n## Unreleased\n\n- Doors open.\n\n## 0.1.0\n\n- Doors.\n");
});

const text = (file: string): string => readFileSync(join(root, file), "utf8");
const json = (file: string): { version: string; packages?: Record<string, { version: string }> } =>
  JSON.parse(text(file)) as ReturnType<typeof json>;

test("one command gives one version to all that tell it: the store, HACS, npm, the image", () => {
  expect(release(root, "7.8.9").sort()).toEqual([...FILES, "CHANGELOG.md"].sort());
  expect((parse(text("config.yaml")) as { version: string }).version).toBe("7.8.9");
  expect(json("custom_components/utec_gateway/manifest.json").version).toBe("7.8.9");
  expect(json("package.json").version).toBe("7.8.9");
  expect(json("package-lock.json")).toMatchObject({ version: "7.8.9", packages: { "": { version: "7.8.9" } } });
  expect(text("Dockerfile")).toContain("\nARG BUILD_VERSION=7.8.9\n");
});

test("nothing else changes, and of what npm has locked no version", () => {
  const before = new Map(FILES.map((file) => [file, text(file).split("\n")]));
  release(root, "7.8.9");
  for (const [file, lines] of before) {
    const changed = text(file)
      .split("\n")
      .filter((line, index) => line !== lines[index]);
    expect(changed, file).toHaveLength(VERSION_PLACES.filter((place) => place.file === file).length);
  }
});

test("the unreleased changes come under the version, and are the notes of its release", () => {
  release(root, "0.2.0");
  expect(text("CHANGELOG.md")).toBe("# Changelog\n\n## 0.2.0\n\n- Doors open.\n\n## 0.1.0\n\n- Doors.\n");
  expect(notesOf(text("CHANGELOG.md"), "0.2.0")).toBe("- Doors open.");
  expect(notesOf(text("CHANGELOG.md"), "0.1.0")).toBe("- Doors.");
  expect(() => notesOf(text("CHANGELOG.md"), "0x2.0")).toThrow("says nothing of 0x2.0");
});

test.each([
  ["", /is no version/],
  ["v7.0.0", /is no version/],
  ["7.0", /is no version/],
  ["latest", /is no version/],
  ["0.0.9", /does not come after/],
  ["0.1.0-beta.1", /does not come after/],
])("%j is refused, and nothing is written", (version, sentence) => {
  const before = FILES.map(text);
  expect(() => release(root, version)).toThrow(sentence);
  expect(FILES.map(text)).toEqual(before);
});

test("a release of nothing is refused, and nothing is written", () => {
  const before = FILES.map(text);
  writeFileSync(join(root, "CHANGELOG.md"), "# Changelog\n\n## Unreleased\n\n## 0.1.0\n\n- Doors.\n");
  expect(() => release(root, "7.8.9")).toThrow("nothing under");
  expect(FILES.map(text)).toEqual(before);
});
