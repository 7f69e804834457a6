import { describe, expect, test } from "vitest";
import type { AccountState } from "../../../src/keeper/account.ts";
import { DETAILS } from "../house.ts";
import type { House } from "../house.ts";
import { streetForEach } from "../street.ts";
import { REFRESH_DEFAULTS } from "../../../src/settings/refresh-settings.ts";

const street = streetForEach();

const state = (house: House): AccountState | undefined => house.keeper.accounts()[0];

describe("when an account of the page is refreshed", () => {
  const lifeLeft = (account: AccountState): number => (account.expires_at ?? 0) - (account.next_refresh_at ?? 0);

  test("is the person's to say: a buffer in time or as a share of the life, and an idle interval", async () => {
    const { house, id } = await street.signedIn();
    expect(lifeLeft(house.keeper.updateAccount(id, { refresh_buffer_ms: 300_000 }))).toBe(300_000);
    expect(house.runner.plans.get(id)).toBe(state(house)?.next_refresh_at);
    const byShare = house.keeper.updateAccount(id, { refresh_buffer_share: 0.5 });
    expect(byShare).toMatchObject({ refresh_buffer_ms: null, refresh_buffer_share: 0.5 });
    expect(lifeLeft(byShare)).toBe(1_800_000);
    // The refresh that follows keeps to it.
    expect(lifeLeft(await house.keeper.refreshNow(id))).toBe(1_800_000);
    house.keeper.updateAccount(id, { refresh_buffer_share: null, idle_interval_ms: 3_600_000 });
    expect(state(house)).toMatchObject({ refresh_buffer_share: null, idle_interval_ms: 3_600_000 });
  });

  test("off calls nothing and leaves the countdown, on goes on with what is due", async () => {
    const { house, id } = await street.signedIn();
    const off = house.keeper.updateAccount(id, { automatic_refresh: false });
    expect(off).toMatchObject({ status: "paused", reason: "automatic_refresh_off", next_refresh_at: null });
    expect(off.expires_at).toBeGreaterThan(house.clock.now());
    expect(house.runner.plans.has(id)).toBe(false);
    house.clock.offsetMs += 3_599_000;
    house.keeper.tick();
    expect(await house.keeper.getToken(id)).toMatchObject({ generation: 1 });
    expect(street.server.calls).toBe(1);
    const on = house.keeper.updateAccount(id, { automatic_refresh: true });
    expect(on.status).toBe("due");
    expect(house.runner.plans.get(id)).toBeLessThan(house.clock.now());
  });

  test("stands over the options' wish for all accounts, over restarts", async () => {
    const { house, id } = await street.signedIn();
    house.keeper.updateAccount(id, { refresh_buffer_share: 0.25 });
    house.close();
    const again = street.build({ folder: house.folder });
    again.keeper.mirrorOptions([], { ...REFRESH_DEFAULTS, automatic_refresh: false, refresh_buffer_ms: 60_000 });
    expect(state(again)).toMatchObject({
      automatic_refresh: true,
      refresh_buffer_share: 0.25,
      refresh_buffer_ms: null,
    });
  });

  test("of an account of the options is said there, for it alone or for all", async () => {
    const house = street.build();
    const own = { ...REFRESH_DEFAULTS, idle_interval_ms: 7_200_000 };
    const second = { ...DETAILS, name: "Second", client_id: "client-2" };
    house.keeper.mirrorOptions([{ ...DETAILS, refresh: own }, second], {
      ...REFRESH_DEFAULTS,
      automatic_refresh: false,
    });
    expect(house.keeper.accounts()).toMatchObject([own, { automatic_refresh: false, idle_interval_ms: null }]);
    expect(() => house.keeper.updateAccount(state(house)?.id ?? "", { automatic_refresh: false })).toThrowError(
      expect.objectContaining({ code: "account_owned_by_options" }),
    );
  });

  test.each([
    [{ refresh_buffer_ms: 59_999 }, "refresh_buffer_ms"],
    [{ refresh_buffer_ms: NaN }, "refresh_buffer_ms"],
    [{ refresh_buffer_share: 0.6 }, "refresh_buffer_share"],
    [{ refresh_buffer_share: 0.2, refresh_buffer_ms: 60_000 }, "refresh_buffer_share"],
    [{ idle_interval_ms: 24 * 3_600_000 }, "idle_interval_ms"],
  ])("is refused as %j, by field, and nothing changes", async (change, field) => {
    const { house, id } = await street.signedIn();
    const before = state(house);
    expect(() => house.keeper.updateAccount(id, { name: "Another", ...change })).toThrowError(
      expect.objectContaining({ code: "bad_request", field }),
    );
    expect(state(house)).toEqual(before);
  });
});
