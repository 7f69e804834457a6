import { join } from "node:path";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { build } from "vite";
import { launchBrowser } from "../../scripts/processes/browser.ts";
import { neverSignedIn } from "../../ui/mock/accounts.ts";
import type { Scenario } from "../../ui/mock/scenarios.ts";
import { MockGateway } from "../../ui/mock/mock-gateway.ts";
import type { WizardStep } from "../../ui/src/live/place.ts";

export const root = join(import.meta.dirname, "../..");

/** The place of a step of the wizard, for the account of the scenarios. */
export function wizardPlace(step: WizardStep): string {
  return `accounts/sign-in?account=${neverSignedIn().id}&step=${step}`;
}

/** The same, once it has the keyboard's focus. */
export function focused(locator: Locator): Locator {
  return locator.and(locator.page().locator(":focus"));
}

export interface Visit {
  readonly page: Page;
  readonly gateway: MockGateway;
  readonly url: string;
  /** What the browser complained about: errors of scripts and breaches of the Content-Security-Policy. */
  readonly complaints: readonly string[];
  /** The hosts that were asked for anything. */
  readonly hosts: ReadonlySet<string>;
}

/** The built page, a real browser, and a gateway that plays scenarios. */
export class PageStage {
  readonly builtPage: string;
  readonly #browser: Browser;
  #closing: (() => Promise<unknown>)[] = [];

  private constructor(builtPage: string, browser: Browser) {
    this.builtPage = builtPage;
    this.#browser = browser;
  }

  /** Builds the page into a folder of this worker's own, apart from what a running gateway serves. */
  static async start(): Promise<PageStage> {
    const builtPage = join(root, ".cache/page", process.env["VITEST_WORKER_ID"] ?? "0");
    await build({
      root: join(root, "ui"),
      configFile: join(root, "ui/vite.config.ts"),
      logLevel: "error",
      build: { outDir: builtPage },
    });
    return new PageStage(builtPage, await launchBrowser());
  }

  async visit(scenario: Scenario, place: string, options: BrowserContextOptions = {}, prefix = ""): Promise<Visit> {
    const gateway = new MockGateway({ scenario, page: this.builtPage, confirmMs: 400, prefix });
    const url = await gateway.start();
    this.#closing.push(() => gateway.stop());
    const opened = await this.open(`${url}#/${place}`, options);
    return { ...opened, gateway, url };
  }

  /** Opens a page in the browser and waits until it has drawn something. */
  async open(address: string, options: BrowserContextOptions = {}): Promise<Omit<Visit, "gateway" | "url">> {
    const page = await this.#browser.newPage({
      viewport: { width: 1100, height: 800 },
      locale: "en-GB",
      timezoneId: midday(),
      reducedMotion: "reduce",
      ...options,
    });
    this.#closing.push(() => page.close());
    page.setDefaultTimeout(15_000);
    const complaints: string[] = [];
    const hosts = new Set<string>();
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("request", (request) => hosts.add(new URL(request.url()).host));
    page.on("websocket", (socket) => hosts.add(new URL(socket.url()).host));
    await page.goto(address);
    await page.locator("utec-gateway-page main section").first().waitFor();
    return { page, complaints, hosts };
  }

  /** Ends what the test's visits left open. */
  async tidy(): Promise<void> {
    for (const close of this.#closing.toReversed()) await close();
    this.#closing = [];
  }

  async stop(): Promise<void> {
    await this.#browser.close();
  }
}

/**
 * A zone in which it is about one o'clock in the afternoon: half an hour ago was today there, at whatever hour the tests
 * run.
 */
function midday(): string {
  const offset = 13 - new Date().getUTCHours();
  // The names of these zones count westwards.
  return `Etc/GMT${offset > 0 ? "-" : "+"}${Math.abs(offset)}`;
}
