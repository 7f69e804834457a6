import { isObject } from "../../../src/json.ts";
import type { JsonObject } from "../../../src/json.ts";
import { isOptionType } from "./options.ts";

/** What the form of the Configuration tab asks for with each type. */
const FIELDS: Readonly<Record<string, JsonObject>> = {
  str: { type: "string" },
  password: { type: "string", format: "password" },
  int: { type: "integer" },
  float: { type: "float" },
  bool: { type: "boolean" },
  email: { type: "string", format: "email" },
  url: { type: "string", format: "url" },
  port: { type: "integer" },
  match: { type: "string" },
};

/**
 * The fields of the form that the Supervisor makes of a schema; null without a schema, where people get YAML alone. The
 * form knows no pattern and, of numbers, no range: `lengthMin` and `lengthMax` stand for both.
 * Source: `UiOptions` in `apps/options.py` of Supervisor 2026.08.
 */
export function optionsForm(schema: JsonObject | false): JsonObject[] | null {
  return schema === false ? null : fieldsOf(schema);
}

function fieldsOf(schema: JsonObject): JsonObject[] {
  return Object.entries(schema).flatMap(([name, type]) => {
    // A list without a type has no field.
    if (Array.isArray(type)) return type.length === 0 ? [] : fieldOf(name, type[0], true);
    return fieldOf(name, type, false);
  });
}

function fieldOf(name: string, type: unknown, multiple: boolean): JsonObject[] {
  if (isObject(type)) return [{ name, type: "schema", optional: true, multiple, schema: fieldsOf(type) }];
  if (typeof type !== "string" || !isOptionType(type)) return [];
  const [, word = ""] = /^([a-z]*)/.exec(type) ?? [];
  const [, list] = /^list\((.+)\)\??$/.exec(type) ?? [];
  const { min, max } = /^(?:str|password|int|float)\((?<min>[^,]*),(?<max>[^)]*)\)/.exec(type)?.groups ?? {};
  return [
    {
      name,
      ...(multiple ? { multiple } : {}),
      ...(min ? { lengthMin: Number(min) } : {}),
      ...(max ? { lengthMax: Number(max) } : {}),
      ...(type.endsWith("?") ? { optional: true } : { required: true }),
      ...(list === undefined ? FIELDS[word] : { type: "select", options: list.split("|") }),
      // Of the machine's devices; none here.
      ...(word === "device" ? { type: "select", options: [] } : {}),
    },
  ];
}
