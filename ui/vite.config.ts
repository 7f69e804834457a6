import { join } from "node:path";
import { defineConfig } from "vite";

/** Relative URLs throughout: behind ingress the page stands under a prefix that only Home Assistant knows. */
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
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
