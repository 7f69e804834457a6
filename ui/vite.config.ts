import { join } from "node:path";
import { defineConfig } from "vite";
import type { Plugin } from "vite";
import { early } from "./early-plugin.ts";
import { messages } from "./messages-plugin.ts";

/** Relative URLs throughout: behind ingress the page stands under a prefix that only Home Assistant knows. */
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  plugins: [withoutIndentation(), messages(), early()],
  // The messages are parsed by the build: the page itself needs no parser.
  resolve: { alias: { "@formatjs/icu-messageformat-parser": "@formatjs/icu-messageformat-parser/no-parser.js" } },
  // The page inlines nothing, so that the strict Content-Security-Policy needs no exception.
  build: {
    outDir: "dist",
    rolldownOptions: {
      input: ["index.html", "sign-in-failed.html"].map((name) => join(import.meta.dirname, name)),
    },
    emptyOutDir: true,
    target: "baseline-widely-available",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
});

/**
 * Line ends are enough: in HTML and CSS the indentation of templates says nothing, and no minifier of JavaScript may
 * touch what stands in a template.
 */
function withoutIndentation(): Plugin {
  return {
    name: "without-indentation",
    enforce: "pre",
    transform: {
      filter: { id: /\/ui\/src\/.*\.ts$/ },
      handler: (code) => ({ code: code.replaceAll(/\n[ \t]+/g, "\n"), map: null }),
    },
  };
}
