import process from "node:process";
import { defineConfig } from "vitest/config";

const NOT_THESE = ["test/ui/**", "test/machine/**", "test/process/**", "test/home-assistant/**", "test/floors.test.ts"];

/** A file, or all of a folder. */
function testsIn(path: string): string {
  return path.endsWith(".ts") ? path : `${path}/**/*.test.ts`;
}

/** The tests that judge mutated sources: those of `unit`, and of `simulation` where that is asked for. */
export default defineConfig({
  test: {
    name: "mutate",
    isolate: false,
    include: process.env["MUTATE_TESTS"]?.split(",").map(testsIn) ?? ["test/**/*.test.ts"],
    exclude: process.env["MUTATE_SIMULATION"] === undefined ? [...NOT_THESE, "test/simulation/**"] : NOT_THESE,
    testTimeout: 60_000,
  },
});
