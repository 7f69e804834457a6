import { chmodSync, mkdirSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Problem } from "../../src/problem.ts";
import type { House } from "../keeper/house.ts";
import { A, C, TOKENS, json } from "./samples.ts";
import { stageForEach } from "./stage.ts";

const stage = stageForEach();
const { street } = stage;

function tokensIn(config: string): Pick<typeof TOKENS, keyof typeof TOKENS> {
  const { access_token, refresh_token } = JSON.parse(config) as typeof TOKENS;
  return { access_token, refresh_token };
}

const saidIn = (house: House): string => house.lines.join("");

describe("at the first start", () => {
  test("the file becomes an account whose tokens are stored before any of them is used", async () => {
    const config = await stage.granted();
    const fileNow = stage.leave(config);
    const calls = street.server.calls;
    const house = street.build();
    const importer = stage.importer(house);
    importer.start();

    const [account] = house.keeper.accounts();
    expect(account).toMatchObject({
      name: "U-tec",
      owner: "page",
      client_id: "client-1",
      client_secret_set: true,
      status: "due",
      generation: 1,
      token_usable: true,
      expires_at: null,
      refresh_buffer_ms: 900_000,
      recent: [{ kind: "signed_in", generation: 1 }],
    });
    expect(street.server.calls).toBe(calls);
    expect(house.vault.tokens.newest(account?.id ?? "")).toMatchObject(tokensIn(config));
    expect(importer.state()).toMatchObject({ status: "imported", generation: "C", account_id: account?.id });

    // The one procedure refreshes it, as any other token that is due.
    await house.planned(account?.id ?? "");
    expect(house.keeper.accounts()).toMatchObject([{ status: "fresh", generation: 2, cloud_user: "user-1" }]);
    expect(street.server).toMatchObject({ calls: calls + 1, reuses: 0, grantAlive: true });
    expect(fileNow()).toBe(config);
  });

  test("a second start imports nothing again and says nothing of it, whether the account is there or was removed", async () => {
    stage.leave(await stage.granted());
    const first = street.build();
    stage.importer(first).start();
    first.close();

    const second = street.build({ folder: first.folder });
    const importer = stage.importer(second);
    importer.start();
    expect(second.keeper.accounts()).toHaveLength(1);
    expect(saidIn(second)).not.toContain("config.json");
    const [account] = second.keeper.accounts();
    await second.keeper.removeAccount(account?.id ?? "");
    expect(importer.state()).toMatchObject({ status: "imported", account_id: null });
    second.close();

    const third = street.build({ folder: first.folder });
    stage.importer(third).start();
    expect(third.keeper.accounts()).toEqual([]);
  });

  test("a refresh token without an access token begins the account", async () => {
    const { refresh_token } = tokensIn(await stage.granted());
    stage.leave(json({ ...C, access_token: "", refresh_token }));
    const house = street.build();
    stage.importer(house).start();
    const [account] = house.keeper.accounts();
    expect(account).toMatchObject({ status: "due", generation: 0, token_usable: false });
    await house.planned(account?.id ?? "");
    expect(house.keeper.accounts()).toMatchObject([{ status: "fresh", generation: 1 }]);
    expect(street.server).toMatchObject({ reuses: 0, grantAlive: true });
  });

  test("an access token without a refresh token is used while the cloud takes it", async () => {
    stage.leave(json({ ...C, refresh_token: null }));
    const house = street.build();
    stage.importer(house).start();
    const [account] = house.keeper.accounts();
    const id = account?.id ?? "";
    expect(account).toMatchObject({ status: "fresh", next_refresh_at: null, token_usable: true });
    expect(await house.keeper.getToken(id)).toMatchObject({ value: TOKENS.access_token, generation: 1 });
    await expect(house.keeper.invalidate(id, 1)).rejects.toMatchObject({ code: "sign_in_needed" });
    expect(house.keeper.accounts()).toMatchObject([{ status: "sign_in_needed" }]);
  });

  test("without tokens a person signs in", () => {
    stage.leave(json({ ...A, access_token: "", refresh_token: "" }));
    const house = street.build();
    const importer = stage.importer(house);
    importer.start();
    expect(house.keeper.accounts()).toMatchObject([{ status: "sign_in_needed", reason: "never_signed_in" }]);
    expect(importer.state()).toMatchObject({ status: "imported", generation: "A" });
  });

  test("tokens that expired long ago are tried, and their refusal ends in a sign-in as any other does", async () => {
    const old = { token_expires_at: "2019-02-03T04:05:06", refresh_token: "refresh-user-1-from-2019" };
    stage.leave(json({ ...C, ...old }));
    const house = street.build();
    stage.importer(house).start();
    const [account] = house.keeper.accounts();
    await house.planned(account?.id ?? "");
    expect(house.keeper.accounts()).toMatchObject([{ status: "retrying", token_usable: true }]);
    for (let tries = 0; tries < 2; tries += 1) await house.planned(account?.id ?? "");
    expect(house.keeper.accounts()).toMatchObject([{ status: "sign_in_needed", reason: "grant_dead" }]);
    expect(street.server.presented).toEqual(Array(3).fill(old.refresh_token));
  });

  test("an outage costs nothing: the access token is handed out until the refresh works", async () => {
    stage.leave(await stage.granted());
    const house = street.build();
    stage.importer(house).start();
    const [account] = house.keeper.accounts();
    const id = account?.id ?? "";
    street.server.queueFault((response) => response.writeHead(503).end());
    await house.planned(id);
    expect(await house.keeper.getToken(id)).toMatchObject({ generation: 1 });
    await house.planned(id);
    expect(await house.keeper.getToken(id)).toMatchObject({ generation: 2 });
  });

  test("a disk that fails leaves nothing half, and the next start imports", async () => {
    stage.leave(await stage.granted());
    const house = street.build();
    const { imports } = house.vault;
    imports.add = () => {
      throw new Problem("store_failed", "The disk is full.");
    };
    const importer = stage.importer(house);
    importer.start();
    expect(house.keeper.accounts()).toEqual([]);
    expect(house.vault.accounts.all()).toEqual([]);
    expect(importer.state()).toMatchObject({ status: "failed", message: "The disk is full." });
    house.close();

    const again = street.build({ folder: house.folder });
    stage.importer(again).start();
    expect(again.keeper.accounts()).toMatchObject([{ status: "due", generation: 1 }]);
  });

  test("what was taken and what not is in the log, and no secret is", () => {
    stage.leave(json({ ...A, secret_key: "canary-client-secret", colour: "canary-colour" }));
    const house = street.build();
    stage.importer(house).start();
    const lines = house.lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(lines.filter((line) => line.startsWith("uteclocal's config.json became the account U-tec."))).toHaveLength(
      1,
    );
    expect(lines.filter((line) => line.startsWith("Not taken from config.json: "))).toHaveLength(6);
    expect(saidIn(house)).not.toContain("canary");
  });
});

describe("a file that is of no use is named, left as it is, and the gateway runs", () => {
  test.for<[string, string | Buffer, string]>([
    ["an empty one", "", "is empty"],
    ["a half-written one", json(C).slice(0, 99), "half-written"],
    ["another program's", json({ homeassistant: { name: "Home" } }), "none of its keys"],
    ["one of 5 MB", Buffer.alloc(5_000_000, json(C)), "longer than 32 KiB"],
    ["bytes", Buffer.from([0, 255, 254, 1, 2, 3]), "can't be read as JSON"],
    ["one without a client", json({ ...C, access_key: "" }), "client id"],
  ])("%s", ([, content, words]) => {
    const fileNow = stage.leave(content);
    const house = street.build();
    const importer = stage.importer(house);
    importer.start();
    expect(importer.state()).toMatchObject({
      status: "failed",
      account_id: null,
      message: expect.stringContaining(words),
    });
    expect(house.keeper.accounts()).toEqual([]);
    expect(saidIn(house)).toContain("Nothing was imported");
    expect(saidIn(house)).not.toContain("canary");
    expect(fileNow()).toBe(Buffer.from(content).toString("latin1"));
  });

  test("of 5 MB no more is read than tells that it is too long", () => {
    stage.leave("");
    truncateSync(join(stage.folder(), "config.json"), 50_000_000_000);
    const importer = stage.importer(street.build());
    importer.start();
    expect(importer.state()).toMatchObject({ status: "failed" });
  });

  test("a folder in its place", () => {
    mkdirSync(join(stage.folder(), "config.json"));
    const importer = stage.importer(street.build());
    importer.start();
    expect(importer.state()).toMatchObject({ status: "failed", message: expect.stringContaining("is no file") });
  });

  test("nothing in its place is nothing to tell of, unless somebody said that it is there", () => {
    const house = street.build();
    const importer = stage.importer(house);
    importer.start();
    expect(importer.state()).toMatchObject({ status: "none", message: "" });
    expect(saidIn(house)).toBe("");
    const named = stage.importer(house, { importFrom: stage.folder() });
    named.start();
    const message = expect.stringContaining("UTEC_GATEWAY_IMPORT") as string;
    expect(named.state()).toMatchObject({ status: "failed", source: join(stage.folder(), "config.json"), message });
    stage.leave("");
    const below = stage.importer(house, { importFrom: join(stage.folder(), "config.json", "below") });
    below.start();
    expect(below.state()).toMatchObject({ status: "failed", message });
  });
});

describe("where the file may lie", () => {
  test("a read-only folder and file, which stay as they are", async () => {
    stage.leave(await stage.granted());
    const file = join(stage.folder(), "config.json");
    chmodSync(file, 0o444);
    chmodSync(stage.folder(), 0o555);
    const facts = () =>
      [stage.folder(), file]
        .map((path) => statSync(path))
        .map(({ mode, mtimeMs, ctimeMs }) => [mode, mtimeMs, ctimeMs]);
    const before = facts();
    const house = street.build();
    stage.importer(house).start();
    expect(house.keeper.accounts()).toHaveLength(1);
    expect(facts()).toEqual(before);
    chmodSync(stage.folder(), 0o755);
  });

  test("named as the file itself, and saved by Windows", async () => {
    const file = join(stage.folder(), "old.json");
    writeFileSync(file, Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(await stage.granted(), "utf16le")]));
    const house = street.build();
    const importer = stage.importer(house, { dataFolder: "/nowhere", importFrom: file });
    importer.start();
    expect(house.keeper.accounts()).toMatchObject([{ status: "due", generation: 1 }]);
    expect(importer.state().source).toBe(file);
  });
});
