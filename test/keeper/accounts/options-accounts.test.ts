import { describe, expect, test } from "vitest";
import type { AccountState } from "../../../src/keeper/account.ts";
import { DETAILS } from "../house.ts";
import type { House } from "../house.ts";
import { streetForEach } from "../street.ts";
import { REFRESH_DEFAULTS } from "../../../src/settings/refresh-settings.ts";

const street = streetForEach();

const state = (house: House): AccountState | undefined => house.keeper.accounts()[0];

describe("accounts of the options", () => {
  test("are taken over at each start and keep their sign-in", async () => {
    const house = street.build();
    house.keeper.mirrorOptions([DETAILS], REFRESH_DEFAULTS);
    const id = state(house)?.id ?? "";
    expect(state(house)).toMatchObject({ owner: "options", status: "sign_in_needed", client_secret_set: true });
    await house.keeper.exchange(street.server.code(), id);
    house.close();

    const again = street.build({ folder: house.folder });
    again.keeper.mirrorOptions([{ ...DETAILS, name: "Renamed" }], REFRESH_DEFAULTS);
    expect(again.keeper.accounts()).toMatchObject([{ id, name: "Renamed", status: "fresh", generation: 1 }]);
    expect(() => again.keeper.updateAccount(id, { name: "x" })).toThrowError(
      expect.objectContaining({ code: "account_owned_by_options" }),
    );
    await expect(again.keeper.removeAccount(id)).rejects.toMatchObject({ code: "account_owned_by_options" });
  });

  test("with another client id under the same name stay the same account", async () => {
    const house = street.build();
    house.keeper.mirrorOptions([DETAILS], REFRESH_DEFAULTS);
    const id = state(house)?.id ?? "";
    await house.keeper.exchange(street.server.code(), id);
    house.keeper.mirrorOptions([{ ...DETAILS, client_id: "client-2" }], REFRESH_DEFAULTS);
    expect(house.keeper.accounts()).toMatchObject([{ id, client_id: "client-2", status: "sign_in_needed" }]);
  });

  describe("that the options no longer name", () => {
    const said = ({ lines }: House): string[] =>
      lines.filter((line) => line.includes("no longer in the configuration"));
    const left = async (): Promise<{ house: House; id: string }> => {
      const house = street.build();
      house.keeper.mirrorOptions([DETAILS], REFRESH_DEFAULTS);
      const id = state(house)?.id ?? "";
      expect(state(house)).toMatchObject({ left_options_at: null });
      await house.keeper.exchange(street.server.code(), id);
      house.keeper.mirrorOptions([], REFRESH_DEFAULTS);
      return { house, id };
    };

    test("go over to the page, signed in as they were, with one line in the log and a question", async () => {
      const { house } = await left();
      const question = { owner: "page", status: "fresh", left_options_at: state(house)?.left_options_at };
      expect(question.left_options_at).toBeGreaterThan(0);
      expect(state(house)).toMatchObject(question);
      expect(said(house)).toHaveLength(1);
      expect(said(house)[0]).toContain(`${DETAILS.name} is no longer in the configuration`);
      house.close();

      const again = street.build({ folder: house.folder });
      again.keeper.mirrorOptions([], REFRESH_DEFAULTS);
      expect(state(again)).toMatchObject(question);
      expect(said(again)).toEqual([]);
    });

    test("are kept or removed when somebody says so, and not before", async () => {
      const { house, id } = await left();
      expect(house.keeper.updateAccount(id, { name: "Mine" })).toMatchObject({ left_options_at: expect.any(Number) });
      expect(house.keeper.keepAccount(id)).toMatchObject({ owner: "page", status: "fresh", left_options_at: null });
      expect(house.keeper.keepAccount(id)).toMatchObject({ left_options_at: null });
      await house.keeper.removeAccount(id);
      expect(house.keeper.accounts()).toEqual([]);
    });

    test("are the options' again, signed in, once they are named again: it was a slip", async () => {
      const { house, id } = await left();
      house.keeper.mirrorOptions([DETAILS], REFRESH_DEFAULTS);
      expect(state(house)).toMatchObject({ id, owner: "options", status: "fresh", left_options_at: null });
      expect(() => house.keeper.keepAccount(id)).toThrowError(
        expect.objectContaining({ code: "account_owned_by_options" }),
      );
    });
  });

  test("that were added on the page ask nothing", () => {
    const house = street.build();
    house.keeper.addAccount(DETAILS);
    house.keeper.mirrorOptions([], REFRESH_DEFAULTS);
    expect(state(house)).toMatchObject({ owner: "page", left_options_at: null });
  });

  test("with wrong details are shown as misconfigured, with the sentence", () => {
    const house = street.build();
    house.keeper.mirrorOptions([{ ...DETAILS, redirect_uri: "nowhere" }], REFRESH_DEFAULTS);
    expect(state(house)).toMatchObject({
      status: "misconfigured",
      last_error: { class: "configuration", message: expect.stringContaining("redirect URI") },
    });
    expect(() => house.keeper.authorise(state(house)?.id ?? "")).toThrowError(
      expect.objectContaining({ code: "misconfigured" }),
    );
  });

  test("with automatic refresh off are called for nothing, and by hand all the same", async () => {
    const { house, id } = await street.signedIn();
    house.keeper.mirrorOptions([], { ...REFRESH_DEFAULTS, automatic_refresh: false });
    expect(state(house)).toMatchObject({ status: "paused", reason: "automatic_refresh_off", next_refresh_at: null });
    house.clock.offsetMs += 3_600_000;
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "refresh_paused" });
    expect(await house.runner.run({ kind: "refresh", account_id: id, generation: null })).toMatchObject({
      outcome: "unneeded",
    });
    expect(await house.keeper.refreshNow(id)).toMatchObject({ generation: 2 });
  });

  test("with a refresh buffer are due that long before the end", async () => {
    const { house } = await street.signedIn();
    house.keeper.mirrorOptions([], { ...REFRESH_DEFAULTS, refresh_buffer_ms: 300_000 });
    expect((state(house)?.expires_at ?? 0) - (state(house)?.next_refresh_at ?? 0)).toBe(300_000);
  });
});
