import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import SqliteDatabase from "better-sqlite3";
import { afterEach, describe, expect, test } from "vitest";
import type { Keeper } from "../../../src/keeper/keeper.ts";
import { DETAILS } from "../../keeper/house.ts";
import { streetForEach } from "../../keeper/street.ts";
import { REFRESH_DEFAULTS } from "../../../src/settings/refresh-settings.ts";
import { aMount, mayMount } from "./mount.ts";

const street = streetForEach();
let holder: ChildProcess | undefined;
afterEach(() => void holder?.kill("SIGKILL"));

async function hold(folder: string): Promise<void> {
  const script = fileURLToPath(new URL("./database-holder.ts", import.meta.url));
  holder = spawn(process.execPath, [script, join(folder, "gateway.db")], { stdio: ["ignore", "pipe", "inherit"] });
  if (holder.stdout) await once(holder.stdout, "data");
}

async function letGo(): Promise<void> {
  const gone = holder && once(holder, "exit");
  holder?.kill("SIGKILL");
  await gone;
}

const again = (id: string) => ({ kind: "refresh", account_id: id, generation: null }) as const;

describe("a database that another program holds", () => {
  test("is a Problem that may pass, and nothing stored is lost", async () => {
    const { house, id } = await street.signedIn();
    const { vault } = house;
    const raw = new SqliteDatabase(join(house.folder, "gateway.db"), { timeout: 0 });
    raw.exec("BEGIN IMMEDIATE");
    const now = house.clock.now();
    expect(() => vault.seen(now)).toThrowError(
      expect.objectContaining({
        code: "store_failed",
        retryable: true,
        message: expect.stringContaining("SQLITE_BUSY"),
      }),
    );
    raw.exec("ROLLBACK");
    raw.close();
    vault.seen(now);
    expect(vault.lastSeenAt()).toBe(now);
    expect(vault.tokens.newest(id)?.generation).toBe(1);
  });

  test("has no call made, the token served, and the refresh done when that program has gone", async () => {
    const { house, id } = await street.signedIn();
    await hold(house.folder);
    const calls = street.server.calls;
    await expect(house.keeper.refreshNow(id)).rejects.toMatchObject({
      code: "store_failed",
      retryable: true,
      message: expect.stringContaining("another program holds it"),
    });
    expect(street.server.calls).toBe(calls);
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "store_failed", last_error: { code: "store_failed" } });
    expect(await house.keeper.getToken(id)).toMatchObject({ generation: 1 });
    await letGo();
    house.clock.offsetMs += 3_600_000;
    expect(await house.runner.run(again(id))).toMatchObject({ outcome: "committed", generation: 2 });
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "fresh", last_error: null });
  });

  test("by the time of the answer has that kept, and saved when it has gone", async () => {
    const { house, id } = await street.signedIn();
    const answer = async (response: ServerResponse): Promise<void> => {
      await hold(house.folder);
      response.end(JSON.stringify({ access_token: "access-new-1", refresh_token: "refresh-new-1", expires_in: 3600 }));
    };
    street.server.queueFault((response) => void answer(response));
    await expect(house.keeper.refreshNow(id)).rejects.toMatchObject({ code: "store_failed" });
    expect(await house.keeper.getToken(id)).toMatchObject({ generation: 2, value: "access-new-1" });
    const calls = street.server.calls;
    await letGo();
    expect(await house.runner.run(again(id))).toMatchObject({ outcome: "committed", generation: 2 });
    expect(house.vault.tokens.newest(id)?.refresh_token).toBe("refresh-new-1");
    expect(street.server.calls).toBe(calls);
  });
});

describe.skipIf(!mayMount())("a disk", () => {
  test("that is read-only at the start is named, and what is on it left alone", async () => {
    const { house } = await street.signedIn();
    house.close();
    const { folder } = aMount({ readOnly: house.folder });
    expect(() => street.build({ folder })).toThrowError(
      expect.objectContaining({
        code: "data_folder_unusable",
        message: expect.stringMatching(/gateway\.db.*writable/),
      }),
    );
    expect(street.build({ folder: house.folder }).keeper.accounts()[0]).toMatchObject({
      status: "fresh",
      generation: 1,
    });
  });

  test.each([0, 4, 8, 16, 32, 48])(
    "that has %d KB left at the first start is named, and the same start works when there is room",
    (leaveKb) => {
      const disk = aMount({ sizeKb: 512 });
      const folder = join(disk.folder, "data");
      mkdirSync(folder);
      disk.fill(leaveKb);
      expect(() => street.build({ folder })).toThrowError(expect.objectContaining({ code: "data_folder_unusable" }));
      disk.empty();
      const { id } = street.build({ folder }).keeper.addAccount(DETAILS);
      expect(id).not.toBe("");
    },
  );

  test("that is full at a later start is said of the accounts, serves what is stored, and mends by itself", async () => {
    const disk = aMount({ sizeKb: 2048 });
    const folder = join(disk.folder, "data");
    mkdirSync(folder);
    const { house, id } = await street.signedIn({ folder });
    const refresh_token = house.vault.tokens.newest(id)?.refresh_token;
    house.close();
    const calls = street.server.calls;
    // The second time round, what the first gave back has been taken up again.
    for (const again of [1, 2]) {
      disk.fill();
      const { keeper, vault, close } = startAgain(folder);
      expect(keeper.accounts()[0], `start ${again}`).toMatchObject({
        status: "store_failed",
        generation: 1,
        last_error: { code: "store_failed", message: expect.stringContaining("free some space") },
      });
      expect(await keeper.getToken(id)).toMatchObject({ generation: 1 });
      keeper.tick();
      expect(keeper.accounts()[0]?.status).toBe("store_failed");
      if (again === 2) disk.empty();
      keeper.tick();
      expect(keeper.accounts()[0]?.status).toBe(again === 2 ? "fresh" : "store_failed");
      expect(vault.tokens.newest(id)?.refresh_token).toBe(refresh_token);
      close();
    }
    expect(street.server.calls).toBe(calls);
  });

  test("that is full keeps changed options back until there is room", async () => {
    const disk = aMount({ sizeKb: 2048 });
    const folder = join(disk.folder, "data");
    mkdirSync(folder);
    const { house, id } = await street.signedIn({ folder });
    house.close();
    disk.fill();
    const { keeper } = startAgain(folder, [{ ...DETAILS, name: "Cottage" }]);
    expect(keeper.accounts()).toMatchObject([{ id, name: "Home", status: "store_failed" }]);
    disk.empty();
    keeper.tick();
    expect(keeper.accounts()).toMatchObject([{ id, name: "Cottage", owner: "options", status: "fresh" }]);
  });
});

function startAgain(folder: string, named: Parameters<Keeper["mirrorOptions"]>[0] = []) {
  const house = street.build({ folder });
  const { keeper, vault } = house;
  keeper.mirrorOptions(named, REFRESH_DEFAULTS);
  keeper.start();
  return { keeper, vault, close: () => house.close() };
}
