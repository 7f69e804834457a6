import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

const root = join(import.meta.dirname, "..");
const text = (file: string): string => readFileSync(join(root, file), "utf8");
const config = parse(text("config.yaml")) as AddonConfig;

interface AddonConfig {
  readonly version: string;
  readonly discovery: readonly string[];
  readonly schema: Readonly<Record<string, unknown>> & { readonly accounts: readonly [object] };
  readonly ports: object;
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

describe("the options speak eight languages", () => {
  const LANGUAGES = ["de", "en", "es", "fr", "it", "nl", "pl", "pt-BR"];
  const OTHERS = LANGUAGES.filter((language) => language !== "en");
  /** What is the same word in some other language, or a technical one that people know by this name. */
  const SAME_IN_ENGLISH = ["Accounts", "Audience", "Cloud", "Grant", "Name", "Password", "Scope", "Token"];
  const FEWEST_WORDS_OF_A_SENTENCE = 5;
  const texts = Object.fromEntries(
    LANGUAGES.map((language) => [language, textsOf(parse(text(`translations/${language}.yaml`)))]),
  );
  const english = texts["en"] ?? new Map<string, string>();

  test("and no other", () => {
    const files = globSync("translations/*", { cwd: root }).sort();
    expect(files).toEqual(LANGUAGES.map((language) => `translations/${language}.yaml`));
  });

  test("and explain every option, every field of an account and every port", () => {
    const ofOption = (key: string): string[] => [`.configuration.${key}.name`, `.configuration.${key}.description`];
    const fields = Object.keys(config.schema.accounts[0]).map((field) => `accounts.fields.${field}`);
    const wanted = [
      ...[...Object.keys(config.schema), ...fields].flatMap(ofOption),
      ...Object.keys(config.ports).map((port) => `.network.${port}`),
    ];
    expect([...english.keys()].sort()).toEqual(wanted.sort());
  });

  test.each(OTHERS)("%s with every text in the same order, and none left in English", (language) => {
    const own = texts[language] ?? new Map<string, string>();
    expect([...english.keys()].filter((key) => !own.has(key))).toEqual([]);
    expect([...own.keys()]).toEqual([...english.keys()]);
    const left = [...own].filter(([key, value]) => value === english.get(key) && !SAME_IN_ENGLISH.includes(value));
    expect(left).toEqual([]);
  });

  test.each(LANGUAGES)("%s with no text that is empty or a sentence of another language", (language) => {
    const foreign = new Set(
      LANGUAGES.filter((it) => it !== language).flatMap((it) => [...(texts[it]?.values() ?? [])]),
    );
    for (const [key, value] of texts[language] ?? []) {
      expect(value.trim(), key).toBe(value);
      expect(value, key).toMatch(/\p{L}{2}/u);
      if (value.split(" ").length >= FEWEST_WORDS_OF_A_SENTENCE) expect(foreign, key).not.toContain(value);
    }
  });

  test.each(OTHERS)("%s with the numbers, values and names of the English texts", (language) => {
    const facts = (value = ""): string[] =>
      [
        ...value.matchAll(
          /`[^`]+`|\d[\d./]*\d|\d|[a-z]+(?:_[a-z]+)+|OAuth|OpenAPI|U-tec|uteclocal|WattTime|Xthings|Yoto/g,
        ),
      ]
        .map(String)
        .sort();
    for (const [key, value] of texts[language] ?? []) expect(facts(value), key).toEqual(facts(english.get(key)));
  });
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
