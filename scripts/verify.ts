/**
 * `npm run verify`: every suite, side by side where they do not disturb each other, one line at the end.
 * `--only <suite>[,<suite>]` runs some of them; `--only check` is the quick loop (format, lint, types, unit tests).
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

interface Result {
  readonly passed: number;
  readonly failed: number;
  /** What to show of it: everything when it failed. */
  readonly output: string;
}

type Environment = Readonly<Record<string, string>>;

interface Suite {
  readonly name: string;
  readonly run: () => Promise<Result>;
}

const root = join(import.meta.dirname, "..");
const bin = (name: string): string => join(root, "node_modules", ".bin", name);
const scratch = mkdtempSync(join(tmpdir(), "utec-gateway-verify-"));

/**
 * One lane runs its suites one after the other; lanes run side by side. Three lanes for two cores: the last one waits most
 * of its time, for Home Assistant and for the minute after which a grant counts as dead. The quick loop is the first suite
 * beside the next four.
 */
const LANES: readonly (readonly Suite[])[] = [
  [
    { name: "unit", run: () => vitest("unit") },
    { name: "machine", run: () => vitest("machine") },
    { name: "simulation", run: () => vitest("simulation") },
    { name: "page", run: () => vitest("page") },
    { name: "integration-new", run: () => integration("newest") },
  ],
  [
    { name: "format", run: () => step(bin("oxfmt"), ["--check", "."]) },
    { name: "lint", run: () => step(bin("oxlint"), ["--type-aware"]) },
    { name: "types", run: () => step(bin("tsc"), ["-p", "."]) },
    { name: "page types", run: () => step(bin("tsc"), ["-p", "ui"]) },
    { name: "dockerfile", run: dockerfile },
    { name: "integration", run: () => integration("oldest") },
    { name: "process", run: () => vitest("process") },
    { name: "image", run: () => vitest("image") },
  ],
  [
    { name: "home-assistant", run: () => vitest("home-assistant") },
    // The add-on under a fake Supervisor, in a network of its own.
    { name: "app", run: () => vitest("app", [join(root, "scripts/home-network/enter.ts"), process.execPath]) },
  ],
];
const CHECK = ["format", "lint", "types", "page types", "unit"];

const only = onlyOption();
const started = performance.now();
try {
  const results = await Promise.all(LANES.map(runLane));
  const all = results.flat();
  const passed = sum(all.map((result) => result.passed));
  const failed = sum(all.map((result) => result.failed));
  console.log(`\nIn ${seconds(performance.now() - started)}:`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function runLane(suites: readonly Suite[]): Promise<Result[]> {
  const results: Result[] = [];
  for (const suite of suites.filter(({ name }) => only === null || only.includes(name))) {
    const begin = performance.now();
    const result = await suite.run().catch((error: unknown) => ({ passed: 0, failed: 1, output: describe(error) }));
    const verdict = result.failed === 0 ? "passed" : `${result.failed} FAILED`;
    if (result.failed > 0) console.log(`\n--- ${suite.name} ---\n${result.output.trimEnd()}\n---`);
    console.log(
      `${suite.name.padEnd(16)} ${String(result.passed).padStart(4)} ${verdict} (${seconds(performance.now() - begin)})`,
    );
    results.push(result);
  }
  return results;
}

/** A tool that passes or fails as a whole. */
async function step(command: string, args: readonly string[], env?: Environment): Promise<Result> {
  const { code, output } = await execute(command, args, env);
  return code === 0 ? { passed: 1, failed: 0, output } : { passed: 0, failed: 1, output };
}

/** @param within what runs the tests in a place of their own */
async function vitest(project: string, within: readonly string[] = []): Promise<Result> {
  const report = join(scratch, `${project}.json`);
  const { code, output } = await execute(process.execPath, [
    ...within,
    join(root, "node_modules/vitest/vitest.mjs"),
    "run",
    "--project",
    project,
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ]);
  if (!existsSync(report)) return { passed: 0, failed: 1, output };
  const counts = JSON.parse(readFileSync(report, "utf8")) as {
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
    success: boolean;
  };
  // A suite that broke outside a test, ran nothing or skipped something has failed too.
  const broken = code !== 0 || !counts.success || counts.numPassedTests === 0;
  const failed = counts.numFailedTests + (process.env["CI"] ? counts.numPendingTests : 0);
  return { passed: counts.numPassedTests, failed: broken ? Math.max(failed, 1) : failed, output };
}

/** The Dockerfile and the compose files, as their own rules want them. */
async function dockerfile(): Promise<Result> {
  const { containerLinterEnvironment } = await import("./home-assistant/environment/environment.ts");
  const linters = await containerLinterEnvironment(() => {});
  const composeFiles = ["compose.yaml", "docs/examples/docker-compose.yaml"];
  return merge([
    await step(linters.program("hadolint"), ["--failure-threshold", "style", "Dockerfile"], linters.env),
    await step(
      linters.program("check-jsonschema"),
      ["--builtin-schema", "vendor.compose-spec", ...composeFiles],
      linters.env,
    ),
  ]);
}

/** The Python half: its style, its types, its tests, with one of the Home Assistants that are supported. */
async function integration(which: "oldest" | "newest"): Promise<Result> {
  const { BRIDGE_TEST_VERSIONS, bridgeTestEnvironment } = await import("./home-assistant/environment/environment.ts");
  const { python, env } = await bridgeTestEnvironment(BRIDGE_TEST_VERSIONS[which], () => {});
  const package_ = "custom_components/utec_gateway";
  const style = [package_, "test/custom_components", "test/home-assistant"];
  const checks = [
    await step(python, ["-m", "ruff", "check", ...style], env),
    await step(python, ["-m", "ruff", "format", "--check", ...style], env),
    await step(python, ["-m", "mypy", "--strict", package_], env),
  ];
  // Before the test package, which is made for the oldest.
  const early = join(root, "test", "custom_components");
  const { code, output } = await execute(python, ["-m", "pytest", "-p", "newer_core", "-q", early], {
    ...env,
    PYTHONPATH: early,
    COVERAGE_FILE: join(scratch, `coverage-${which}`),
  });
  const count = (word: string): number => Number(new RegExp(`(\\d+) ${word}`).exec(output)?.[1] ?? 0);
  const failed = count("failed") + count("errors?") + (process.env["CI"] ? count("skipped") : 0);
  const broken = code !== 0 || count("passed") === 0;
  return merge([...checks, { passed: count("passed"), failed: broken ? Math.max(failed, 1) : failed, output }]);
}

function merge(results: readonly Result[]): Result {
  return {
    passed: sum(results.map((result) => result.passed)),
    failed: sum(results.map((result) => result.failed)),
    output: results
      .filter((result) => result.failed > 0)
      .map((result) => result.output)
      .join("\n"),
  };
}

function execute(
  command: string,
  args: readonly string[],
  env: Environment = {},
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const stdio = ["ignore", "pipe", "pipe"] as const;
    const child = spawn(command, args, { cwd: root, stdio: [...stdio], env: { ...process.env, ...env } });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output: Buffer.concat(chunks).toString() }));
  });
}

function onlyOption(): readonly string[] | null {
  const at = process.argv.indexOf("--only");
  if (at === -1) return null;
  const names = (process.argv[at + 1] ?? "").split(",").flatMap((name) => (name === "check" ? CHECK : [name]));
  const known = LANES.flat().map((suite) => suite.name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(`There is no suite "${unknown.join('", "')}"; there are ${known.join(", ")}.`);
  return names;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
