/**
 * `npm run mutate -- src/keeper/schedule/refresh-times.ts ...`: changes the source in every small way that Stryker
 * knows, one at a time, and says how many of the changes the unit tests notice. Without a file: the files in `WATCHED`.
 *
 *   --simulation   lets the simulations judge too, which takes far longer
 *   --tests FILE   lets these tests alone judge, a FILE or FOLDER each time: no score is higher with fewer tests, and it
 *                  takes minutes where all of them take an hour
 *   --survivors    also prints each change that nothing noticed
 *
 * The exit code is 1 when a file is below its goal.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { Stryker } from "@stryker-mutator/core";

/** The decisions that cost a token or open a door when they are wrong. */
const WATCHED = [
  "src/keeper/grant/failure.ts",
  "src/keeper/grant/grant.ts",
  "src/keeper/answers/refusal.ts",
  "src/keeper/sign-in/redirect.ts",
  "src/keeper/sign-in/redirect-parameters.ts",
  "src/keeper/sign-in/redirect-sentence.ts",
  "src/keeper/sign-in/passages.ts",
  "src/keeper/sign-in/plain-text.ts",
  "src/keeper/sign-in/bare-code.ts",
  "src/keeper/answers/token-response.ts",
  "src/keeper/schedule/refresh-times.ts",
  "src/utec/commands/command-run.ts",
  "src/http/access/access-guard.ts",
  "src/http/access/own-origin.ts",
];
/** Percent of the changes that a test must notice. */
const GOAL = 92;

interface Mutant {
  readonly id: string;
  readonly status: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: { readonly start: { readonly line: number }; readonly end: { readonly line: number } };
}

interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    simulation: { type: "boolean", default: false },
    tests: { type: "string", multiple: true, default: [] },
    survivors: { type: "boolean", default: false },
  },
});
const root = join(import.meta.dirname, "..");
const files = positionals.length > 0 ? positionals : WATCHED;
const scratch = mkdtempSync(join(tmpdir(), "utec-gateway-mutate-"));
const report = join(scratch, "report.json");
process.chdir(root);
if (flags.simulation) process.env["MUTATE_SIMULATION"] = "yes";
if (flags.tests.length > 0) process.env["MUTATE_TESTS"] = flags.tests.join(",");
try {
  await new Stryker({
    mutate: [...files],
    testRunner: "vitest",
    plugins: ["@stryker-mutator/vitest-runner"],
    vitest: { configFile: "scripts/mutate/vitest.config.ts", related: true },
    coverageAnalysis: "perTest",
    // TypeScript 7 has no JavaScript API, so Stryker must not look for a project to read with it.
    tsconfigFile: "none",
    reporters: ["json", "progress-append-only"],
    jsonReporter: { fileName: report },
    tempDirName: join(scratch, "sandbox"),
    ignorePatterns: ["dist", "ui", ".cache", ".data", "coverage"],
    concurrency: 2,
    allowConsoleColors: false,
    warnings: false,
  }).runMutationTest();
  process.exitCode = tell(JSON.parse(readFileSync(report, "utf8")) as Report);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Prints a line for each file, and returns the exit code. */
function tell({ files: judged }: Report): number {
  let isBelow = false;
  for (const [file, { source, mutants }] of Object.entries(judged)) {
    const noticed = mutants.filter(({ status }) => status === "Killed" || status === "Timeout").length;
    const survivors = mutants.filter(({ status }) => status === "Survived" || status === "NoCoverage");
    const score = (100 * noticed) / Math.max(1, noticed + survivors.length);
    isBelow ||= score < GOAL;
    const verdict = score < GOAL ? `below ${GOAL} %` : "";
    console.log(`${file.padEnd(36)} ${score.toFixed(1).padStart(5)} %  ${survivors.length} unnoticed ${verdict}`);
    if (flags.survivors) for (const mutant of survivors) console.log(describe(mutant, source));
  }
  return isBelow ? 1 : 0;
}

function describe({ location, mutatorName, replacement = "", status }: Mutant, source: string): string {
  const line = source.split("\n")[location.start.line - 1]?.trim() ?? "";
  const unseen = status === "NoCoverage" ? ", which no test reaches" : "";
  return `  ${location.start.line}: ${line}\n      ${mutatorName} -> ${replacement.replaceAll(/\s+/g, " ")}${unseen}`;
}
