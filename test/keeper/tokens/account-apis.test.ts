import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { loginProvider } from "../../../src/keeper/providers/login.ts";
import { staticProvider } from "../../../src/keeper/providers/static.ts";
import { UTEC_ACTION, utecProvider } from "../../../src/keeper/providers/utec.ts";
import { REFRESH_DEFAULTS } from "../../../src/settings/refresh-settings.ts";
import { DETAILS, House } from "../house.ts";

const FIRST = "https://one.test/v1";
const SECOND = "https://two.test/v2";
const SPARE = { provider: "static", name: "Spare", token: "canary-opaque", api_url: FIRST } as const;

let house: House;

beforeEach(() => {
  const providers = [utecProvider({ apiUrl: "https://locks.test" }), loginProvider(), staticProvider()];
  house = new House({ url: "https://locks.test", providers });
});
afterEach(() => house.remove());

const urlOf = (id: string): string => house.keeper.apis.urlOf(id, "/signal");

describe("where an account's API lies", () => {
  test("is what the account says, else what its provider says", () => {
    const locks = house.keeper.addAccount(DETAILS);
    expect(house.keeper.apis.urlOf(locks.id, UTEC_ACTION)).toBe("https://locks.test/action");
    expect(urlOf(house.keeper.addAccount(SPARE).id)).toBe(`${FIRST}/signal`);
  });

  test("is known without a look into the database", () => {
    const { id } = house.keeper.addAccount(SPARE);
    const read = vi.spyOn(house.vault.accounts, "get");
    for (let request = 0; request < 100; request += 1) expect(urlOf(id)).toBe(`${FIRST}/signal`);
    expect(read).not.toHaveBeenCalled();
  });

  test("is the new address with the next request after the page changed it", () => {
    const { id } = house.keeper.addAccount(SPARE);
    house.keeper.updateAccount(id, { api_url: SECOND });
    expect(urlOf(id)).toBe(`${SECOND}/signal`);
  });

  test("is the new address with the next request after the options changed it", () => {
    const { provider, name, token } = SPARE;
    const mirror = (api_url: string): void =>
      void house.keeper.mirrorOptions([{ provider, name, token, api_url }], REFRESH_DEFAULTS);
    mirror(FIRST);
    const [account] = house.keeper.accounts();
    expect(urlOf(account?.id ?? "")).toBe(`${FIRST}/signal`);
    mirror(SECOND);
    expect(urlOf(account?.id ?? "")).toBe(`${SECOND}/signal`);
  });

  test("is the new address after a restart too", () => {
    const { id } = house.keeper.addAccount(SPARE);
    house.keeper.updateAccount(id, { api_url: SECOND });
    house.close();
    house = new House({ url: "", folder: house.folder, providers: [staticProvider()] });
    expect(urlOf(id)).toBe(`${SECOND}/signal`);
  });

  test("is nowhere once the account is removed", async () => {
    const { id } = house.keeper.addAccount(SPARE);
    await house.keeper.removeAccount(id);
    expect(house.keeper.apis.apiOf(id)).toBeNull();
    expect(() => urlOf(id)).toThrow("There is no such account");
  });
});
