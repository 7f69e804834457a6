import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Problem } from "../../src/problem.ts";
import { REFRESH_DEFAULTS } from "../../src/settings/refresh-settings.ts";
import { DETAILS } from "../keeper/house.ts";
import { A, C, CLIENT, json } from "./samples.ts";
import { stageForEach } from "./stage.ts";

const stage = stageForEach();
const { street } = stage;

function problemOf(act: () => unknown): object {
  try {
    act();
  } catch (error) {
    if (error instanceof Problem) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error("Nothing was refused.");
}

describe("where there is an account already", () => {
  test("nothing is imported by itself; a person can have it as a further one", async () => {
    const house = street.build();
    const { id } = house.keeper.addAccount({ ...DETAILS, client_id: "client-0" });
    const before = house.vault.accounts.get(id);
    stage.leave(await stage.granted());
    const importer = stage.importer(house);
    importer.start();
    expect(importer.state()).toMatchObject({
      status: "waiting",
      account_id: null,
      message: expect.stringContaining("further account"),
    });
    expect(problemOf(() => importer.importFound(false))).toMatchObject({ code: "import_unconfirmed" });
    expect(house.keeper.accounts()).toHaveLength(1);

    expect(importer.importFound(true)).toMatchObject({ is_new: true, account: { name: "U-tec", generation: 1 } });
    expect(importer.state()).toMatchObject({ status: "imported" });
    expect(house.vault.accounts.get(id)).toEqual(before);
    expect(house.keeper.accounts()).toHaveLength(2);
  });

  test("with the same client nothing is changed, confirmed or not", async () => {
    const { house, id } = await street.signedIn();
    const before = [house.vault.accounts.get(id), house.vault.tokens.newest(id)];
    stage.leave(json(C));
    const importer = stage.importer(house);
    importer.start();
    expect(importer.state()).toMatchObject({ status: "waiting", account_id: id });
    for (const confirmed of [false, true]) {
      expect(problemOf(() => importer.importFound(confirmed))).toMatchObject({ code: "account_exists" });
    }
    expect([house.vault.accounts.get(id), house.vault.tokens.newest(id)]).toEqual(before);
    expect(house.keeper.accounts()).toHaveLength(1);
    expect(importer.state()).toMatchObject({ status: "waiting" });
  });

  test("a file that has changed since it was imported waits, and says so in one line", async () => {
    const config = await stage.granted();
    stage.leave(config);
    const first = street.build();
    stage.importer(first).start();
    first.close();
    stage.leave(json({ ...(JSON.parse(config) as object), ...CLIENT, refresh_token: "canary-refresh-0002" }));
    const house = street.build({ folder: first.folder });
    const importer = stage.importer(house);
    importer.start();
    expect(importer.state()).toMatchObject({ status: "waiting", account_id: house.keeper.accounts()[0]?.id });
    expect(house.lines.filter((line) => line.includes("config.json"))).toHaveLength(1);
    expect(house.vault.tokens.newest(importer.state().account_id ?? "")?.refresh_token).not.toContain("0002");
  });

  test("a changed file imports nothing by itself either when the account has been removed", async () => {
    stage.leave(await stage.granted());
    const house = street.build();
    stage.importer(house).start();
    await house.keeper.removeAccount(house.keeper.accounts()[0]?.id ?? "");
    stage.leave(json(A));
    const importer = stage.importer(house);
    importer.start();
    expect(house.keeper.accounts()).toEqual([]);
    expect(importer.state()).toMatchObject({ status: "waiting" });
  });
});

describe("a file that a person chooses", () => {
  test("becomes an account; chosen once more nothing happens", () => {
    const house = street.build();
    const importer = stage.importer(house);
    const { account, import: state } = importer.importText(json(A), false);
    expect(account).toMatchObject({ name: "U-tec", status: "due", generation: 1 });
    expect(state).toMatchObject({ status: "imported", source: "uploaded", generation: "A", account_id: account?.id });
    const again = importer.importText(`\u{feff}${json(A)}`, false);
    expect(again).toMatchObject({ is_new: false, account: { id: account?.id }, import: state });
    expect(house.keeper.accounts()).toHaveLength(1);
  });

  test("whose account was removed gives its client once more, and not the tokens that were used since", async () => {
    const config = await stage.granted();
    const house = street.build();
    const importer = stage.importer(house);
    const { account } = importer.importText(config, false);
    await house.planned(account?.id ?? "");
    await house.keeper.removeAccount(account?.id ?? "");
    const again = importer.importText(config, false);
    expect(again).toMatchObject({ is_new: true, account: { status: "sign_in_needed" } });
    expect(again.import.not_taken.map(({ key }) => key)).toContain("refresh_token");
    expect(street.server.reuses).toBe(0);
  });

  test("that is of no use is refused, and changes nothing of what is known", () => {
    const importer = stage.importer(street.build());
    expect(problemOf(() => importer.importText("{", false))).toMatchObject({ code: "import_unreadable" });
    expect(problemOf(() => importer.importText(json({ ...C, secret_key: "***" }), false))).toMatchObject({
      code: "import_unreadable",
      message: expect.stringContaining("client secret"),
    });
    expect(problemOf(() => importer.importText("x".repeat(40_000), false))).toMatchObject({
      code: "payload_too_large",
    });
    expect(problemOf(() => importer.importFound(false))).toMatchObject({ code: "import_not_found" });
    expect(importer.state()).toMatchObject({ status: "none" });
  });
});

test("an imported account has the client and the redirect URI of the file, and a page that changes them leaves its addresses", () => {
  const house = street.build();
  const other = { api_base_url: "http://127.0.0.1:9/api", oauth_base_url: "http://127.0.0.1:9/oauth" };
  const { account } = stage.importer(house).importText(json({ ...C, ...other }), false);
  const id = account?.id ?? "";
  house.keeper.updateAccount(id, { redirect_uri: "https://new.test/callback" });
  expect(house.vault.accounts.get(id)).toMatchObject({
    redirect_uri: "https://new.test/callback",
    settings: { api_url: other.api_base_url, token_url: `${other.oauth_base_url}/token` },
  });
  expect(new URL(house.keeper.authorise(id).url).href).toContain(`${other.oauth_base_url}/authorize`);
});

test("a file is known by its content", () => {
  const house = street.build();
  stage.importer(house).importText(json(A), false);
  const hash = createHash("sha256").update(json(A)).digest("hex");
  expect(house.vault.imports.find(hash)).toMatchObject({ content_hash: hash });
});

test("an account that was imported and is named in the options later is theirs, keeps its addresses, and is written once", () => {
  const house = street.build();
  const { account } = stage.importer(house).importText(json({ ...C, api_base_url: "http://127.0.0.1:9/api" }), false);
  const id = account?.id ?? "";
  const named = [{ ...DETAILS, name: "U-tec", refresh: REFRESH_DEFAULTS }];
  house.keeper.mirrorOptions(named, REFRESH_DEFAULTS);
  const first = house.vault.accounts.get(id);
  expect(first).toMatchObject({ owner: "options", settings: { api_url: "http://127.0.0.1:9/api" }, generation: 1 });
  house.clock.offsetMs += 60_000;
  house.keeper.mirrorOptions(named, REFRESH_DEFAULTS);
  expect(house.vault.accounts.get(id)?.changed_at).toBe(first?.changed_at);
});
