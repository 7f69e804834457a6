import type { Page } from "playwright-core";
import type { PageStage } from "./page-stage.ts";
import type { PageState } from "./page-states.ts";
import type { View } from "./view.ts";

/** Of a page that is higher, its upper part. */
const HIGHEST = 5000;

/** One picture that is to be taken. */
export interface Wanted {
  readonly state: PageState;
  readonly view: View;
}

/** Takes the picture of a state, as high as the page is; PNG. */
export async function take(stage: PageStage, { state, view }: Wanted): Promise<Buffer> {
  await using shown = await stage.show(state, view);
  const { page } = shown;
  const height = await page.evaluate<number>("document.documentElement.scrollHeight");
  const clip = { x: 0, y: 0, width: view.width, height: Math.min(height, HIGHEST) };
  return await page.screenshot({ fullPage: true, clip, animations: "disabled" });
}

/** The typefaces in which the browser really draws the page: pictures of machines with others cannot be compared. */
export async function typefacesOf(page: Page): Promise<readonly string[]> {
  const session = await page.context().newCDPSession(page);
  await session.send("DOM.enable");
  await session.send("CSS.enable");
  const { root } = await session.send("DOM.getDocument");
  const { nodeId } = await session.send("DOM.querySelector", { nodeId: root.nodeId, selector: "body" });
  const { fonts } = await session.send("CSS.getPlatformFontsForNode", { nodeId });
  await session.detach();
  return fonts.map(({ familyName }) => familyName);
}

/** Does `work` with each of `items`, `side` of them side by side. */
export async function sideBySide<T>(
  items: readonly T[],
  side: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: side }, worker));
}
