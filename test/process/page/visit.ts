import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { build } from "../../../scripts/build.ts";
import { containerRuntime } from "../../../scripts/processes/container.ts";
import { launchBrowser } from "../../../scripts/processes/browser.ts";
import type { GatewayProcess, GatewayProcessOptions } from "../../../scripts/processes/gateway-process.ts";
import { aGateway } from "../stage.ts";
import type { Finish } from "../stage.ts";

const root = join(import.meta.dirname, "../../..");

/** The gateway as it ships, with its page beside it, and a browser. */
export interface Product {
  readonly browser: Browser;
  start(options: Omit<GatewayProcessOptions, "entry">): Promise<GatewayProcess>;
}

/** Builds into a folder of this worker's own: other tests build, and serve, at the same time. */
export async function theProduct(finish: Finish): Promise<Product> {
  const folder = join(root, ".cache/product", process.env["VITEST_WORKER_ID"] ?? "0");
  mkdirSync(folder, { recursive: true });
  finish(() => rmSync(folder, { recursive: true, force: true }));
  // The gateway reads its version there.
  copyFileSync(join(root, "package.json"), join(folder, "package.json"));
  await build(join(folder, "dist"));
  const browser = await launchBrowser();
  finish(() => browser.close());
  const shipped = { entry: join(folder, "dist/main.js"), runtime: containerRuntime() };
  return {
    browser,
    start: (options) =>
      aGateway(finish, {
        ...options,
        ...shipped,
        environment: { UTEC_GATEWAY_REDIRECT_URI: "", UTEC_GATEWAY_LOG_LEVEL: "trace", ...options.environment },
      }),
  };
}

/** What one person sees and does, and all that went to and fro meanwhile. */
export interface Visit {
  readonly page: Page;
  /** What the browser complained about. A refusal is an error to it, and an answer to the person. */
  readonly complaints: readonly string[];
  /** Everything that changes something and was sent: the path. */
  readonly sent: readonly string[];
  /** Everything that the gateway told the page, except what it tells once on purpose. */
  readonly told: readonly string[];
}

/** The answer that holds a client's token, which is told only then. */
const TOLD_ONCE = "POST /api/broker/clients";

export async function visit(browser: Browser, address: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    reducedMotion: "reduce",
    ...options,
  });
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  const sent: string[] = [];
  const told: string[] = [];
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("server responded with a status"))
      complaints.push(message.text());
  });
  page.on("request", (request) => {
    if (request.method() === "POST") sent.push(new URL(request.url()).pathname);
  });
  page.on("requestfinished", (request) => {
    const { pathname } = new URL(request.url());
    if (!pathname.startsWith("/api/") || `${request.method()} ${pathname}` === TOLD_ONCE) return;
    void request
      .response()
      .then((response) => response?.text())
      .then(
        (text) => told.push(text ?? ""),
        // The page has left for the cloud's meanwhile.
        () => undefined,
      );
  });
  page.on("websocket", (socket) => {
    socket.on("framereceived", ({ payload }) => told.push(payload.toString()));
  });
  await page.goto(address);
  return { page, complaints, sent, told };
}

/** Everything that is on the page, in each part of it: its text, what stands in its fields, and what the browser keeps for it. */
export async function contentOfPage(page: Page): Promise<string> {
  return String(await page.evaluate(CONTENT));
}

const CONTENT = `(() => {
  const parts = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), location.href];
  const read = (root) => {
    parts.push(root.innerHTML);
    for (const element of root.querySelectorAll("*")) {
      if ("value" in element) parts.push(String(element.value));
      if (element.shadowRoot) read(element.shadowRoot);
    }
  };
  read(document);
  return parts.join("\\n");
})()`;
