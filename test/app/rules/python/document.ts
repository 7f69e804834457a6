import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { isScalar, parseDocument, visit } from "yaml";
import type { Scalar } from "yaml";
import { isTrue } from "./checks.ts";

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
  visit(document, {
    Scalar: (_key, scalar) => {
      if (isTextToPython(scalar)) scalar.value = scalar.source;
    },
  });
  const repeated: string[] = [];
  const notText: string[] = [];
  visit(document, {
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
  const value: unknown = document.toJS();
  return { value: isTrue(value) ? value : {}, repeated, notText };
}

/** Where PyYAML is narrower than YAML 1.1: `y` and `n` are letters, and a power needs a dot and a sign (`1.0e+3`). */
function isTextToPython({ source = "", type, value }: Scalar): boolean {
  if (type !== "PLAIN") return false;
  if (typeof value === "boolean") return /^[yn]$/i.test(source);
  if (typeof value !== "number") return false;
  return /^[-+.\d_]+e/i.test(source) && !/^[-+]?[\d_]*\.[\d_]*e[-+]\d+$/i.test(source);
}
