import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import { builtImage } from "../../../scripts/image/image.ts";
import { removeFolder } from "../../remove-folder.ts";
import { readStoreApp } from "../supervisor/apps/store-app.ts";
import { PROJECT, REPOSITORY_URL } from "./home.ts";
import type { Home } from "./home.ts";
import { IngressPage } from "./ingress-page.ts";
import { ACCOUNT, settledHome, until, useFrontDoor } from "./settled-home.ts";

describe.skipIf(!inject("isHome"))("versions and backups of the add-on", { timeout: 120_000 }, () => {
  let home: Home;
  let page: IngressPage;

  beforeAll(async () => {
    ({ home, page } = await settledHome());
  }, 300_000);
  afterAll(() => home.stop());

  const app = () => home.supervisor.app(home.slug);
  const linked = () => page.waitFor(({ gateway }) => gateway.link.status === "linked", "the link", 60_000);

  test("an update that Home Assistant's user starts keeps the sign-in, and the locks work on", async () => {
    const { obtained_at } = await page.account();
    const newer = aFolder();
    for (const name of ["translations", "README.md"])
      cpSync(join(PROJECT, name), join(newer, name), { recursive: true });
    const config = readFileSync(join(PROJECT, "config.yaml"), "utf8");
    writeFileSync(join(newer, "config.yaml"), config.replace(/^version: .*$/m, 'version: "99.0.0"'));
    home.supervisor.offer(readStoreApp(newer, REPOSITORY_URL), await builtImage());
    await home.homeAssistant.client.ws({
      type: "supervisor/api",
      endpoint: `/store/addons/${home.slug}/update`,
      method: "post",
    });
    expect(app().store.configuration.version).toBe("99.0.0");
    expect(app().exitCodes.at(-1)).toBe(0);
    await linked();
    expect(await page.account()).toMatchObject({ status: "fresh", obtained_at });
    await useFrontDoor(home);
  });

  test("data of a newer version are refused untouched, with what to do; with that version all goes on", async () => {
    await app().stop();
    const vault = join(app().dataFolder, "gateway.db");
    const known = setSchema(vault, (version) => version + 1);
    const before = contentOf(app().dataFolder);
    await home.supervisor.startApp(home.slug);
    expect(app().state).toBe("error");
    expect(app().log).toMatch(/was written by a newer version of the gateway: install that version/);
    expect(contentOf(app().dataFolder)).toEqual(before);

    setSchema(vault, () => known);
    await home.supervisor.startApp(home.slug);
    await linked();
    expect((await page.account()).status).toBe("fresh");
  });

  test("a backup that is made while it works is restored after an uninstall, and nobody has to sign in", async () => {
    const backup = aFolder();
    const { id, obtained_at } = await page.account();
    const work = useFrontDoor(home);
    await home.supervisor.backUp(home.slug, backup);
    await work;
    await home.supervisor.uninstall(home.slug);
    await restoreAndStart(backup);
    expect(app().log).toContain("The data folder was restored from a backup of");
    expect(await page.account()).toMatchObject({ id, status: "fresh", obtained_at });
    await useFrontDoor(home);
  });

  test("a backup with a token that was refreshed since is recognised: nothing dead is sent, and signing in mends it", async () => {
    const backup = aFolder();
    const { id: account_id } = await page.account();
    await home.supervisor.backUp(home.slug, backup);
    await page.post("api/accounts/refresh", { account_id });
    await until(async () => ((await page.account()).generation > 1 ? true : undefined), "the refresh", 30_000);
    await settle();
    await home.supervisor.uninstall(home.slug);
    const { token: calls } = home.cloud.control.counters();
    await restoreAndStart(backup);
    expect(await page.account()).toMatchObject({ status: "sign_in_needed", reason: "restored_backup" });
    expect(home.cloud.control.counters().token).toEqual(calls);
    expect(await page.signIn()).toMatchObject({ status: "fresh" });
    await useFrontDoor(home);
  });

  /** As a restore does in the Supervisor's backup page: the add-on's folder and options, then a start. */
  const restoreAndStart = async (backup: string): Promise<void> => {
    home.supervisor.restore(home.slug, backup);
    app().options = { accounts: [ACCOUNT] };
    await home.supervisor.startApp(home.slug);
    page = await IngressPage.open(home);
    await linked();
  };

  /** Home Assistant has heard of the newest token. */
  const settle = () => page.waitFor(({ gateway }) => gateway.link.status === "linked", "the link");

  const aFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), "utec-gateway-versions-"));
    onTestFinished(() => removeFolder(folder));
    return folder;
  };
});

/** @returns the schema version before */
function setSchema(file: string, change: (version: number) => number): number {
  const database = new SqliteDatabase(file);
  const version = Number(database.pragma("user_version", { simple: true }));
  database.pragma(`user_version = ${change(version)}`);
  database.close();
  return version;
}

/** A digest of each file, but what the Supervisor itself writes. */
function contentOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(folder, name)).isFile() && name !== "options.json")
    .sort();
  return Object.fromEntries(
    files.map((name) => [
      name,
      createHash("sha256")
        .update(readFileSync(join(folder, name)))
        .digest("hex"),
    ]),
  );
}
