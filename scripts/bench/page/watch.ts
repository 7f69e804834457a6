import type { Page } from "playwright-core";

/** What the page under measurement tells of itself; ms since its navigation began. */
export interface Watched {
  /** When the first door's button could be pressed and nothing was left to be drawn; null before. */
  readonly interactive: number | null;
  /** Of each change of a device: from its arrival until it was on the screen. */
  readonly drawn: readonly number[];
}

/**
 * Runs before the page's own scripts. Its listener is each socket's first, so it sees a message before the page does, and
 * a message of a channel comes after the frame in which the page has drawn it.
 */
const WATCH = `
  const watched = window.watched = { interactive: null, drawn: [] };
  const afterFrame = (act) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = act;
    port2.postMessage(null);
  });
  window.WebSocket = class extends WebSocket {
    constructor(...parts) {
      super(...parts);
      this.addEventListener("message", ({ data }) => {
        const at = performance.now();
        if (!data.startsWith('{"type":"update"') || !data.includes('"devices":[{')) return;
        afterFrame(() => watched.drawn.push(performance.now() - at));
      });
    }
  };
  const firstButton = (root, isDoor) => {
    for (const element of root.querySelectorAll("*")) {
      if (isDoor && element instanceof HTMLButtonElement && !element.disabled) return element;
      if (element.shadowRoot === null) continue;
      const found = firstButton(element.shadowRoot, /^utec-(lock|door|device)/.test(element.localName));
      if (found !== null) return found;
    }
    return null;
  };
  const look = () => {
    if (firstButton(document, false) === null) requestAnimationFrame(look);
    else requestIdleCallback(() => (watched.interactive = performance.now()));
  };
  requestAnimationFrame(look);
`;

export async function watch(page: Page): Promise<void> {
  await page.addInitScript(WATCH);
}

export function watched(page: Page): Promise<Watched> {
  return page.evaluate<Watched>("window.watched");
}

/** Resolves when it can be used; with the first contentful paint and that moment, in ms. */
export async function opened(page: Page): Promise<{ readonly painted: number; readonly interactive: number }> {
  await page.waitForFunction("window.watched.interactive !== null", undefined, { timeout: 60_000 });
  const { interactive } = await watched(page);
  const painted = await page.evaluate<number>("performance.getEntriesByName('first-contentful-paint')[0].startTime");
  return { painted, interactive: interactive ?? Number.NaN };
}
