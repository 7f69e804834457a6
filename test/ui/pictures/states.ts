import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { PageStage } from "../../../scripts/screenshots/page-stage.ts";
import { PAGE_STATES } from "../../../scripts/screenshots/page-states.ts";
import type { PageState } from "../../../scripts/screenshots/page-states.ts";
import { sideBySide } from "../../../scripts/screenshots/take.ts";
import type { View } from "../../../scripts/screenshots/view.ts";

const root = join(import.meta.dirname, "../../..");
const AXE = readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8");
/** One draws while the others wait. */
const SIDE = 3;
/** Alone on two cores, half a minute; a busy machine has longer. */
export const PATIENCE_MS = 240_000;
const PHONE = { width: 320, height: 640 };

let stage: PageStage;

/** Builds the page for the tests of a file. */
export function withStage(): void {
  beforeAll(async () => {
    stage = await PageStage.start(join(root, ".cache/page", `states-${process.env["VITEST_WORKER_ID"] ?? "0"}`));
  });
  afterAll(() => stage.stop());
}

/** What `look` finds in each state of which there are pictures, in one view. */
export async function findings(
  view: View,
  look: (page: Page) => Promise<readonly string[]>,
  isLookedAt: (state: PageState) => boolean = () => true,
): Promise<string[]> {
  const found: string[] = [];
  // Of hundreds of cards, each is as those of the other states.
  const states = PAGE_STATES.filter((state) => state.scenario !== "five-hundred" && isLookedAt(state));
  await sideBySide(states, SIDE, async (state) => {
    await using shown = await stage.show(state, view, { frozen: false });
    found.push(...(await look(shown.page)).map((finding) => `${state.name}: ${finding}`));
  });
  return found;
}

/** @param rules only these; without: all */
export async function axeFindings(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  // Evaluated, not added as a script: the page's policy allows no inline script.
  await page.evaluate(AXE);
  return page.evaluate<string[]>(
    `axe.run(${rules === undefined ? "" : JSON.stringify({ runOnly: rules })}).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map((node) => id + " " + node.target.flat().join(" ") + " " + node.failureSummary)))`,
  );
}

/** How far the page can be scrolled sideways on a phone. */
export async function beyondPhone(page: Page): Promise<readonly string[]> {
  await page.setViewportSize(PHONE);
  const px = await page.evaluate<number>("document.documentElement.scrollWidth - document.body.clientWidth");
  return px <= 0 ? [] : [`${px} px wider than a phone`];
}
