import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { anEntry } from "../../activity/house.ts";
import { aCommand } from "../../state/models.ts";
import { PageStage } from "../stage.ts";

let stage: PageStage;

beforeAll(async () => {
  stage = await PageStage.start();
});
afterEach(() => stage.tidy());
afterAll(() => stage.stop());

const rows = (page: Page): Locator => page.locator("utec-timeline section > ol > li");
const show = (page: Page, what: string): Promise<void> => page.getByRole("link", { name: what, exact: true }).click();

describe("the activity", () => {
  test("tells of doors and tokens who asked for what, and what became of it", async () => {
    const { page } = await stage.visit("outcomes", "activity");
    for (const sentence of [
      "Garden gate · Opened by hand, code or the app seen in a poll",
      "Front door · Unlocked from Home Assistant by Anna confirmed in 2.1s",
    ]) {
      await rows(page).filter({ hasText: sentence }).first().waitFor();
    }
    await page.getByText("Unlocking through the API was replaced by a newer command").waitFor();
    await page.getByText("is in passage mode, in which it does not unlock").waitFor();
    await page.getByText("Unlocking from this page by Anna did not reach it: it is offline").waitFor();
    await page.getByText("Unlocking from Home Assistant by the automation Welcome home was confirmed late").waitFor();
    await page.getByText("Mode set to normal mode from Home Assistant").waitFor();
    await page.getByText("Battery at 30%, was 50%").waitFor();
  });

  test("tells a confirmed command once, not again as the change that it made", async () => {
    const { page } = await stage.visit("all-well", "activity");
    await rows(page).filter({ hasText: "Unlocked from Home Assistant by Anna" }).waitFor();
    await expect.poll(() => page.getByText("as asked from Home Assistant").count()).toBe(0);
  });

  test.for([
    ["Commands", "Locked from this page by Anna", "Door closed"],
    ["Changes", "Door closed", "The token was refreshed."],
    ["Tokens", "The token was refreshed.", "Door closed"],
    ["Trouble", "was not confirmed", "Door closed"],
  ] as const)("shows only “%s” when asked, by an address that can be kept", async ([what, there, gone]) => {
    const { page, url } = await stage.visit("all-well", "activity");
    await show(page, what);
    await rows(page).filter({ hasText: there }).first().waitFor();
    await expect.poll(() => page.getByText(gone).count()).toBe(0);
    expect(page.url()).toBe(`${url}#/activity?show=${what.toLowerCase()}`);
    await page.reload();
    await rows(page).filter({ hasText: there }).first().waitFor();
    await expect.poll(() => page.getByText(gone).count()).toBe(0);
  });

  test("shows one door, and from its card at once", async () => {
    const { page } = await stage.visit("all-well", "overview");
    await page.getByRole("link", { name: "All activity of Garden gate" }).click();
    await rows(page).filter({ hasText: "Battery at 30%" }).waitFor();
    await expect.poll(() => rows(page).filter({ hasText: "Front door" }).count()).toBe(0);
    await expect.poll(() => page.getByLabel("Of").inputValue()).toBe("device AA:BB:CC:00:00:02");
    await page.getByLabel("Of").selectOption("Front door");
    await rows(page).filter({ hasText: "Front door" }).first().waitFor();
    await expect.poll(() => rows(page).filter({ hasText: "Garden gate" }).count()).toBe(0);
  });

  test("shows the tokens of one account", async () => {
    const { page } = await stage.visit("all-well", "activity");
    await show(page, "Tokens");
    await page.getByLabel("Of").selectOption("Home");
    await expect.poll(() => rows(page).filter({ hasText: "Door" }).count()).toBe(0);
    await page.getByText("The token was refreshed.").first().waitFor();
  });

  test("goes back to the first day of the log by scrolling alone, with no gap between doors and tokens", async () => {
    const { page } = await stage.visit("all-well", "activity");
    await rows(page).first().waitFor();
    await expect
      .poll(async () => {
        await page.mouse.wheel(0, 20_000);
        return rows(page).filter({ hasText: "2 devices · Found in the account" }).count();
      })
      .toBe(1);
    await expect.poll(() => rows(page).filter({ hasText: "Door opened" }).count()).toBe(130);
    await expect.poll(() => page.getByRole("button", { name: "Load older" }).count()).toBe(0);
    const times = await rows(page)
      .locator("> time")
      .evaluateAll((all) => all.map((one) => Date.parse(one.getAttribute("datetime") ?? "")));
    expect(times).toEqual(times.toSorted((x, y) => y - x));
  });

  test("tells an outage of many devices in one line that opens, and its end in the same one", async () => {
    const { page, gateway } = await stage.visit("all-well", "activity");
    await rows(page).first().waitFor();
    const about = { value: null, from: null, to: null, cause: null, at: Date.now() } as const;
    const each = (kind: "device_unavailable" | "device_available", to: string | null): void =>
      gateway.happen(
        ...[1, 2, 3].map((door) =>
          anEntry({ ...about, kind, to, device_id: `d${door}`, device_name: `Door ${door}`, at: Date.now() }),
        ),
      );
    each("device_unavailable", "cloud_unreachable");
    const line = rows(page).filter({ hasText: "3 devices · Unavailable: the cloud did not answer" });
    await line.getByText("since").first().waitFor();
    await line.getByText("Nothing to do: the gateway tries again by itself.").waitFor();
    await line.getByText("All 3 steps").click();
    await line.getByText("Door 2 · Unavailable: the cloud did not answer").waitFor();
    each("device_available", null);
    await line.getByText("Door 2 · Available again").waitFor();
    await expect.poll(() => page.getByText("Nothing to do").count()).toBe(0);
    await page.reload();
    await expect.poll(() => line.count()).toBe(1);
  });

  test("finds by words in the reader's language, by an address that can be kept", async () => {
    const { page, url } = await stage.visit("all-well", "activity");
    await rows(page).first().waitFor();
    await page.getByRole("searchbox", { name: "Search" }).fill("garden battery");
    await expect.poll(() => rows(page).count()).toBe(1);
    await rows(page).filter({ hasText: "Battery at 30%, was 50%" }).waitFor();
    expect(page.url()).toBe(`${url}#/activity?find=garden+battery`);
    await page.reload();
    await expect.poll(() => rows(page).count()).toBe(1);
    await page.getByRole("searchbox", { name: "Search" }).fill("nothing like this");
    await page.getByText("Nothing is found.").waitFor();
  });

  test("shows one day", async () => {
    const { page } = await stage.visit("all-well", "activity");
    await rows(page).first().waitFor();
    const day = new Date(Date.now() - 10 * 86_400_000);
    const text = [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, "0"));
    await page.getByLabel("Day").fill(text.join("-"));
    await expect.poll(() => page.url()).toContain(`day=${text.join("-")}`);
    await expect.poll(() => rows(page).count()).toBe(10);
    await expect.poll(() => page.locator("utec-timeline h3").count()).toBe(1);
  });

  test.for([
    ["CSV", "csv", /^\uFEFFtime,event,kind,/],
    ["JSON", "json", /^\{"events":\[/],
  ] as const)("saves what is shown as %s, and says so", async ([name, end, begins]) => {
    const { page } = await stage.visit("all-well", "activity?find=battery");
    await rows(page).first().waitFor();
    const button = page.getByRole("button", { name: `Save as ${name}` });
    const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
    expect(download.suggestedFilename()).toMatch(new RegExp(`^utec-gateway-activity-.*\\.${end}$`));
    const text = readFileSync(await download.path(), "utf8");
    expect(text).toMatch(begins);
    expect(text).toContain("battery");
    expect(text).not.toContain("door_state");
    await page.getByRole("button", { name: "Saved" }).waitFor();
  });

  test("says at the button why nothing was saved", async () => {
    const { page, gateway } = await stage.visit("all-well", "activity");
    const detail = "The activity log can't be read (SQLITE_IOERR): check its disk.";
    gateway.problems.set("/api/activity/export", { status: 503, code: "store_failed", detail });
    await page.getByRole("button", { name: "Save as CSV" }).click();
    await page.getByRole("alert").getByText(detail).waitFor();
  });

  test("grows by what happens, where it passes the filter", async () => {
    const { page, gateway } = await stage.visit("all-well", "activity?show=changes");
    await rows(page).first().waitFor();
    const about = { device_id: "AA:BB:CC:00:00:01", device_name: "Front door", at: Date.now() };
    gateway.happen(
      anEntry({ ...about, kind: "device_unavailable", value: null, from: null, to: "offline", cause: null }),
      anEntry({ ...about, to: "jammed" }),
    );
    await expect.poll(() => rows(page).first().textContent()).toContain("Jammed");
    await rows(page).filter({ hasText: "Went offline" }).waitFor();
    await show(page, "Tokens");
    gateway.happen(anEntry({ ...about, to: "unknown" }));
    await page.getByText("The token was refreshed.").first().waitFor();
    await expect.poll(() => page.getByText("does not know any more").count()).toBe(0);
  });

  test("reads again what it missed while the gateway did not answer", async () => {
    const { page, gateway } = await stage.visit("all-well", "activity");
    await rows(page).first().waitFor();
    gateway.cutFeed();
    await page.getByText("The gateway does not answer").waitFor();
    const about = { device_id: "AA:BB:CC:00:00:01", device_name: "Front door", at: Date.now() };
    gateway.happen(anEntry({ ...about, to: "jammed" }));
    gateway.restoreFeed();
    await rows(page).filter({ hasText: "Jammed" }).waitFor();
  });

  test("says once that nothing can be read, and not that nothing happened", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview");
    const problem = { status: 503, code: "store_failed", detail: "The gateway did not answer." };
    gateway.problems.set("/api/activity/events", problem);
    await show(page, "Activity");
    await page.getByRole("alert").getByText(problem.detail).waitFor();
    await expect.poll(() => page.getByText(problem.detail).count()).toBe(1);
    await show(page, "Commands");
    await page.getByText("Not loaded yet.").waitFor();
    gateway.cutFeed();
    await page.getByText("The gateway does not answer").waitFor();
    await expect.poll(() => page.getByText(problem.detail).count()).toBe(0);
  });

  test("says what went wrong when the log cannot be read, and reads it when asked again", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview");
    const detail = "The activity log can't be read (SQLITE_IOERR): check its disk.";
    gateway.problems.set("/api/activity/events", { status: 503, code: "store_failed", detail });
    await show(page, "Activity");
    await page.getByRole("alert").getByText(detail).waitFor();
    gateway.problems.clear();
    await page.getByRole("button", { name: "Try again" }).click();
    await rows(page).filter({ hasText: "Door closed" }).first().waitFor();
    await expect.poll(() => page.getByRole("alert").count()).toBe(0);
  });

  test("keeps a door's story on its card, however much others do", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview");
    const story = page.getByRole("list", { name: "Latest activity of Garden gate" });
    await story.getByText("Opened by hand, code or the app").waitFor();
    const lamp = { device_id: "lamp", device_name: "Lamp", value: "switch_state", to: "on" } as const;
    gateway.happen(...Array.from({ length: 210 }, () => anEntry({ ...lamp, at: Date.now() })));
    await page.reload();
    await story.getByText("Opened by hand, code or the app").waitFor();
  });

  test("keeps the line of a command from its request until the log has its end, and the card its height", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview");
    const id = "AA:BB:CC:00:00:01";
    const story = page.getByRole("list", { name: "Latest activity of Front door" });
    const now = Date.now();
    const command = aCommand({
      id: "own",
      device_id: id,
      requested_at: now,
      ended_at: null,
      outcome: null,
      took_ms: null,
    });
    gateway.change({ commands: [command] });
    await story.getByText("Locking through the API").waitFor();
    gateway.change({ commands: [{ ...command, ended_at: now + 400, outcome: "confirmed", took_ms: 400 }] });
    await story.getByText("Locked through the API").waitFor();
    const heights = await story.evaluate(async (list) => {
      const seen = new Set<number>();
      for (let frames = 0; frames < 30; frames += 1) {
        await new Promise((resolve) => setTimeout(resolve, 16));
        seen.add(list.getBoundingClientRect().height);
      }
      return [...seen];
    });
    expect(heights).toHaveLength(1);
    const ended = { ...command, ended_at: now + 400, outcome: "confirmed", took_ms: 400 } as const;
    const about = { device_id: id, device_name: "Front door", value: null, from: null, to: null, cause: null } as const;
    gateway.happen(anEntry({ ...about, kind: "command_ended", command: ended, at: now + 400 }));
    await expect.poll(() => story.getByText("Locked through the API").count()).toBe(1);
  });
});
