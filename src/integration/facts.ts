import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, entryAt } from "./disk/files.ts";
import { hashFiles } from "./disk/file-hashes.ts";
import type { FileHashes } from "./disk/file-hashes.ts";
import type { IntegrationFolder } from "./folder.ts";
import { readManifest } from "./disk/manifest.ts";
import type { ManifestReading } from "./disk/manifest.ts";
import { readRecord } from "./disk/record.ts";
import type { InstallRecord } from "./disk/record.ts";
import { storeOf } from "./stores.ts";
import type { Store } from "./stores.ts";

export interface FoundFiles {
  readonly kind: "files";
  readonly manifest: ManifestReading;
  readonly files: FileHashes;
}

/** A link leads there, or a checkout of git: what lies there is a developer's. */
export interface FoundElsewhere<Kind extends "link" | "git"> {
  readonly kind: Kind;
  readonly manifest: ManifestReading;
}

/** What is at the integration's place. */
export type Found =
  | { readonly kind: "nothing" }
  | { readonly kind: "unreadable"; readonly reason: string }
  | FoundElsewhere<"link">
  | FoundElsewhere<"git">
  | FoundFiles;

export interface Facts {
  /** `foreign`: there is a folder, but Home Assistant does not use it. */
  readonly reach: "missing" | "foreign" | "read_only" | "writable";
  readonly found: Found;
  readonly store: Store | null;
  readonly record: InstallRecord | null;
}

/** Home Assistant writes its version into this file of its configuration folder at each start. */
const MARK = ".HA_VERSION";
const NOTHING: Found = { kind: "nothing" };

/** Looks at everything that decides what may be done, and changes nothing. Never rejects. */
export async function lookAround(folder: IntegrationFolder): Promise<Facts> {
  const reach = await reachOf(folder);
  if (reach === "missing" || reach === "foreign") return { reach, found: NOTHING, store: null, record: null };
  const [found, store, record] = await Promise.all([
    whatIsFound(folder),
    storeOf(folder.config),
    readRecord(folder.record),
  ]);
  return { reach, found, store, record };
}

async function reachOf({ config, components, target, side }: IntegrationFolder): Promise<Facts["reach"]> {
  try {
    if ((await entryAt(config)) === null) return "missing";
    if ((await entryAt(join(config, MARK))) === null) return "foreign";
    // The configuration folder itself is written to only where there are no custom integrations yet.
    if ((await entryAt(components)) === null) await access(config, constants.W_OK);
    for (const path of [components, target, side]) {
      if ((await entryAt(path)) !== null) await access(path, constants.W_OK);
    }
    return "writable";
  } catch {
    return "read_only";
  }
}

async function whatIsFound({ components, target, side }: IntegrationFolder): Promise<Found> {
  try {
    for (const path of [components, target, side]) {
      const entry = await entryAt(path);
      if (entry?.isSymbolicLink() === true) return { kind: "link", manifest: await readManifest(target) };
      if (entry !== null && !entry.isDirectory()) return { kind: "unreadable", reason: `${path} is not a folder` };
    }
    for (const path of [components, target]) {
      if ((await entryAt(join(path, ".git"))) !== null) return { kind: "git", manifest: await readManifest(target) };
    }
    if ((await entryAt(target)) === null) return NOTHING;
    const files = await hashFiles(target);
    // Nobody misses an empty folder.
    if (Object.keys(files).length === 0) return NOTHING;
    return { kind: "files", files, manifest: await readManifest(target) };
  } catch (error) {
    return { kind: "unreadable", reason: codeOf(error) ?? "an unknown error" };
  }
}
