import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { HouseOptions } from "../house.ts";
import { House } from "../house.ts";
import { CLIENT_SECRET, Issuer, REDIRECT_URI } from "../token-calls/issuer.ts";
import { oauth2Provider } from "../../../src/keeper/providers/oauth2.ts";

/** A real OAuth server, which ends a grant whose code comes twice. */
let issuer: Issuer;
const houses: House[] = [];

beforeEach(async () => {
  issuer = await Issuer.start();
});
afterEach(async () => {
  for (const house of houses.splice(0)) house.remove();
  await issuer.stop();
});

function aHouse(options: Partial<HouseOptions> = {}): House {
  const { url } = issuer;
  const endpoints = { authorizeUrl: `${url}/auth`, tokenUrl: `${url}/token`, scope: "openid offline_access" };
  const house = new House({ url, providers: [oauth2Provider(endpoints)], ...options });
  houses.push(house);
  return house;
}

/** An account, and the address that its sign-in ended on. */
async function redirected(
  house: House,
  client_id = "browser",
): Promise<{ id: string; callback: string; code: string }> {
  const account = { name: "Home", client_id, client_secret: CLIENT_SECRET, redirect_uri: REDIRECT_URI };
  const { id } = house.keeper.addAccount(account);
  const state = new URL(house.keeper.authorise(id).url).searchParams.get("state");
  const code = await issuer.code();
  return { id, code, callback: `${REDIRECT_URI}?code=${code}&state=${state}` };
}

async function refreshes(house: House, id: string): Promise<void> {
  expect(await issuer.takesRefresh(house.vault.tokens.newest(id)?.refresh_token)).toBe(true);
  expect(await house.runner.run({ kind: "refresh", account_id: id, generation: 1 })).toMatchObject({
    outcome: "committed",
    generation: 2,
  });
}

describe("a redirect that is loaded twice sends its code once", () => {
  test("at the same time, from the redirect and from the paste box", async () => {
    const house = aHouse();
    const { id, callback, code } = await redirected(house);
    const outcomes = await Promise.all([
      house.keeper.exchange(callback),
      house.keeper.exchange(callback),
      house.keeper.exchange(`${callback}\n\nSent from my phone`, id),
      house.keeper.exchange(code, id),
    ]);
    expect(outcomes.map(({ status, generation }) => [status, generation])).toEqual(
      Array.from({ length: 4 }, () => ["fresh", 1]),
    );
    expect(issuer.count("/token")).toBe(1);
    await refreshes(house, id);
  });

  test("a moment later, and after a restart", async () => {
    const house = aHouse();
    const { id, callback, code } = await redirected(house);
    await house.keeper.exchange(callback);
    expect(await house.keeper.exchange(callback)).toMatchObject({ id, status: "fresh", generation: 1 });
    house.close();
    const again = aHouse({ folder: house.folder });
    again.clock.offsetMs = 3_600_000;
    expect(await again.keeper.exchange(callback)).toMatchObject({ id, generation: 1 });
    expect(await again.keeper.exchange(code, id)).toMatchObject({ id, generation: 1 });
    expect(issuer.count("/token")).toBe(1);
    again.clock.offsetMs = 0;
    await refreshes(again, id);
  });

  test("after a crash between the answer and its commit", async () => {
    let crashing = true;
    const house = aHouse({
      onStep: (step) => {
        if (crashing && step === "answer_journalled") throw new Error("crash");
      },
    });
    const { id, callback } = await redirected(house);
    await expect(house.keeper.exchange(callback)).rejects.toMatchObject({ code: "internal" });
    crashing = false;
    house.close();
    const again = aHouse({ folder: house.folder });
    expect(await again.keeper.exchange(callback)).toMatchObject({ id, status: "fresh", generation: 1 });
    expect(issuer.count("/token")).toBe(1);
    await refreshes(again, id);
  });

  test("but again when the server did not answer for good", async () => {
    const house = aHouse();
    const { id, callback } = await redirected(house);
    issuer.down = true;
    await expect(house.keeper.exchange(callback)).rejects.toMatchObject({ retryable: true });
    issuer.down = false;
    expect(await house.keeper.exchange(callback)).toMatchObject({ id, status: "fresh" });
    await refreshes(house, id);
  });
});

test("a `state` ends with the first code that comes with it", async () => {
  const house = aHouse();
  const { id, callback, code } = await redirected(house);
  const another = callback.replace(code, await issuer.code());
  const [first, second] = await Promise.allSettled([house.keeper.exchange(callback), house.keeper.exchange(another)]);
  expect(first).toMatchObject({ status: "fulfilled", value: { id, status: "fresh" } });
  expect(second).toMatchObject({ status: "rejected", reason: { code: "callback_of_another_sign_in" } });
  await expect(house.keeper.exchange(another)).rejects.toMatchObject({ code: "callback_of_another_sign_in" });
});

test("a used code is no way back for an account that was signed out since", async () => {
  const house = aHouse();
  const { id, callback, code } = await redirected(house);
  await house.keeper.exchange(callback);
  await house.keeper.signOut(id);
  await expect(house.keeper.exchange(callback)).rejects.toMatchObject({ code: "code_refused" });
  await expect(house.keeper.exchange(code)).rejects.toMatchObject({ code: "callback_of_another_sign_in" });
  expect(issuer.count("/token")).toBe(1);
});

test("a used code signs in no other account, whatever `state` it comes with", async () => {
  const house = aHouse();
  const [one, other] = [await redirected(house), await redirected(house, "another")];
  await house.keeper.exchange(one.callback);
  const mixed = other.callback.replace(other.code, one.code);
  for (const [callback, account_id] of [[one.code, other.id], [mixed, other.id], [mixed]] as const) {
    await expect(house.keeper.exchange(callback, account_id)).rejects.toMatchObject({
      code: "callback_of_another_sign_in",
    });
  }
  expect(issuer.count("/token")).toBe(1);
});
