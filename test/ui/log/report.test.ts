import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { PageStage, root } from "../stage.ts";

let stage: PageStage;

beforeAll(async () => {
  stage = await PageStage.start();
});
afterEach(() => stage.tidy());
afterAll(() => stage.stop());

describe("a report of a problem", () => {
  test("shows all that is in it before it becomes a file, without what the person leaves out", async () => {
    const { page, complaints } = await stage.visit("all-well", "log");
    await page.getByRole("button", { name: "Gather the report" }).click();
    await page.getByRole("checkbox", { name: "Versions" }).waitFor();
    await page.getByText("Show · Versions").click();
    await page.getByText('"node": "v24.21.0"').waitFor();
    await page.getByText("The activity log can't be read.").waitFor();
    await page.getByRole("checkbox", { name: "Devices (2)" }).uncheck();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: /Download the file \(\d.*B\)/ }).click(),
    ]);
    await page.getByRole("button", { name: "Downloaded" }).waitFor();
    expect(download.suggestedFilename()).toMatch(/^utec-gateway-report-20[\dT-]+\.md$/);
    const file = readFileSync(await download.path(), "utf8");
    expect(file).toMatch(/^# U-tec Gateway: report of 20/);
    expect(file).toContain('"node": "v24.21.0"');
    expect(file).toContain("## Devices (2)\n\nLeft out by the person who reports.");
    expect(file).not.toContain('"id":"lock-1"');
    expect(complaints).toEqual([]);
  });

  test("begins by itself for who comes from a problem", async () => {
    const { page } = await stage.visit("retrying", "overview");
    await page.getByRole("link", { name: "Report a problem" }).click();
    await page.getByRole("checkbox", { name: "Versions" }).waitFor();
  });

  test("is not offered where nothing is wrong", async () => {
    const { page } = await stage.visit("all-well", "overview");
    expect(await page.getByRole("link", { name: "Report a problem" }).count()).toBe(0);
  });

  test("says where it was pressed why it could not be gathered, and can be tried again", async () => {
    const { page, gateway } = await stage.visit("all-well", "log");
    gateway.problems.set("/api/report", { status: 500, code: "internal", detail: "Something went wrong." });
    await page.getByRole("button", { name: "Gather the report" }).click();
    await page.getByRole("alert").getByText("Something went wrong.").waitFor();
    gateway.problems.delete("/api/report");
    await page.getByRole("button", { name: "Gather the report" }).click();
    await page.getByRole("checkbox", { name: "Versions" }).waitFor();
  });

  test.for(["light", "dark"] as const)("can be used by everybody, on a phone, in %s colours", async (colorScheme) => {
    const viewport = { width: 320, height: 640 };
    const { page } = await stage.visit("all-well", "log", { colorScheme, viewport, locale: "de-DE" });
    await page.getByRole("button", { name: "Bericht zusammenstellen" }).click();
    await page.getByText("Zeigen · Versionen").click();
    await page.getByText("Garden gate did not confirm.").click();
    await page.evaluate(readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8"));
    const findings = await page.evaluate(
      "axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map((node) => id + ' ' + node.target.flat().join(' ') + ' ' + node.failureSummary)))",
    );
    expect(findings).toEqual([]);
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(320);
  });
});
