/**
 * `npm run screenshots [part of a state's name ...]`: the page in all its states, in two languages, themes and widths, at one
 * fixed moment, into `.cache/pictures` (`index.html` shows them all). A chosen few are kept in `docs/images/page`.
 *
 *   --compare          takes what is kept once more and shows what has changed; keeps nothing
 *   --kept             takes nothing but what is kept, and keeps it
 *   --home-assistant   takes the docs' pictures of a real Home Assistant instead
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { compareWithKept, fileOf, forgetOthers, isChanged, isKept, keep } from "./screenshots/kept-pictures.ts";
import type { Comparison } from "./screenshots/kept-pictures.ts";
import { writeComparison, writeIndex, writeSheet } from "./screenshots/overviews.ts";
import { PageStage } from "./screenshots/page-stage.ts";
import { PAGE_STATES } from "./screenshots/page-states.ts";
import { sideBySide, take, typefacesOf } from "./screenshots/take.ts";
import type { Wanted } from "./screenshots/take.ts";
import { VIEWS, nameOf } from "./screenshots/view.ts";

const TYPEFACE = "Roboto";
const folder = join(import.meta.dirname, "../.cache/pictures");

const { values: flags, positionals: parts } = parseArgs({
  allowPositionals: true,
  options: {
    compare: { type: "boolean", default: false },
    kept: { type: "boolean", default: false },
    "home-assistant": { type: "boolean", default: false },
  },
});
const states = PAGE_STATES.filter(({ name }) => parts.length === 0 || parts.some((part) => name.includes(part)));

if (flags["home-assistant"]) {
  const { takeRealHome } = await import("./screenshots/real-home.ts");
  await takeRealHome();
} else if (states.length === 0) {
  console.error(`No state is called so. There are: ${PAGE_STATES.map(({ name }) => name).join(", ")}.`);
  process.exitCode = 2;
} else await withStage(flags.compare ? compare : takeAll);

async function withStage(work: (stage: PageStage) => Promise<void>): Promise<void> {
  const stage = await PageStage.start(join(folder, "page"));
  try {
    await tellTypeface(stage);
    await work(stage);
  } finally {
    await stage.stop();
  }
}

async function takeAll(stage: PageStage): Promise<void> {
  const wanted = flags.kept ? wantedToKeep() : everyView();
  const kept: Comparison[] = [];
  await each(wanted, async ({ state, view }) => {
    const picture = await take(stage, { state, view });
    await mkdir(join(folder, nameOf(view)), { recursive: true });
    await writeFile(join(folder, nameOf(view), `${state.name}.png`), picture);
    if (!isKept(state, view)) return;
    const comparison = await compareWithKept(state, view, picture);
    await keep(comparison);
    kept.push(comparison);
  });
  await writeIndex(folder, await Promise.all(VIEWS.map((view) => writeSheet(folder, view))));
  console.log(`${wanted.length} pictures: look at ${here("index.html")}.`);
  const others = parts.length === 0 ? await forgetOthers(wantedToKeep().map(fileOf)) : [];
  console.log(`Of ${kept.length} in docs/images/page, ${kept.filter(isChanged).length + others.length} changed.`);
}

async function compare(stage: PageStage): Promise<void> {
  const wanted = wantedToKeep();
  const comparisons: Comparison[] = [];
  await each(wanted, async ({ state, view }) => {
    comparisons.push(await compareWithKept(state, view, await take(stage, { state, view })));
  });
  await rm(join(folder, "compared"), { recursive: true, force: true });
  const changed = comparisons.filter(isChanged).map(({ name }) => name);
  if (changed.length === 0) {
    console.log(`${comparisons.length} pictures are as they were.`);
    return;
  }
  await writeComparison(join(folder, "compared"), comparisons);
  console.log(`${changed.length} of ${comparisons.length} pictures changed:\n  ${changed.toSorted().join("\n  ")}`);
  console.log(`Look at ${here("compared/index.html")}. If that is how the page should look, take the new ones`);
  console.log("with `npm run screenshots -- --kept`, and commit them with the change.");
  process.exitCode = 1;
}

function everyView(): readonly Wanted[] {
  return states.flatMap((state) => VIEWS.map((view) => ({ state, view })));
}

function wantedToKeep(): readonly Wanted[] {
  return everyView().filter(({ state, view }) => isKept(state, view));
}

/** Two at once for each core: they wait for each other's drawing less than for their own. */
async function each(wanted: readonly Wanted[], work: (one: Wanted) => Promise<void>): Promise<void> {
  let done = 0;
  await sideBySide(wanted, availableParallelism() * 2, async (one) => {
    try {
      await work(one);
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    }
    done += 1;
    if (process.stderr.isTTY) process.stderr.write(`\r${done}/${wanted.length}${done === wanted.length ? "\n" : ""}`);
  });
}

async function tellTypeface(stage: PageStage): Promise<void> {
  const page = await stage.newPage({});
  await page.setContent(`<body style="font-family: ${TYPEFACE}, sans-serif">Locked</body>`);
  const typefaces = await typefacesOf(page);
  await page.close();
  if (typefaces.includes(TYPEFACE)) return;
  console.error(
    `This machine has no ${TYPEFACE}: the pictures are in ${typefaces.join(", ")}, and differ everywhere from those that ` +
      "are kept (on Debian: apt-get install fonts-roboto).",
  );
}

function here(path: string): string {
  return relative(process.cwd(), join(folder, path));
}
