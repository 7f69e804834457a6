import { named } from "./schema.ts";
import type { Schema } from "./schema.ts";

export type Operation = Readonly<Record<string, unknown>>;
/** What an address takes. */
export interface Path {
  readonly get?: Operation;
  readonly post?: Operation;
  readonly delete?: Operation;
}

type Answers = Readonly<Record<string, unknown>>;

/** Any error. */
export const problem = {
  description: "An error",
  content: { "application/problem+json": { schema: named("Problem") } },
};

export function read(
  operationId: string,
  summary: string,
  schema: Schema,
  parameters: readonly unknown[] = [],
): Operation {
  return {
    operationId,
    summary,
    ...(parameters.length > 0 ? { parameters } : {}),
    responses: { ...json("200", summary, schema), default: problem },
  };
}

export function act(operationId: string, summary: string, body: Schema, answers: Answers): Operation {
  return {
    operationId,
    summary,
    // If every field may be left out, so may the body.
    requestBody: {
      required: Array.isArray(body["required"]) && body["required"].length > 0,
      content: { "application/json": { schema: body } },
    },
    responses: { ...answers, default: problem },
  };
}

/** A JSON answer of one status. */
export function json(status: string, description: string, schema: Schema): Answers {
  return { [status]: { description, content: { "application/json": { schema } } } };
}

export function query(name: string, schema: Schema, required = false): Operation {
  return { name, in: "query", required, schema };
}
