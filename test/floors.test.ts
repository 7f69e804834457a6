import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FLOORS, SUB_ROOMS } from "./floors/rooms.ts";
import * as rules from "./floors/rules.ts";
import { readTree, sourceFile } from "./floors/source-tree.ts";
import type { SourceTree } from "./floors/source-tree.ts";
import { removeFolder } from "./remove-folder.ts";

const root = join(import.meta.dirname, "..");

describe("the floors", () => {
  const tree = readTree(root);

  test("each import names a file that is there", () => {
    expect(rules.missingTargets(tree)).toEqual([]);
  });

  test("imports point down: no room knows a room above or beside it", () => {
    expect(rules.upwardImports(tree)).toEqual([]);
  });

  test("every room stands on a floor, and every floor has its rooms", () => {
    expect(rules.roomsWithoutFloor(tree)).toEqual([]);
    const rooms = new Set([...tree.keys()].map((path) => path.replace(/^src\/([^/]+?)(\.ts|\/.*)$/, "$1")));
    expect(FLOORS.flat().filter((room) => !rooms.has(room))).toEqual([]);
  });

  test("within a room, too: no sub-room knows a sub-room above or beside it", () => {
    expect(rules.upwardImportsInRooms(tree)).toEqual([]);
  });

  test("every sub-room has its place in the order of its room", () => {
    expect(rules.subRoomsWithoutFloor(tree)).toEqual([]);
    const places = [...tree.keys()].join("\n");
    const named = Object.entries(SUB_ROOMS).flatMap(([room, order]) => order.flat().map((one) => `src/${room}/${one}`));
    expect(named.filter((one) => !places.includes(`${one}/`) && !tree.has(`${one}.ts`))).toEqual([]);
  });

  test("the product knows neither tests nor scripts, the page only what is listed, scripts only the simulated worlds", () => {
    expect(rules.importsAcrossTheHouse(tree)).toEqual([]);
  });

  test("what the page takes from the gateway needs no package and nothing of Node", () => {
    expect(rules.unfitForBrowsers(tree)).toEqual([]);
  });

  test("no file is over 300 lines", () => {
    expect(rules.longFiles(tree)).toEqual([]);
  });

  test("no folder has more than 12 files side by side", () => {
    expect(rules.crowdedFolders(tree)).toEqual([]);
  });

  test("one file only carries the name by which the add-on store finds an add-on", () => {
    const candidates = globSync("**/config.{yaml,yml,json}", {
      cwd: root,
      exclude: (path) => ["node_modules", "dist"].includes(path) || path.startsWith("."),
    });
    expect(candidates).toEqual(["config.yaml"]);
  });
});

describe("a broken rule is seen", () => {
  test.each([
    ["a room above", { "src/keeper/keeper.ts": 'import { a } from "../http/server.ts";' }],
    ["a room above, for a type", { "src/keeper/keeper.ts": 'import type { A } from "../http/server.ts";' }],
    ["a room beside", { "src/http/server.ts": 'export * from "../home-assistant/link.ts";' }],
    ["an import at run time", { "src/keeper/keeper.ts": atRunTime("../http/server.ts") }],
    ["the simulated cloud", { "src/gateway.ts": 'import { a } from "./simulator/simulator.ts";' }],
    ["what the simulated cloud must not know", { "src/simulator/call.ts": 'import "../keeper/keeper.ts";' }],
  ])("imports between rooms: %s", (_, files) => {
    expect(rules.upwardImports(aTree(files))).toHaveLength(1);
  });

  test.each([
    ["a sub-room above", { "src/utec/reading/states.ts": 'import type { A } from "../cloud/answer.ts";' }],
    ["a sub-room beside", { "src/http/live/live-feed.ts": 'import { a } from "../page/page.ts";' }],
    ["a sub-room above within one", { "src/keeper/vault/tables/journal.ts": 'import { a } from "../vault.ts";' }],
    ["what puts them together", { "src/utec/cloud/client.ts": 'import { a } from "../utec.ts";' }],
  ])("imports within a room: %s", (_, files) => {
    expect(rules.upwardImportsInRooms(aTree(files))).toHaveLength(1);
  });

  test("rooms and sub-rooms without a floor", () => {
    expect(rules.roomsWithoutFloor(aTree({ "src/cellar/wine.ts": "" }))).toEqual(["cellar"]);
    expect(rules.subRoomsWithoutFloor(aTree({ "src/keeper/cellar/wine.ts": "" }))).toEqual(["src/keeper/cellar"]);
  });

  test.each([
    ["src/gateway.ts", "../test/clock.ts"],
    ["src/gateway.ts", "../scripts/build.ts"],
    ["src/gateway.ts", "../ui/src/words/time.ts"],
    ["ui/src/words/time.ts", "../../../test/clock.ts"],
    ["ui/src/words/time.ts", "../../../src/keeper/vault/vault.ts"],
    ["ui/src/words/time.ts", "../../../src/http/page/sign-in-failed.ts"],
    ["scripts/demo.ts", "../test/keeper/house.ts"],
    ["addon/healthcheck.mjs", "../src/loopback.ts"],
  ])("%s must not import %s", (path, target) => {
    expect(rules.importsAcrossTheHouse(aTree({ [path]: `import { a } from "${target}";` }))).toHaveLength(1);
  });

  test("what cannot run in a browser, however far behind it stands", () => {
    const files = {
      "ui/src/main.ts": 'import { a } from "../../src/pasted.ts";\nimport type { B } from "../../src/log.ts";',
      "src/pasted.ts": 'import { b } from "./json.ts";',
      "src/json.ts": 'import { readFileSync } from "node:fs";\nimport pino from "pino";',
      "src/log.ts": 'import pino from "pino";',
    };
    expect(rules.unfitForBrowsers(aTree(files))).toEqual(["src/json.ts -> node:fs", "src/json.ts -> pino"]);
  });

  test("a file of 301 lines, the thirteenth file of a folder, and an import that leads nowhere", () => {
    const thirteen = Object.fromEntries(Array.from({ length: 13 }, (_, number) => [`test/many/${number}.ts`, ""]));
    expect(rules.longFiles(aTree({ "test/a.ts": "a;\n".repeat(301), "test/b.ts": "b;\n".repeat(300) }))).toEqual([
      "test/a.ts",
    ]);
    expect(rules.crowdedFolders(aTree({ ...thirteen, "test/few/one.ts": "" }))).toEqual(["test/many"]);
    expect(rules.missingTargets(aTree({ "src/a.ts": 'import { b } from "./b.ts";' }))).toHaveLength(1);
  });

  test("a circle of imports, also one of types alone, by the linter", () => {
    const folder = mkdtempSync(join(tmpdir(), "floors-"));
    try {
      writeFileSync(join(folder, "a.ts"), 'import type { B } from "./b.ts";\nexport type A = B | null;\n');
      writeFileSync(join(folder, "b.ts"), 'import type { A } from "./a.ts";\nexport type B = A | 1;\n');
      const oxlint = join(root, "node_modules/.bin/oxlint");
      const { stdout, status } = spawnSync(oxlint, ["-c", join(root, ".oxlintrc.json"), "."], { cwd: folder });
      expect([String(stdout).match(/import\(no-cycle\)/g)?.length, status]).toEqual([2, 1]);
    } finally {
      removeFolder(folder);
    }
  });
});

/** A tree of made-up files: their text by their path. */
function aTree(files: Readonly<Record<string, string>>): SourceTree {
  return new Map(Object.entries(files).map(([path, text]) => [path, sourceFile(path, text)]));
}

function atRunTime(path: string): string {
  return `const a = await import("${path}");`;
}
