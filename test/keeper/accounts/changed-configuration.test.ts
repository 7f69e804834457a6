import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { describe, expect, test } from "vitest";
import {
  BROWSER,
  ISSUER,
  MACHINE,
  PLAYER,
  again,
  discovery,
  granted,
  rotating,
  scriptedCloudsForEach,
  state,
} from "../scripted-clouds.ts";

const build = scriptedCloudsForEach();

describe("a change of an account's details", () => {
  test("that nobody has signed in to yet leaves a way to its sign-in page", async () => {
    const { house } = build(() => discovery());
    const { id } = house.keeper.addAccount(BROWSER);
    await house.runner.run(again(id));
    house.keeper.updateAccount(id, { name: "Pictures" });
    await house.runner.run(again(id));
    expect(house.keeper.authorise(id).url).toContain(`${ISSUER}/auth?`);
  });

  test("whose grant is over looks up the sign-in page, and sends the dead token nowhere", async () => {
    const { house, asked } = build(({ url, body }) => {
      if (url.includes("/.well-known/")) return discovery();
      return body.includes("authorization_code")
        ? rotating({ url, body })
        : Response.json({ error: "invalid_grant" }, { status: 400 });
    });
    const { id } = house.keeper.addAccount(BROWSER);
    await house.runner.run(again(id));
    await house.keeper.exchange("canary-code-1", id);
    for (let looks = 0; looks < 3; looks++) await house.planned(id);
    expect(state(house)).toMatchObject({ reason: "grant_dead" });
    const before = asked.length;
    house.keeper.updateAccount(id, { name: "Pictures" });
    await house.planned(id);
    expect(asked.slice(before).map(({ url }) => url)).toEqual([`${ISSUER}/.well-known/openid-configuration`]);
    expect(state(house)).toMatchObject({ reason: "grant_dead", next_refresh_at: null });
    expect(house.keeper.authorise(id).url).toContain(`${ISSUER}/auth?`);
  });

  test("to an address on another host wants the secrets that go there once more, and sends them nowhere until then", async () => {
    const { house, asked } = build(() => granted());
    const { id } = house.keeper.addAccount(MACHINE);
    await house.runner.run(again(id));
    const before = asked.length;
    const token_url = "https://elsewhere.test/token";
    expect(() => house.keeper.updateAccount(id, { token_url })).toThrow(
      expect.objectContaining({ code: "bad_request", field: "client_secret" }),
    );
    await house.runner.run(again(id));
    expect(asked.slice(before).map(({ url }) => new URL(url).host)).not.toContain("elsewhere.test");
    house.keeper.updateAccount(id, { token_url, client_secret: "canary-another-secret" });
    await house.planned(id);
    expect(asked.at(-1)?.url).toBe(token_url);
  });

  test("to another client takes away the token that only memory has of the one before", async () => {
    const { house } = build(() => granted());
    const { id } = house.keeper.addAccount(MACHINE);
    await house.runner.run(again(id));
    const disk = new SqliteDatabase(join(house.folder, "gateway.db"));
    disk.exec("CREATE TRIGGER fault BEFORE INSERT ON token BEGIN SELECT RAISE(ABORT, 'input/output error'); END");
    await expect(house.keeper.refreshNow(id)).rejects.toMatchObject({ code: "store_failed" });
    const held = await house.keeper.getToken(id);
    disk.exec("DROP TRIGGER fault");
    disk.close();
    house.keeper.updateAccount(id, { client_id: "other" });
    expect((await house.keeper.getToken(id)).value).not.toBe(held.value);
  });

  test("to another refresh token begins anew with that one, whatever sign-in there is", async () => {
    const { house, asked } = build(rotating);
    const { id } = house.keeper.addAccount(PLAYER);
    await house.runner.run(again(id));
    house.keeper.updateAccount(id, { refresh_token: "canary-seed-2" });
    expect(state(house)).toMatchObject({ token_usable: false });
    await house.planned(id);
    expect(asked.at(-1)?.body).toContain("canary-seed-2");
    expect(state(house)).toMatchObject({ status: "fresh" });
  });

  test("of a sign-in that goes on has it refreshed at once, and keeps its token until then", async () => {
    const { house, asked } = build(rotating);
    const { id } = house.keeper.addAccount({ ...PLAYER, name: "Photos" });
    await house.runner.run(again(id));
    house.keeper.updateAccount(id, { name: "Pictures" });
    expect(state(house)).toMatchObject({ token_usable: true, generation: 1 });
    expect(state(house)?.next_refresh_at).toBeLessThanOrEqual(house.clock.now());
    await house.planned(id);
    expect(asked).toHaveLength(2);
    expect(state(house)).toMatchObject({ status: "fresh", generation: 2 });
  });

  test("followed by a sign-out is not tried when the details before it are refused", async () => {
    const gate = Promise.withResolvers<Response>();
    const { house, asked } = build(() => (asked.length === 1 ? gate.promise : granted()));
    const { id } = house.keeper.addAccount(MACHINE);
    const flight = house.runner.run(again(id));
    await expect.poll(() => asked.length).toBe(1);
    house.clock.offsetMs += 1000;
    house.keeper.updateAccount(id, { client_secret: "canary-corrected" });
    await house.keeper.signOut(id);
    gate.resolve(Response.json({ error: "invalid_client" }, { status: 401 }));
    await flight;
    expect(asked).toHaveLength(1);
    expect(state(house)).toMatchObject({ status: "sign_in_needed", reason: "signed_out" });
  });
});
