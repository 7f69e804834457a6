import { describe, expect, test } from "vitest";
import type { AccountState } from "../../../src/keeper/account.ts";
import type { KeeperUpdate } from "../../../src/keeper/accounts/live-accounts.ts";
import { GRANT_STEPS } from "../../../src/keeper/grant/grant-context.ts";
import { runGrant } from "../../../src/keeper/grant/grant.ts";
import { DETAILS } from "../house.ts";
import type { House } from "../house.ts";
import { streetForEach } from "../street.ts";

const street = streetForEach();

const state = (house: House): AccountState | undefined => house.keeper.accounts()[0];

describe("accounts", () => {
  test("of the page can be changed and removed, and keep their id for the same cloud user", async () => {
    const { house, id } = await street.signedIn();
    const updates: KeeperUpdate[] = [];
    house.keeper.subscribe((update) => void updates.push(update));
    expect(house.keeper.updateAccount(id, { name: " Home 2 " }).name).toBe("Home 2");
    await house.keeper.removeAccount(id);
    expect(updates.at(-1)).toEqual({ accounts: [], removed: [id] });
    expect(house.keeper.accounts()).toEqual([]);
    expect(house.runner.plans.size).toBe(0);

    const added = house.keeper.addAccount(DETAILS);
    expect(added.id).not.toBe(id);
    const back = await house.keeper.exchange(street.server.code(), added.id);
    expect(back).toMatchObject({ id, status: "fresh", generation: 2 });
    expect(house.keeper.accounts().map((account) => account.id)).toEqual([id]);
    expect(updates.some(({ removed }) => removed.includes(added.id))).toBe(true);
    expect([...house.runner.plans.keys()]).toEqual([id]);
  });

  test("with wrong details are refused by field, a second one of the same client too", () => {
    const house = street.build();
    expect(() => house.keeper.addAccount({ ...DETAILS, client_id: "" })).toThrowError(
      expect.objectContaining({ code: "bad_request", field: "client_id" }),
    );
    house.keeper.addAccount(DETAILS);
    expect(() => house.keeper.addAccount({ ...DETAILS, name: "Again" })).toThrowError(
      expect.objectContaining({ code: "account_exists" }),
    );
  });

  test("removed in mid-flight drop the answer and raise nothing", async () => {
    const { house, id } = await street.signedIn();
    const refresh = house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    await house.keeper.removeAccount(id);
    expect(await refresh).toMatchObject({ outcome: "unneeded" });
    expect(house.keeper.accounts()).toEqual([]);
  });

  test.each(GRANT_STEPS.filter((step) => step !== "identified"))(
    "signed out right after the step `%s` stay signed out",
    async (step) => {
      const { house, id } = await street.signedIn();
      const onStep = async (now: string): Promise<void> => {
        if (now === step) await house.keeper.signOut(id);
      };
      await runGrant({ ...house.world, onStep }, { kind: "refresh", account_id: id, generation: 1 });
      expect(state(house)).toMatchObject({ status: "sign_in_needed", reason: "signed_out" });
      await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "sign_in_needed" });
      expect(house.vault.tokens.newest(id)).toBeNull();
    },
  );

  test("with another client id must be signed in again; a new secret alone keeps the sign-in", async () => {
    const { house, id } = await street.signedIn();
    expect(house.keeper.updateAccount(id, { client_secret: "another-secret" }).status).toBe("fresh");
    await expect(house.keeper.refreshNow(id)).rejects.toMatchObject({ code: "misconfigured" });
    expect(state(house)).toMatchObject({ status: "retrying", reason: "client_refused" });
    await house.planned(id);
    expect(state(house)).toMatchObject({ status: "misconfigured", reason: "client_refused" });
    expect(house.keeper.updateAccount(id, { client_secret: DETAILS.client_secret }).status).toBe("due");
    expect(house.keeper.updateAccount(id, { client_id: "client-9" })).toMatchObject({
      status: "sign_in_needed",
      reason: "signed_out",
    });
  });
});
