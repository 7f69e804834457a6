import { basename, dirname, extname } from "node:path/posix";
import { isObject } from "../../../../src/json.ts";
import type { JsonObject } from "../../../../src/json.ts";
import { Refused, text } from "../python/checks.ts";
import type { Check } from "../python/checks.ts";
import { DOCUMENT_ENDINGS, parseAsPython } from "../python/document.ts";
import { among, any, record, shape } from "../python/shape.ts";
import type { Tree } from "./tree.ts";

export interface Translations {
  /** What people see, by the language: the name of the file without its ending. */
  readonly languages: Readonly<Record<string, JsonObject>>;
  /** The files that are left out as a whole, with what is wrong. */
  readonly refused: readonly string[];
  /** Keys that are dropped without a word, each with its file. */
  readonly dropped: readonly string[];
}

const option: Check = (value) =>
  shape(
    {
      name: { check: text, isRequired: true },
      description: { check: any(text, among(null)) },
      fields: { check: record(text, option) },
    },
    "dropped",
  )(value);

const translation = shape(
  { configuration: { check: record(text, option) }, network: { check: record(text, text) } },
  "dropped",
);

/**
 * The translations of an app: one option without a name, or one text that is none, costs the whole language.
 * Source: `SCHEMA_APP_TRANSLATIONS` in `apps/validate.py` and `store/data.py` of Supervisor 2026.08.
 *
 * @param folder where the app's configuration lies; empty for the root
 */
export function readTranslations(tree: Tree, folder: string): Translations {
  const languages: Record<string, JsonObject> = {};
  const refused: string[] = [];
  const dropped: string[] = [];
  const place = folder === "" ? "translations" : `${folder}/translations`;
  for (const path of tree.files.filter((file) => dirname(file) === place && DOCUMENT_ENDINGS.includes(extname(file)))) {
    try {
      const { value, notText } = parseAsPython(tree.text(path), path.endsWith(".json"));
      const taken = translation(value);
      if (!isObject(taken)) throw new Refused("expected a dictionary");
      languages[basename(path, extname(path))] = taken;
      dropped.push(...[...lost(value, taken), ...notText].map((key) => `${path}: ${key}`));
    } catch (error) {
      refused.push(`Can't read translations from ${path} - ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { languages, refused, dropped };
}

/** The paths of what is in one object and not in the other. */
function lost(given: unknown, taken: unknown, path = ""): string[] {
  if (!isObject(given)) return [];
  return Object.entries(given).flatMap(([key, value]) => {
    const at = path === "" ? key : `${path}.${key}`;
    return isObject(taken) && Object.hasOwn(taken, key) ? lost(value, taken[key], at) : [at];
  });
}
