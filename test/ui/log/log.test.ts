import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { LogRecord } from "../../../src/log.ts";
import { PageStage, focused } from "../stage.ts";

let stage: PageStage;

beforeAll(async () => {
  stage = await PageStage.start();
});
afterEach(() => stage.tidy());
afterAll(() => stage.stop());

function lines(page: Page): Locator {
  return page.getByRole("list", { name: "Log lines" }).getByRole("listitem");
}

function many(count: number, from = 0): readonly LogRecord[] {
  const at = Date.now() + 1000 + from;
  return Array.from({ length: count }, (_, index) => ({
    at: at + index,
    level: "info",
    part: index % 2 === 0 ? "http" : "jobs",
    message: `Line ${from + index}.`,
    fields: {},
  }));
}

async function scrollUp(page: Page, by: number): Promise<void> {
  await page.getByRole("list", { name: "Log lines" }).evaluate((tail, px) => {
    tail.scrollTop -= px;
  }, by);
}

/** The first line in sight, and where it is. */
async function inSight(page: Page): Promise<readonly [string | undefined, number | undefined]> {
  return page.getByRole("list", { name: "Log lines" }).evaluate((tail) => {
    const top = tail.getBoundingClientRect().top;
    const first = [...tail.children].find((line) => line.getBoundingClientRect().bottom > top + 1);
    return [first?.textContent.replaceAll(/\s+/g, " ").trim(), first?.getBoundingClientRect().top];
  });
}

describe("the log", () => {
  test("finds what is typed, in any case, and says where nothing is like it", async () => {
    const { page, complaints } = await stage.visit("all-well", "log");
    await page.getByRole("searchbox", { name: "Find" }).fill("TOKEN WAS");
    await expect.poll(() => lines(page).count()).toBe(1);
    expect(await lines(page).first().locator("mark").innerText()).toBe("token was");
    // As typed: a bracket is a bracket.
    await page.getByRole("searchbox", { name: "Find" }).fill("token (");
    await page.getByText("No line is like this.").waitFor();
    await page.getByRole("button", { name: "Show all" }).click();
    await expect.poll(() => lines(page).count()).toBe(5);
    expect(complaints).toEqual([]);
  });

  test("is narrowed down by part and device, as the address says, also once it is opened again", async () => {
    const { page } = await stage.visit("all-well", "log");
    await page.getByLabel("Part").selectOption("utec");
    await page.getByLabel("Device").selectOption("Garden gate");
    await page.getByRole("searchbox", { name: "Find" }).fill("confirm");
    await page.getByLabel("From level").selectOption("warn");
    await expect.poll(() => lines(page).count()).toBe(1);
    expect(page.url()).toMatch(/#\/log\?level=warn&find=confirm&part=utec&device=AA/);
    await page.reload();
    await expect.poll(() => lines(page).count()).toBe(1);
    expect(await page.getByLabel("Part").inputValue()).toBe("utec");
    expect(await page.getByLabel("From level").inputValue()).toBe("warn");
    await page.getByRole("link", { name: "Log", exact: true }).click();
    await expect.poll(() => lines(page).count()).toBe(5);
  });

  test("stands still for who scrolls up, counts what is new, and goes on from the end", async () => {
    const { page, gateway } = await stage.visit("all-well", "log");
    await lines(page).first().waitFor();
    gateway.write(...many(100));
    await page.getByText("Line 99.").waitFor();
    await expect.poll(() => inSight(page)).not.toEqual(["", 0]);
    await scrollUp(page, 600);
    await page.getByText("Standing still while you read").waitFor();
    const before = await inSight(page);
    gateway.write(...many(11, 5000));
    await page.getByRole("button", { name: "11 new lines" }).waitFor();
    gateway.write(...many(1, 9000));
    await page.getByRole("button", { name: "12 new lines" }).waitFor();
    const [line, top = NaN] = await inSight(page);
    expect(line).toBe(before[0]);
    // A browser rounds where a line lies to a part of a pixel.
    expect(Math.abs(top - (before[1] ?? NaN))).toBeLessThan(1);
    await page.getByRole("button", { name: "12 new lines" }).click();
    await page.getByText("Live").waitFor();
    await expect
      .poll(() =>
        page
          .getByRole("list", { name: "Log lines" })
          .evaluate(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight),
      )
      .toBeLessThan(24);
    gateway.write(...many(1, 12_000));
    await page.getByText("Line 12000.").waitFor();
  });

  test("stays paused at its end until it is resumed", async () => {
    const { page, gateway } = await stage.visit("all-well", "log");
    await lines(page).first().waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("Paused").waitFor();
    gateway.write(...many(2));
    await page.getByRole("button", { name: "2 new lines" }).waitFor();
    expect(await lines(page).count()).toBe(5);
    await page.getByRole("button", { name: "Resume" }).click();
    await expect.poll(() => lines(page).count()).toBe(7);
  });

  test("hands over a line: a copy of it, and the way to what it belongs to and back", async () => {
    const { page } = await stage.visit("all-well", "log", { permissions: ["clipboard-read", "clipboard-write"] });
    await page.getByText("Garden gate did not confirm.").click();
    const chosen = page.getByRole("group", { name: "The chosen line" });
    await chosen.getByRole("button", { name: "Copy the line" }).click();
    await expect
      .poll(() => page.evaluate<string>("navigator.clipboard.readText()"))
      .toMatch(/^20\S+ ERROR utec: Garden gate did not confirm\. device=Garden gate device_id=AA/);
    await chosen.getByRole("link", { name: "All lines of this command" }).click();
    await expect.poll(() => lines(page).count()).toBe(1);
    await page.getByRole("button", { name: "Show all, not only this command" }).click();
    await page.getByText("The token was refreshed.").click();
    await chosen.getByRole("link", { name: "Events of the token" }).click();
    await expect.poll(() => page.url()).toMatch(/#\/activity\?show=tokens&account=/);
    await page.goBack();
    await expect.poll(() => lines(page).count()).toBe(5);
  });

  test("is walked through by keyboard", async () => {
    const { page } = await stage.visit("all-well", "log");
    await lines(page).first().waitFor();
    await page.getByRole("list", { name: "Log lines" }).focus();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    await expect.poll(() => page.locator("li[aria-current=true]").innerText()).toContain("The token was refreshed.");
    await page.keyboard.press("Escape");
    await page.getByText("Choose a line to copy it").waitFor();
    await focused(page.getByRole("list", { name: "Log lines" })).waitFor();
  });

  test("gives what is filtered as a file", async () => {
    const { page } = await stage.visit("all-well", "log?find=token");
    await lines(page).first().waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download" }).click(),
    ]);
    expect(readFileSync(await download.path(), "utf8")).toMatch(/^\S+ INFO {2}keeper: The token was refreshed\. .*\n$/);
  });

  test("draws of two thousand lines only those in sight, and of a new one no more than that one", async () => {
    const { page, gateway } = await stage.visit("all-well", "log");
    await lines(page).first().waitFor();
    gateway.write(...many(1990));
    await expect.poll(() => lines(page).count()).toBe(1995);
    await page.evaluate(`{
      const place = document.querySelector("utec-gateway-page").shadowRoot.querySelector("utec-log-place");
      const list = place.shadowRoot.querySelector("utec-log-lines").shadowRoot.querySelector("ol");
      globalThis.drawing = getComputedStyle(list.querySelector("li")).contentVisibility;
      globalThis.changes = 0;
      new MutationObserver((all) => (globalThis.changes += all.length)).observe(list, {
        childList: true, characterData: true, attributes: true, subtree: true,
      });
    }`);
    expect(await page.evaluate<string>("drawing")).toBe("auto");
    gateway.write(...many(1, 9000));
    await expect.poll(() => lines(page).count()).toBe(1996);
    expect(await page.evaluate<number>("changes")).toBeLessThan(5);
    await page.getByRole("searchbox", { name: "Find" }).fill("Line 1989.");
    await expect.poll(() => lines(page).count()).toBe(1);
  });

  test("speaks the reader's language around lines that are marked as English", async () => {
    const { page } = await stage.visit("all-well", "log", { locale: "de-DE" });
    await page.getByText("Das Protokoll selbst ist auf Englisch").waitFor();
    await page.getByLabel("Ab Stufe").waitFor();
    expect(await page.getByRole("list", { name: "Zeilen des Protokolls" }).getAttribute("lang")).toBe("en");
  });
});
