import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { build } from "vite";
import { MockGateway } from "../../ui/mock/mock-gateway.ts";
import { launchBrowser } from "../processes/browser.ts";
import type { PageState } from "./page-states.ts";
import { Requests } from "./quiet.ts";
import { LOCALES, NOW, TIME_ZONE, heightOf, nameOf } from "./view.ts";
import type { View } from "./view.ts";

const root = join(import.meta.dirname, "../..");
/** A command that is under way stays so. */
const NEVER_MS = 2 ** 30;
const PATIENCE_MS = 20_000;
/** What is drawn late waits for no more than this of the stopped clock: less than the first attempt to reconnect does. */
const LATE_MS = 100;
/** The clock runs until it is stopped: on a busy machine, for a while. */
const INSTALLED_BEFORE_MS = 60_000;

export interface Shown extends AsyncDisposable {
  readonly page: Page;
  readonly gateway: MockGateway;
}

/** The built page in a real browser, in any of its states, at one fixed moment. */
export class PageStage {
  readonly #builtPage: string;
  readonly #browser: Browser;

  private constructor(builtPage: string, browser: Browser) {
    this.#builtPage = builtPage;
    this.#browser = browser;
  }

  /** Builds the page into `folder`, apart from what a running gateway serves. */
  static async start(folder: string): Promise<PageStage> {
    const configFile = join(root, "ui/vite.config.ts");
    await build({ root: join(root, "ui"), configFile, logLevel: "error", build: { outDir: folder } });
    return new PageStage(folder, await launchBrowser());
  }

  async stop(): Promise<void> {
    await this.#browser.close();
  }

  newPage(options: BrowserContextOptions): Promise<Page> {
    return this.#browser.newPage(options);
  }

  /** @param frozen whether time stands still, as in a picture; else only the date is fixed, and timers run */
  async show(state: PageState, view: View, { frozen = true } = {}): Promise<Shown> {
    const { scenario, address, shows = "utec-gateway-page main section" } = state;
    const gateway = new MockGateway({ scenario, page: this.#builtPage, confirmMs: NEVER_MS, now: () => NOW });
    const page = await this.newPage({
      viewport: { width: view.width, height: heightOf(view) },
      locale: LOCALES[view.language],
      timezoneId: TIME_ZONE,
      colorScheme: view.theme,
      reducedMotion: "reduce",
    });
    const shown = {
      page,
      gateway,
      [Symbol.asyncDispose]: async (): Promise<void> => {
        await page.close();
        await gateway.stop();
      },
    };
    try {
      page.setDefaultTimeout(PATIENCE_MS);
      const requests = new Requests(page);
      const url = await gateway.start();
      if (frozen) {
        await page.clock.install({ time: NOW - INSTALLED_BEFORE_MS });
        await page.clock.pauseAt(NOW);
      } else await page.clock.setFixedTime(NOW);
      await state.before?.(gateway, page);
      await page.goto(`${url}${address}`);
      await page.locator(shows).first().waitFor();
      await settle(page, requests, frozen);
      await state.after?.(gateway, page);
      await settle(page, requests, frozen);
      return shown;
    } catch (error) {
      await shown[Symbol.asyncDispose]();
      const [why = ""] = String(error).split("\n");
      throw new Error(`The page did not come into the state ${state.name} (${nameOf(view)}): ${why}`, { cause: error });
    }
  }
}

/** A frame or two, in which the page sees what is in sight. */
const SCREEN_MS = 60;

/** Until what was asked for has come and is drawn: also what is asked for once its place has been in sight. */
async function settle(page: Page, requests: Requests, frozen: boolean): Promise<void> {
  for (let round = 0; round < (frozen ? 2 : 0); round += 1) {
    await requests.quiet();
    await page.clock.runFor(LATE_MS);
    await scrollThrough(page);
  }
  await requests.quiet();
  await page.evaluate("document.fonts.ready.then(() => undefined)");
}

/** Screen by screen to the end, and back. */
async function scrollThrough(page: Page): Promise<void> {
  const screens = await page.evaluate<number>("Math.ceil(document.scrollingElement.scrollHeight / innerHeight)");
  for (let screen = screens; screen >= 0; screen -= 1) {
    await page.evaluate(`document.scrollingElement.scrollTop = ${screen} * innerHeight`);
    // The page's own timers stand still.
    await setTimeout(SCREEN_MS);
  }
}
