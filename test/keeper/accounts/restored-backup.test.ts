import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DETAILS } from "../house.ts";
import type { House } from "../house.ts";
import { streetForEach } from "../street.ts";

const street = streetForEach();

const again = (id: string) => ({ kind: "refresh", account_id: id, generation: null }) as const;

/** A stopped gateway with the token of yesterday in its database, and today's in the copy beside it. */
async function withCopy(): Promise<{ folder: string; id: string }> {
  const house = street.build();
  const { id } = house.keeper.addAccount(DETAILS);
  await house.keeper.exchange(street.server.code(), id);
  house.close();
  copyFileSync(join(house.folder, "gateway.db"), join(house.folder, "copy.db"));
  const later = street.build({ folder: house.folder });
  await later.runner.run({ kind: "refresh", account_id: id, generation: 1 });
  await later.runner.run({ kind: "refresh", account_id: id, generation: 2 });
  await later.vault.markGenerations();
  later.close();
  return { folder: house.folder, id };
}

function restore(folder: string): House {
  copyFileSync(join(folder, "copy.db"), join(folder, "gateway.db"));
  return street.build({ folder });
}

test("an older copy of the database is noticed at the start, and its used refresh token is never sent by itself", async () => {
  const { folder, id } = await withCopy();
  const calls = street.server.calls;
  const restored = restore(folder);
  restored.keeper.start();
  expect(restored.keeper.accounts()[0]).toMatchObject({
    status: "sign_in_needed",
    reason: "restored_backup",
    next_refresh_at: null,
    last_error: { code: "restored_backup", message: expect.stringMatching(/older copy.*Home.*sign in again/) },
  });
  expect(restored.keeper.events(id).at(-1)).toMatchObject({ kind: "failed", code: "restored_backup" });
  restored.clock.offsetMs += 24 * 3_600_000;
  await restored.runner.run(again(id));
  await expect(restored.keeper.getToken(id)).rejects.toMatchObject({ code: "sign_in_needed" });
  expect(street.server.calls).toBe(calls);
  expect(street.server.reuses).toBe(0);
  expect(restored.vault.tokens.newest(id)?.generation).toBe(1);
});

test("a new sign-in ends it, for the next start too, and the generation goes on from where it was", async () => {
  const { folder, id } = await withCopy();
  const restored = restore(folder);
  restored.close();
  const restarted = street.build({ folder });
  expect(restarted.keeper.accounts()[0]).toMatchObject({ reason: "restored_backup" });
  expect(restarted.keeper.events(id).filter(({ code }) => code === "restored_backup")).toHaveLength(1);
  expect(await restarted.keeper.exchange(street.server.code(), id)).toMatchObject({ status: "fresh", generation: 4 });
  restarted.close();
  expect(street.build({ folder }).keeper.accounts()[0]).toMatchObject({ status: "fresh", generation: 4 });
});

test("a person may have the kept token tried: it works or it does not, in one call", async () => {
  const { folder, id } = await withCopy();
  const restored = restore(folder);
  const calls = street.server.calls;
  await expect(restored.keeper.refreshNow(id)).rejects.toMatchObject({ code: "sign_in_needed" });
  await restored.runner.run(again(id));
  expect(street.server.calls - calls).toBe(1);
  expect(restored.keeper.accounts()[0]).toMatchObject({ status: "sign_in_needed", next_refresh_at: null });
});

test("an unfinished call in an older copy is not taken up", async () => {
  const { folder, id } = await withCopy();
  const old = street.build();
  old.close();
  rmSync(join(old.folder, "gateway.db"));
  for (const file of ["gateway.key", "copy.db"]) copyFileSync(join(folder, file), join(old.folder, file));
  copyFileSync(join(old.folder, "copy.db"), join(old.folder, "gateway.db"));
  rmSync(join(old.folder, "gateway.generations"), { force: true });
  const interrupted = street.build({ folder: old.folder });
  const account = interrupted.vault.accounts.get(id);
  if (account === null) throw new Error("no account");
  interrupted.vault.journal.begin(account, "refresh_token", interrupted.clock.now());
  interrupted.close();
  copyFileSync(join(old.folder, "gateway.db"), join(folder, "copy.db"));
  const calls = street.server.calls;
  const restored = restore(folder);
  restored.keeper.start();
  expect(restored.vault.journal.open(id)).toBeNull();
  expect(restored.keeper.accounts()[0]?.reason).toBe("restored_backup");
  expect(street.server.calls).toBe(calls);
});

test("without the marker there is no alarm: a new machine, or everything restored", async () => {
  const { folder } = await withCopy();
  const elsewhere = mkdtempSync(join(tmpdir(), "keeper-"));
  cpSync(folder, elsewhere, { recursive: true });
  rmSync(join(elsewhere, "gateway.generations"));
  expect(restore(elsewhere).keeper.accounts()[0]).toMatchObject({ status: "fresh", generation: 1 });
});

test.each([
  ["torn off", '{"gateway_id":'],
  ["another gateway's", JSON.stringify({ gateway_id: "another", generations: {} })],
  ["of another shape", "[]"],
])("a marker that is %s is no hindrance, and is written anew", async (_, text) => {
  const { folder, id } = await withCopy();
  const marker = join(folder, "gateway.generations");
  writeFileSync(marker, text);
  const house = street.build({ folder });
  expect(house.keeper.accounts()[0]).toMatchObject({ status: "fresh", generation: 3 });
  await house.vault.markGenerations();
  expect(JSON.parse(readFileSync(marker, "utf8"))).toEqual({
    gateway_id: house.vault.gateway_id,
    generations: { [id]: 3 },
  });
  expect(statSync(marker).mode & 0o777).toBe(0o600);
});
