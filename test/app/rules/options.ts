import { isObject } from "../../../src/json.ts";
import type { JsonObject } from "../../../src/json.ts";
import { Refused, email, flag, float, inRange, integer, ofLength, oneOf, port, text, url } from "./python/checks.ts";
import type { Limits } from "./python/checks.ts";
import { pythonPattern } from "./python/pattern.ts";
import { pythonRepr, pythonText } from "./python/text.ts";

/** The app that options belong to, for the messages: its slug is the full one, such as `local_utec_gateway`. */
export interface OptionsOwner {
  readonly name: string;
  readonly slug: string;
}

export interface ValidOptions {
  /** What the Supervisor stores and writes into `/data/options.json`: coerced, and without what the schema lacks. */
  readonly options: JsonObject;
  /** What it writes into its own log. */
  readonly warnings: readonly string[];
}

/** Options that the Supervisor refuses: it answers 400 with these fields, and starts no app that has such options. */
export class InvalidOptions extends Error {
  override name = "InvalidOptions";
  readonly status = 400;
  readonly error_key = "app_configuration_invalid_error";
  readonly extra_fields: { readonly app: string; readonly validation_error: string };

  constructor(app: string, validationError: string) {
    super(`App ${app} has invalid options: ${validationError}`);
    this.extra_fields = { app, validation_error: validationError };
  }
}

const BOUNDS = String.raw`(?:\((?<min>-?\d*\.?\d+)?,(?<max>-?\d*\.?\d+)?\))?`;
/** One value's type. Source: `RE_SCHEMA_ELEMENT` of Supervisor 2026.08. */
const TYPE = new RegExp(
  String.raw`^(?:|bool|email|url|port|device(?:\(subsystem=[a-z]+\))?|(?:str|password)(?:\(\d*,\d*\))?` +
    String.raw`|int(?:\((?:-?\d+)?,(?:-?\d+)?\))?|float${BOUNDS.replace("min", "floatMin").replace("max", "floatMax")}` +
    String.raw`|match\((?<match>.*)\)|list\((?<list>.+)\))\??$`,
);
const BOUNDED = new RegExp(`^(?:str|password|int|float)${BOUNDS}`);

/** Is this a type that a schema may name? */
export function isOptionType(type: string): boolean {
  return TYPE.test(type);
}

/**
 * Options as the Supervisor takes them when they are saved, and again before each start.
 * Source: `apps/options.py` and `apps/app.py` of Supervisor 2026.08.
 *
 * @param schema as config.yaml has it; false takes nothing and refuses nothing
 * @param secrets of Home Assistant, for values such as `!secret name`
 * @throws InvalidOptions
 */
export function validateOptions(
  schema: JsonObject | false,
  options: unknown,
  owner: OptionsOwner,
  secrets: Readonly<Record<string, string>> = {},
): ValidOptions {
  const reader = new OptionsReader(owner, secrets);
  try {
    if (!isObject(options)) throw new Refused("expected dict");
    return { options: reader.root(schema === false ? {} : schema, options), warnings: reader.warnings };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new InvalidOptions(owner.slug, `${error.message}. Got ${shortened(pythonRepr(options))}`);
  }
}

/** The options that a start validates: those that were saved over config.yaml's, objects member by member. */
export function mergedOptions(defaults: JsonObject, saved: JsonObject): JsonObject {
  const merged: Record<string, unknown> = { ...defaults };
  for (const [key, value] of Object.entries(saved)) {
    const before = merged[key];
    merged[key] = isObject(before) && isObject(value) ? mergedOptions(before, value) : value;
  }
  return merged;
}

class OptionsReader {
  readonly warnings: string[] = [];
  readonly #in: string;
  readonly #for: string;
  readonly #secrets: Readonly<Record<string, string>>;

  constructor({ name, slug }: OptionsOwner, secrets: Readonly<Record<string, string>>) {
    this.#in = `in ${name} (${slug})`;
    this.#for = `for ${name} (${slug})`;
    this.#secrets = secrets;
  }

  root(schema: JsonObject, options: JsonObject): JsonObject {
    return this.#members(schema, options, "root", (key) => `Option '${key}' does not exist in the schema ${this.#for}`);
  }

  #members(schema: JsonObject, given: JsonObject, path: string, unknown: (key: string) => string): JsonObject {
    const taken: [string, unknown][] = [];
    for (const [key, value] of Object.entries(given)) {
      if (Object.hasOwn(schema, key)) taken.push([key, this.#element(schema[key], value, key)]);
      else this.warnings.push(unknown(key));
    }
    for (const [key, type] of Object.entries(schema)) {
      const one: unknown = Array.isArray(type) && type.length > 0 ? type[0] : type;
      const isOptional = typeof one === "string" && one.endsWith("?");
      if (!Object.hasOwn(given, key) && !isOptional)
        throw new Refused(`Missing option '${key}' in ${path} ${this.#in}`);
    }
    return Object.fromEntries(taken);
  }

  #element(type: unknown, value: unknown, key: string): unknown {
    if (Array.isArray(type)) {
      if (type.length === 0) throw new Refused(`Type error for option '${key}' ${this.#in}`);
      if (!Array.isArray(value)) throw new Refused(`Invalid list for option '${key}' ${this.#in}`);
      return value.map((one) => this.#element(type[0], one, key));
    }
    if (isObject(type)) {
      if (!isObject(value)) throw new Refused(`Invalid dict for option '${key}' ${this.#in}`);
      return this.#members(type, value, key, (member) => `Unknown option '${member}' ${this.#for}`);
    }
    return this.#single(String(type), value, key);
  }

  #single(type: string, given: unknown, key: string): unknown {
    // An option that may be left out may still not be null.
    if (given === null || given === undefined) throw new Refused(`Missing required option '${key}' ${this.#in}`);
    const value = this.#withoutSecret(given);
    const found = TYPE.exec(type);
    if (found === null) throw new Refused(`Unknown type '${type}' ${this.#in}`);
    const limits = limitsOf(type);
    if (/^(str|password)/.test(type)) return ofLength(String(text(value)), limits);
    if (type.startsWith("int")) return inRange(integer(value), limits);
    if (type.startsWith("float")) return inRange(float(value), limits);
    if (type.startsWith("bool")) return flag(value);
    if (type.startsWith("email")) return email(value);
    if (type.startsWith("url")) return url(value);
    if (type.startsWith("port")) return port(value);
    const { match, list } = found.groups ?? {};
    if (match !== undefined) return matching(match, pythonText(value));
    if (list !== undefined) return oneOf(pythonText(value), list.split("|"));
    if (!type.startsWith("device"))
      throw new Refused(`Fatal error for option '${key}' with type '${type}' ${this.#in}`);
    if (typeof value !== "string") throw new Refused(`Expected a string for option '${key}' ${this.#in}`);
    // No machine has devices here.
    throw new Refused(`Device '${value}' does not exist ${this.#in}`);
  }

  #withoutSecret(value: unknown): unknown {
    if (typeof value !== "string" || !value.startsWith("!secret ")) return value;
    const name = value.slice("!secret ".length);
    if (!Object.hasOwn(this.#secrets, name)) throw new Refused(`Unknown secret '${name}' ${this.#in}`);
    return this.#secrets[name];
  }
}

function matching(pattern: string, value: string): string {
  if (pythonPattern(pattern).test(value)) return value;
  throw new Refused(`does not match regular expression ${pattern}`);
}

function limitsOf(type: string): Limits {
  const { min, max } = BOUNDED.exec(type)?.groups ?? {};
  return { min: min === undefined ? null : Number(min), max: max === undefined ? null : Number(max) };
}

/** The message shows all options as they came, secrets too, up to this length. */
function shortened(written: string): string {
  return written.length > 500 ? `${written.slice(0, 497)}...` : written;
}
