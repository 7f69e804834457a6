import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The files of a repository by their path from its root, with `/` between folders. */
export interface Tree {
  readonly files: readonly string[];
  /** @throws Error where there is no such file */
  text(path: string): string;
}

/** What `.gitignore` keeps out of the repository, and git's own folder. */
const NOT_IN_THE_REPOSITORY: ReadonlySet<string> = new Set([
  ".git",
  "node_modules",
  "dist",
  ".cache",
  ".data",
  ".env",
  "coverage",
  "__pycache__",
  ".pytest_cache",
  ".mypy_cache",
  ".ruff_cache",
  ".vitest",
]);

/** The repository in a folder, as the store clones it. */
export function clonedTree(root: string): Tree {
  return { files: filesIn(root), text: (path) => readFileSync(join(root, path), "utf8") };
}

/** A repository that is made up. */
export function madeUpTree(files: Readonly<Record<string, string>>): Tree {
  return {
    files: Object.keys(files),
    text: (path) => {
      const text = files[path];
      if (text === undefined) throw new Error(`There is no ${path}.`);
      return text;
    },
  };
}

function filesIn(root: string, folder = ""): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (NOT_IN_THE_REPOSITORY.has(entry.name)) return [];
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesIn(root, path) : [path];
  });
}
