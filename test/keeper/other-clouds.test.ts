import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ProviderDetails } from "../../src/keeper/account.ts";
import type { House } from "./house.ts";
import {
  BROWSER,
  ISSUER,
  LOGIN,
  MACHINE,
  PLAYER,
  again,
  discovery,
  granted,
  rotating,
  scriptedCloudsForEach,
  state,
} from "./scripted-clouds.ts";

const build = scriptedCloudsForEach();

/** One of a day, the same all day. */
function jwt(now: number): string {
  const exp = Math.ceil(now / 86_400_000 + 1) * 86_400;
  return `${btoa("{}")}.${Buffer.from(JSON.stringify({ exp })).toString("base64url")}.canary`;
}

describe("a refresh token that was given to begin with", () => {
  test("is never sent again, also when it was given to an account that had a token before", async () => {
    const { house, asked } = build(rotating);
    const { id } = house.keeper.addAccount(PLAYER);
    await house.runner.run(again(id));
    house.keeper.updateAccount(id, { refresh_token: "canary-seed-2" });
    await house.runner.run(again(id));
    expect(state(house)).toMatchObject({ status: "fresh", generation: 2 });
    expect(house.vault.configurations.credentials(id)).toEqual({});
    const newest = house.vault.tokens.newest(id);
    house.keeper.updateAccount(id, { name: "The player" });
    expect(house.vault.tokens.newest(id)).toEqual(newest);
    await house.runner.run(again(id));
    expect(asked.filter(({ body }) => body.includes("canary-seed-2"))).toHaveLength(1);
  });

  test("is replaced by the answer that was on its way while the account got another name", async () => {
    const gate = Promise.withResolvers<void>();
    const { house, asked } = build(async (call) => {
      await gate.promise;
      return rotating(call);
    });
    const { id } = house.keeper.addAccount(PLAYER);
    const flight = house.runner.run(again(id));
    await expect.poll(() => asked.length).toBe(1);
    house.keeper.updateAccount(id, { name: "The player" });
    gate.resolve();
    expect(await flight).toMatchObject({ outcome: "committed", generation: 1 });
    expect(state(house)).toMatchObject({ name: "The player", status: "fresh" });
  });
});

test("an account says how it gets its tokens: by the way that it chose, else by the usual one of its cloud", () => {
  const { house } = build(granted);
  const { grant: _, ...unsaid } = BROWSER;
  const details: readonly ProviderDetails[] = [
    MACHINE,
    BROWSER,
    { ...BROWSER, name: "Film", client_id: "film", grant: "device_code", device_authorization_url: `${ISSUER}/device` },
    { ...unsaid, name: "Music", client_id: "music" },
    PLAYER,
    LOGIN,
    { provider: "static", name: "Pump", token: "canary-static-token" },
  ];
  expect(details.map((each) => house.keeper.addAccount(each).grant)).toEqual([
    "client_credentials",
    "authorization_code",
    "device_code",
    "authorization_code",
    "device_code",
    "password",
    "static",
  ]);
});

describe("what is stored of an account's fields is told again", () => {
  test("but no secret, only that it is there", () => {
    const { house } = build(granted);
    const { id } = house.keeper.addAccount({
      ...LOGIN,
      api_url: "https://cloud.test/v2",
      token: "canary-static-token",
    });
    expect(house.keeper.settings(id)).toEqual({
      account_id: id,
      fields: { url: "https://cloud.test/sign-in", username: "ada", api_url: "https://cloud.test/v2" },
      secrets_set: ["password", "token"],
    });
    house.keeper.updateAccount(id, { api_url: "", token: "" });
    expect(house.keeper.settings(id)).toMatchObject({ secrets_set: ["password"] });
    expect(house.keeper.settings(id).fields).not.toHaveProperty("api_url");
    const { id: machine } = house.keeper.addAccount(MACHINE);
    expect(house.keeper.settings(machine)).toEqual({
      account_id: machine,
      fields: { client_id: "machine", grant: "client_credentials", token_url: "https://cloud.test/token" },
      secrets_set: ["client_secret"],
    });
  });

  test("a refresh token that was used up is there no more", async () => {
    const { house } = build(rotating);
    const { id } = house.keeper.addAccount(PLAYER);
    expect(house.keeper.settings(id).secrets_set).toEqual(["refresh_token"]);
    await house.runner.run(again(id));
    expect(house.keeper.settings(id)).toEqual({ account_id: id, fields: { client_id: "public" }, secrets_set: [] });
  });
});

test("a refresh token's end that a cloud told once and does not keep to makes no loop", async () => {
  const { house, asked } = build(() =>
    granted(asked.length === 1 ? { refresh_token: "canary-1", refresh_expires_in: 1800 } : {}),
  );
  const { id } = house.keeper.addAccount(MACHINE);
  await house.runner.run(again(id));
  for (let hours = 0; hours < 3; hours++) {
    house.clock.offsetMs += 3_600_000;
    await house.runner.run(again(id));
    expect(house.runner.plans.get(id)).toBeGreaterThan(house.clock.now() + 0.6 * 3_600_000);
  }
});

test("a password goes to no further address once the account is signed out or removed", async () => {
  for (const leave of ["signOut", "removeAccount"] as const) {
    const gate = Promise.withResolvers<Response>();
    const { house, asked } = build(() => gate.promise);
    const { id } = house.keeper.addAccount({ ...LOGIN, url: "https://cloud.test" });
    const flight = house.runner.run(again(id));
    await expect.poll(() => asked.length).toBe(1);
    await house.keeper[leave](id);
    gate.resolve(new Response(null, { status: 404 }));
    expect(await flight).toMatchObject({ outcome: "unneeded" });
    expect(asked).toHaveLength(1);
  }
});

test.each<[string, () => Response, string]>([
  [
    "a firewall",
    () => Response.json({ message: "Forbidden" }, { status: 403 }),
    "refused without an OAuth error (403)",
  ],
  ["a captive portal", () => new Response("<html>Welcome</html>"), "A web page came in place of an answer"],
  ["a redirect", () => new Response(null, { status: 302 }), "redirected elsewhere (302)"],
  ["no document there", () => new Response("", { status: 404 }), "no discovery document at the address"],
  ["a document of another kind", () => Response.json({ hello: "world" }), "does not name its endpoints"],
])("%s in place of a discovery document is named, and tried again", async (_, answer, sentence) => {
  let down = true;
  const { house } = build(({ url }) => {
    if (url.includes("/.well-known/")) return down ? answer() : discovery();
    return granted();
  });
  const { id } = house.keeper.addAccount(BROWSER);
  await house.runner.run(again(id));
  expect(state(house)).toMatchObject({ last_error: { class: "transient", code: "not_discovered" } });
  expect(state(house)?.last_error?.message).toContain(sentence);
  expect(() => house.keeper.authorise(id)).toThrow(sentence);
  down = false;
  await house.planned(id);
  expect(house.keeper.authorise(id).url).toContain(`${ISSUER}/auth?`);
});

test("a login that asks for patience has not refused the password", async () => {
  const { house } = build(() => Response.json({ error: "temporarily_unavailable" }, { status: 401 }));
  const { id } = house.keeper.addAccount(LOGIN);
  await house.runner.run(again(id));
  expect(state(house)).toMatchObject({ status: "retrying", last_error: { class: "transient" } });
});

test("a login that is set up during an outage is looked for again after it", async () => {
  let down = true;
  const { house } = build(({ url }) => {
    if (down) return new Response("<html>busy</html>", { status: 503 });
    return url.endsWith("/auth/login") ? granted() : new Response(null, { status: 404 });
  });
  const { id } = house.keeper.addAccount({ ...LOGIN, url: "https://cloud.test" });
  await house.runner.run(again(id));
  expect(state(house)).toMatchObject({ status: "retrying" });
  down = false;
  await house.planned(id);
  expect(state(house)).toMatchObject({ status: "fresh", generation: 1 });
});

test("a static token that is good stays so when somebody wants it refreshed", async () => {
  const { house } = build(() => granted());
  const { id } = house.keeper.addAccount({ provider: "static", name: "Spare", token: "canary-opaque" });
  await house.keeper.getToken(id);
  await expect(house.keeper.refreshNow(id)).rejects.toMatchObject({ code: "bad_request" });
  expect(state(house)).toMatchObject({ status: "static", last_error: null });
});

test.each<[string, (house: House, id: string) => void]>([
  ["gets another name", (house, id) => void house.keeper.updateAccount(id, { name: "Reserve" })],
  ["is entered once more", (house, id) => void house.keeper.updateAccount(id, { token: jwt(house.clock.now()) })],
  ["is older than a clock that was set back", (house) => void (house.clock.offsetMs -= 6 * 3_600_000)],
])("a static token that %s is not called over", async (_, change) => {
  const { house } = build(() => granted());
  const { id } = house.keeper.addAccount({ provider: "static", name: "Spare", token: jwt(house.clock.now()) });
  const { value } = await house.keeper.getToken(id);
  change(house, id);
  house.keeper.tick();
  for (let looks = 0; looks < 3; looks++) await house.runner.run(again(id));
  expect(state(house)).toMatchObject({ last_error: null, incident: null });
  expect(["static", "clock_suspect"]).toContain(state(house)?.status);
  expect(state(house)?.next_refresh_at).toBeGreaterThan(house.clock.now() + 3_600_000);
  expect((await house.keeper.getToken(id)).value).toBe(value);
});

test("an older copy of the database stops nobody who signs in without a person, and numbers go on", async () => {
  const before = build(() => granted()).house;
  const { id } = before.keeper.addAccount(MACHINE);
  await before.runner.run(again(id));
  before.close();
  const { folder } = before;
  copyFileSync(join(folder, "gateway.db"), join(folder, "copy.db"));
  const later = build(() => granted(), folder).house;
  await later.runner.run({ kind: "refresh", account_id: id, generation: 1 });
  later.close();
  copyFileSync(join(folder, "copy.db"), join(folder, "gateway.db"));
  const restored = build(() => granted(), folder).house;
  restored.keeper.start();
  expect(state(restored)).toMatchObject({ status: "fresh", generation: 2, incident: null });
  await restored.planned(id);
  expect(state(restored)).toMatchObject({ status: "fresh", generation: 3, incident: null });
  restored.keeper.checkGenerations(new Map([[id, { generation: 7, last_success_at: null }]]));
  expect(state(restored)).toMatchObject({ status: "fresh", generation: 7, incident: null });
});
