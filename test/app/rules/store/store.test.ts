import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isObject } from "../../../../src/json.ts";
import { StoreBroken } from "../app-configuration.ts";
import { foundAs } from "./found.ts";
import { appFilesOf, readStore, repositorySlug } from "./store.ts";
import { clonedTree, madeUpTree } from "./tree.ts";

const ADDRESS = "https://github.com/utec-gateway/utec-gateway";
const app = (slug: string): string => `name: A\nversion: "1"\nslug: ${slug}\ndescription: d\narch: [amd64]\n`;
const repository = { "repository.yaml": "name: R\n" };
const read = (files: Record<string, string>) => readStore(madeUpTree({ ...repository, ...files }), ADDRESS);

describe("what the store makes of a repository", () => {
  test("its slug is made of the address as it was typed", () => {
    expect(repositorySlug(ADDRESS)).toMatch(/^[0-9a-f]{8}$/);
    expect(repositorySlug(ADDRESS.toUpperCase())).toBe(repositorySlug(ADDRESS));
    const others = [`${ADDRESS}.git`, `${ADDRESS}/`, `${ADDRESS}#main`].map(repositorySlug);
    expect(new Set([repositorySlug(ADDRESS), ...others]).size).toBe(4);
  });

  test.each([
    ["no file of its own", { "a/repository.yaml": "name: R\n" }, "No repository information exists"],
    ["no name", { "repository.yaml": "url: https://a.example\n" }, "Repository parse error repository.yaml"],
    [
      "an address that is none",
      { "repository.yaml": "name: R\nurl: a.example\n" },
      "Repository parse error repository.yaml",
    ],
    ["what is no YAML", { "repository.yml": "name: [" }, "Can't read repository information from repository.yml"],
  ])("%s: it can't be added", (_case, files, sentence) => {
    expect(readStore(madeUpTree({ ...files, "config.yaml": app("a") }), ADDRESS)).toMatchObject({
      repository: null,
      apps: [],
      log: [sentence],
    });
  });

  test("unknown keys of a repository are dropped", () => {
    expect(read({ "repository.yaml": "name: R\nicon: x\n" }).repository).toEqual({ name: "R" });
  });

  test("every folder with a configuration is an app, hidden ones and rootfs apart", () => {
    const { apps, log } = read({
      "config.yaml": app("root"),
      "b/c/config.yml": app("deep"),
      "test/config.bad-file.yaml": app("fixture"),
      "d/config.json": '{"name": "no version"}',
      "ui/config.yaml": "[",
      ".github/config.yaml": app("hidden"),
      "e/rootfs/config.yaml": app("inner"),
      "f/app-config.yaml": app("other"),
      "f/config.ts": "",
    });
    expect(apps.map(({ slug }) => slug.slice(9))).toEqual(["root", "deep", "fixture"]);
    expect(log).toEqual([
      "Can't read d/config.json: required key not provided @ ['version']",
      `Can't read ui/config.yaml from repository ${repositorySlug(ADDRESS)}`,
    ]);
  });

  test("a configuration that is a list ends the reading of all repositories", () => {
    expect(() => read({ "config.yaml": app("a"), "test/config.yaml": "- a\n" })).toThrow(StoreBroken);
  });

  test("its pictures, pages and profile lie beside the configuration, and nowhere else", () => {
    const { apps } = read({ "a/config.yaml": app("a"), "a/icon.png": "", "README.md": "", "a/docs.md": "" });
    expect(apps[0]?.files).toEqual({
      icon: true,
      logo: false,
      information: false,
      documentation: false,
      changelog: false,
      profile: false,
      image: false,
    });
  });

  test("a build or repository file is found at any depth, hidden folders included, those at the root first", () => {
    const files = [
      ".github/workflows/build.yaml",
      "a/b/build.test.json",
      "build.yml",
      "scripts/build.ts",
      "rebuild.yaml",
    ];
    expect(foundAs("build", { files })).toEqual(["build.yml", ".github/workflows/build.yaml", "a/b/build.test.json"]);
  });
});

describe("what people see of an option", () => {
  const inEnglish = (content: string) => read({ "config.yaml": app("a"), "translations/en.yaml": content }).apps[0];

  test("names, descriptions, fields at any depth and ports", () => {
    const content =
      "configuration:\n  a:\n    name: A\n    description:\n    fields:\n      b: {name: B, fields: {c: {name: C}}}\nnetwork:\n  80/tcp: Web\n";
    expect(inEnglish(content)?.translations).toMatchObject({
      languages: {
        en: {
          configuration: {
            a: { name: "A", description: null, fields: { b: { name: "B", fields: { c: { name: "C" } } } } },
          },
          network: { "80/tcp": "Web" },
        },
      },
      refused: [],
      dropped: [],
    });
  });

  test("what has another name is dropped without a word", () => {
    const content = "title: x\nconfiguration:\n  a: {name: A, help: x, fields: {b: {name: B, note: y}}}\n";
    expect(inEnglish(content)?.translations.dropped).toEqual([
      "translations/en.yaml: title",
      "translations/en.yaml: configuration.a.help",
      "translations/en.yaml: configuration.a.fields.b.note",
    ]);
  });

  test.each([
    [
      "an option without a name",
      "configuration:\n  a: {description: x}\n",
      "required key not provided @ ['configuration']['a']['name']",
    ],
    [
      "a field without one",
      "configuration:\n  a: {name: A, fields: {b: {}}}\n",
      "required key not provided @ ['configuration']['a']['fields']['b']['name']",
    ],
    ["a name that is no text", "configuration:\n  a: {name: yes}\n", "expected str @ ['configuration']['a']['name']"],
    ["a port's that is no text", "network:\n  80/tcp: 5\n", "expected str @ ['network']['80/tcp']"],
    ["an empty part", "configuration:\n", "expected a dictionary @ ['configuration']"],
  ])("%s costs the whole language", (_case, content, sentence) => {
    expect(inEnglish(content)?.translations).toMatchObject({
      languages: {},
      refused: [`Can't read translations from translations/en.yaml - ${sentence}`],
    });
  });
});

describe("ours", () => {
  const tree = clonedTree(join(import.meta.dirname, "../../../.."));
  const store = readStore(tree, ADDRESS);
  const [ours] = store.apps;

  test("one file of each name that is looked for at any depth", () => {
    expect(appFilesOf(tree)).toEqual(["config.yaml"]);
    expect(foundAs("build", tree)).toEqual(["build.yaml"]);
    expect(foundAs("repository", tree)).toEqual(["repository.yaml"]);
  });

  test("the repository is taken as it was written, with one app, without a line in the log", () => {
    expect(store).toMatchObject({
      repository: { name: "U-tec Gateway", url: ADDRESS, maintainer: "U-tec Gateway contributors" },
      apps: [{ slug: `${repositorySlug(ADDRESS)}_utec_gateway`, folder: "", dropped: [], warnings: [] }],
      log: [],
    });
  });

  test("the store finds every picture and page, the profile and the Dockerfile", () => {
    expect(Object.entries(ours?.files ?? {}).filter(([, isThere]) => !isThere)).toEqual([]);
  });

  test("of the translations nothing is refused or dropped", () => {
    expect(Object.keys(ours?.translations.languages ?? {})).toHaveLength(8);
    expect(ours?.translations).toMatchObject({ refused: [], dropped: [] });
  });

  test("each option has a name and a description in each language, and nothing else has", () => {
    const wanted = optionsOf(ours?.effective["schema"]);
    expect(wanted).toContain("accounts.fields.client_secret");
    for (const [language, { configuration }] of Object.entries(ours?.translations.languages ?? {})) {
      const described = describedIn(configuration);
      expect(described.sort(), language).toEqual([...wanted].sort());
    }
  });
});

/** The paths of a schema's options, as translations name them. */
function optionsOf(schema: unknown): string[] {
  if (!isObject(schema)) return [];
  return Object.entries(schema).flatMap(([key, type]) => {
    const inner: unknown = Array.isArray(type) ? type[0] : type;
    return [key, ...optionsOf(inner).map((path) => `${key}.fields.${path}`)];
  });
}

function describedIn(options: unknown): string[] {
  if (!isObject(options)) return [];
  return Object.entries(options).flatMap(([key, option]) => {
    if (!isObject(option) || typeof option["description"] !== "string" || option["description"] === "") return [];
    return [key, ...describedIn(option["fields"]).map((path) => `${key}.fields.${path}`)];
  });
}
