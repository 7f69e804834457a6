import { join } from "node:path";
import { isObject } from "../../../../src/json.ts";
import type { JsonObject } from "../../../../src/json.ts";
import { Refused, flag, text } from "../python/checks.ts";
import { readDocument } from "../python/document.ts";
import { among, any, matches, record, shape } from "../python/shape.ts";
import { foundAs } from "../store/found.ts";
import { clonedTree } from "../store/tree.ts";

/** What `docker build` is given for an add-on that the store has no image of. */
export interface EffectiveBuild {
  readonly dockerfile: string;
  readonly arguments: Readonly<Record<string, string>>;
  /** Over those of the Dockerfile. */
  readonly labels: Readonly<Record<string, string>>;
  /** What the Supervisor writes into its log about the build file, and people never see. */
  readonly warnings: readonly string[];
}

/** What the Supervisor takes from the add-on's configuration for the build. */
export interface BuiltApp {
  readonly version: string;
  readonly name: string;
  readonly description: string;
  readonly url?: string;
}

/**
 * The image names that the Supervisor takes in a build file: any number of registries, one namespace, one name, a tag.
 * Source: `RE_DOCKER_IMAGE_BUILD` of Supervisor 2026.08.
 */
const IMAGE = matches(String.raw`^([a-zA-Z\-.:\d{}]+/)*?[-\w{}]+/[-\w{}]+(:[.\-\w{}]+)?$`);
/** The Supervisor's own base, an Alpine without Node, once there is a build file that it can't use. */
const OWN_BASE = "ghcr.io/home-assistant/base:latest";
const DEPRECATED = "uses build.yaml which is deprecated. Move build parameters into the Dockerfile directly.";

/** Source: `SCHEMA_BUILD_CONFIG` in `apps/validate.py` of Supervisor 2026.08. */
const buildFile = shape(
  {
    build_from: {
      check: any(IMAGE, record(among("aarch64", "amd64", "armhf", "armv7", "i386"), IMAGE)),
      otherwise: {},
    },
    squash: { check: flag, otherwise: false },
    args: { check: record(text, text), otherwise: {} },
    labels: { check: record(text, text), otherwise: {} },
  },
  "dropped",
);

/**
 * The build as the Supervisor makes it out of the files in `folder`: one value that it refuses costs the whole build
 * file, and without a base of the file's the build gets the Supervisor's, whatever the Dockerfile's default is.
 * Source: `apps/build.py` of Supervisor 2026.08.
 *
 * @throws Error where the Supervisor would refuse the architecture
 */
export function effectiveBuild(folder: string, arch: string, app: BuiltApp): EffectiveBuild {
  const tree = clonedTree(folder);
  const warnings: string[] = [];
  const [path] = foundAs("build", tree);
  const file = path === undefined ? null : readBuildFile(join(folder, path), warnings);
  const base = file === null ? undefined : baseOf(file, arch);
  return {
    dockerfile: tree.files.includes(`Dockerfile.${arch}`) ? `Dockerfile.${arch}` : "Dockerfile",
    arguments: {
      BUILD_VERSION: app.version,
      BUILD_ARCH: arch,
      ...textsOf(file?.["args"]),
      ...(base === undefined ? {} : { BUILD_FROM: base }),
    },
    labels: {
      "io.hass.version": app.version,
      "io.hass.arch": arch,
      "io.hass.type": "app",
      ...textsOf(file?.["labels"]),
      ...label("io.hass.name", app.name),
      ...label("io.hass.description", app.description),
      ...label("io.hass.url", app.url ?? ""),
    },
    warnings,
  };
}

function readBuildFile(path: string, warnings: string[]): JsonObject {
  let read: unknown;
  try {
    read = buildFile(readDocument(path).value);
  } catch (error) {
    const isParsed = error instanceof Refused;
    warnings.push(
      isParsed
        ? `Error parsing build config (${error.message}), using defaults`
        : "Error reading build config, using defaults",
    );
    read = buildFile({});
  }
  warnings.push(DEPRECATED);
  if (!isObject(read)) return {};
  if (read["squash"] === true) warnings.push("Ignoring squash build option as Docker BuildKit does not support it.");
  return read;
}

function baseOf({ build_from: from }: JsonObject, arch: string): string {
  if (typeof from === "string") return from;
  const bases = textsOf(from);
  if (Object.keys(bases).length === 0) return OWN_BASE;
  const base = bases[arch];
  if (base === undefined) throw new Error(`The add-on is not supported on ${arch}.`);
  return base;
}

function textsOf(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, String(one)]));
}

/** Quotes are taken out of it. */
function label(name: string, value: string): Record<string, string> {
  const text = value.replaceAll("'", "");
  return text === "" ? {} : { [name]: text };
}
