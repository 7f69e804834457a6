import { basename, extname } from "node:path/posix";
import { DOCUMENT_ENDINGS } from "../python/document.ts";
import type { Tree } from "./tree.ts";

/**
 * The files that the Supervisor takes for the one called `name`: at any depth, in hidden folders too, and whatever stands
 * between the name and its ending (`build.test.yaml` is a `build`). It reads the first: those at the root come before the
 * others, and beyond that the order is the disk's.
 * Source: `find_one_filetype` in `utils/common.py` of Supervisor 2026.08.
 */
export function foundAs(name: string, { files }: Pick<Tree, "files">): string[] {
  const found = files.filter((path) => isCalled(name, path));
  return [...found.filter(isAtRoot), ...found.filter((path) => !isAtRoot(path))];
}

export function isCalled(name: string, path: string): boolean {
  return basename(path).startsWith(`${name}.`) && DOCUMENT_ENDINGS.includes(extname(path));
}

function isAtRoot(path: string): boolean {
  return !path.includes("/");
}
