import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isObject, nonEmptyString, parseJson } from "../../json.ts";

export interface Manifest {
  readonly domain: string | null;
  readonly version: string | null;
}

export type ManifestReading = Manifest | "missing" | "unreadable";

/** What an integration's folder says of itself. Never rejects. */
export async function readManifest(folder: string): Promise<ManifestReading> {
  let text: string;
  try {
    text = await readFile(join(folder, "manifest.json"), "utf8");
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ENOENT" ? "missing" : "unreadable";
  }
  // Editors of Windows begin a file with a mark that JSON does not have.
  const manifest = parseJson(text.replace(/^\uFEFF/, ""));
  if (!isObject(manifest)) return "unreadable";
  return { domain: nonEmptyString(manifest["domain"]), version: nonEmptyString(manifest["version"]) };
}
