import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

/** The floors of the house, ground first. Rooms on one floor do not know each other. */
const FLOORS: readonly (readonly string[])[] = [
  ["log", "log-sink", "clock", "random", "json", "loopback", "outgoing", "pasted", "problem", "database"],
  ["settings", "keeper"],
  ["state", "jobs"],
  ["utec", "activity"],
  ["http", "home-assistant"],
  ["gateway"],
  ["main"],
];
/** The ground may look sideways at itself: a log line has a time. */
const GROUND = 0;
const SIMULATOR_MAY_USE = new Set(["log", "log-sink", "clock", "random", "json", "problem"]);

const root = join(import.meta.dirname, "..");
const files = globSync("src/**/*.ts", { cwd: root });

test("imports point down: no room knows a room above or beside it", () => {
  const wrong = imports()
    .filter(({ from, to }) => from !== to)
    .filter(({ from, to }) => {
      if (from === "simulator") return !SIMULATOR_MAY_USE.has(to);
      if (to === "simulator") return true;
      return floorOf(to) > floorOf(from) || (floorOf(to) === floorOf(from) && floorOf(to) !== GROUND);
    });
  expect(wrong).toEqual([]);
});

test("every room stands on a floor", () => {
  const rooms = new Set(files.map(roomOf));
  rooms.delete("simulator");
  expect([...rooms].filter((room) => !FLOORS.some((floor) => floor.includes(room)))).toEqual([]);
});

test("no circle of imports between files", () => {
  const graph = new Map(files.map((file) => [file, importedFiles(file)]));
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) throw new Error(`circle: ${[...path, file].join(" -> ")}`);
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(done.size).toBe(files.length);
});

test("one file only carries the name by which the add-on store finds an add-on", () => {
  const candidates = globSync("**/config.{yaml,yml,json}", {
    cwd: root,
    exclude: (path) => ["node_modules", "dist"].includes(path) || path.startsWith("."),
  });
  expect(candidates).toEqual(["config.yaml"]);
});

function imports(): { file: string; from: string; to: string; target: string }[] {
  return files.flatMap((file) =>
    importedFiles(file).map((target) => ({ file, from: roomOf(file), to: roomOf(target), target })),
  );
}

/** Type imports that only lead to erased code still tie rooms together, so they count. */
function importedFiles(file: string): string[] {
  const source = readFileSync(join(root, file), "utf8");
  return [...source.matchAll(/(?:from|import)\s*\(?\s*"(\.{1,2}\/[^"]+)"/g)].map((match) =>
    normalize(join(dirname(file), match[1] ?? "")),
  );
}

function roomOf(file: string): string {
  return (file.split("/")[1] ?? "").replace(/\.ts$/, "");
}

function floorOf(room: string): number {
  return FLOORS.findIndex((floor) => floor.includes(room));
}
