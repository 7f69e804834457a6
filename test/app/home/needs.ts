import process from "node:process";
import type { TestProject } from "vitest/node";
import { isHome } from "./home.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** False where there is no inner network: the tests are left out there. */
    readonly isHome: boolean;
  }
}

/** Outside of the inner network the suite says how to get there and leaves its tests out; in CI that is a failure. */
export default function setup(project: TestProject): void {
  const how = "These tests run in a network of their own: node scripts/set-up.mjs scripts/verify.ts --only app";
  if (!isHome && process.env["CI"]) throw new Error(how);
  if (!isHome) console.log(how);
  project.provide("isHome", isHome);
}
