import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isObject, parseJson } from "../json.ts";
import { entryAt } from "./disk/files.ts";
import { DOMAIN } from "./domain.ts";

export type Store = "marketplace" | "hacs";

/**
 * Where those who also install integrations list what they have installed (seen in Home Assistant 2026.11; the second
 * file of HACS is that of its older releases). Nothing of that is secret: their tokens lie elsewhere.
 */
const LISTS: readonly (readonly [Store, file: string])[] = [
  ["marketplace", ".storage/marketplace.repositories"],
  ["hacs", ".storage/hacs.repositories"],
  ["hacs", ".storage/hacs.data"],
];
/** What must be there for its lists to mean anything: they stay behind when HACS goes. */
const HACS_ITSELF = "custom_components/hacs";
/** A list holds more than the installed ones: some thousand entries. */
const DEEPEST = 4;

/** Who of them has installed the integration; null for none. What can't be read counts as none. Never rejects. */
export async function storeOf(config: string): Promise<Store | null> {
  for (const [store, file] of LISTS) {
    if (store === "hacs" && !(await isThere(join(config, HACS_ITSELF)))) continue;
    if (await lists(join(config, file))) return store;
  }
  return null;
}

async function lists(file: string): Promise<boolean> {
  try {
    const content = await readFile(file);
    // Parsing some megabytes to find out that it is not in there would be a waste.
    return content.includes(`"${DOMAIN}"`) && hasInstalled(parseJson(content.toString("utf8")), 0);
  } catch {
    return false;
  }
}

function hasInstalled(value: unknown, depth: number): boolean {
  if (depth > DEEPEST) return false;
  if (Array.isArray(value)) return value.some((each) => hasInstalled(each, depth + 1));
  if (!isObject(value)) return false;
  if (value["domain"] === DOMAIN && value["installed"] === true) return true;
  return Object.values(value).some((each) => hasInstalled(each, depth + 1));
}

async function isThere(path: string): Promise<boolean> {
  try {
    return (await entryAt(path)) !== null;
  } catch {
    return false;
  }
}
