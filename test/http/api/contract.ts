import { Ajv2020 } from "ajv/dist/2020.js";
import type { ValidateFunction } from "ajv/dist/2020.js";
import { openApiDocument } from "../../../src/http/openapi/document.ts";
import type { models } from "../../../src/http/openapi/models.ts";
import { paths } from "../../../src/http/openapi/paths.ts";
import type { Schema } from "../../../src/http/openapi/schema.ts";

interface DocumentedAnswer {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

interface RequestBody {
  readonly required: boolean;
}

export interface GivenAnswer {
  readonly method: string;
  readonly path: string;
  /** What was sent; undefined for nothing. */
  readonly body?: string | undefined;
  readonly status: number;
  readonly contentType: string | undefined;
  readonly text: string;
}

/** Holds request bodies, answers and feed messages against the OpenAPI document that the gateway serves. */
export class Contract {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #validators = new Map<string, ValidateFunction>();

  constructor() {
    this.#ajv.addSchema(openApiDocument("0.0.0"), "openapi");
  }

  /** Throws when the answer is not one of those that the document promises for its address. */
  checkAnswer({ method, path, status, contentType, text }: GivenAnswer): void {
    const address = path.split("?")[0] ?? "";
    const operation = paths[address]?.[method === "POST" ? "post" : method === "DELETE" ? "delete" : "get"];
    // What is no address of the API is only ever a problem or a file of the page.
    const answers = (operation?.["responses"] ?? {}) as Readonly<Record<string, DocumentedAnswer>>;
    const name = String(status) in answers ? String(status) : "default";
    const type = contentType?.split(";")[0];
    if (operation === undefined && type === "application/json") {
      throw new Error(`${method} ${address} is not in the document: describe it in src/http/openapi/paths.ts.`);
    }
    if (operation === undefined || type === "application/problem+json") {
      if (type === "application/problem+json") this.checkModel("Problem", JSON.parse(text));
      return;
    }
    const content = answers[name]?.content;
    if (content === undefined) {
      if (text !== "") throw new Error(`${method} ${path} answered ${status} with a body: ${text}`);
      return;
    }
    if (type === undefined || !(type in content)) {
      throw new Error(`${method} ${path} answered ${status} as ${contentType ?? "nothing"}`);
    }
    if (type !== "application/json") return;
    const pointer = ["paths", address, method.toLowerCase(), "responses", name, "content", type, "schema"];
    const wrong = this.#wrongIn(pointerTo(pointer), JSON.parse(text));
    if (wrong === null) return;
    throw new Error(
      `${method} ${address} does not answer as src/http/openapi/paths.ts describes it: ${wrong}. Correct the answer or its description.`,
    );
  }

  /** Throws when the gateway took a body that the document forbids. */
  checkRequest({ method, path, body, status }: GivenAnswer): void {
    if (method !== "POST" || paths[path]?.post === undefined || status >= 400 || this.allows(path, body)) return;
    throw new Error(`POST ${path} took what the document forbids: ${body ?? "no body"}`);
  }

  /** Does the document allow this body? */
  allows(path: string, body: string | undefined): boolean {
    const described = paths[path]?.post?.["requestBody"] as RequestBody | undefined;
    if (body === undefined || body === "") return described?.required === false;
    const value = parsed(body);
    return (
      value !== undefined &&
      this.#validator(pointerTo(["paths", path, "post", "requestBody", "content", "application/json", "schema"]))(value)
    );
  }

  checkModel(name: keyof typeof models, value: unknown): void {
    this.#check(`openapi#/components/schemas/${name}`, value);
  }

  #validator(reference: string): ValidateFunction {
    const validate = this.#validators.get(reference) ?? this.#ajv.compile({ $ref: reference });
    this.#validators.set(reference, validate);
    return validate;
  }

  #check(reference: string, value: unknown): void {
    const wrong = this.#wrongIn(reference, value);
    if (wrong !== null) throw new Error(`${reference}: ${wrong}`);
  }

  /** What the schema forbids about the value; null for nothing. */
  #wrongIn(reference: string, value: unknown): string | null {
    const validate = this.#validator(reference);
    if (validate(value)) return null;
    return `${this.#ajv.errorsText(validate.errors, { dataVar: "the answer" })} in ${JSON.stringify(value)}`;
  }
}

function pointerTo(parts: readonly string[]): string {
  return `openapi#/${parts.map(escapePointer).join("/")}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function escapePointer(part: string): string {
  return encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));
}
