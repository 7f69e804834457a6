import { join } from "node:path";
import { build as bundle } from "esbuild";
import type { Plugin } from "esbuild";

const FILE = "undici.cjs";

/** Has the broker's transport load its library from a file of its own, when the first client is there. */
export const undiciAlone: Plugin = {
  name: "undici-alone",
  setup(build) {
    build.onResolve({ filter: /^undici$/ }, () => ({ path: FILE, namespace: "undici-alone" }));
    build.onResolve({ filter: /^\.\/undici\.cjs$/ }, ({ path }) => ({ path, external: true }));
    build.onLoad({ filter: /./, namespace: "undici-alone" }, () => ({
      contents: `module.exports = require("./${FILE}");`,
    }));
  },
};

/** What of the library the transport uses: a third is left out, and the text that is parsed at each start is half. */
const USED = `
  const dispatcher = require("undici/lib/dispatcher/dispatcher.js");
  dispatcher.prototype.request = require("undici/lib/api/api-request.js");
  module.exports = {
    Agent: require("undici/lib/dispatcher/agent.js"),
    ProxyAgent: require("undici/lib/dispatcher/proxy-agent.js"),
    errors: require("undici/lib/core/errors.js"),
  };
`;

export async function bundleUndici(outdir: string): Promise<void> {
  await bundle({
    stdin: { contents: USED, resolveDir: import.meta.dirname },
    outfile: join(outdir, FILE),
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node24",
    minify: true,
    legalComments: "none",
    logLevel: "error",
  });
}
