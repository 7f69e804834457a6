import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { LANGUAGES } from "../../../ui/src/words/language/languages.ts";
import { PageStage, focused, wizardPlace } from "../stage.ts";

let stage: PageStage;

beforeAll(async () => {
  stage = await PageStage.start();
});
afterEach(() => stage.tidy());
afterAll(() => stage.stop());

const SECRET = "canary-of-a-secret";

async function choose(page: Page, language: string): Promise<void> {
  await page.locator("utec-language-menu select").selectOption(language);
}

function lang(page: Page): Promise<string> {
  return page.evaluate("document.documentElement.lang");
}

/** A tab of the same browser, with the same storage. */
async function anotherTab(page: Page, url: string): Promise<Page> {
  const opened = page.waitForEvent("popup");
  await page.evaluate(`void open(${JSON.stringify(url)})`);
  const other = await opened;
  await other.locator("utec-gateway-page main section").first().waitFor();
  return other;
}

describe("the language", () => {
  test("is the browser's until somebody chooses, and the choice is kept for later visits", async () => {
    const { page } = await stage.visit("all-well", "overview", { locale: "de-AT" });
    await page.getByRole("link", { name: "Übersicht" }).waitFor();
    expect([await lang(page), await page.title()]).toEqual(["de", "Übersicht · U-tec Gateway"]);
    await choose(page, "nl");
    await page.getByRole("link", { name: "Overzicht" }).waitFor();
    expect([await lang(page), await page.title()]).toEqual(["nl", "Overzicht · U-tec Gateway"]);
    await page.reload();
    await page.getByRole("link", { name: "Overzicht" }).waitFor();
    await choose(page, "");
    await page.getByRole("link", { name: "Übersicht" }).waitFor();
  });

  test("is Home Assistant's within Home Assistant, also when it is changed there", async () => {
    const { page, url } = await stage.visit("all-well", "overview");
    const homeAssistant = await anotherTab(page, url);
    await homeAssistant.evaluate(`localStorage.setItem("selectedLanguage", '"fr"')`);
    await page.getByRole("link", { name: "Aperçu" }).waitFor();
    await page.locator("option", { hasText: "Home Assistant (Français)" }).waitFor({ state: "attached" });
  });

  test("changes in all tabs amid a half-filled form, which loses nothing: not what was typed, and not the place in it", async () => {
    const { page, url } = await stage.visit("never-signed-in", wizardPlace("credentials"));
    const other = await anotherTab(page, `${url}#/overview`);
    await page.getByLabel("Client ID").fill("5f1d0c9be2a7");
    const secret = page.getByLabel("Client Secret");
    await secret.fill(SECRET);
    await page.evaluate(
      "for (let at = document; at; at = at.activeElement?.shadowRoot) at.activeElement?.setSelectionRange?.(6, 6)",
    );
    await choose(other, "de");
    await page.getByRole("link", { name: "Konten" }).waitFor();
    const fields = await page.locator("main input").all();
    const typed = await Promise.all(fields.map((one) => one.inputValue()));
    expect(typed).toEqual(expect.arrayContaining(["5f1d0c9be2a7", SECRET]));
    await focused(page.locator("#client_secret")).waitFor();
    await page.keyboard.type("X");
    expect(await page.locator("#client_secret").inputValue()).toBe("canaryX-of-a-secret");
  });

  test("of whichever length fits a narrow phone: no place is out of sight, and nothing has to be scrolled sideways", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview", { viewport: { width: 320, height: 640 } });
    const beyond: string[] = [];
    const measure = async (where: string): Promise<void> => {
      const wide = "document.documentElement.scrollWidth - document.body.clientWidth";
      if ((await page.evaluate<number>(wide)) > 0) beyond.push(where);
    };
    for (const language of LANGUAGES) {
      await choose(page, language);
      await expect.poll(() => lang(page)).toBe(language);
      await measure(language);
    }
    gateway.cutFeed();
    await page.locator(".headline.warn").waitFor();
    for (const language of LANGUAGES) {
      await choose(page, language);
      await expect.poll(() => lang(page)).toBe(language);
      await measure(`${language} without the gateway`);
    }
    expect(beyond).toEqual([]);
  });

  test("that does not arrive leaves the page as it is, says so, and can be chosen again", async () => {
    const { page } = await stage.visit("all-well", "overview");
    await page.route(/\/first-.*\.js$/, (route) => route.abort());
    await choose(page, "it");
    await page.getByText(/The words in Italiano did not arrive: the page stays in English/).waitFor();
    expect(await lang(page)).toBe("en");
    await expect.poll(() => page.locator("utec-language-menu select").inputValue()).toBe("");
    await page.unroute(/\/first-.*\.js$/);
    await page.getByRole("button", { name: "Dismiss" }).click();
    await focused(page.locator("utec-language-menu select")).waitFor();
  });

  test("where no words arrive at all, the page says that in the reader's language, with a way to load it again", async () => {
    const { page, url } = await stage.visit("all-well", "overview", { locale: "pl-PL" });
    await page.route(/\/first-.*\.js$/, (route) => route.abort());
    await page.goto("about:blank");
    await page.goto(url);
    await page.getByText("Strona U-tec Gateway nie dotarła w całości.").waitFor();
    await page.unroute(/\/first-.*\.js$/);
    await page.getByRole("link", { name: "Wczytaj ponownie" }).click();
    await page.getByRole("link", { name: "Aktywność", exact: true }).waitFor();
  });
});
