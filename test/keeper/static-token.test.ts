import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AccountState } from "../../src/keeper/account.ts";
import { staticProvider } from "../../src/keeper/providers/static.ts";
import { utecProvider } from "../../src/keeper/providers/utec.ts";
import { wattTimeProvider } from "../../src/keeper/providers/watttime.ts";
import { House } from "./house.ts";
import { json, LoginServer, PASSWORD, USERNAME } from "./token-calls/login-server.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let server: LoginServer;
let house: House;

beforeEach(async () => {
  server = await LoginServer.start({ format: "basic" });
  house = build();
});
afterEach(async () => {
  house.remove();
  await server.stop();
});

function build(folder?: string): House {
  const watttime = { ...wattTimeProvider(), tokenUrl: `${server.url}/api/login` };
  const providers = [utecProvider(), watttime, staticProvider()];
  return new House({ url: server.url, providers, ...(folder === undefined ? {} : { folder }) });
}

/** A token that somebody made a week ago. */
function jwt(endsAt: number): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const iat = Math.floor((house.clock.now() - 7 * DAY) / 1000);
  return `${part({ alg: "none" })}.${part({ iat, exp: Math.floor(endsAt / 1000) })}.canary`;
}

const state = (): AccountState | undefined => house.keeper.accounts()[0];

describe("an account that is nothing but a token", () => {
  test("serves it, calls nobody, and says that it can't be renewed", async () => {
    const { id } = house.keeper.addAccount({ provider: "static", name: "Spare", token: "canary-opaque" });
    expect(await house.keeper.getToken(id)).toEqual({ value: "canary-opaque", generation: 1, expires_at: null });
    expect(state()).toMatchObject({ status: "static", reason: null, expires_at: null, expiry_source: null });
    expect(house.runner.plans.has(id)).toBe(false);
    house.clock.offsetMs += 400 * DAY;
    expect(await house.keeper.getToken(id)).toMatchObject({ generation: 1 });
    expect(server.asked).toEqual([]);
    const seen = JSON.stringify([house.keeper.accounts(), house.keeper.events(id), house.lines]);
    expect(seen).not.toContain("canary-opaque");
  });

  test("that is a JWT ends when that says, however long ago it was made; a new one is taken at once", async () => {
    const ends = house.clock.now() + 2 * HOUR;
    const { id } = house.keeper.addAccount({ provider: "static", name: "Spare", token: jwt(ends) });
    const { expires_at } = await house.keeper.getToken(id);
    expect(Math.abs((expires_at ?? 0) - ends)).toBeLessThan(2000);
    expect(state()).toMatchObject({ status: "static", expiry_source: "jwt" });
    await house.planned(id);
    expect(state()).toMatchObject({ status: "misconfigured", next_refresh_at: null, incident: { number: 1 } });
    expect(state()?.last_error?.message).toContain("enter a new one");
    expect(house.keeper.events(id).map(({ kind }) => kind)).toEqual(["signed_in", "failed"]);
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "misconfigured" });

    const token = jwt(house.clock.now() + DAY);
    house.keeper.updateAccount(id, { token });
    expect(await house.keeper.getToken(id)).toMatchObject({ value: token, generation: 2 });
    expect(state()).toMatchObject({ status: "static", incident: { number: 1, closed_at: expect.any(Number) } });
  });

  test("that the cloud refuses asks for a new one, and is not served again", async () => {
    const { id } = house.keeper.addAccount({ provider: "static", name: "Spare", token: "canary-opaque" });
    await house.keeper.getToken(id);
    await expect(house.keeper.invalidate(id, 1)).rejects.toMatchObject({ code: "misconfigured" });
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "misconfigured" });
  });

  test("that only a clock ahead of its time called over is taken up again once the clock is right", async () => {
    const { id } = house.keeper.addAccount({
      provider: "static",
      name: "Spare",
      token: jwt(house.clock.now() + 2 * HOUR),
    });
    await house.keeper.getToken(id);
    await house.planned(id);
    expect(state()).toMatchObject({ status: "misconfigured" });
    house.clock.offsetMs -= 2 * HOUR;
    house.keeper.updateAccount(id, { name: "Spare token" });
    await house.planned(id);
    expect(state()).toMatchObject({ status: "static", incident: { closed_at: expect.any(Number) } });
  });

  test("that was over before it came is named", async () => {
    const token = jwt(house.clock.now() - HOUR);
    const { id } = house.keeper.addAccount({ provider: "static", name: "Spare", token });
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "misconfigured" });
    expect(house.vault.tokens.newest(id)).toBeNull();
    expect(() => house.keeper.addAccount({ provider: "static", name: "Spare", token: "two words" })).toThrowError(
      expect.objectContaining({ code: "bad_request", field: "token" }),
    );
  });
});

test("a user name with a colon in it, which Basic can't tell from the password, is named", () => {
  const login = { provider: "watttime", name: "Grid", username: "ada:lovelace", password: PASSWORD } as const;
  expect(() => house.keeper.addAccount(login)).toThrowError(
    expect.objectContaining({ code: "bad_request", field: "username" }),
  );
});

describe("a static token beside a login", () => {
  const STATIC = "canary-stand-in";

  function add(): string {
    const login = { provider: "watttime", name: "Grid", username: USERNAME, password: PASSWORD } as const;
    return house.keeper.addAccount({ ...login, token: STATIC }).id;
  }

  const fail = (): void => void server.faults.push((response) => void response.writeHead(503).end());

  test("stands in when no login works and the last token is over, with a warning, and steps back", async () => {
    const id = add();
    const { value } = await house.keeper.getToken(id);
    expect(value).not.toBe(STATIC);
    fail();
    await house.planned(id);
    expect(state()).toMatchObject({ status: "retrying" });
    expect((await house.keeper.getToken(id)).value).toBe(value);

    house.clock.offsetMs += 10 * MINUTE;
    fail();
    expect(await house.keeper.getToken(id)).toEqual({ value: STATIC, generation: 0, expires_at: null });
    expect(state()).toMatchObject({ status: "static", reason: "cloud_error", expires_at: null, incident: null });
    expect(house.runner.plans.has(id)).toBe(true);
    await house.planned(id);
    expect(state()).toMatchObject({ status: "fresh", generation: 2 });
    expect((await house.keeper.getToken(id)).value).not.toBe(STATIC);
  });

  test("stands in for a password that is refused, which a person is asked to correct", async () => {
    server.password = "changed";
    const id = add();
    expect(await house.keeper.getToken(id)).toMatchObject({ value: STATIC, generation: 0 });
    expect(state()).toMatchObject({ status: "misconfigured", reason: "client_refused", incident: { number: 1 } });
    const calls = server.asked.length;
    for (let reads = 0; reads < 20; reads++) await house.keeper.getToken(id);
    expect(server.asked).toHaveLength(calls);
  });

  test("that the cloud refuses is not served again, until a person gives another", async () => {
    server.rules = { ...server.rules, refuse: (response) => json(response, 401, {}) };
    server.password = "changed";
    const id = add();
    const { generation } = await house.keeper.getToken(id);
    await expect(house.keeper.invalidate(id, generation)).rejects.toMatchObject({ code: "misconfigured" });
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "misconfigured" });
    house.keeper.updateAccount(id, { token: "canary-another" });
    expect((await house.keeper.getToken(id)).value).toBe("canary-another");
  });

  test("is not served after a sign-out", async () => {
    const id = add();
    await house.keeper.signOut(id);
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "sign_in_needed" });
  });

  test("that has ended does not stand in", async () => {
    server.password = "changed";
    const id = add();
    house.keeper.updateAccount(id, { token: jwt(house.clock.now() + HOUR) });
    expect((await house.keeper.getToken(id)).generation).toBe(0);
    house.clock.offsetMs += 2 * HOUR;
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "misconfigured" });
  });
});
