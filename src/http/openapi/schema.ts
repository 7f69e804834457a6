import type { Worded } from "../../said/said.ts";

/** JSON Schema (2020-12), as OpenAPI 3.1 uses it. */
export type Schema = Readonly<Record<string, unknown>>;

interface Optional {
  readonly optional: Schema;
}

/** A schema for each property of `T`, wrapped in `optional` exactly where the property is optional. */
export type PropertiesOf<T> = {
  readonly [K in keyof T]-?: Pick<T, K> extends Required<Pick<T, K>> ? Schema : Optional;
};

/**
 * The schema of the model `T`. The compiler holds both together: a property that is added, renamed or made optional in
 * the model does not compile until it is here too.
 */
export function object<T extends object>(properties: PropertiesOf<T>, description?: string): Schema {
  const entries = Object.entries<Schema | Optional>(properties);
  return {
    type: "object",
    ...(description === undefined ? {} : { description }),
    properties: Object.fromEntries(
      entries.map(([name, schema]) => [name, isOptional(schema) ? schema.optional : schema]),
    ),
    required: entries.filter(([, schema]) => !isOptional(schema)).map(([name]) => name),
    additionalProperties: false,
  };
}

export const text: Schema = { type: "string" };
export const flag: Schema = { type: "boolean" };
export const count: Schema = { type: "integer", minimum: 0 };
export const time: Schema = { type: "integer", description: "Epoch milliseconds." };

/** What the sentence beside it is made of. */
export const said: Optional = { optional: { $ref: "#/components/schemas/Said" } };
/** Why something failed: a stable code and one sentence. */
export const codeAndMessage = object<{ readonly code: string } & Worded>({ code: text, message: text, said });

export function described(schema: Schema, description: string): Schema {
  return { ...schema, description };
}

export function oneOf(values: readonly string[]): Schema {
  return { type: "string", enum: values };
}

/** The values of a union that has no list of its own: each one, and no other, or it does not compile. */
export function eachOf<T extends string>(values: Readonly<Record<T, true>>): Schema {
  return oneOf(Object.keys(values));
}

export function listOf(items: Schema): Schema {
  return { type: "array", items };
}

/** Null is "not known" or "never". */
export function nullable(schema: Schema): Schema {
  return { anyOf: [schema, { type: "null" }] };
}

export function named(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

function isOptional(schema: Schema | Optional): schema is Optional {
  return "optional" in schema;
}
