import { hashFiles } from "./file-hashes.ts";
import type { FileHashes } from "./file-hashes.ts";
import { readManifest } from "./manifest.ts";

/** A version of the integration by its files. */
export interface Copy {
  readonly version: string;
  readonly files: FileHashes;
}

/** The copy of the integration that the gateway brings along. */
export interface Bundle extends Copy {
  readonly folder: string;
}

/** Null where there is none, or where it can't be read: then there is nothing to install. Never rejects. */
export async function readBundle(folder: string): Promise<Bundle | null> {
  try {
    const manifest = await readManifest(folder);
    if (typeof manifest === "string" || manifest.version === null) return null;
    return { folder, version: manifest.version, files: await hashFiles(folder) };
  } catch {
    return null;
  }
}
