import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";

const root = join(import.meta.dirname, "..");
const text = (file: string): string => readFileSync(join(root, file), "utf8");
const config = parse(text("config.yaml")) as AddonConfig;

interface AddonConfig {
  readonly version: string;
  readonly discovery: readonly string[];
  readonly backup_exclude: readonly string[];
  readonly backup_pre: string;
  readonly backup_post: string;
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

test("apparmor.txt lets the gateway read what it reads of the machine by itself", () => {
  const files = globSync("src/**/*.ts", { cwd: root });
  const read = files.flatMap((file) => [...text(file).matchAll(/"\/proc\/([^"]+)"/g)].map(([, path]) => path));
  expect(read).toContain("sys/kernel/random/boot_id");
  for (const path of read) expect(text("apparmor.txt")).toContain(`\n    @{PROC}/${path} r,\n`);
});

test("the add-on's backup leaves out what belongs to this machine and what comes and goes meanwhile, and nothing else", () => {
  expect(config.backup_exclude).toEqual([
    "*/gateway.generations",
    "*/gateway.reserve",
    "*/gateway.revoked-clients",
    "*/gateway.backing-up",
    "*.db-shm",
    "*.new",
    "*.next",
  ]);
});

test("the Supervisor has whole copies made before it copies the data folder, and removed after it", () => {
  expect(config.backup_pre).toBe("node /app/addon/backup.mjs pre");
  expect(config.backup_post).toBe("node /app/addon/backup.mjs post");
  expect(text("Dockerfile")).toMatch(/^COPY .*addon\/backup\.mjs.* addon\/$/m);
});
