import { describe, expect, test } from "vitest";
import type { AccountState } from "../../../src/keeper/account.ts";
import { REFRESH_DEFAULTS } from "../../../src/settings/refresh-settings.ts";
import { DETAILS } from "../house.ts";
import type { House } from "../house.ts";
import { streetForEach } from "../street.ts";

const street = streetForEach();
const CABIN = { ...DETAILS, name: "Cabin", client_id: "client-2" };

/** A keeper whose options name one account, signed in. */
async function signedIn(): Promise<{ house: House; id: string }> {
  const house = street.build();
  house.keeper.mirrorOptions([DETAILS], REFRESH_DEFAULTS);
  const id = house.keeper.accounts()[0]?.id ?? "";
  await house.keeper.exchange(street.server.code(), id);
  return { house, id };
}

const accountsAfter = (
  house: House,
  named: Parameters<House["keeper"]["mirrorOptions"]>[0],
): readonly AccountState[] => {
  house.keeper.mirrorOptions(named, REFRESH_DEFAULTS);
  return house.keeper.accounts();
};

describe("what is wrong in the options takes nothing from an account that was right", () => {
  test.each([
    ["client_secret", "", "The client secret is missing: copy it from the app's OpenAPI page."],
    ["client_secret", "••••••••", "The client secret has a character that no client secret has: copy it again."],
    ["client_secret", DETAILS.client_id, "Client id and client secret are the same: one of them was pasted twice."],
    ["client_id", "", "The client id is missing: copy it from the app's OpenAPI page."],
    [
      "client_id",
      "me@example.org",
      "The client id is an e-mail address: it is not your login, copy it from the app's OpenAPI page.",
    ],
    ["redirect_uri", "lock://home", "The redirect URI must be a web address that starts with https:// or http://."],
    ["name", " ", "The account has no name: give it one that you will know it by."],
  ] as const)("%s is %j: the stored one is used, and the sentence says so", async (field, value, sentence) => {
    const { house, id } = await signedIn();
    expect(house.keeper.mirrorOptions([{ ...DETAILS, [field]: value }], REFRESH_DEFAULTS)).toEqual([
      { named: 0, field, message: `${sentence} Until then Home goes on with the one it had.` },
    ]);
    expect(house.keeper.accounts()).toMatchObject([
      { id, owner: "options", name: "Home", client_id: "client-1", status: "fresh" },
    ]);
    expect(await house.keeper.refreshNow(id)).toMatchObject({ generation: 2 });
    expect(house.keeper.mirrorOptions([DETAILS], REFRESH_DEFAULTS)).toEqual([]);
    expect(house.keeper.accounts()).toMatchObject([{ id, status: "fresh", generation: 2 }]);
  });

  test("all of it at once, while a right value beside it counts", async () => {
    const { house, id } = await signedIn();
    const named = [{ ...DETAILS, client_id: "", client_secret: "", redirect_uri: "https://other.test/callback" }];
    const slips = house.keeper.mirrorOptions(named, REFRESH_DEFAULTS);
    expect(slips.map(({ field }) => field)).toEqual(["client_id", "client_secret"]);
    expect(house.keeper.accounts()).toMatchObject([
      { id, client_id: "client-1", redirect_uri: "https://other.test/callback", status: "fresh" },
    ]);
  });

  test("a new client without its secret is another client: the stored secret is not its own", async () => {
    const { house, id } = await signedIn();
    expect(
      house.keeper.mirrorOptions([{ ...DETAILS, client_id: "client-9", client_secret: "" }], REFRESH_DEFAULTS),
    ).toEqual([]);
    expect(house.keeper.accounts()).toMatchObject([{ id, client_id: "client-9", status: "misconfigured" }]);
  });

  test("what was wrong from the first day is misconfigured, and told of there alone", () => {
    const house = street.build();
    const named = [{ ...DETAILS, client_secret: "" }];
    for (let start = 0; start < 2; start++) {
      expect(house.keeper.mirrorOptions(named, REFRESH_DEFAULTS)).toEqual([]);
      expect(house.keeper.accounts()).toMatchObject([
        { status: "misconfigured", last_error: { message: expect.stringContaining("client secret is missing") } },
      ]);
    }
  });
});

describe("an account is found by its client before another one is found by its name", () => {
  test("its name was given to a new one: it stays signed in under its own", async () => {
    const { house, id } = await signedIn();
    const accounts = accountsAfter(house, [
      { ...DETAILS, client_id: "client-9" },
      { ...DETAILS, name: "Old home" },
    ]);
    expect(accounts.find((account) => account.id === id)).toMatchObject({ name: "Old home", status: "fresh" });
    expect(accounts).toHaveLength(2);
  });

  test("one of the same name has no client id yet", async () => {
    const { house, id } = await signedIn();
    const accounts = accountsAfter(house, [{ ...DETAILS, client_id: "" }, DETAILS]);
    expect(accounts.filter(({ status }) => status === "fresh").map((account) => account.id)).toEqual([id]);
    expect(accounts).toHaveLength(2);
  });

  test("two changed places", async () => {
    const { house, id } = await signedIn();
    house.keeper.mirrorOptions([DETAILS, CABIN], REFRESH_DEFAULTS);
    const accounts = accountsAfter(house, [CABIN, DETAILS]);
    expect(accounts).toMatchObject([
      { id, name: "Home", status: "fresh" },
      { name: "Cabin", status: "sign_in_needed" },
    ]);
  });
});
