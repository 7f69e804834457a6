import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { parse } from "yaml";
import type { JsonObject } from "../../../../src/json.ts";

/** What the fake Supervisor needs of an add-on's `config.yaml`, with the Supervisor's defaults. */
export interface AppConfiguration {
  readonly name: string;
  readonly version: string;
  readonly slug: string;
  readonly description: string;
  readonly url: string | null;
  readonly arch: readonly string[];
  readonly stage: string;
  readonly homeassistant: string | null;
  readonly timeout: number;
  readonly ingress: boolean;
  readonly ingress_port: number;
  readonly panel_title: string;
  readonly panel_icon: string;
  readonly panel_admin: boolean;
  readonly homeassistant_api: boolean;
  readonly discovery: readonly string[];
  readonly map: readonly JsonObject[];
  readonly backup_exclude: readonly string[];
  readonly options: JsonObject;
  readonly schema: JsonObject;
}

/** An add-on as the store shows it. */
export interface StoreApp {
  readonly folder: string;
  /** The repository's: eight hexadecimal digits of its address. */
  readonly repository: string;
  readonly fullSlug: string;
  readonly configuration: AppConfiguration;
  readonly translations: Readonly<Record<string, JsonObject>>;
}

const DEFAULTS = {
  url: null,
  stage: "stable",
  homeassistant: null,
  timeout: 10,
  ingress: false,
  ingress_port: 8099,
  panel_icon: "mdi:puzzle",
  panel_admin: true,
  homeassistant_api: false,
  discovery: [],
  map: [],
  backup_exclude: [],
  options: {},
  schema: {},
} as const;

/** Reads the add-on of a repository that was added under `url`. */
export function readStoreApp(folder: string, url: string): StoreApp {
  const raw = parse(readFileSync(join(folder, "config.yaml"), "utf8")) as AppConfiguration;
  const configuration = {
    ...DEFAULTS,
    ...raw,
    panel_title: raw.panel_title ?? raw.name,
    map: (raw.map ?? []).map(asMapping),
  };
  const repository = createHash("sha1").update(url.toLowerCase()).digest("hex").slice(0, 8);
  return {
    folder,
    repository,
    fullSlug: `${repository}_${configuration.slug}`,
    configuration,
    translations: readTranslations(join(folder, "translations")),
  };
}

/** `type:rw` or an object. */
function asMapping(entry: unknown): JsonObject {
  if (typeof entry !== "string") return entry as JsonObject;
  const [type, mode] = entry.split(":");
  return { type, read_only: mode !== "rw" };
}

function readTranslations(folder: string): Record<string, JsonObject> {
  if (!existsSync(folder)) return {};
  return Object.fromEntries(
    readdirSync(folder).map((name) => [
      basename(name, extname(name)),
      parse(readFileSync(join(folder, name), "utf8")) as JsonObject,
    ]),
  );
}
