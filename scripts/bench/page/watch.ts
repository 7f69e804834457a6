import { setTimeout as delay } from "node:timers/promises";
import type { Page } from "playwright-core";

const PATIENCE_MS = 60_000;
const LOOK_MS = 50;

/** What the page under measurement tells of itself; ms since its navigation began. */
export interface Watched {
  /** When the first door's button could be pressed and nothing was left to be drawn; null before. */
  readonly interactive: number | null;
  /** Of each change of a device: from its arrival until it was on the screen. */
  readonly drawn: readonly number[];
  /** How many updates of the feed have been taken and drawn. */
  readonly updates: number;
}

/**
 * Runs before the page's own scripts. Its listener is each socket's first, so it sees a message before the page does, and
 * a message of a channel comes after the frame in which the page has drawn it.
 */
const WATCH = `
  const watched = window.watched = { interactive: null, drawn: [], updates: 0 };
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
        if (!data.startsWith('{"type":"update"')) return;
        const isChange = JSON.parse(data).set.devices?.length > 0;
        afterFrame(() => {
          watched.updates += 1;
          if (isChange) watched.drawn.push(performance.now() - at);
        });
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

/** Resolves when it can be used; with the first contentful paint and that moment, in ms. */
export async function opened(page: Page): Promise<{ readonly painted: number; readonly interactive: number }> {
  const { interactive } = await watchedUntil(page, (now) => now.interactive !== null);
  const painted = await page.evaluate<number>("performance.getEntriesByName('first-contentful-paint')[0].startTime");
  return { painted, interactive: interactive ?? Number.NaN };
}

/** Asked from outside: the page's policy lets nothing be evaluated within. @throws Error when it does not become so */
export async function watchedUntil(page: Page, predicate: (now: Watched) => boolean): Promise<Watched> {
  const patienceEnds = performance.now() + PATIENCE_MS;
  while (performance.now() < patienceEnds) {
    const now = await page.evaluate<Watched>("window.watched");
    if (predicate(now)) return now;
    await delay(LOOK_MS);
  }
  throw new Error("The page did not do what was waited for.");
}
