import { describe, expect, test } from "vitest";
import { runGrant } from "../../../src/keeper/grant/grant.ts";
import type { House } from "../house.ts";
import { again, discovery, ISSUER, scriptedCloudsForEach, state } from "../scripted-clouds.ts";
import { IssuerHouses } from "./issuer-houses.ts";

const stage = IssuerHouses.forEach();
const build = scriptedCloudsForEach();

const YOTO = { provider: "yoto", name: "Player", client_id: "public" } as const;
const GIVEN = {
  device_code: "canary-device-code",
  user_code: "BCDF-GHJK",
  verification_uri: "https://cloud.test/activate",
  expires_in: 600,
  interval: 5,
};

/** Yoto's kind of account, at a real server. */
const player = () =>
  ({
    provider: "oauth2",
    name: "Player",
    grant: "device_code",
    issuer: stage.issuer.url,
    client_id: "public",
  }) as const;

async function begun(): Promise<{ readonly house: House; readonly id: string; readonly user_code: string }> {
  const house = stage.build();
  const { id } = house.keeper.addAccount({
    ...player(),
    client_authentication: "none",
    scope: "openid offline_access",
  });
  // Where its cloud is asked is looked up.
  await house.planned(id);
  const { device_code } = await house.keeper.beginDeviceCode(id);
  return { house, id, user_code: device_code?.user_code ?? "" };
}

describe("a sign-in on another device", () => {
  test("is begun without a browser here: the account says which code is entered where, and until when", async () => {
    const { house, user_code } = await begun();
    expect(user_code).toMatch(/^[A-Z]{4}-[A-Z]{4}$/);
    const shown = state(house)?.device_code;
    expect(shown).toMatchObject({ verification_uri: `${stage.issuer.url}/device` });
    expect(shown?.verification_uri_complete).toBe(`${stage.issuer.url}/device?user_code=${user_code}`);
    expect(shown?.expires_at).toBeGreaterThan(house.clock.now());
    expect(state(house)).toMatchObject({ status: "sign_in_needed", last_error: null });
  });

  test("is over when the person has allowed it, and its tokens are refreshed like all others", async () => {
    const { house, id, user_code } = await begun();
    await house.planned(id);
    expect(state(house)).toMatchObject({ generation: 0, device_code: { user_code }, last_error: null });
    await stage.issuer.decide(user_code, "allow");
    await house.planned(id);
    expect(state(house)).toMatchObject({ status: "fresh", generation: 1, refresh_count: 0, device_code: null });
    await house.planned(id);
    expect(state(house)).toMatchObject({ status: "fresh", generation: 2, refresh_count: 1, last_error: null });
    expect(state(house)?.recent.map(({ kind }) => kind)).toEqual(["signed_in", "refreshed"]);
  });

  test("ends in words when the person says no", async () => {
    const { house, id, user_code } = await begun();
    await stage.issuer.decide(user_code, "deny");
    await house.planned(id);
    expect(state(house)).toMatchObject({ status: "sign_in_needed", device_code: null });
    expect(state(house)?.recent).toMatchObject([
      { kind: "failed", code: "access_denied", message: expect.stringContaining("declined on the other device") },
    ]);
    expect(house.runner.plans.size).toBe(0);
    expect((await house.keeper.beginDeviceCode(id)).device_code?.user_code).not.toBe(user_code);
  });

  test("goes on after a restart, with the same code", async () => {
    const { house, id, user_code } = await begun();
    house.close();
    const later = stage.build(house.folder);
    later.keeper.start();
    expect(state(later)).toMatchObject({ device_code: { user_code } });
    await stage.issuer.decide(user_code, "allow");
    await later.planned(id);
    expect(state(later)).toMatchObject({ status: "fresh", generation: 1, device_code: null });
  });

  test("is begun once, however often somebody asks for it", async () => {
    const { house, id, user_code } = await begun();
    const states = await Promise.all([1, 2, 3].map(() => house.keeper.beginDeviceCode(id)));
    expect(states.map(({ device_code }) => device_code?.user_code)).toEqual([user_code, user_code, user_code]);
    expect(stage.issuer.count("/device/auth")).toBe(1);
  });

  test.each(["signOut", "removeAccount"] as const)("stops with %s", async (leave) => {
    const { house, id, user_code } = await begun();
    await stage.issuer.decide(user_code, "allow");
    await house.keeper[leave](id);
    expect(house.runner.plans.size).toBe(0);
    const before = stage.issuer.asked.length;
    await house.runner.run(again(id));
    expect(stage.issuer.asked).toHaveLength(before);
    expect(state(house)?.device_code ?? null).toBeNull();
  });

  test.each(["signOut", "removeAccount"] as const)("is not begun when its code comes after %s", async (leave) => {
    const gate = Promise.withResolvers<void>();
    const { house, asked } = build(async ({ url }) => {
      await gate.promise;
      return url.endsWith("/device/code") ? Response.json(GIVEN) : new Response("", { status: 500 });
    });
    const { id } = house.keeper.addAccount(YOTO);
    await house.keeper.signOut(id);
    const beginning = house.keeper.beginDeviceCode(id);
    const refused = expect(beginning).rejects.toThrow();
    await expect.poll(() => asked.length).toBe(1);
    await house.keeper[leave](id);
    gate.resolve();
    await refused;
    expect(house.vault.deviceCodes.find(id)).toBeNull();
    expect(house.runner.plans.size).toBe(0);
  });

  test.each<[string, () => Response, string]>([
    ["a page to open that is no web address", () => Response.json({ ...GIVEN, verification_uri: "javascript:1" }), ""],
    ["no code to enter", () => Response.json({ ...GIVEN, user_code: "" }), "cloud_answer_unreadable"],
    ["a captive portal's page", () => new Response("<html>Welcome</html>"), ""],
    [
      "a refusal of the client",
      () => Response.json({ error: "unauthorized_client" }, { status: 403 }),
      "client_refused",
    ],
    ["an outage", () => new Response("", { status: 503 }), "cloud_error"],
  ])("is not begun by %s, which is said to who asked for it", async (_what, answer, code) => {
    const { house } = build(answer);
    const { id } = house.keeper.addAccount(YOTO);
    await expect(house.keeper.beginDeviceCode(id)).rejects.toMatchObject(code === "" ? { retryable: true } : { code });
    expect(state(house)).toMatchObject({ status: "sign_in_needed", device_code: null, last_error: null });
  });

  test("that nobody could ask about in time says what stood in the way", async () => {
    const { house } = build(({ url }) =>
      url.endsWith("/device/code") ? Response.json({ ...GIVEN, expires_in: 30 }) : new Response("", { status: 503 }),
    );
    const { id } = house.keeper.addAccount(YOTO);
    await house.keeper.beginDeviceCode(id);
    for (let polls = 0; polls < 10 && state(house)?.device_code !== null; polls++) await house.planned(id);
    expect(state(house)?.recent).toMatchObject([
      { kind: "failed", code: "expired_token", message: expect.stringContaining("(503)") },
    ]);
  });

  test("that the cloud calls pending after its end was not entered in time", async () => {
    const { house } = build(({ url }) =>
      url.endsWith("/device/code")
        ? Response.json({ ...GIVEN, expires_in: 12 })
        : Response.json({ error: "authorization_pending" }, { status: 400 }),
    );
    const { id } = house.keeper.addAccount(YOTO);
    await house.keeper.beginDeviceCode(id);
    for (let polls = 0; polls < 5 && state(house)?.device_code !== null; polls++) await house.planned(id);
    expect(state(house)?.recent).toMatchObject([
      {
        kind: "failed",
        class: "dead_grant",
        code: "expired_token",
        message: expect.stringContaining("not entered in time"),
      },
    ]);
  });

  test("is begun anew when nobody can enter the code in the time that is left", async () => {
    const { house, asked } = build(() => Response.json({ ...GIVEN, expires_in: 60 }));
    const { id } = house.keeper.addAccount(YOTO);
    for (const laterMs of [0, 39_000, 2000]) {
      house.clock.offsetMs += laterMs;
      await house.keeper.beginDeviceCode(id);
    }
    expect(asked).toHaveLength(2);
  });

  test("that a crash interrupts in a poll is asked about again after the cloud's interval", async () => {
    const { house, asked } = build(({ url }) =>
      url.endsWith("/device/code") ? Response.json(GIVEN) : Response.json({}, { status: 500 }),
    );
    const { id } = house.keeper.addAccount(YOTO);
    await house.keeper.beginDeviceCode(id);
    house.clock.offsetMs += 5000;
    const crash = (step: string): void => {
      if (step === "intent_journalled") throw new Error("crash");
    };
    await expect(runGrant({ ...house.world, onStep: crash }, again(id))).rejects.toThrow("crash");
    await house.runner.run(again(id));
    expect(asked).toHaveLength(1);
    expect((house.vault.deviceCodes.find(id)?.next_poll_at ?? 0) - house.clock.now()).toBeGreaterThan(4000);
  });

  test("is not begun while its cloud's endpoints can't be looked up", async () => {
    const { house } = build(() => new Response("", { status: 503 }));
    const { id } = house.keeper.addAccount({ ...player(), issuer: "https://issuer.test" });
    await expect(house.keeper.beginDeviceCode(id)).rejects.toMatchObject({
      code: "cloud_unreachable",
      retryable: true,
    });
  });

  test("is refused without the secret that a cloud repeats in place of a code", async () => {
    const client_secret = "canary_token_secret";
    const { house } = build(({ url }) =>
      url.includes("/.well-known/")
        ? discovery({ device_authorization_endpoint: `${ISSUER}/device` })
        : Response.json({ error: client_secret }, { status: 400 }),
    );
    const { id } = house.keeper.addAccount({ ...player(), issuer: ISSUER, client_secret });
    const beginning = house.keeper.beginDeviceCode(id);
    await expect(beginning).rejects.toThrow();
    await expect(beginning).rejects.not.toThrow(client_secret);
  });

  test("tells nobody the secret behind it, in no log, state or database", async () => {
    const { house, id } = await begun();
    const secret = house.vault.deviceCodes.find(id)?.device_code ?? "";
    expect(secret.length).toBeGreaterThan(20);
    house.world.log.info(`a line with ${secret}`);
    expect(house.lines.join("\n")).not.toContain(secret);
    expect(JSON.stringify(house.keeper.accounts())).not.toContain(secret);
  });

  test("is refused where the cloud has none, and leaves the account as it was", async () => {
    const house = stage.build();
    const { id } = house.keeper.addAccount(stage.machine());
    await house.runner.run(again(id));
    await expect(house.keeper.beginDeviceCode(id)).rejects.toMatchObject({ code: "bad_request" });
    const { id: other } = house.keeper.addAccount({ ...player(), client_id: "browser", client_secret: "wrong" });
    await expect(house.keeper.beginDeviceCode(other)).rejects.toMatchObject({ code: "client_refused" });
    expect(house.keeper.accounts()[1]).toMatchObject({ status: "sign_in_needed", device_code: null, last_error: null });
  });
});
