import { readFile } from "node:fs/promises";
import { isObject, parseJson } from "../../json.ts";
import type { JsonObject } from "../../json.ts";
import type { Copy } from "./bundle.ts";
import { replaceText } from "./files.ts";

/**
 * What the gateway has put into Home Assistant. It lies beside the integration, so that a backup that is restored there
 * brings both back.
 */
export interface InstallRecord {
  /** The newest first. While one takes the place of another, either may lie there. */
  readonly copies: readonly Copy[];
  /** The first copy is about to take its place: whoever finds this later finishes it. */
  readonly replacing: boolean;
}

/** Null where there is none, or none that can be trusted. Never rejects. */
export async function readRecord(file: string): Promise<InstallRecord | null> {
  try {
    const record = parseJson(await readFile(file, "utf8"));
    if (!isObject(record) || !Array.isArray(record["copies"])) return null;
    return { copies: record["copies"].filter(isCopy), replacing: record["replacing"] === true };
  } catch {
    return null;
  }
}

export async function writeRecord(file: string, record: InstallRecord): Promise<void> {
  await replaceText(file, `${JSON.stringify(record, null, 1)}\n`);
}

function isCopy(value: unknown): value is Copy & JsonObject {
  return (
    isObject(value) &&
    typeof value["version"] === "string" &&
    isObject(value["files"]) &&
    Object.values(value["files"]).every((hash) => typeof hash === "string")
  );
}
