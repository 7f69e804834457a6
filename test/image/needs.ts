import process from "node:process";
import type { TestProject } from "vitest/node";
import { missingForImage } from "../../scripts/image/needs.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Why the image can't be built here, and what to do; null where it can. */
    readonly missing: string | null;
  }
}

/** Where the image can't be built the suite says what to install and leaves the tests out; in CI that is a failure. */
export default async function setup(project: TestProject): Promise<void> {
  const missing = await missingForImage((line) => console.log(line));
  if (missing !== null && process.env["CI"]) throw new Error(missing);
  if (missing !== null) console.log(missing);
  project.provide("missing", missing);
}
