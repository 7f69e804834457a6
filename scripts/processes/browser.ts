import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import type { HomeAssistant } from "../home-assistant/home-assistant.ts";
import { clientId } from "../home-assistant/sign-in.ts";
import { toConsole } from "../home-assistant/environment/command.ts";
import type { Report } from "../home-assistant/environment/command.ts";
import { canInstall, install } from "../home-assistant/environment/debian.ts";

const PROGRAMS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Home Assistant's typeface; without it pictures of the dashboard show another one. */
const PACKAGES = ["chromium", "fonts-roboto"];

/** No sandbox (root in a container has none), and none of the calls home that Chromium makes at its start. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The first visit compiles megabytes of the frontend, slowly on a busy machine. */
const LOADED_WITHIN_MS = 60_000;

export interface ViewOptions {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  /** Pixels of the picture per CSS pixel. */
  readonly scale?: number;
}

/** A headless Chromium. @throws Error that says what to install */
export async function launchBrowser(report: Report = toConsole): Promise<Browser> {
  return chromium.launch({ executablePath: await findChromium(report), args: FLAGS });
}

/** `$CHROMIUM`, one on the PATH, Playwright's own, or Debian's package, installed where this process may. */
async function findChromium(report: Report): Promise<string> {
  const present = presentChromium();
  if (present !== undefined) return present;
  let cause: unknown;
  if (await canInstall()) {
    cause = await install(PACKAGES, report).catch((error: unknown) => error);
    const installed = presentChromium();
    if (installed !== undefined) return installed;
  }
  throw new Error(
    "No Chromium could be found: install Chromium or Chrome (on Debian: apt-get install chromium fonts-roboto; " +
      "anywhere: npx playwright-core install chromium), or give the path of its program in CHROMIUM.",
    { cause },
  );
}

function presentChromium(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const onPath = PROGRAMS.flatMap((program) => folders.map((folder) => join(folder, program)));
  const named = process.env["CHROMIUM"];
  return [...(named === undefined ? [] : [named]), ...onPath, chromium.executablePath()].find(existsSync);
}

/** A new page of the wanted size and colours, in a browser context of its own; closing the page closes both. */
export async function openPage(browser: Browser, view: ViewOptions = {}): Promise<Page> {
  return browser.newPage({
    viewport: { width: view.width ?? 1280, height: view.height ?? 800 },
    colorScheme: view.dark === true ? "dark" : "light",
    deviceScaleFactor: view.scale ?? 1,
    reducedMotion: "reduce",
  });
}

/**
 * A page of Home Assistant's frontend, signed in.
 *
 * @param path for example `/home/overview` or `/home/overview?more-info-entity-id=lock.front_door`
 */
export async function openDashboard(
  browser: Browser,
  homeAssistant: Pick<HomeAssistant, "url" | "tokens">,
  path = "/home/overview",
  view: ViewOptions = {},
): Promise<Page> {
  const { url } = homeAssistant;
  const tokens = await homeAssistant.tokens();
  const session = {
    ...tokens,
    hassUrl: url,
    clientId: clientId(url),
    expires: Date.now() + tokens.expires_in * 1000,
  };
  const page = await openPage(browser, view);
  // Before the first document: the frontend reads its session from there, and asks for a sign-in if there is none.
  await page.addInitScript((text) => localStorage.setItem("hassTokens", text), JSON.stringify(session));
  await page.goto(url + path, { waitUntil: "domcontentloaded" });
  await page.locator("partial-panel-resolver > :not(hass-loading-screen)").waitFor({ timeout: LOADED_WITHIN_MS });
  return page;
}
