import { afterEach, expect, test } from "vitest";
import { staticProvider } from "../../../src/keeper/providers/static.ts";
import { utecProvider } from "../../../src/keeper/providers/utec.ts";
import { DETAILS, House } from "../house.ts";
import { REFRESH_DEFAULTS } from "../../../src/settings/refresh-settings.ts";

let house: House | undefined;
afterEach(() => house?.remove());

test("an account of a newer version's kind is shown, says so, calls nobody, and can be removed", async () => {
  const newer = new House({ url: "http://127.0.0.1:9", providers: [utecProvider(), staticProvider()] });
  const { id } = newer.keeper.addAccount({ provider: "static", name: "Spare", token: "canary-opaque" });
  await newer.keeper.getToken(id);
  newer.close();

  house = new House({ url: "http://127.0.0.1:9", providers: [utecProvider()], folder: newer.folder });
  const { keeper } = house;
  keeper.mirrorOptions([DETAILS], REFRESH_DEFAULTS);
  keeper.start();
  keeper.tick();
  const said = { status: "misconfigured", last_error: { message: expect.stringContaining("update the gateway") } };
  expect(keeper.accounts().find((account) => account.id === id)).toMatchObject({ provider: "static", ...said });
  await expect(keeper.refreshNow(id)).rejects.toMatchObject({ code: "misconfigured" });
  expect(() => keeper.authorise(id)).toThrowError(expect.objectContaining({ code: "misconfigured" }));
  expect(await house.runner.run({ kind: "refresh", account_id: id, generation: null })).toMatchObject({
    outcome: "failed",
    problem: { code: "misconfigured" },
  });
  expect(keeper.updateAccount(id, { automatic_refresh: false })).toMatchObject({ automatic_refresh: false });
  await keeper.removeAccount(id);
  expect(keeper.accounts().map((account) => account.name)).toEqual([DETAILS.name]);
});
