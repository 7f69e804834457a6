import type { LogRecord } from "../../../src/log.ts";
import type { LinkStatus } from "../../../src/state/picture.ts";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { PageStage } from "../stage.ts";
import type { Visit } from "../stage.ts";

let stage: PageStage;

beforeAll(async () => {
  stage = await PageStage.start();
});
afterEach(() => stage.tidy());
afterAll(() => stage.stop());

function link({ gateway }: Visit, change: object): void {
  const { picture } = gateway;
  gateway.change({ gateway: { ...picture.gateway, link: { ...picture.gateway.link, ...change } } });
}

describe("a gateway of another version", () => {
  test("may have a state of the link and a step that this page does not know: its sentence is shown", async () => {
    const visit = await stage.visit("not-linked", "overview");
    const { page, gateway, complaints } = visit;
    await page.getByRole("button", { name: "Set up in Home Assistant" }).waitFor();
    gateway.setUp.plan = { steps: ["polish" as never], refusal: null };
    link(visit, { status: "polishing" as LinkStatus, message: "Home Assistant is being polished." });
    await page.getByText("Home Assistant is being polished.").first().waitFor();
    await expect.poll(() => page.getByRole("button", { name: "Set up in Home Assistant" }).count()).toBe(0);
    link(visit, {
      set_up: { steps: ["polish"], step: "polish", message: "Polishing Home Assistant.", error: null, ended_at: null },
    });
    await page.getByText("Polishing Home Assistant.").first().waitFor();
    expect(complaints).toEqual([]);
  });

  test("may leave out what this page would show", async () => {
    const visit = await stage.visit("all-well", "overview");
    const { page, gateway, complaints } = visit;
    link(visit, { set_up: undefined, home_assistant_version: undefined, integration_version: undefined });
    await page.getByText("installed", { exact: true }).waitFor();
    expect(await page.getByText("undefined").count()).toBe(0);
    await page.getByRole("link", { name: "Log", exact: true }).click();
    await page.getByText("The gateway is ready.").waitFor();
    gateway.write({ at: Date.now(), level: "notice", part: "new", message: "Something new." } as unknown as LogRecord);
    await page.getByText("Something new.").click();
    await page.getByRole("searchbox", { name: "Find" }).fill("something");
    await page.getByRole("group", { name: "The chosen line" }).waitFor();
    expect(complaints).toEqual([]);
  });

  test("may have no report to give, or more sections than this page knows", async () => {
    const { page, gateway, complaints } = await stage.visit("all-well", "log");
    gateway.problems.set("/api/report", {
      status: 404,
      code: "not_found",
      detail: "There is nothing at this address.",
    });
    await page.getByRole("button", { name: "Gather the report" }).click();
    await page.getByRole("alert").getByText("There is nothing at this address.").waitFor();
    gateway.problems.delete("/api/report");
    await page.route("**/api/report", (route) =>
      route.fulfill({ json: { made_at: 0, sections: [{ id: "weather", count: 3, text: "rain", problem: null }] } }),
    );
    await page.getByRole("button", { name: "Gather the report" }).click();
    await page.getByRole("checkbox", { name: "weather (3)" }).waitFor();
    expect(complaints.filter((line) => !line.includes("404"))).toEqual([]);
  });

  test("is reached through a proxy that answers for it: that is said, where it was asked", async () => {
    const { page } = await stage.visit("all-well", "log");
    await page.route("**/api/report", (route) =>
      route.fulfill({ status: 502, contentType: "text/html", body: "<html>Bad gateway</html>" }),
    );
    await page.getByRole("button", { name: "Gather the report" }).click();
    await page.getByRole("alert").getByText("The gateway could not be reached (HTTP 502).").waitFor();
  });

  test("is reported below a proxy's prefix", async () => {
    const { page, complaints } = await stage.visit("all-well", "log?report", {}, "/api/hassio_ingress/token");
    await page.getByRole("checkbox", { name: "Versions" }).waitFor();
    expect(complaints).toEqual([]);
  });
});
