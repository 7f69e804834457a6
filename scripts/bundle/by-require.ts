import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

/**
 * Takes Node's modules by `require`, also where a source imports them: an import has Node read every export, and one of
 * `node:http` is its whole second HTTP client, which nobody here uses.
 */
export const nodeByRequire: Plugin = {
  name: "node-by-require",
  setup(build) {
    build.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === "import-statement" ? { path, namespace: "by-require" } : { path, external: true },
    );
    build.onLoad({ filter: /^node:/, namespace: "by-require" }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

/** Takes a package that a source asks for by `createRequire` into the bundle, where it is run when it is asked for. */
export const onDemand: Plugin = {
  name: "on-demand",
  setup(build) {
    build.onLoad({ filter: /[/\\]settings[/\\]accounts[/\\]accounts-file\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace("createRequire(import.meta.url)(", "require("),
      loader: "ts",
    }));
  },
};

/**
 * Takes the database's JavaScript into the bundle; its native part stays where the package is installed, in a folder
 * above. Found file by file and by name, the package takes each worker 5 ms longer to load.
 */
export const database: Plugin = {
  name: "database",
  setup(build) {
    build.onLoad({ filter: /[/\\]better-sqlite3[/\\]lib[/\\]binding\.js$/ }, async ({ path }) => ({
      contents: `${(await readFile(path, "utf8")).replaceAll("__dirname", "installedLib()")}
        function installedLib() {
          for (let folder = __dirname; ; folder = path.dirname(folder)) {
            const lib = path.join(folder, "node_modules", "better-sqlite3", "lib");
            if (fs.existsSync(lib) || folder === path.dirname(folder)) return lib;
          }
        }`,
    }));
  },
};
