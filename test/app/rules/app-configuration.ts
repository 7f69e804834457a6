import { isObject } from "../../../src/json.ts";
import type { JsonObject } from "../../../src/json.ts";
import { APP_KEYS, DEPRECATED_ARCHITECTURES, DEPRECATED_MACHINES, LEGACY_MAP_TYPES, MAP_TYPES } from "./app-keys.ts";
import { Refused, isTrue } from "./python/checks.ts";
import { shape, unknownKeys } from "./python/shape.ts";
import { pythonRepr, pythonText } from "./python/text.ts";

export interface AppConfiguration {
  /** What the app is to the Supervisor: coerced, with the defaults. */
  readonly effective: JsonObject;
  /** Keys and entries that have no effect, and of which nothing is said. */
  readonly dropped: readonly string[];
  /** What the Supervisor's log says, where the app is a local one or was installed. */
  readonly warnings: readonly string[];
}

/** The app is not in the store; a line in the Supervisor's log says why. */
export class AppRefused extends Error {
  override name = "AppRefused";
}

/** The Supervisor meets what it does not expect: it stops reading, and the apps of **all** repositories stay as they were. */
export class StoreBroken extends Error {
  override name = "StoreBroken";
}

/**
 * A configuration of an app as the Supervisor takes it from the store.
 * Source: `apps/validate.py` and `store/data.py` of Supervisor 2026.08.
 *
 * @param content what the file says
 * @throws AppRefused, StoreBroken
 */
export function readAppConfiguration(content: unknown): AppConfiguration {
  // The slug is read before anything is checked.
  if (!isObject(content)) throw new StoreBroken("The file is no object.");
  const warnings: string[] = [];
  if (!isTrue(content["name"])) throw new AppRefused("Invalid app config!");
  const name = pythonText(content["name"]);
  const migrated = migrate({ ...content }, (sentence) => warnings.push(`App '${name}' ${sentence}`));
  warn(migrated, (sentence) => warnings.push(`App '${name}' ${sentence}`));
  try {
    const effective = shape(APP_KEYS, "dropped")(migrated);
    if (!isObject(effective)) throw new Refused("expected a dictionary");
    return { effective, dropped: [...unknownKeys(APP_KEYS, migrated), ...laterTypes(effective["schema"])], warnings };
  } catch (error) {
    if (error instanceof Refused) throw new AppRefused(error.message);
    throw error;
  }
}

/** Older words are put into those of today. */
function migrate(content: Record<string, unknown>, log: (sentence: string) => void): Record<string, unknown> {
  const { startup, devices, tmpfs } = content;
  if (startup === "before" || startup === "after") {
    log(`uses deprecated 'startup' value '${startup}'.`);
    content["startup"] = startup === "before" ? "services" : "application";
  }
  rename(content, "auto_uart", "uart", () => log("uses deprecated 'auto_uart'; use 'uart' instead."));
  const lines = devices === undefined ? [] : iterable(devices, "devices");
  if (lines.some(hasColon)) {
    log("uses a deprecated 'devices' format; use a list of paths only.");
    content["devices"] = lines.map((line) => pythonText(line).split(":", 1)[0]);
  }
  if (tmpfs !== undefined && typeof tmpfs !== "boolean") {
    log("uses a deprecated 'tmpfs' format; use a boolean instead.");
    content["tmpfs"] = true;
  }
  for (const old of ["snapshot_exclude", "snapshot_post", "snapshot_pre", "snapshot"]) {
    const today = old.replace("snapshot", "backup");
    rename(content, old, today, () => log(`uses deprecated config '${old}'; use '${today}' instead.`));
  }
  content["map"] = volumes(content["map"], log);
  return content;
}

function rename(content: Record<string, unknown>, old: string, today: string, log: () => void): void {
  if (!Object.hasOwn(content, old)) return;
  content[today] = content[old];
  delete content[old];
  log();
}

/** Entries of `map` that are no folder the Supervisor knows are skipped: the container starts without them. */
function volumes(map: unknown, log: (sentence: string) => void): readonly JsonObject[] {
  const entries = map === undefined ? [] : iterable(map, "map");
  const taken = entries.flatMap((entry): JsonObject[] => {
    if (isObject(entry)) {
      if (typeof entry["type"] === "object" && entry["type"] !== null)
        throw new StoreBroken("map has a type that is no text.");
      if (Object.hasOwn(entry, "type")) return [entry];
      log(`has an invalid map entry missing the 'type' field, skipping: ${pythonRepr(entry)}`);
    } else if (typeof entry === "string") {
      const [, type = "", rights] = /^(\w+)(?::(rw|ro))?$/.exec(entry) ?? [];
      if (MAP_TYPES.includes(type)) return [{ type, read_only: rights !== "rw" }];
      log(`has an invalid map entry, skipping: ${entry}`);
    }
    return [];
  });
  const types = new Set(taken.map(({ type }) => pythonText(type)));
  if (types.has("config")) {
    const isMixed = ["app_config", "addon_config", "homeassistant_config"].some((type) => types.has(type));
    log(
      isMixed
        ? "uses incompatible map options; 'app_config', 'addon_config', and 'homeassistant_config' are ignored when 'config' is included."
        : "uses deprecated map option 'config'; use 'homeassistant_config' instead.",
    );
  }
  for (const today of ["local_apps", "all_app_configs", "app_config"]) {
    const legacy = Object.entries(LEGACY_MAP_TYPES).find(([, name]) => name === today)?.[0] ?? "";
    if (!types.has(today) || !types.has(legacy)) continue;
    log(`uses incompatible map options '${today}' and '${legacy}'; legacy option '${legacy}' will be ignored.`);
  }
  return taken;
}

function warn(content: Readonly<Record<string, unknown>>, log: (sentence: string) => void): void {
  const has = (key: string): boolean => isTrue(content[key]);
  if (Object.hasOwn(content, "advanced")) log("uses the deprecated 'advanced' config field, which is ignored.");
  if (has("full_access") && ["devices", "uart", "usb", "gpio"].some(has)) {
    log("has full device access; its selective device access configuration is redundant and ignored.");
  }
  if (content["backup"] === "cold" && (has("backup_post") || has("backup_pre"))) {
    log("only supports COLD backups but configures pre/post backup commands, which are ignored.");
  }
  const old = (key: string, known: readonly string[], prefix: string): void => {
    const values = iterable(content[key] ?? (Object.hasOwn(content, key) ? null : []), key);
    if (key === "machine" && values.some((value) => typeof value !== "string")) {
      throw new StoreBroken("machine holds what is no text.");
    }
    const deprecated = values.filter((value) => known.includes(pythonText(value).replace(new RegExp(prefix), "")));
    if (deprecated.length > 0) log(`uses deprecated '${key}' values: ${pythonRepr(deprecated)}`);
  };
  old("arch", DEPRECATED_ARCHITECTURES, "^$");
  old("machine", DEPRECATED_MACHINES, "^!+");
  if (Object.hasOwn(content, "codenotary")) {
    log("uses the deprecated 'codenotary' config field, which is no longer used and ignored.");
  }
  for (const { type } of iterable(content["map"], "map").filter(isObject)) {
    const today = LEGACY_MAP_TYPES[pythonText(type)];
    if (today !== undefined) log(`uses legacy map type '${pythonText(type)}'; use '${today}' instead.`);
  }
  if (!has("ingress") || content["ingress_port"] !== 0) return;
  const ports = Object.hasOwn(content, "ports") ? iterable(content["ports"], "ports") : [];
  const taken = ports
    .map((name) => Number(pythonText(name).split("/", 1)[0]))
    .find((port) => port >= 62_000 && port <= 65_500);
  if (taken !== undefined) {
    throw new AppRefused(`maps port ${taken} which is reserved for dynamic ingress ports (62000-65500)`);
  }
}

function hasColon(line: unknown): boolean {
  if (typeof line === "string" || Array.isArray(line)) return line.includes(":");
  if (isObject(line)) return Object.hasOwn(line, ":");
  throw new StoreBroken("devices holds what is no text.");
}

/** What Python's `for` takes; anything else ends the reading of the whole store. */
function iterable(value: unknown, key: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === "string") return Array.from(value);
  if (isObject(value)) return Object.keys(value);
  throw new StoreBroken(`${key} is ${pythonText(value)}, which is no list.`);
}

/** Of the types in a list of the schema the first one holds. */
function laterTypes(schema: unknown, path = "schema"): string[] {
  if (Array.isArray(schema)) {
    return schema.flatMap((one: unknown, at) => (at === 0 ? laterTypes(one, `${path}[0]`) : [`${path}[${at}]`]));
  }
  if (!isObject(schema)) return [];
  return Object.entries(schema).flatMap(([key, one]) => laterTypes(one, `${path}.${key}`));
}
