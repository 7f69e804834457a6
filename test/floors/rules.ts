import { dirname } from "node:path";
import {
  FLOORS,
  LONGEST_FILE,
  MOST_FILES,
  PAGE_KNOWS,
  PAGE_SERVER_KNOWS,
  SCRIPTS_KNOW,
  SIMULATOR,
  SIMULATOR_MAY_USE,
  SUB_ROOMS,
} from "./rooms.ts";
import type { SourceTree } from "./source-tree.ts";

type Edge = readonly [from: string, to: string];

/** Imports of files that are not there would hide from every other rule. */
export function missingTargets(tree: SourceTree): string[] {
  return edges(tree)
    .filter(([, to]) => /\.(ts|mts|js|mjs)$/.test(to) || !/\.\w+$/.test(to))
    .filter(([, to]) => !tree.has(to))
    .map(arrow);
}

/** Between the rooms of `src`. */
export function upwardImports(tree: SourceTree): string[] {
  return edgesWithin(tree, "src/")
    .filter(([from, to]) => !mayKnow(roomOf(from), roomOf(to)))
    .map(arrow);
}

export function roomsWithoutFloor(tree: SourceTree): string[] {
  const rooms = new Set([...tree.keys()].filter((path) => path.startsWith("src/")).map(roomOf));
  return [...rooms].filter((room) => room !== SIMULATOR && floorIn(FLOORS, room) === -1);
}

/** Within a room of `src`, between its sub-rooms. */
export function upwardImportsInRooms(tree: SourceTree): string[] {
  return edgesWithin(tree, "src/")
    .filter(([from, to]) => roomOf(from) === roomOf(to) && subRoomOf(from) !== subRoomOf(to))
    .filter(([from, to]) => {
      const order = SUB_ROOMS[roomOf(from)] ?? [];
      const [above, below] = [subFloor(order, subRoomOf(from)), subFloor(order, subRoomOf(to))];
      // The ground of a room is its vocabulary, and what is above all sub-rooms puts them together.
      return below > above || (below === above && below !== 0 && below !== order.length);
    })
    .map(arrow);
}

export function subRoomsWithoutFloor(tree: SourceTree): string[] {
  const folders = new Set([...tree.keys()].filter((path) => path.startsWith("src/")).map(dirname));
  return [...folders].filter((folder) => {
    const [, room = "", ...rest] = folder.split("/");
    return rest.length > 0 && floorIn(SUB_ROOMS[room] ?? [], rest.join("/")) === -1;
  });
}

/** Between `src`, the page, the scripts and the tests. */
export function importsAcrossTheHouse(tree: SourceTree): string[] {
  return edges(tree)
    .filter(([from, to]) => !mayReach(from, to))
    .map(arrow);
}

/** What the page takes from `src` to run in a browser, and what stands in its way there. */
export function unfitForBrowsers(tree: SourceTree): string[] {
  const wrong = new Set<string>();
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const { target, isFile, isType } of tree.get(path)?.imports ?? []) {
      if (isType) continue;
      if (isFile) visit(target);
      else if (path.startsWith("src/") || target.startsWith("node:")) wrong.add(arrow([path, target]));
    }
  };
  for (const path of tree.keys()) if (path.startsWith("ui/src/")) visit(path);
  return [...wrong];
}

export function longFiles(tree: SourceTree): string[] {
  return [...tree.values()].filter(({ lines }) => lines > LONGEST_FILE).map(({ path }) => path);
}

export function crowdedFolders(tree: SourceTree): string[] {
  const counts = new Map<string, number>();
  for (const path of tree.keys()) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  return [...counts].filter(([, count]) => count > MOST_FILES).map(([folder]) => folder);
}

function mayKnow(from: string, to: string): boolean {
  if (from === to) return true;
  if (from === SIMULATOR) return SIMULATOR_MAY_USE.has(to);
  if (to === SIMULATOR) return false;
  const [above, below] = [floorIn(FLOORS, from), floorIn(FLOORS, to)];
  // The ground may look sideways at itself: a log line has a time.
  return below < above || (below === above && below === 0);
}

function mayReach(from: string, to: string): boolean {
  const [house, target] = [from.split("/")[0], to.split("/")[0]];
  if (house === target || house === "test") return true;
  if (house === "scripts") return target === "src" || listed(SCRIPTS_KNOW, to);
  if (house !== "ui") return false;
  return listed(PAGE_KNOWS, to) || (from.startsWith("ui/mock/") && listed(PAGE_SERVER_KNOWS, to));
}

/** Named itself, or in a folder that is named. */
function listed(list: readonly string[], path: string): boolean {
  return list.some((entry) => (entry.endsWith("/") ? path.startsWith(entry) : path === entry));
}

function edges(tree: SourceTree): Edge[] {
  return [...tree.values()].flatMap(({ path, imports }) =>
    imports.filter(({ isFile }) => isFile).map(({ target }): Edge => [path, target]),
  );
}

function edgesWithin(tree: SourceTree, folder: string): Edge[] {
  return edges(tree).filter((edge) => edge.every((path) => path.startsWith(folder)));
}

function arrow([from, to]: Edge): string {
  return `${from} -> ${to}`;
}

function roomOf(path: string): string {
  return (path.split("/")[1] ?? "").replace(/\.ts$/, "");
}

/** The folder within the room, or the name of a file that lies in the room itself. */
function subRoomOf(path: string): string {
  const [, , ...rest] = path.split("/");
  return rest.length > 1 ? rest.slice(0, -1).join("/") : (rest[0] ?? "").replace(/\.ts$/, "");
}

function subFloor(order: readonly (readonly string[])[], subRoom: string): number {
  const floor = floorIn(order, subRoom);
  return floor === -1 ? order.length : floor;
}

function floorIn(floors: readonly (readonly string[])[], room: string): number {
  return floors.findIndex((floor) => floor.includes(room));
}
