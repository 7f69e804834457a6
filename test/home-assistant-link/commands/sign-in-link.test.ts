import { describe, expect, onTestFinished, test } from "vitest";
import { signInLink } from "../../../src/home-assistant/commands/sign-in-link.ts";
import type { SignInDesk } from "../../../src/home-assistant/commands/sign-in-link.ts";
import type { ProviderDetails } from "../../../src/keeper/account.ts";
import { LivePicture } from "../../../src/state/live-picture.ts";
import { House } from "../../keeper/house.ts";
import { BROWSER, LOGIN, MACHINE, discovery, granted, scriptedCloudsForEach } from "../../keeper/scripted-clouds.ts";
import { IssuerHouses } from "../../keeper/token-calls/issuer-houses.ts";
import { aGateway, anAccount } from "../../state/models.ts";
import { linkDesks } from "./link-desks.ts";

const build = scriptedCloudsForEach();
const stage = IssuerHouses.forEach();

/** The desk of a real keeper, whose accounts are in the picture as they change. */
function deskOf({ keeper, clock }: House): SignInDesk {
  const picture = new LivePicture(aGateway());
  picture.update({ accounts: keeper.accounts() });
  keeper.subscribe(({ accounts, removed }) => picture.update({ accounts, removed_accounts: removed }));
  return { picture, accounts: keeper, clock };
}

const TEN_MINUTES_MS = 600_000;
const GIVEN = { device_code: "canary", user_code: "BCDF-GHJK", verification_uri: "https://cloud.test/activate" };
const YOTO = { provider: "yoto", name: "Player", client_id: "public" } as const;

/** A cloud that gives codes for another device. */
const giving =
  (extra: object = {}) =>
  ({ url }: { readonly url: string }): Response =>
    url.includes("/.well-known/")
      ? discovery({ device_authorization_endpoint: "https://issuer.test/device" })
      : Response.json({ ...GIVEN, expires_in: 600, interval: 5, ...extra });

describe("where a person signs in", () => {
  test("is the cloud's page, whose redirect is taken for ten minutes", async () => {
    const { house } = build(() => discovery());
    const { id } = house.keeper.addAccount(BROWSER);
    await house.runner.run({ kind: "refresh", account_id: id, generation: null });
    const link = await signInLink(id, deskOf(house));
    expect(link).toEqual({
      url: expect.stringContaining("https://issuer.test/auth?"),
      user_code: null,
      expires_at: expect.any(Number),
    });
    expect(Math.abs(link.expires_at - house.clock.now() - TEN_MINUTES_MS)).toBeLessThan(5_000);
  });

  test("is another device: an address with the code in it where the cloud gives one", async () => {
    const { house } = build(giving({ verification_uri_complete: "https://cloud.test/activate?code=BCDF-GHJK" }));
    const { id } = house.keeper.addAccount(YOTO);
    const link = await signInLink(id, deskOf(house));
    expect(link).toMatchObject({ url: "https://cloud.test/activate?code=BCDF-GHJK", user_code: null });
    expect(link.expires_at).toBe(house.keeper.accounts()[0]?.device_code?.expires_at);
  });

  test("is another device: else the address and the code beside it", async () => {
    const { house } = build(giving());
    const { id } = house.keeper.addAccount(YOTO);
    expect(await signInLink(id, deskOf(house))).toMatchObject({
      url: "https://cloud.test/activate",
      user_code: "BCDF-GHJK",
    });
  });

  test("stays the same while that sign-in is under way, at a real server too, and it can still be ended", async () => {
    const house = stage.build();
    const { url: issuer } = stage.issuer;
    const { id } = house.keeper.addAccount({
      provider: "oauth2",
      name: "Player",
      grant: "device_code",
      issuer,
      client_id: "public",
      client_authentication: "none",
      scope: "openid offline_access",
    });
    await house.planned(id);
    const desk = deskOf(house);
    const first = await signInLink(id, desk);
    expect(await Promise.all([1, 2].map(() => signInLink(id, desk)))).toEqual([first, first]);
    const code = house.keeper.accounts()[0]?.device_code?.user_code ?? "";
    expect(first.url).toBe(`${issuer}/device?user_code=${code}`);
    await stage.issuer.decide(code, "allow");
    await house.planned(id);
    expect(house.keeper.accounts()).toMatchObject([{ status: "fresh", generation: 1 }]);
  });

  test("is that device also where the account usually has a page: what is under way goes on", async () => {
    const { house, asked } = build(giving());
    const { id } = house.keeper.addAccount(BROWSER);
    await house.runner.run({ kind: "refresh", account_id: id, generation: null });
    await house.keeper.beginDeviceCode(id);
    const calls = asked.length;
    expect(await signInLink(id, deskOf(house))).toMatchObject({ user_code: "BCDF-GHJK" });
    expect(asked).toHaveLength(calls);
    house.clock.offsetMs += TEN_MINUTES_MS + 1;
    expect(await signInLink(id, deskOf(house))).toMatchObject({ url: expect.stringContaining("/auth?") });
  });

  test("is not there for a sign-in that was over before its code was known", async () => {
    const picture = new LivePicture(aGateway());
    picture.update({ accounts: [anAccount({ id: "home", grant: "device_code" })] });
    const desk = linkDesks(picture);
    desk.accounts.beginDeviceCode = async () => anAccount({ device_code: null });
    await expect(signInLink("home", desk)).rejects.toMatchObject({ code: "sign_in_refused" });
  });

  test("is refused as by the API where its cloud refuses, or its page is not known yet", async () => {
    const { house } = build(() => new Response("<html>", { status: 503 }));
    const player = house.keeper.addAccount(YOTO);
    const photos = house.keeper.addAccount(BROWSER);
    await expect(signInLink(player.id, deskOf(house))).rejects.toMatchObject({ retryable: true });
    await expect(signInLink(photos.id, deskOf(house))).rejects.toMatchObject({ code: "cloud_unreachable" });
  });

  test("is refused for an account that this version does not know, and for one that there is none of", async () => {
    const newer = build(() => granted()).house;
    const { id } = newer.keeper.addAccount(MACHINE);
    newer.close();
    const house = new House({ url: "http://127.0.0.1:9", folder: newer.folder });
    onTestFinished(() => house.close());
    await expect(signInLink(id, deskOf(house))).rejects.toMatchObject({ code: "misconfigured" });
    await expect(signInLink("nobody", deskOf(house))).rejects.toMatchObject({ code: "account_not_found" });
  });
});

const ALONE: readonly (readonly [kind: string, details: ProviderDetails])[] = [
  ["client credentials", MACHINE],
  ["a password", LOGIN],
  ["a static token", { provider: "static", name: "Meter", token: "canary-static" }],
];

describe("an account that the gateway signs in to by itself", () => {
  test.each(ALONE)("with %s has no page for a person, and nothing is begun", async (_kind, details) => {
    const { house, asked } = build(() => granted());
    const { id } = house.keeper.addAccount(details);
    await expect(signInLink(id, deskOf(house))).rejects.toMatchObject({
      code: "no_sign_in_link",
      retryable: false,
      message: expect.stringMatching(/by itself: there is no page for it\. .* on the gateway's page\.$/),
    });
    expect(asked).toEqual([]);
  });

  test("with HTTP Basic has none either, and one of the configuration is changed there", async () => {
    const picture = new LivePicture(aGateway());
    picture.update({ accounts: [anAccount({ id: "home", name: "Grid", grant: "basic", owner: "options" })] });
    await expect(signInLink("home", linkDesks(picture))).rejects.toMatchObject({
      code: "no_sign_in_link",
      message:
        "The gateway signs in to Grid by itself: there is no page for it. What it signs in with is changed in the configuration.",
    });
  });
});
