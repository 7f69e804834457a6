import { createHash } from "node:crypto";
import { dirname } from "node:path/posix";
import { isObject } from "../../../../src/json.ts";
import type { JsonObject } from "../../../../src/json.ts";
import { AppRefused, readAppConfiguration } from "../app-configuration.ts";
import type { AppConfiguration } from "../app-configuration.ts";
import { Refused, text, url } from "../python/checks.ts";
import { parseAsPython } from "../python/document.ts";
import { shape } from "../python/shape.ts";
import { foundAs, isCalled } from "./found.ts";
import { readTranslations } from "./translations.ts";
import type { Translations } from "./translations.ts";
import type { Tree } from "./tree.ts";

export interface StoreApp extends AppConfiguration {
  /** The repository's slug and the app's own. */
  readonly slug: string;
  /** Empty for the root. */
  readonly folder: string;
  readonly translations: Translations;
  /** The files beside its configuration that the store shows, builds or loads, with what each is for. */
  readonly files: Readonly<Record<AppFile, boolean>>;
}

/** Source: `path_…` in `apps/model.py`, `get_dockerfile` in `apps/build.py` of Supervisor 2026.08. */
export const APP_FILES = {
  icon: "icon.png",
  logo: "logo.png",
  information: "README.md",
  documentation: "DOCS.md",
  changelog: "CHANGELOG.md",
  profile: "apparmor.txt",
  image: "Dockerfile",
} as const;
export type AppFile = keyof typeof APP_FILES;

export interface StoreRepository {
  readonly slug: string;
  /** Null for a repository that can't be added. */
  readonly repository: JsonObject | null;
  readonly apps: readonly StoreApp[];
  /** What the Supervisor's log says of the repository. */
  readonly log: readonly string[];
}

const repositoryShape = shape(
  { name: { check: text, isRequired: true }, url: { check: url }, maintainer: { check: text } },
  "dropped",
);

/**
 * A repository as the store reads it after it was added under `address`.
 * Source: `store/data.py`, `store/repository.py`, `store/utils.py` of Supervisor 2026.08.
 *
 * @throws StoreBroken where one file ends the reading of all repositories
 */
export function readStore(tree: Tree, address: string): StoreRepository {
  const slug = repositorySlug(address);
  const log: string[] = [];
  const repository = readRepository(tree, log);
  if (repository === null) return { slug, repository, apps: [], log };
  const apps = new Map<string, StoreApp>();
  for (const path of appFilesOf(tree)) {
    const app = readApp(tree, path, slug, log);
    // Of two apps of one name the later one is in the store, and nobody is told.
    if (app !== null) apps.set(app.slug, app);
  }
  return { slug, repository, apps: [...apps.values()], log };
}

/** From the address as it was typed: `.git` or a slash at its end make another one. */
export function repositorySlug(address: string): string {
  return createHash("sha1").update(address.toLowerCase()).digest("hex").slice(0, 8);
}

/** Every file that is called a configuration, but for hidden folders and `rootfs`. */
export function appFilesOf({ files }: Pick<Tree, "files">): string[] {
  return files.filter(
    (path) => isCalled("config", path) && !path.split("/").some((part) => part.startsWith(".") || part === "rootfs"),
  );
}

function readRepository(tree: Tree, log: string[]): JsonObject | null {
  // Added only with a file at the root; read from the first one that is found.
  if (![".yaml", ".yml", ".json"].some((ending) => tree.files.includes(`repository${ending}`))) {
    log.push("No repository information exists");
    return null;
  }
  const [path = ""] = foundAs("repository", tree);
  try {
    const read = repositoryShape(parseAsPython(tree.text(path), path.endsWith(".json")).value);
    return isObject(read) ? read : null;
  } catch (error) {
    const sentence = error instanceof Refused ? "Repository parse error" : "Can't read repository information from";
    log.push(`${sentence} ${path}`);
    return null;
  }
}

function readApp(tree: Tree, path: string, repository: string, log: string[]): StoreApp | null {
  const folder = dirname(path) === "." ? "" : dirname(path);
  let content: unknown;
  try {
    content = parseAsPython(tree.text(path), path.endsWith(".json")).value;
  } catch {
    log.push(`Can't read ${path} from repository ${repository}`);
    return null;
  }
  try {
    const app = readAppConfiguration(content);
    const files = Object.entries(APP_FILES).map(([use, name]) => [
      use,
      tree.files.includes(folder === "" ? name : `${folder}/${name}`),
    ]);
    return {
      ...app,
      slug: `${repository}_${String(app.effective["slug"])}`,
      folder,
      translations: readTranslations(tree, folder),
      files: Object.fromEntries(files) as Record<AppFile, boolean>,
    };
  } catch (error) {
    if (!(error instanceof AppRefused)) throw error;
    log.push(`Can't read ${path}: ${error.message}`);
    return null;
  }
}
