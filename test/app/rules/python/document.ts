import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { isScalar, parseDocument, visit } from "yaml";

/** What a YAML or JSON file says to the Supervisor. */
export interface ReadDocument {
  /** An empty object for a file without content. */
  readonly value: unknown;
  /** Keys that stand twice in one object: the last one holds, and nothing is said of the first. */
  readonly repeated: readonly string[];
  /** Keys that are no text, such as `8099:` or `on:` (which is true): no key of that name is found there. */
  readonly notText: readonly string[];
}

/** The endings of the files that the Supervisor reads. */
export const DOCUMENT_ENDINGS: readonly string[] = [".yaml", ".yml", ".json"];

/** @throws Error for a file that can't be read: the Supervisor logs that and goes on without it */
export function readDocument(path: string): ReadDocument {
  return parseAsPython(readFileSync(path, "utf8"), extname(path) === ".json");
}

const EXPONENT = /^[-+.\d_]+e/i;
const PYTHON_EXPONENT = /^[-+]?[\d_]*\.[\d_]*e[-+]\d+$/i;

/**
 * YAML as PyYAML's safe loader takes it: version 1.1, where `on` and `yes` are true and `0.10` is 0.1.
 *
 * @throws Error for what is no YAML or JSON
 */
export function parseAsPython(text: string, isJson = false): ReadDocument {
  if (isJson) return { value: JSON.parse(text), repeated: [], notText: [] };
  const document = parseDocument(text, { version: "1.1", uniqueKeys: false, stringKeys: false, logLevel: "silent" });
  const [error] = document.errors;
  if (error !== undefined) throw error;
  const repeated: string[] = [];
  const notText: string[] = [];
  visit(document, {
    Scalar: (_key, scalar) => {
      const { source = "", type, value } = scalar;
      // Without a dot and a sign, `1e3` is text to PyYAML.
      if (type === "PLAIN" && typeof value === "number" && EXPONENT.test(source) && !PYTHON_EXPONENT.test(source)) {
        scalar.value = source;
      }
    },
    Map: (_key, map) => {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        const value: unknown = isScalar(key) ? key.value : key;
        if (typeof value !== "string") notText.push(String(value));
        if (seen.has(value)) repeated.push(String(value));
        seen.add(value);
      }
    },
  });
  return { value: document.toJS() || {}, repeated, notText };
}
