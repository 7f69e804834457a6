import { describe, expect, test } from "vitest";
import { LINK_COMMANDS } from "../../../src/home-assistant/commands/link-commands.ts";
import type { LinkDesks } from "../../../src/home-assistant/commands/link-commands.ts";
import type { LinkCommand } from "../../../src/home-assistant/messages/events.ts";
import { LivePicture } from "../../../src/state/live-picture.ts";
import { REFRESH_DEFAULTS } from "../../../src/settings/refresh-settings.ts";
import { aRecorder, anEntry } from "../../activity/house.ts";
import { DETAILS } from "../../keeper/house.ts";
import type { House } from "../../keeper/house.ts";
import { streetForEach } from "../../keeper/street.ts";
import { aDevice, aGateway, anAccount } from "../../state/models.ts";
import { LOCK_RECORDS, aLivedInHouse } from "../../utec/house.ts";
import { linkDesks } from "./link-desks.ts";

const street = streetForEach();

const HOME = { device_id: null, account_id: "home" };
const NOTHING = { device_id: null, account_id: null };

/** What a command answers. */
async function ask(desks: LinkDesks, name: string, part: Partial<LinkCommand> = {}): Promise<unknown> {
  const context = { user: null, user_id: null, automation: null };
  const command = { id: "c-1", name, target: HOME, args: {}, timeout_ms: 40_000, context, ...part };
  return LINK_COMMANDS.get(name)?.(command, desks);
}

/** The desk of a real keeper, whose accounts are in the picture. */
function atKeeper({ keeper, clock }: House): LinkDesks {
  const picture = new LivePicture(aGateway());
  picture.update({ accounts: keeper.accounts() });
  return linkDesks(picture, { accounts: keeper, clock });
}

const inMemory = (): LinkDesks => {
  const picture = new LivePicture(aGateway());
  picture.update({ accounts: [anAccount({ id: "home" })] });
  return linkDesks(picture);
};

describe("what a command is asked with", () => {
  test.each([
    ["set_automatic_refresh", {}, "on", '"on" is missing: it must be true or false.'],
    ["set_automatic_refresh", { on: "yes" }, "on", '"on" must be true or false.'],
    ["set_automatic_refresh", { on: true, name: "x" }, "name", '"name" is not a field here: only on is accepted.'],
    ["sign_in_link", { on: true }, "on", '"on" is not a field here: none is accepted.'],
    ["token_history", { limit: 0 }, "limit", '"limit" must be a whole number from 1 to 500.'],
    ["token_history", { limit: 2.5 }, "limit", '"limit" must be a whole number from 1 to 500.'],
    ["token_history", { before: 3 }, "before", '"before" is not a field here: only limit is accepted.'],
    ["activity", { limit: 501 }, "limit", '"limit" must be a whole number from 1 to 500.'],
    ["activity", { before: "soon" }, "before", '"before" must be a whole number from 1 to 999999999.'],
    ["activity", { kinds: ["state_changed", "party"] }, "kinds", /^"kinds" must be a list of some of state_changed, /],
    ["activity", { kinds: "state_changed" }, "kinds", /^"kinds" must be a list of some of state_changed, /],
    ["look_for_devices", { now: true }, "now", '"now" is not a field here: none is accepted.'],
  ])("%s with %j is refused by the name of what is wrong", async (name, args, field, message) => {
    await expect(ask(inMemory(), name, { args })).rejects.toMatchObject({
      code: "bad_request",
      field,
      message: typeof message === "string" ? message : expect.stringMatching(message),
    });
  });

  test.each(["refresh", "poll", "set_automatic_refresh", "sign_in_link", "token_history"])(
    "%s without an account is refused",
    async (name) => {
      const args = name === "set_automatic_refresh" ? { on: true } : {};
      await expect(ask(inMemory(), name, { target: NOTHING, args })).rejects.toMatchObject({
        code: "bad_request",
        field: "account_id",
      });
    },
  );

  test.each(["refresh", "set_automatic_refresh", "sign_in_link", "token_history"])(
    "%s for an account that there is none of is refused",
    async (name) => {
      const args = name === "set_automatic_refresh" ? { on: true } : {};
      const target = { device_id: null, account_id: "nobody" };
      await expect(ask(atKeeper(street.build()), name, { target, args })).rejects.toMatchObject({
        code: "account_not_found",
      });
    },
  );
});

describe("automatic refresh", () => {
  test("is turned off and on as on the page, and answers nothing", async () => {
    const house = street.build();
    const { id: account_id } = house.keeper.addAccount(DETAILS);
    const target = { device_id: null, account_id };
    expect(await ask(atKeeper(house), "set_automatic_refresh", { target, args: { on: false } })).toBeUndefined();
    expect(house.keeper.accounts()).toMatchObject([{ automatic_refresh: false }]);
    await ask(atKeeper(house), "set_automatic_refresh", { target, args: { on: true } });
    expect(house.keeper.accounts()).toMatchObject([{ automatic_refresh: true }]);
  });

  test("of an account of the configuration is the configuration's, and stays as it is", async () => {
    const house = street.build();
    house.keeper.mirrorOptions([DETAILS], REFRESH_DEFAULTS);
    const [account] = house.keeper.accounts();
    const target = { device_id: null, account_id: account?.id ?? "" };
    await expect(ask(atKeeper(house), "set_automatic_refresh", { target, args: { on: false } })).rejects.toMatchObject({
      code: "account_owned_by_options",
    });
    expect(house.keeper.accounts()).toMatchObject([{ automatic_refresh: true }]);
  });
});

test("the history of a token comes newest first, as far as it is asked for", async () => {
  const house = street.build();
  const { id: account_id } = house.keeper.addAccount(DETAILS);
  await house.keeper.exchange(street.server.code(), account_id);
  await house.keeper.refreshNow(account_id);
  const target = { device_id: null, account_id };
  const events = house.keeper.events(account_id).toReversed();
  expect(events.map(({ kind }) => kind)).toEqual(["refreshed", "signed_in"]);
  expect(await ask(atKeeper(house), "token_history", { target })).toEqual({ events });
  expect(await ask(atKeeper(house), "token_history", { target, args: { limit: 1 } })).toEqual({
    events: events.slice(0, 1),
  });
});

test("the activity log is read a page at a time, of one device or of all, and of some kinds alone", async () => {
  const { recorder, store } = aRecorder();
  const away = { kind: "device_missing", value: null, from: null, to: null, cause: null } as const;
  const drafts = [anEntry(), anEntry(away), anEntry({ device_id: "gate" }), anEntry({ to: "locked" })];
  store.write({ entries: drafts, lastLogged: [], forgotten: [] });
  const desks = linkDesks(new LivePicture(aGateway()), { activity: recorder });
  const target = { device_id: "door", account_id: null };
  const read = (part: Partial<LinkCommand>): Promise<unknown> => ask(desks, "activity", { target, ...part });
  expect(await read({ target: NOTHING })).toEqual(recorder.page({ limit: 100 }));
  expect(await read({ target: NOTHING })).toMatchObject({ entries: [{ id: 4 }, { id: 3 }, { id: 2 }, { id: 1 }] });
  expect(await read({ args: { limit: 2 } })).toMatchObject({ entries: [{ id: 4 }, { id: 2 }], next: 2 });
  expect(await read({ args: { before: 2 } })).toMatchObject({ entries: [{ id: 1 }], next: null });
  expect(await read({ args: { kinds: ["device_missing"] } })).toMatchObject({ entries: [{ id: 2 }] });
  expect(await read({ target: { device_id: "shed", account_id: null } })).toEqual({ entries: [], next: null });
});

test("an activity log that can't be read says so", async () => {
  const { recorder } = aRecorder({ file: "/proc/no/activity.db" });
  const desks = linkDesks(new LivePicture(aGateway()), { activity: recorder });
  await expect(ask(desks, "activity")).rejects.toMatchObject({ code: "store_failed", retryable: true });
});

describe("looking for devices", () => {
  const SHED = { id: "shed", name: "Shed", category: "SmartLock", handleType: "utec-lock" };

  test("answers how many there are once the cloud has been asked, of one account or of all that have some", async () => {
    const house = await aLivedInHouse();
    const { picture, poller, cloud } = house;
    await house.pass(6000);
    cloud.on("Discovery", { payload: { devices: [...LOCK_RECORDS, SHED] } });
    picture.update({ accounts: [anAccount({ id: "grid", provider: "watttime", has_devices: false })] });
    const desks = linkDesks(picture, { devices: poller });
    const asked = [HOME, NOTHING, { device_id: null, account_id: "grid" }].map((target) =>
      ask(desks, "look_for_devices", { target }),
    );
    await house.pass(0);
    await house.quiet();
    expect(await Promise.all(asked)).toEqual([{ devices: 3 }, { devices: 3 }, { devices: 0 }]);
    expect(cloud.count("Discovery")).toBe(2);
  });

  test("says of which account it could not be done, when all have been asked", async () => {
    const house = await aLivedInHouse();
    const { picture, poller, cloud } = house;
    await house.pass(6000);
    cloud.on("Discovery", { payload: { devices: [...LOCK_RECORDS, SHED] } });
    picture.update({
      accounts: [anAccount({ id: "cabin", name: "Cabin", status: "sign_in_needed", token_usable: false })],
    });
    const asked = ask(linkDesks(picture, { devices: poller }), "look_for_devices", { target: NOTHING });
    const ended = expect(asked).rejects.toMatchObject({
      code: "sign_in_needed",
      message: 'The account "Cabin" must be signed in first.',
    });
    await house.pass(0);
    await house.quiet();
    await ended;
    expect(picture.devices()).toHaveLength(3);
  });

  test("finds none where there is no account with devices", async () => {
    const picture = new LivePicture(aGateway());
    picture.update({ devices: [aDevice({ account_id: "gone" })] });
    expect(await ask(linkDesks(picture), "look_for_devices", { target: NOTHING })).toEqual({ devices: 0 });
  });
});
