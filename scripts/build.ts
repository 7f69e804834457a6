/**
 * Builds what the container runs into dist/: the gateway and its worker as one file each (which halves the memory and
 * the start of running from sources), and the page. The database's native module stays a package of its own.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { build as bundle } from "esbuild";
import { build as vite } from "vite";
import { database, nodeByRequire, onDemand } from "./bundle/by-require.ts";
import { leanPackages } from "./bundle/lean-packages.ts";
import { compressPage } from "./bundle/compress-page.ts";
import { bundleUndici, undiciAlone } from "./bundle/undici.ts";

const root = join(import.meta.dirname, "..");

/** @param outDir another place for it; the packages must be found from there */
export async function build(outDir = join(root, "dist")): Promise<void> {
  await rm(outDir, { recursive: true, force: true });
  await Promise.all([
    bundleProcess({ main: join(root, "src/main.ts"), "grant-worker": join(root, "src/jobs/grant-worker.ts") }, outDir),
    buildPage(join(outDir, "page")),
  ]);
}

/** Bundles a gateway's entry and its worker's, by name, into a folder below which the packages are found. */
export async function bundleProcess(entryPoints: Readonly<Record<string, string>>, outdir: string): Promise<void> {
  await bundleUndici(outdir);
  await bundle({
    entryPoints,
    outdir,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node24",
    minify: true,
    sourcemap: "external",
    plugins: [leanPackages, nodeByRequire, onDemand, database, undiciAlone],
    inject: [join(import.meta.dirname, "bundle/fetch-classes.ts")],
    legalComments: "none",
    // Packages in the older module format ask for these three.
    banner: {
      js: [
        'import { createRequire as __createRequire } from "node:module";',
        "const require = __createRequire(import.meta.url);",
        "const __filename = import.meta.filename, __dirname = import.meta.dirname;",
      ].join(""),
    },
    logLevel: "error",
  });
}

/** Builds the page alone; by default where a gateway that runs from its sources finds it. */
export async function buildPage(outDir = join(root, "ui/dist")): Promise<void> {
  const configFile = join(root, "ui/vite.config.ts");
  await vite({ root: join(root, "ui"), configFile, logLevel: "error", build: { outDir } });
  await compressPage(outDir);
}

if (import.meta.main) {
  await build();
  console.log("Built dist/.");
}
