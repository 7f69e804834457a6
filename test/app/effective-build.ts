import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** What `docker build` is given for an add-on that the store has no image of. */
export interface EffectiveBuild {
  readonly arguments: Readonly<Record<string, string>>;
  /** What the Supervisor writes into its log about the build file, and people never see. */
  readonly warnings: readonly string[];
}

/**
 * The image names that the Supervisor takes in a build file: any number of registries, one namespace, one name, a tag.
 * Source: `RE_DOCKER_IMAGE_BUILD` of Supervisor 2026.08.
 */
const IMAGE = /^([a-zA-Z\-.:\d{}]+\/)*?[-\w{}]+\/[-\w{}]+(:[.\-\w{}]+)?$/;
/** The Supervisor's own base, an Alpine without Node, once there is a build file that it can't use. */
const OWN_BASE = "ghcr.io/home-assistant/base:latest";
const BUILD_FILES = ["build.yaml", "build.yml", "build.json"];

/**
 * The build as the Supervisor makes it out of the files in `folder`: one value that it refuses costs the whole build
 * file, and without a base of the file's the build gets the Supervisor's, whatever the Dockerfile's default is.
 *
 * @throws Error where the Supervisor would refuse the architecture
 */
export function effectiveBuild(folder: string, arch: string, version: string): EffectiveBuild {
  const always = { BUILD_VERSION: version, BUILD_ARCH: arch };
  const file = BUILD_FILES.map((name) => join(folder, name)).find((path) => existsSync(path));
  if (file === undefined) return { arguments: always, warnings: [] };
  const content: unknown = parse(readFileSync(file, "utf8"));
  const { from, args } = isRecord(content) ? partsOf(content) : { from: null, args: null };
  if (from === null || args === null) {
    return {
      arguments: { ...always, BUILD_FROM: OWN_BASE },
      warnings: ["Error parsing the build config: using defaults"],
    };
  }
  const base = typeof from === "string" ? from : from[arch];
  if (base === undefined) throw new Error(`The add-on is not supported on ${arch}.`);
  return { arguments: { ...always, ...args, BUILD_FROM: base }, warnings: [] };
}

/** Null for a part that is refused. */
function partsOf(content: Readonly<Record<string, unknown>>): {
  readonly from: string | Readonly<Record<string, string>> | null;
  readonly args: Readonly<Record<string, string>> | null;
} {
  const { build_from: from = {}, args = {} } = content;
  const isTaken =
    typeof from === "string" ? IMAGE.test(from) : isTextRecord(from) && Object.values(from).every(isImage);
  return {
    from: isTaken && (typeof from === "string" || isTextRecord(from)) ? orOwnBase(from) : null,
    args: isTextRecord(args) ? args : null,
  };
}

function orOwnBase(from: string | Readonly<Record<string, string>>): string | Readonly<Record<string, string>> {
  return from === "" || (typeof from === "object" && Object.keys(from).length === 0) ? OWN_BASE : from;
}

function isImage(name: string): boolean {
  return IMAGE.test(name);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTextRecord(value: unknown): value is Readonly<Record<string, string>> {
  return isRecord(value) && Object.values(value).every((one) => typeof one === "string");
}
