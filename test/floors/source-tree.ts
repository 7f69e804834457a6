import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

export interface Import {
  /** The path of a file from the root of the repository, or the name of a package or of one of Node's modules. */
  readonly target: string;
  readonly isFile: boolean;
  /** Erased before it runs. */
  readonly isType: boolean;
}

export interface SourceFile {
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
}

/** Every code file by its path; `/` separates folders. */
export type SourceTree = ReadonlyMap<string, SourceFile>;

const CODE = "{src,ui,scripts,test,addon}/**/*.{ts,mts,js,mjs,c}";
const STATEMENT = /^(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s*)?"([^"]+)"/gm;
const DYNAMIC = /\bimport\(\s*"([^"]+)"/g;

/** The tree as it lies on the disk. Python is held by a test of its own. */
export function readTree(root: string): SourceTree {
  const paths = globSync(CODE, { cwd: root, exclude: (path) => /(^|\/)(node_modules|dist)(\/|$)/.test(path) });
  const files = paths.map((path) => sourceFile(path, readFileSync(join(root, path), "utf8")));
  return new Map(files.map((file) => [file.path, file]));
}

export function sourceFile(path: string, text: string): SourceFile {
  const statements = [...text.matchAll(STATEMENT)].map(([, type, from = ""]) =>
    importOf(path, from, type !== undefined),
  );
  const dynamic = [...text.matchAll(DYNAMIC)].map(([, from = ""]) => importOf(path, from, false));
  return { path, lines: text.split("\n").length - (text.endsWith("\n") ? 1 : 0), imports: [...statements, ...dynamic] };
}

function importOf(path: string, from: string, isType: boolean): Import {
  const isFile = from.startsWith(".");
  return { target: isFile ? normalize(join(dirname(path), from)) : from, isFile, isType };
}
