import { basename } from "node:path/posix";
import { isObject, parseJson } from "../../../../src/json.ts";
import type { JsonObject } from "../../../../src/json.ts";
import type { Tree } from "../store/tree.ts";
import { isLoadableVersion, isVersion } from "./version.ts";

/** The integration as Home Assistant's Marketplace sees it in a repository. */
export interface MarketplaceIntegration {
  /** What counts of `hacs.json`. */
  readonly settings: JsonObject;
  /** Its keys that nobody reads, and those whose value is of a wrong kind. */
  readonly ignored: readonly string[];
  /** The folder in the repository. */
  readonly folder: string;
  readonly domain: string;
  readonly hasConfigFlow: boolean;
}

/** The repository can't be added, or the integration not be installed: the Marketplace's key for the sentence. */
export class MarketplaceRefused extends Error {
  override name = "MarketplaceRefused";
}

const isText = (value: unknown): boolean => typeof value === "string";
const isFlag = (value: unknown): boolean => typeof value === "boolean";
/** Source: `REPOSITORY_MANIFEST_VALUES` in core 2026.11's `components/marketplace/utils/validate.py`. */
const SETTINGS: Readonly<Record<string, (value: unknown) => boolean>> = {
  content_in_root: isFlag,
  filename: isText,
  hacs: isText,
  hide_default_branch: isFlag,
  homeassistant: isVersion,
  name: isText,
  persistent_directory: isText,
  zip_release: isFlag,
};
const INTEGRATIONS = "custom_components";

/**
 * Source: `components/marketplace/repositories/base.py`, `integration.py` and `utils/filters.py` of core 2026.11.
 *
 * @throws MarketplaceRefused
 */
export function readMarketplace(tree: Tree): MarketplaceIntegration {
  if (!tree.files.some((path) => basename(path) === "hacs.json")) {
    throw new MarketplaceRefused("repository_manifest_not_in_root");
  }
  // One that lies in another folder is there, and empty.
  const written = tree.files.includes("hacs.json") ? parseJson(tree.text("hacs.json")) : {};
  const { settings, ignored } = settingsOf(isObject(written) ? written : {});
  const folder = settings["content_in_root"] === true ? "" : `${INTEGRATIONS}/${firstFolder(tree)}`;
  const path = folder === "" ? "manifest.json" : `${folder}/manifest.json`;
  if (!tree.files.includes(path)) throw new MarketplaceRefused("integration_manifest_missing");
  const manifest = parseJson(tree.text(path));
  if (!isObject(manifest)) throw new MarketplaceRefused("installed_manifest_unusable");
  const { domain, version, config_flow: configFlow } = manifest;
  if (domain === undefined) throw new MarketplaceRefused("integration_manifest_key_missing");
  if (typeof domain !== "string" || !/^[a-z0-9_-]+$/.test(domain)) throw new MarketplaceRefused("invalid_domain");
  if (!isLoadableVersion(version)) throw new MarketplaceRefused("installed_manifest_without_version");
  return { settings, ignored, folder, domain, hasConfigFlow: configFlow === true };
}

function settingsOf(written: JsonObject): Pick<MarketplaceIntegration, "settings" | "ignored"> {
  const settings: Record<string, unknown> = {};
  const ignored: string[] = [];
  for (const [key, value] of Object.entries(written)) {
    const isRead = Object.hasOwn(SETTINGS, key) && SETTINGS[key]?.(value) === true;
    if (isRead) settings[key] = value;
    else ignored.push(key);
  }
  return { settings, ignored };
}

/** Of the first folder in git's order whose path begins with the letters `custom_components`, the name alone. */
function firstFolder({ files }: Tree): string {
  const [first] = foldersOf(files).filter((path) => path.startsWith(INTEGRATIONS) && path !== INTEGRATIONS);
  if (first !== undefined) return basename(first);
  const isApp = ["json", "yaml", "yml"].some((ending) => files.includes(`repository.${ending}`));
  throw new MarketplaceRefused(isApp ? "app_repository" : "structure_not_compliant");
}

/** Git sorts a folder as if a slash ended its name. */
function foldersOf(files: readonly string[]): string[] {
  const folders = new Set(
    files.flatMap((path) =>
      path
        .split("/")
        .slice(0, -1)
        .map((_, at, parts) => parts.slice(0, at + 1).join("/")),
    ),
  );
  return [...folders].sort((one, other) => (`${one}/` < `${other}/` ? -1 : 1));
}

/** The files of an installed version by their path in `custom_components/<domain>`. */
export type InstalledFiles = readonly string[];

/**
 * @param version a tag, or null for the default branch
 * @param assets the files of the releases by their tag, each with the paths in it
 * @throws MarketplaceRefused
 */
export function installedFiles(
  tree: Tree,
  version: string | null,
  assets: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
): InstalledFiles {
  const { settings, folder } = readMarketplace(tree);
  const { filename, zip_release: isZip } = settings;
  if (isZip !== true || typeof filename !== "string") {
    return tree.files
      .filter((path) => folder === "" || path.startsWith(`${folder}/`))
      .map((path) => (folder === "" ? path : path.slice(folder.length + 1)));
  }
  // A branch has no files of a release.
  const names = version === null ? undefined : assets[version]?.[filename];
  if (names === undefined) throw new MarketplaceRefused("file_not_downloaded");
  if (names.some((name) => name.startsWith("/") || name.split("/").includes(".."))) {
    throw new MarketplaceRefused("path_outside_directory");
  }
  if (!names.includes("manifest.json")) throw new MarketplaceRefused("installed_manifest_unusable");
  return names;
}
