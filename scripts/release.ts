/**
 * `npm run release -- 0.2.0`: puts one version into every file that carries it, and the unreleased changes of the
 * changelog under it. It commits, tags and publishes nothing.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gt, valid } from "semver";
import { releasedChangelog } from "./release/changelog.ts";
import { VERSION_PLACES, versionAt, withVersionAt } from "./release/version-places.ts";

/**
 * Writes nothing unless everything can be written.
 * @returns the files that were changed
 * @throws Error with a sentence for the person
 */
export function release(root: string, version: string): string[] {
  if (valid(version) !== version) throw new Error(`"${version}" is no version: write it as 1.2.3 or 1.2.3-beta.1.`);
  const texts = new Map<string, string>();
  const read = (file: string): string => texts.get(file) ?? readFileSync(join(root, file), "utf8");
  for (const place of VERSION_PLACES) {
    const old = versionAt(place, read(place.file));
    if (!gt(version, old)) throw new Error(`${version} does not come after ${old}, which ${place.file} has.`);
    texts.set(place.file, withVersionAt(place, read(place.file), version));
  }
  texts.set("CHANGELOG.md", releasedChangelog(read("CHANGELOG.md"), version));
  for (const [file, text] of texts) writeFileSync(join(root, file), text);
  return [...texts.keys()];
}

if (import.meta.main) {
  const version = process.argv[2] ?? "";
  try {
    console.log(`${version} stands in ${release(join(import.meta.dirname, ".."), version).join(", ")}.`);
    console.log(`Next: npm run verify, commit, then push the tag v${version}, from which the release is built.`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
