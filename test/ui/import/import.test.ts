import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { signedIn } from "../../../ui/mock/accounts.ts";
import { failed, imported, waiting } from "../../../ui/mock/import/imports.ts";
import { PageStage, focused } from "../stage.ts";

let stage: PageStage;

beforeAll(async () => {
  stage = await PageStage.start();
});
afterEach(() => stage.tidy());
afterAll(() => stage.stop());

const CONFIG = JSON.stringify({ access_key: "client-1", secret_key: "secret", refresh_token: "token" });

async function choose(page: Page, content: string | Buffer): Promise<void> {
  await page
    .getByLabel("Choose its config.json")
    .setInputFiles({ name: "config.json", mimeType: "application/json", buffer: Buffer.from(content) });
}

describe("a config.json of uteclocal", () => {
  test("chosen where there is no account yet becomes one, with a report of what was taken and what not", async () => {
    const { page, gateway, complaints } = await stage.visit("empty", "accounts");
    await choose(page, CONFIG);
    await focused(page.getByRole("group", { name: /became the account U-tec/ })).waitFor();
    await page.getByText("the client id", { exact: true }).waitFor();
    await page.getByText("is a setting of the whole gateway.").waitFor();
    await page.getByRole("heading", { name: "U-tec", exact: true }).waitFor();
    expect(gateway.asked).toEqual([{ path: "/api/import", body: { file: CONFIG } }]);
    expect(complaints).toEqual([]);
  });

  test("chosen in the wizard goes on to the locks", async () => {
    const { page } = await stage.visit("empty", "accounts/sign-in?step=cloud");
    await choose(page, CONFIG);
    await page.getByRole("link", { name: "Go on" }).click();
    await expect.poll(() => page.url()).toContain("step=found");
  });

  test("without tokens leads to the sign-in", async () => {
    const { page } = await stage.visit("empty", "accounts/sign-in?step=cloud");
    await choose(page, JSON.stringify({ access_key: "client-1" }));
    await page.getByRole("link", { name: "Sign in" }).click();
    await expect.poll(() => page.url()).toContain("step=sign-in&account=imported");
  });

  test("chosen beside an account is asked about once, and can be left", async () => {
    const { page, gateway } = await stage.visit("all-well", "accounts");
    await choose(page, CONFIG);
    await focused(page.getByRole("group", { name: "Add a further account?" })).waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    expect(gateway.picture.accounts).toHaveLength(1);

    await choose(page, CONFIG);
    await page.getByRole("button", { name: "Add it" }).click();
    await page.getByText("The file became the account U-tec.").waitFor();
    expect(gateway.asked.at(-1)?.body).toEqual({ file: CONFIG, confirm: true });
    expect(gateway.picture.accounts.map(({ id }) => id)).toEqual([signedIn(0).id, "imported"]);
  });

  test("that is none is refused beside the button, and the right one can be chosen next", async () => {
    const { page } = await stage.visit("empty", "accounts");
    await choose(page, "{}");
    await page.getByRole("alert").getByText("it has none of its keys").waitFor();
    await choose(page, CONFIG);
    await page.getByText("The file became the account U-tec.").waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  test("of megabytes is not sent", async () => {
    const { page, gateway } = await stage.visit("empty", "accounts");
    await choose(page, Buffer.alloc(5_000_000, "x"));
    await page.getByRole("alert").getByText("too long").waitFor();
    expect(gateway.asked).toEqual([]);
  });

  test("that was taken over at the start is told of, with its report", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview");
    gateway.imports.state = imported(signedIn(0).id, "/data/config.json");
    await page.getByRole("link", { name: "Accounts", exact: true }).click();
    await page.getByText(/Home was taken over from uteclocal/).waitFor();
    await page.getByText("What was taken, and what not").click();
    await page.getByText("status_poll_seconds").waitFor();
  });

  test("that waits is offered as a further account, unless its client is there already", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview");
    gateway.imports.state = waiting(null);
    await page.getByRole("link", { name: "Accounts", exact: true }).click();
    await page.getByRole("button", { name: "Import it as a further account" }).click();
    await page.getByText("The file became the account U-tec.").waitFor();
    expect(gateway.asked.at(-1)).toEqual({ path: "/api/import", body: { confirm: true } });

    gateway.imports.state = waiting(signedIn(0).id);
    await page.getByRole("link", { name: "Overview", exact: true }).click();
    await page.getByRole("link", { name: "Accounts", exact: true }).click();
    await page.getByText("A config.json of uteclocal was found.").waitFor();
    expect(await page.getByRole("button", { name: "Import it as a further account" }).count()).toBe(0);
  });

  test("that was of no use at the start is named", async () => {
    const { page, gateway } = await stage.visit("empty", "overview");
    gateway.imports.state = failed("/data/config.json is empty.");
    await page.getByRole("link", { name: "Accounts", exact: true }).click();
    await page.getByText("Nothing was imported at the start: /data/config.json is empty.").waitFor();
  });

  test("is no matter for who may not act", async () => {
    const { page } = await stage.visit("member", "accounts");
    await page.getByText("Only administrators").first().waitFor();
    expect(await page.getByText("uteclocal").count()).toBe(0);
  });
});
