import { execFileSync } from "node:child_process";
import type { ServerResponse } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import type { AccountState } from "../../../src/keeper/account.ts";
import type { Learned } from "../../../src/keeper/providers/provider-fields.ts";
import { GRANT_STEPS } from "../../../src/keeper/grant/grant-context.ts";
import { runGrant } from "../../../src/keeper/grant/grant.ts";
import { loginProvider } from "../../../src/keeper/providers/login.ts";
import { utecProvider } from "../../../src/keeper/providers/utec.ts";
import { wattTimeProvider } from "../../../src/keeper/providers/watttime.ts";
import { House } from "../house.ts";
import { json, LoginServer, PASSWORD, USERNAME } from "./login-server.ts";
import type { LoginRules } from "./login-server.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let servers: LoginServer[] = [];
let houses: House[] = [];

afterEach(async () => {
  for (const house of houses) house.remove();
  houses = [];
  await Promise.all(servers.map((server) => server.stop()));
  servers = [];
});

async function aCloud(rules: Partial<LoginRules> = {}): Promise<LoginServer> {
  const server = await LoginServer.start(rules);
  servers.push(server);
  return server;
}

function build(server: LoginServer, folder?: string): House {
  const watttime = { ...wattTimeProvider(), tokenUrl: `${server.url}/api/login` };
  const providers = [utecProvider(), loginProvider(), watttime];
  const house = new House({ url: server.url, providers, ...(folder === undefined ? {} : { folder }) });
  houses.push(house);
  return house;
}

function addLogin(house: House, url: string): string {
  const details = { provider: "login", name: "Pool", url, username: USERNAME, password: PASSWORD } as const;
  return house.keeper.addAccount(details).id;
}

const learned = (house: House, id: string): Learned | undefined => house.vault.accounts.get(id)?.learned;
const state = (house: House): AccountState | undefined => house.keeper.accounts()[0];

describe("a login with user name and password", () => {
  const unwanted = (response: ServerResponse): void => void response.writeHead(200).end("<html>app</html>");
  const shapes: readonly [string, Partial<LoginRules>][] = [
    ["as token", {}],
    ["as access_token", { grant: (r, access_token) => json(r, 200, { access_token }) }],
    ["as access", { grant: (r, access) => json(r, 200, { access, refresh: "unused" }) }],
    ["as auth_token", { grant: (r, auth_token) => json(r, 201, { auth_token }) }],
    ["as jwt", { grant: (r, jwt) => json(r, 200, { jwt }) }],
    ["in data", { grant: (r, token) => json(r, 200, { status: "ok", data: { token } }) }],
    ["in result", { grant: (r, jwt) => json(r, 200, { result: { jwt } }) }],
    ["in the Authorization header", { grant: (r, jwt) => void r.setHeader("authorization", `Bearer ${jwt}`).end() }],
    ["to a form", { format: "form" }],
    ["to an e-mail address", { userField: "email" }],
    ["to a form with an e-mail address", { format: "form", userField: "email" }],
    ["at /api/auth/login", { path: "/api/auth/login" }],
    [
      "at /api/auth/token, where every other address is the page of an app",
      { path: "/api/auth/token", elsewhere: unwanted },
    ],
  ];

  test.each(shapes)("whose token comes %s is found at set-up, and asked like that from then on", async (_, rules) => {
    const server = await aCloud(rules);
    const house = build(server);
    const id = addLogin(house, server.url);
    const first = await house.keeper.getToken(id);
    expect(first.value).toMatch(/^\S+\.\S+\.canary-signature$/);
    expect(state(house)).toMatchObject({ status: "fresh", generation: 1, expiry_source: "jwt", incident: null });
    expect((first.expires_at ?? 0) - house.clock.now()).toBeGreaterThan(29 * MINUTE);

    const { path, format, userField } = server.rules;
    const route = { url: server.url + path, format: format === "form" ? "form" : `json_${userField}` };
    expect(learned(house, id)).toMatchObject({ login_route: route, token_place: expect.any(Object) });
    expect(state(house)?.attempts.at(-1)).toMatchObject({ ...route, outcome: "accepted" });
    for (let generation = 2; generation <= 4; generation++) {
      const before = server.asked.length;
      expect(await house.planned(id)).toSatisfy((pause: number) => pause > 20 * MINUTE && pause < 27.1 * MINUTE);
      expect(state(house)).toMatchObject({ status: "fresh", generation, refresh_count: generation - 1 });
      expect(server.asked.slice(before)).toEqual([`${path} ${format}`]);
    }
  });

  test("asks no other address than the one that a person gave", async () => {
    const server = await aCloud({ path: "/v9/session" });
    const house = build(server);
    await house.keeper.getToken(addLogin(house, `${server.url}/v9/session`));
    expect(new Set(server.asked.map((asked) => asked.split(" ")[0]))).toEqual(new Set(["/v9/session"]));
  });

  test("that is nowhere is said, and not asked again until its address is changed", async () => {
    const server = await aCloud({ path: "/v9/session" });
    const house = build(server);
    const id = addLogin(house, server.url);
    await house.planned(id);
    expect(state(house)).toMatchObject({ status: "misconfigured", reason: "client_refused", next_refresh_at: null });
    expect(state(house)?.last_error).toMatchObject({ code: "login_not_found" });
    expect(server.asked).toHaveLength(7);
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "misconfigured" });
    expect(server.asked).toHaveLength(7);
    house.keeper.updateAccount(id, { url: `${server.url}/v9/session` });
    await house.planned(id);
    expect(state(house)).toMatchObject({ status: "fresh", generation: 1 });
  });

  test("that is nowhere is said of pages that are not there, too", async () => {
    const elsewhere = (response: ServerResponse): void => void response.writeHead(404).end("<html>Not found</html>");
    const server = await aCloud({ path: "/v9/session", elsewhere });
    const house = build(server);
    await house.planned(addLogin(house, server.url));
    expect(state(house)?.last_error).toMatchObject({ code: "login_not_found" });
  });

  test("is looked for no further once its account is gone", async () => {
    const server = await aCloud({ path: "/nowhere" });
    const house = build(server);
    const id = addLogin(house, server.url);
    server.faults.push((response) => {
      house.vault.accounts.remove(id);
      json(response, 404, {});
    });
    const job = { kind: "refresh", account_id: id, generation: 0 } as const;
    expect(await house.runner.run(job)).toEqual({ outcome: "unneeded", account_id: id });
    expect(server.asked).toHaveLength(1);
  });

  test("behind a network's own sign-in page is looked for again, and found once that has gone", async () => {
    const portal = (response: ServerResponse): void =>
      void response.writeHead(200, { "content-type": "text/html" }).end("<p>Sign in to the hotel's network</p>");
    const server = await aCloud({ path: "/nowhere", elsewhere: portal });
    const house = build(server);
    const id = addLogin(house, server.url);
    await house.planned(id);
    expect(state(house)).toMatchObject({ status: "retrying", reason: "cloud_error", incident: null });
    expect(state(house)?.last_error?.message).toContain("A web page came in place of an answer");
    server.rules = { ...server.rules, path: "/api/login", elsewhere: (response) => json(response, 404, {}) };
    await house.planned(id);
    expect(state(house)).toMatchObject({ status: "fresh", generation: 1 });
  });

  const refusals: readonly [string, LoginRules["refuse"]][] = [
    ["401 and JSON", (r) => json(r, 401, { error: "invalid credentials" })],
    ["401 and nothing", (r) => void r.writeHead(401).end()],
    ["403 and JSON", (r) => json(r, 403, { message: "Login failed" })],
    ["200 and an error", (r) => json(r, 200, { success: false, message: "wrong password" })],
    ["423", (r) => void r.writeHead(423).end()],
  ];

  test.each(refusals)("that refuses with %s is asked 3 times in 24 h, then once a day", async (_, refuse) => {
    const server = await aCloud({ refuse });
    const house = build(server);
    const id = addLogin(house, `${server.url}/api/login`);
    await house.keeper.getToken(id);
    server.password = "changed";
    const began = server.asked.length;
    await house.planned(id);
    expect(state(house)).toMatchObject({ status: "retrying", reason: "client_refused", incident: null });
    const until = house.clock.now() + 24 * HOUR;
    while ((house.runner.plans.get(id) ?? Infinity) < until - MINUTE) await house.planned(id);
    expect(server.asked.length - began).toBe(3);
    expect(state(house)).toMatchObject({ status: "misconfigured", reason: "client_refused", incident: { number: 1 } });
    expect(state(house)?.last_error?.message).toContain("user name and password");
    expect(house.vault.tokens.newest(id)?.generation).toBe(1);

    house.keeper.updateAccount(id, { password: "changed" });
    await house.planned(id);
    expect(state(house)).toMatchObject({ status: "fresh", generation: 2, incident: { closed_at: expect.any(Number) } });
  });

  test("goes on with the token that it has while the login fails, and says so", async () => {
    const server = await aCloud();
    const house = build(server);
    const id = addLogin(house, server.url);
    const { value } = await house.keeper.getToken(id);
    server.faults.push((response) => void response.writeHead(503).end());
    await house.planned(id);
    expect(state(house)).toMatchObject({ status: "retrying", reason: "cloud_error", generation: 1 });
    expect((await house.keeper.getToken(id)).value).toBe(value);
    await house.planned(id);
    expect(state(house)).toMatchObject({ status: "fresh", generation: 2 });
  });

  test("of another user gives its token up, and asks anew how to log in", async () => {
    const server = await aCloud();
    const house = build(server);
    const id = addLogin(house, server.url);
    await house.keeper.getToken(id);
    house.keeper.updateAccount(id, { username: "bob" });
    expect(house.vault.tokens.newest(id)).toBeNull();
    expect(house.vault.accounts.get(id)?.learned).toEqual({});
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "misconfigured" });
    house.keeper.updateAccount(id, { username: USERNAME, name: "The pool" });
    expect(await house.keeper.getToken(id)).toMatchObject({ generation: 2 });
  });

  test("is ended by a sign-out until a person asks for it", async () => {
    const server = await aCloud();
    const house = build(server);
    const id = addLogin(house, server.url);
    await house.keeper.getToken(id);
    expect(await house.keeper.signOut(id)).toMatchObject({ status: "sign_in_needed", reason: "signed_out" });
    expect(house.runner.plans.has(id)).toBe(false);
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "sign_in_needed" });
    expect(() => house.keeper.authorise(id)).toThrowError(expect.objectContaining({ code: "bad_request" }));
    expect(await house.keeper.refreshNow(id)).toMatchObject({ status: "fresh", generation: 2 });
  });

  test.each(GRANT_STEPS.filter((step) => step !== "identified"))(
    "that a crash interrupts at `%s` has a token after the restart",
    async (step) => {
      const server = await aCloud();
      const house = build(server);
      const id = addLogin(house, server.url);
      await house.keeper.getToken(id);
      const crash = (now: string): void => {
        if (now === step) throw new Error("crash");
      };
      const job = { kind: "refresh", account_id: id, generation: 1 } as const;
      await expect(runGrant({ ...house.world, onStep: crash }, job)).rejects.toThrow("crash");
      house.close();
      const again = build(server, house.folder);
      again.keeper.start();
      await again.runner.run({ ...job, generation: null });
      expect(state(again)?.status).toBe("fresh");
      expect(again.vault.journal.open(id)).toBeNull();
      expect((await again.keeper.getToken(id)).value).toBe(again.vault.tokens.newest(id)?.access_token);
    },
  );

  test("shows its password to nobody", async () => {
    const server = await aCloud({ refuse: (response) => json(response, 401, { error: `no: ${PASSWORD}` }) });
    const house = build(server);
    const id = addLogin(house, server.url);
    const { value } = await house.keeper.getToken(id);
    house.keeper.updateAccount(id, { password: "canary-wrong" });
    await house.planned(id);
    const seen = JSON.stringify([house.keeper.accounts(), house.keeper.events(id), house.lines]);
    for (const secret of [PASSWORD.trim(), "canary-wrong", value]) expect(seen).not.toContain(secret);
    house.close();
    expect(() => execFileSync("grep", ["-rlE", `canary|${value}`, house.folder])).toThrow();
  });

  test("is there once for each user of a cloud", async () => {
    const server = await aCloud();
    const house = build(server);
    addLogin(house, server.url);
    expect(() => addLogin(house, server.url)).toThrowError(expect.objectContaining({ code: "account_exists" }));
    addLogin(house, `${server.url}/api/login`);
    expect(house.keeper.accounts()).toHaveLength(2);
  });
});

describe("a login by HTTP Basic", () => {
  test("gives a JWT of 30 minutes, and is repeated 5 minutes before its end", async () => {
    const server = await aCloud({ format: "basic" });
    const house = build(server);
    const details = { provider: "watttime", name: "Grid", username: USERNAME, password: PASSWORD } as const;
    const { id } = house.keeper.addAccount(details);
    await house.keeper.getToken(id);
    for (let generation = 2; generation <= 4; generation++) {
      expect(await house.planned(id)).toSatisfy((pause: number) => pause > 24.9 * MINUTE && pause <= 25 * MINUTE);
      expect(state(house)).toMatchObject({ status: "fresh", generation, expiry_source: "jwt" });
    }
    expect(new Set(server.asked)).toEqual(new Set(["/api/login basic"]));
  });

  test("that a cloud's token is refused by is repeated once, by however many asked", async () => {
    const server = await aCloud({ format: "basic" });
    const house = build(server);
    const details = { provider: "watttime", name: "Grid", username: USERNAME, password: PASSWORD } as const;
    const { id } = house.keeper.addAccount(details);
    const { generation } = await house.keeper.getToken(id);
    const tokens = await Promise.all(Array.from({ length: 50 }, () => house.keeper.invalidate(id, generation)));
    expect(tokens.every((token) => token.generation === 2)).toBe(true);
    expect(server.asked).toHaveLength(2);
  });
});
