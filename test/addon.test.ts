import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { LOCK_SETTINGS } from "../src/settings/lock-settings.ts";

const root = join(import.meta.dirname, "..");
const text = (file: string): string => readFileSync(join(root, file), "utf8");
const config = parse(text("config.yaml")) as AddonConfig;

interface AddonConfig {
  readonly version: string;
  readonly slug: string;
  readonly discovery: readonly string[];
  readonly backup_exclude: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly schema: Readonly<Record<string, unknown>>;
}

test("add-on, integration, package and image carry one version", () => {
  const { version } = JSON.parse(text("package.json")) as { version: string };
  const manifest = JSON.parse(text("custom_components/utec_gateway/manifest.json")) as { version: string };
  expect(config.version).toBe(version);
  expect(manifest.version).toBe(version);
  expect(text("Dockerfile")).toContain(`ARG BUILD_VERSION=${version}\n`);
  expect(text("CHANGELOG.md")).toContain(`\n## ${version}\n`);
});

test("the discovered service is the integration's domain", () => {
  const manifest = JSON.parse(text("custom_components/utec_gateway/manifest.json")) as { domain: string };
  expect(config.discovery).toEqual([manifest.domain]);
});

test("every option has a schema, a translation with name and description, and stands in the docs", () => {
  const { configuration } = parse(text("translations/en.yaml")) as {
    configuration: Record<string, { name: string; description: string; fields?: Record<string, unknown> }>;
  };
  expect(Object.keys(configuration).sort()).toEqual(Object.keys(config.schema).sort());
  for (const name of Object.keys(config.options)) expect(Object.keys(config.schema)).toContain(name);
  for (const [name, { description }] of Object.entries(configuration)) {
    expect(description, name).toMatch(/\w/);
    expect(text("DOCS.md"), name).toContain(`\`${name}\``);
  }
  const [account] = config.schema["accounts"] as Record<string, string>[];
  expect(Object.keys(configuration["accounts"]?.fields ?? {}).sort()).toEqual(Object.keys(account ?? {}).sort());
});

const LANGUAGES = ["de", "en", "es", "fr", "it", "nl", "pl", "pt-BR"];

test("the options speak eight languages, each with every text and none left in English", () => {
  const files = globSync("translations/*.yaml", { cwd: root }).sort();
  expect(files).toEqual(LANGUAGES.map((language) => `translations/${language}.yaml`));
  const english = textsOf(parse(text("translations/en.yaml")));
  for (const file of files.filter((name) => !name.endsWith("/en.yaml"))) {
    const texts = textsOf(parse(text(file)));
    expect([...texts.keys()], file).toEqual([...english.keys()]);
    const left = [...texts].filter(([key, value]) => key.endsWith(".description") && value === english.get(key));
    expect(left, file).toEqual([]);
  }
});

/** Each text of a translation by its path. */
function textsOf(value: unknown, path = ""): Map<string, string> {
  if (typeof value === "string") return new Map([[path, value]]);
  return new Map(Object.entries(value as object).flatMap(([key, part]) => [...textsOf(part, `${path}.${key}`)]));
}

test("the numbers of the locks have the range and the default that the gateway gives them, and stand in both tables", () => {
  for (const [name, { min, max, otherwise }] of Object.entries(LOCK_SETTINGS)) {
    expect(config.schema[name], name).toBe(`int(${min},${max})`);
    expect(config.options[name], name).toBe(otherwise);
    expect(text("DOCS.md"), name).toMatch(
      new RegExp(`^\\| \`${name}\` \\| ${otherwise} \\|.* ${min} to ${max} \\|$`, "m"),
    );
    expect(text("README.md"), name).toMatch(
      new RegExp(`^\\| \`UTEC_GATEWAY_${name.toUpperCase()}\` .* \`${otherwise}\` .* ${min} to ${max} \\|$`, "m"),
    );
  }
});

test("nothing repeats a default of the Supervisor, which its linter refuses", () => {
  const defaults = { startup: "application", boot: "auto", ingress_port: 8099, init: true, hassio_role: "default" };
  for (const key of Object.keys(defaults)) expect(config).not.toHaveProperty(key);
});

test("apparmor.txt has one profile in its first column: the one that the Supervisor renames", () => {
  const profiles = text("apparmor.txt")
    .split("\n")
    .filter((line) => line.startsWith("profile "));
  expect(profiles).toHaveLength(1);
  expect(profiles[0]).toContain(config.slug);
});

test("apparmor.txt lets the gateway read what it reads of the machine by itself", () => {
  const files = globSync("src/**/*.ts", { cwd: root });
  const read = files.flatMap((file) => [...text(file).matchAll(/"\/proc\/([^"]+)"/g)].map(([, path]) => path));
  expect(read).toContain("sys/kernel/random/boot_id");
  for (const path of read) expect(text("apparmor.txt")).toContain(`\n    @{PROC}/${path} r,\n`);
});

test("the add-on's backup leaves out the marker of restored copies and the reserve for a full disk, and nothing else", () => {
  expect(config.backup_exclude).toEqual(["*/gateway.generations", "*/gateway.reserve"]);
});
