/**
 * `npm run soak`: the long-running checks, one line of figures each, and one exit code for all. `npm run soak --
 * schedules` runs one part. `--runs 500` and `--seed 7` make a part shorter, or repeat it.
 */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import * as locks from "../test/simulation/locks/schedule.ts";
import * as keeper from "../test/simulation/tokens/schedule.ts";
import { isAsPredicted, liveThrough, YEARS } from "../test/simulation/tokens/year.ts";
import { trials, tryOut } from "../test/utec/shapes/fuzz.ts";
import { build } from "./build.ts";
import { crashes } from "./soak/crashes.ts";
import { add, merge } from "./soak/figures.ts";
import type { Figures, Share } from "./soak/figures.ts";
import { LOGIN_MONTHS, loginMonths } from "./soak/login-months.ts";
import { oneOwner } from "./soak/one-owner.ts";
import { yotoMonths } from "./soak/yoto-months.ts";

interface Part {
  readonly name: string;
  /** How many things there are to do, unless `--runs` says otherwise. */
  readonly runs: number;
  /** What all shares need, done once before them. */
  readonly prepare?: () => Promise<void>;
  /** Does its share of them. */
  readonly run: (share: Share) => Promise<Figures>;
}

/** Each part is cut into shares that run side by side, in processes of their own. */
const PARTS: readonly Part[] = [
  { name: "schedules", runs: 10_000, run: (share) => soak("schedules", keeper.schedules, keeper.play, share) },
  { name: "locks", runs: 5_000, run: (share) => soak("schedules", locks.schedules, locks.play, share) },
  { name: "shapes", runs: 10_000, run: (share) => soak("answers", trials, tryOut, share) },
  { name: "year", runs: YEARS.length, run: soakYears },
  { name: "month-yoto", runs: 12, run: yotoMonths },
  { name: "month-logins", runs: LOGIN_MONTHS, run: loginMonths },
  // These run real processes in real time: a seed does not repeat them.
  { name: "crashes", runs: 300, prepare: build, run: crashes },
  { name: "one-owner", runs: 50, prepare: build, run: oneOwner },
];

const PROGRESS = /^figures (.*)$/m;
const { values, names } = readArguments(process.argv.slice(2));
const share = values.get("share");
if (share === undefined) await runParts();
else await runShare(share);

/** The parts one after the other, each on all cores. */
async function runParts(): Promise<void> {
  const unknown = names.filter((name) => !PARTS.some((part) => isNamed(part, name)));
  if (unknown.length > 0) {
    throw new Error(
      `There is no part "${unknown.join('", "')}"; there are ${PARTS.map(({ name }) => name).join(", ")}.`,
    );
  }
  let failures = 0;
  for (const part of PARTS.filter((one) => names.length === 0 || names.some((name) => isNamed(one, name)))) {
    const began = performance.now();
    const seed = Number(values.get("seed") ?? Math.floor(Math.random() * 2 ** 31));
    const runs = Number(values.get("runs") ?? part.runs);
    const shares = availableParallelism();
    await part.prepare?.();
    const results = await Promise.all(
      Array.from({ length: shares }, (_, share) => inProcess(part.name, { runs, seed, share, shares })),
    );
    const figures = merge(results);
    for (const failure of figures.failures) console.error(`${part.name}: ${failure}`);
    failures += figures.failures.length;
    const counts = Object.entries(figures.counts).map(([name, count]) => `${count.toLocaleString("en")} ${name}`);
    const time = `${((performance.now() - began) / 1000).toFixed(0)} s`;
    console.log(`${part.name}: ${counts.join(", ")}, ${figures.failures.length} failures (seed ${seed}, ${time})`);
  }
  process.exitCode = failures === 0 ? 0 : 1;
}

/** `month` means all months. */
function isNamed(part: Part, name: string): boolean {
  return part.name === name || part.name.startsWith(`${name}-`);
}

async function runShare(text: string): Promise<void> {
  const part = PARTS.find(({ name }) => name === names[0]);
  if (part === undefined) throw new Error(`There is no part "${names[0]}".`);
  const figures = await part.run(JSON.parse(text) as Share);
  console.log(`figures ${JSON.stringify(figures)}`);
}

function inProcess(name: string, share: Share): Promise<Figures> {
  return new Promise((resolve, reject) => {
    const args = [fileURLToPath(import.meta.url), name, "--share", JSON.stringify(share)];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => {
      const figures = PROGRESS.exec(output)?.[1];
      if (figures === undefined) resolve({ counts: {}, failures: [`a share ended with code ${code}`] });
      else resolve(JSON.parse(figures) as Figures);
    });
  });
}

/** Plays random cases; `play` counts what each came to, and throws if a promise was broken. */
async function soak<T>(
  name: string,
  arbitrary: fc.Arbitrary<T>,
  play: (one: T) => object | Promise<object>,
  { runs, seed, share, shares }: Share,
): Promise<Figures> {
  const counts: Record<string, number> = {};
  const property = fc.asyncProperty(arbitrary, async (one) => add(counts, await play(one)));
  const numRuns = Math.floor(runs / shares) + (share < runs % shares ? 1 : 0);
  const result = await fc.check(property, { seed: seed + share, numRuns });
  const why = result.errorInstance instanceof Error ? result.errorInstance.message : "";
  const failures = result.failed ? [`${why}\n${fc.defaultReportMessage(result) ?? `seed ${result.seed}`}`] : [];
  return { counts: { [name]: result.numRuns, ...counts }, failures };
}

async function soakYears({ runs, seed, share, shares }: Share): Promise<Figures> {
  const counts = { lives: 0, days: 0, refreshes: 0, predicted: 0, boots: 0, "needed sign-ins": 0 };
  const failures: string[] = [];
  for (const [number, plan] of YEARS.slice(0, runs).entries()) {
    if (number % shares !== share) continue;
    const years = `a life of ${plan.name}, seed ${seed}`;
    try {
      const result = await liveThrough(plan, seed);
      const { refreshes, neededSignIns, boots } = result;
      const predicted = Math.round(result.predicted);
      add(counts, { lives: 1, days: plan.lastsMs / 86_400_000, refreshes, predicted, boots });
      counts["needed sign-ins"] += neededSignIns;
      if (neededSignIns > 0) failures.push(`${years}: ${neededSignIns} sign-ins were needed`);
      if (!isAsPredicted(result)) failures.push(`${years}: ${refreshes} refreshes instead of ${predicted}`);
    } catch (error) {
      failures.push(`${years}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }
  return { counts, failures };
}

/** `--name value` pairs, and bare words. */
function readArguments(args: readonly string[]): { values: Map<string, string>; names: string[] } {
  const values = new Map<string, string>();
  const names: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? "";
    if (word.startsWith("--")) values.set(word.slice(2), args[++at] ?? "");
    else names.push(word);
  }
  return { values, names };
}
