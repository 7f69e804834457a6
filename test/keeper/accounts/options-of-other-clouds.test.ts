import { describe, expect, test } from "vitest";
import type { NamedAccount } from "../../../src/keeper/accounts/options-accounts.ts";
import { REFRESH_DEFAULTS } from "../../../src/settings/refresh-settings.ts";
import type { House } from "../house.ts";
import {
  BROWSER,
  LOGIN,
  MACHINE,
  PLAYER,
  again,
  granted,
  rotating,
  scriptedCloudsForEach,
} from "../scripted-clouds.ts";

const build = scriptedCloudsForEach();
const SPARE = { provider: "static", name: "Spare", token: "canary-spare-token" } as const;

const mirror = (house: House, ...named: NamedAccount[]): ReturnType<House["keeper"]["mirrorOptions"]> =>
  house.keeper.mirrorOptions(named, REFRESH_DEFAULTS);

async function started(
  named: NamedAccount,
  answer = () => granted(),
): Promise<ReturnType<typeof build> & { id: string }> {
  const built = build(answer);
  expect(mirror(built.house, named)).toEqual([]);
  const id = built.house.keeper.accounts()[0]?.id ?? "";
  await built.house.runner.run(again(id));
  return { ...built, id };
}

describe("accounts of other clouds in the options", () => {
  test("sign in by themselves where they can, and are the options'", async () => {
    const { house } = build(rotating);
    expect(mirror(house, MACHINE, PLAYER, LOGIN, SPARE, BROWSER)).toEqual([]);
    expect(house.keeper.accounts().map(({ owner }) => owner)).toEqual(Array(5).fill("options"));
    for (const { id } of house.keeper.accounts()) await house.runner.run(again(id));
    const said = house.keeper.accounts().map(({ name, status }) => [name, status]);
    expect(said).toEqual([
      ["Weather", "fresh"],
      ["Player", "fresh"],
      ["Pool", "fresh"],
      ["Spare", "static"],
      ["Photos", "sign_in_needed"],
    ]);
    const { id } = house.keeper.accounts()[2] ?? { id: "" };
    const refused = expect.objectContaining({ code: "account_owned_by_options" });
    expect(() => house.keeper.updateAccount(id, { password: "other" })).toThrowError(refused);
  });

  test.each([MACHINE, PLAYER, LOGIN, SPARE])("keep their tokens over a restart: $name", async (named) => {
    const { house, id } = await started(named, () => rotating({ url: "", body: "" }) as Response);
    const before = house.keeper.accounts();
    house.close();
    const later = build(rotating, house.folder).house;
    expect(mirror(later, named)).toEqual([]);
    expect(later.keeper.accounts()).toMatchObject([
      { id, status: before[0]?.status, generation: 1, next_refresh_at: before[0]?.next_refresh_at },
    ]);
  });

  test("are told by their cloud: the same client id at another one is another account", () => {
    const { house } = build(() => granted());
    mirror(house, MACHINE, { ...PLAYER, client_id: MACHINE.client_id, name: MACHINE.name });
    expect(house.keeper.accounts()).toHaveLength(2);
    const ids = house.keeper.accounts().map(({ id }) => id);
    mirror(house, { ...PLAYER, client_id: MACHINE.client_id, name: MACHINE.name }, MACHINE);
    expect(house.keeper.accounts().map(({ id }) => id)).toEqual(ids);
  });

  test("that the page had are taken over signed in, and handed back when they are named no more", async () => {
    const { house } = build(() => granted());
    const { id } = house.keeper.addAccount(LOGIN);
    await house.runner.run(again(id));
    expect(mirror(house, LOGIN)).toEqual([]);
    expect(house.keeper.accounts()).toMatchObject([{ id, owner: "options", status: "fresh", generation: 1 }]);
    mirror(house);
    expect(house.keeper.accounts()).toMatchObject([{ id, owner: "page", left_options_at: expect.any(Number) }]);
  });

  test("another user name is another user, whose token is asked for at once", async () => {
    const { house, id, asked } = await started(LOGIN);
    mirror(house, { ...LOGIN, username: "grace" });
    expect(house.keeper.accounts()).toMatchObject([{ id, token_usable: false }]);
    await house.runner.run(again(id));
    expect(asked.at(-1)?.body).toContain("grace");
    expect(house.keeper.accounts()).toMatchObject([{ id, status: "fresh" }]);
  });
});

describe("what is wrong in them", () => {
  test.each<[string, NamedAccount, string, RegExp]>([
    ["an empty password", { ...LOGIN, password: "" }, "password", /password is missing\. Until then Pool goes on/],
    ["an address that is none", { ...LOGIN, url: "cloud" }, "url", /web address/],
    ["no user name", { ...LOGIN, username: "" }, "username", /user name is missing/],
  ])("%s: what was right goes on, and the sentence says so", async (_, wrong, field, sentence) => {
    const { house, id } = await started(LOGIN);
    expect(mirror(house, wrong)).toEqual([{ named: 0, field, message: expect.stringMatching(sentence) }]);
    expect(house.keeper.accounts()).toMatchObject([{ id, owner: "options", status: "fresh", generation: 1 }]);
  });

  test("a password of another user is not taken from the one before", async () => {
    const { house } = await started(LOGIN);
    expect(mirror(house, { ...LOGIN, username: "grace", password: "" })).toEqual([]);
    expect(house.keeper.accounts()).toMatchObject([
      { status: "misconfigured", token_usable: false, last_error: { message: "The password is missing." } },
    ]);
  });

  test("neither credentials nor a token: that account says so and calls nobody, the others run", async () => {
    const { house, asked } = build(() => granted());
    mirror(house, { provider: "login", name: "Nobody", url: LOGIN.url }, LOGIN);
    house.keeper.start();
    for (const { id } of house.keeper.accounts()) await house.runner.run(again(id));
    expect(house.keeper.accounts()).toMatchObject([
      {
        name: "Nobody",
        status: "misconfigured",
        last_error: { message: "Give user name and password, or client ID and client secret." },
      },
      { name: "Pool", status: "fresh" },
    ]);
    expect(asked).toHaveLength(1);
    mirror(house, { ...LOGIN, name: "Nobody", username: "grace" }, LOGIN);
    const { id } = house.keeper.accounts()[0] ?? { id: "" };
    await house.runner.run(again(id));
    expect(house.keeper.accounts()).toMatchObject([{ name: "Nobody", status: "fresh" }, { name: "Pool" }]);
  });

  test("a field of another cloud is named and not used", () => {
    const { house } = build(() => granted());
    const slips = mirror(house, { ...LOGIN, redirect_uri: "https://example.test" });
    const message =
      "Accounts of Login have no redirect_uri: they have url, username, password, client_id, client_secret, scope, token, api_url, token_in, kept_answers_s.";
    expect(slips).toEqual([{ named: 0, field: "redirect_uri", message }]);
    expect(house.keeper.accounts()).toMatchObject([{ name: "Pool", redirect_uri: "", last_error: null }]);
  });

  test("a cloud that there is not: the account of that name stays as it was", async () => {
    const { house, id } = await started(LOGIN);
    const slips = mirror(house, { ...LOGIN, provider: "logn" }, { ...MACHINE, provider: "oauth" });
    expect(slips).toMatchObject([
      { named: 0, field: "provider", message: expect.stringMatching(/no provider "logn".*one of .*login/) },
      { named: 1, field: "provider" },
    ]);
    expect(house.keeper.accounts()).toMatchObject([{ id, owner: "options", status: "fresh" }]);
  });
});

describe("a refresh token in the options", () => {
  test("is sent once, however often the gateway starts and whatever stands there later", async () => {
    const { house, id, asked } = await started(PLAYER, () => rotating({ url: "", body: "" }) as Response);
    for (const refresh_token of [PLAYER.refresh_token, "canary-seed-2", "", PLAYER.refresh_token]) {
      expect(mirror(house, { ...PLAYER, refresh_token })).toEqual([]);
      house.clock.offsetMs += 2 * 3_600_000;
      await house.runner.run(again(id));
    }
    expect(asked.filter(({ body }) => body.includes("canary-seed"))).toHaveLength(1);
    expect(house.keeper.accounts()).toMatchObject([{ id, status: "fresh", generation: 5 }]);
  });

  test("that can't be read is told until somebody is signed in, and again when that is over", async () => {
    let dead = false;
    const { house, asked } = build(() =>
      dead ? Response.json({ error: "invalid_grant" }, { status: 400 }) : granted({ refresh_token: "canary-rotated" }),
    );
    const { refresh_token: _, ...named } = PLAYER;
    const unread = { ...named, unread_beginning: "Nothing can be read there." };
    const told = [{ named: 0, field: "refresh_token", message: "Nothing can be read there." }];
    expect(mirror(house, unread)).toEqual(told);
    expect(mirror(house, unread)).toEqual(told);
    expect(mirror(house, PLAYER)).toEqual([]);
    const { id } = house.keeper.accounts()[0] ?? { id: "" };
    await house.runner.run(again(id));
    expect(mirror(house, unread)).toEqual([]);
    expect(house.keeper.accounts()).toMatchObject([{ id, status: "fresh" }]);
    dead = true;
    while (house.keeper.accounts()[0]?.status !== "sign_in_needed") await house.planned(id);
    expect(mirror(house, unread)).toEqual(told);
    expect(asked.filter(({ body }) => body.includes("canary-seed"))).toHaveLength(1);
  });

  test("that was refused is not sent again at the next start; another one is, and the account lives again", async () => {
    let dead = true;
    const { house, id, asked } = await started(PLAYER, () =>
      dead ? Response.json({ error: "invalid_grant" }, { status: 400 }) : granted({ refresh_token: "canary-rotated" }),
    );
    while (house.keeper.accounts()[0]?.status !== "sign_in_needed") await house.planned(id);
    const before = asked.length;
    mirror(house, PLAYER);
    expect(house.keeper.accounts()).toMatchObject([{ status: "sign_in_needed" }]);
    expect(asked).toHaveLength(before);
    dead = false;
    mirror(house, { ...PLAYER, refresh_token: "canary-seed-2" });
    await house.runner.run(again(id));
    expect(asked).toHaveLength(before + 1);
    expect(house.keeper.accounts()).toMatchObject([{ id, status: "fresh" }]);
  });
});
