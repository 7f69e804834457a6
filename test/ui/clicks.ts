import type { Page } from "playwright-core";

/** Counts the clicks of a person on a page from now on, over reloads. */
export async function countClicks(page: Page): Promise<() => number> {
  let clicks = 0;
  await page.exposeFunction("countClick", () => (clicks += 1));
  const content = `addEventListener("click", (event) => event.isTrusted && countClick(), { capture: true })`;
  await page.addInitScript({ content });
  await page.evaluate(content);
  return () => clicks;
}
