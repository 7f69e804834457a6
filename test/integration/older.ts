import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

/**
 * Makes the integration in Home Assistant's configuration folder an earlier version, which an earlier gateway has put there.
 */
export function makeOlder(config: string, version = "0.0.1"): void {
  const components = join(config, "custom_components");
  const target = join(components, "utec_gateway");
  const manifest = join(target, "manifest.json");
  writeFileSync(manifest, readFileSync(manifest, "utf8").replace(/"version": "[^"]*"/, `"version": "${version}"`));
  const files = Object.fromEntries(
    readdirSync(target, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.endsWith("__pycache__"))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(target, path), createHash("sha256").update(readFileSync(path)).digest("hex")]),
  );
  mkdirSync(join(components, ".utec_gateway"), { recursive: true });
  writeFileSync(
    join(components, ".utec_gateway/record.json"),
    JSON.stringify({ copies: [{ version, files }], replacing: false }),
  );
}
