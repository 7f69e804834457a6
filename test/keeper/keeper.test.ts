import SqliteDatabase from "better-sqlite3";
import { beforeEach, describe, expect, test } from "vitest";
import type { AccountState } from "../../src/keeper/account.ts";
import type { KeeperUpdate } from "../../src/keeper/accounts/live-accounts.ts";
import { GRANT_STEPS } from "../../src/keeper/grant/grant-context.ts";
import { runGrant } from "../../src/keeper/grant/grant.ts";
import { DETAILS } from "./house.ts";
import type { House, HouseOptions } from "./house.ts";
import type { OAuthServer } from "./token-calls/oauth-server.ts";
import { streetForEach } from "./street.ts";

const street = streetForEach();
let server: OAuthServer;
beforeEach(() => {
  server = street.server;
});

const DAY_MS = 24 * 3_600_000;
const ALWAYS = {
  automatic_refresh: true,
  refresh_buffer_ms: null,
  refresh_buffer_share: null,
  idle_interval_ms: null,
} as const;

function build(options?: Partial<HouseOptions>): House {
  return street.build(options);
}

function signedIn(options?: Partial<HouseOptions>): Promise<{ house: House; id: string }> {
  return street.signedIn(options);
}

const state = (house: House): AccountState | undefined => house.keeper.accounts()[0];

describe("getToken", () => {
  test("200 callers at the moment of expiry make one call and get the same new token", async () => {
    const { house, id } = await signedIn();
    house.clock.offsetMs += 3_600_000;
    const calls = server.calls;
    const tokens = await Promise.all(Array.from({ length: 200 }, () => house.keeper.getToken(id)));
    expect(server.calls - calls).toBe(1);
    expect(new Set(tokens.map((token) => token.value)).size).toBe(1);
    expect(tokens[0]?.generation).toBe(2);
  });

  test("does not wait while the token is good, even when the token endpoint hangs", async () => {
    const { house, id } = await signedIn({ callTimeoutMs: 200 });
    server.queueFault(() => undefined);
    const hanging = house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    house.clock.offsetMs += 3_600_000 - 31_000;
    expect(await house.keeper.getToken(id)).toMatchObject({ generation: 1 });
    expect(state(house)?.status).toBe("refreshing");
    await hanging;
  });

  test("in the last 30 s waits for a new one, and makes do with the old one while that lasts", async () => {
    const { house, id } = await signedIn();
    house.clock.offsetMs += 3_600_000 - 29_000;
    server.queueFault((response) => response.writeHead(503).end());
    expect(await house.keeper.getToken(id)).toMatchObject({ generation: 1 });
    expect(server.calls).toBe(2);
    // Between two attempts nobody calls, however many ask.
    expect(await house.keeper.getToken(id)).toMatchObject({ generation: 1 });
    expect(server.calls).toBe(2);
    house.clock.offsetMs += 900_000;
    expect(await house.keeper.getToken(id)).toMatchObject({ generation: 2 });
  });

  test("says why there is none", async () => {
    const house = build();
    await expect(house.keeper.getToken("nobody")).rejects.toMatchObject({ code: "account_not_found" });
    const { id } = house.keeper.addAccount(DETAILS);
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "sign_in_needed" });
    await house.keeper.exchange(server.code(), id);
    house.clock.offsetMs += 7_200_000;
    server.queueFault((response) => response.destroy());
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "cloud_unreachable", retryable: true });
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "cloud_unreachable", retryable: true });
  });

  test("never hands out a token that is not committed", async () => {
    const { house, id } = await signedIn();
    house.clock.offsetMs += 3_600_000;
    const token = await house.keeper.getToken(id);
    expect(house.vault.tokens.newest(id)).toMatchObject({ access_token: token.value, generation: token.generation });
  });
});

describe("invalidate", () => {
  test("50 parallel refusals of one generation make one refresh", async () => {
    const { house, id } = await signedIn();
    const calls = server.calls;
    const tokens = await Promise.all(Array.from({ length: 50 }, () => house.keeper.invalidate(id, 1)));
    expect(server.calls - calls).toBe(1);
    expect(tokens.every((token) => token.generation === 2)).toBe(true);
  });

  test("of an older generation only gives the newest", async () => {
    const { house, id } = await signedIn();
    await house.keeper.invalidate(id, 1);
    const calls = server.calls;
    expect(await house.keeper.invalidate(id, 1)).toMatchObject({ generation: 2 });
    expect(server.calls).toBe(calls);
  });

  test("of token after token stops instead of turning in a loop", async () => {
    const { house, id } = await signedIn();
    await house.keeper.invalidate(id, 1);
    const calls = server.calls;
    await expect(house.keeper.invalidate(id, 2)).rejects.toMatchObject({ code: "cloud_error", retryable: true });
    expect(server.calls).toBe(calls);
    house.clock.offsetMs += 31_000;
    expect(await house.keeper.invalidate(id, 2)).toMatchObject({ generation: 3 });
  });

  test("of token after token for a whole day makes a handful of refreshes", async () => {
    const { house, id } = await signedIn();
    const calls = server.calls;
    for (let minutes = 0; minutes < 24 * 60; minutes += 5) {
      const { generation } = house.keeper.accounts()[0] ?? { generation: 0 };
      await house.keeper.invalidate(id, generation).catch(() => undefined);
      house.clock.offsetMs += 5 * 60_000;
    }
    expect(server.calls - calls).toBeLessThanOrEqual(8);
  });

  test("is not believed for good while no new token can be had: the old one is tried again after some minutes", async () => {
    const { house, id } = await signedIn();
    const away = (): void => {
      server.queueFault((response) => response.writeHead(503, { "retry-after": "3000" }).end());
    };
    away();
    await expect(house.keeper.invalidate(id, 1)).rejects.toMatchObject({ code: "cloud_error" });
    expect(state(house)?.token_usable).toBe(false);
    house.clock.offsetMs += 4 * 60_000;
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "cloud_error" });
    house.clock.offsetMs += 61_000;
    house.keeper.tick();
    expect(state(house)?.token_usable).toBe(true);
    expect(await house.keeper.getToken(id)).toMatchObject({ generation: 1 });

    // Refused again: the next trial is later.
    await expect(house.keeper.invalidate(id, 1)).rejects.toMatchObject({ code: "cloud_error" });
    house.clock.offsetMs += 6 * 60_000;
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "cloud_error" });
    house.clock.offsetMs += 5 * 60_000;
    expect(await house.keeper.getToken(id)).toMatchObject({ generation: 1 });
    expect(server.calls).toBe(2);
  });

  test("serves the refused token no more at first while no new one can be had", async () => {
    const { house, id } = await signedIn();
    server.queueFault((response) => response.writeHead(503).end());
    await expect(house.keeper.invalidate(id, 1)).rejects.toMatchObject({ code: "cloud_error" });
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "cloud_error" });
    expect(server.calls).toBe(2);
  });
});

test("a grant that may be dead is no trouble of the cloud, neither at the refusal nor while it waits to be confirmed", async () => {
  const { house, id } = await signedIn();
  server.queueFault((response) => response.writeHead(400).end('{"error":"invalid_grant"}'));
  const refused = { code: "sign_in_needed", retryable: true };
  await expect(house.keeper.invalidate(id, 1)).rejects.toMatchObject(refused);
  await expect(house.keeper.getToken(id)).rejects.toMatchObject(refused);
  expect(state(house)?.status).toBe("retrying");
});

describe("refresh now", () => {
  test("100 requests make one call, a later one within 30 s is told to wait", async () => {
    const { house, id } = await signedIn();
    const calls = server.calls;
    const states = await Promise.all(Array.from({ length: 100 }, () => house.keeper.refreshNow(id)));
    expect(server.calls - calls).toBe(1);
    expect(states.every(({ generation }) => generation === 2)).toBe(true);
    await expect(house.keeper.refreshNow(id)).rejects.toMatchObject({ code: "rate_limited", retry_after_s: 30 });
    house.clock.offsetMs += 31_000;
    expect(await house.keeper.refreshNow(id)).toMatchObject({ generation: 3, refresh_count: 2 });
  });

  test("tries once more where a dead grant had ended the automatic attempts", async () => {
    const { house, id } = await signedIn();
    for (let times = 0; times < 3; times++) {
      server.queueFault((response) => response.writeHead(400).end('{"error":"invalid_grant"}'));
      await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    }
    expect(state(house)?.status).toBe("sign_in_needed");
    server.queueFault((response) => response.writeHead(503).end());
    await expect(house.keeper.refreshNow(id)).rejects.toMatchObject({ code: "cloud_error", retryable: true });
    // A person asked ahead of the next look, which stands.
    const { next_refresh_at } = state(house) ?? {};
    expect((next_refresh_at ?? 0) - house.clock.now()).toBeGreaterThan(50 * 60_000);
    expect(state(house)).toMatchObject({ status: "sign_in_needed", reason: "grant_dead", incident: { number: 2 } });
    house.clock.offsetMs += 31_000;
    expect(await house.keeper.refreshNow(id)).toMatchObject({ status: "fresh", generation: 2 });
  });
});

describe("the sign-in", () => {
  test("leads to the cloud's page without the client secret, and back by the redirect alone", async () => {
    const house = build();
    const { id } = house.keeper.addAccount(DETAILS);
    const url = new URL(house.keeper.authorise(id).url);
    expect(url.origin + url.pathname).toBe(`${server.url}/authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: "code",
      client_id: DETAILS.client_id,
      redirect_uri: DETAILS.redirect_uri,
      scope: "openapi",
      state: expect.stringMatching(/^[\w-]{32}$/),
    });
    const callback = `${DETAILS.redirect_uri}?authorization_code=${server.code()}&state=${url.searchParams.get("state")}`;
    expect(await house.keeper.exchange(callback)).toMatchObject({ id, status: "fresh", generation: 1 });
  });

  test("keeps its code out of the log, and forgets it with the next one", async () => {
    const house = build();
    const { id } = house.keeper.addAccount(DETAILS);
    for (const code of ["canary-code-1", "canary-code-2"]) {
      await expect(house.keeper.exchange(code, id)).rejects.toMatchObject({ code: "code_refused" });
    }
    expect(house.secrets.scrub("canary-code-1 canary-code-2")).toBe("canary-code-1 [secret]");
  });

  test("can end after a restart of the gateway", async () => {
    const house = build();
    const { id } = house.keeper.addAccount(DETAILS);
    const signInState = new URL(house.keeper.authorise(id).url).searchParams.get("state");
    house.close();
    const again = build({ folder: house.folder });
    const callback = `${DETAILS.redirect_uri}?code=${server.code()}&state=${signInState}`;
    expect(await again.keeper.exchange(callback)).toMatchObject({ id, status: "fresh" });
  });

  test("says what is wrong with what was pasted, and changes nothing", async () => {
    const { house, id } = await signedIn();
    const other = house.keeper.addAccount({ ...DETAILS, name: "Second", client_id: "client-2" });
    const ours = new URL(house.keeper.authorise(id).url).searchParams.get("state");
    const expectRefused = async (callback: string, code: string, account?: string): Promise<void> => {
      await expect(house.keeper.exchange(callback, account)).rejects.toMatchObject({ code });
    };
    await expectRefused(`${DETAILS.redirect_uri}?state=${ours}`, "callback_without_code");
    await expectRefused(`${DETAILS.redirect_uri}?error=access_denied&state=${ours}`, "sign_in_refused");
    await expectRefused(`${DETAILS.redirect_uri}?code=c&state=unknown`, "callback_of_another_sign_in");
    await expectRefused(`${DETAILS.redirect_uri}?code=c`, "callback_of_another_sign_in");
    await expectRefused(`${DETAILS.redirect_uri}?code=c&state=${ours}`, "callback_of_another_sign_in", other.id);
    await expectRefused("code-wrong", "code_refused", id);
    await expectRefused("code", "account_not_found", "nobody");
    expect(state(house)).toMatchObject({ status: "fresh", generation: 1 });
  });

  test("with a wrong client secret names the client, and works once that is corrected", async () => {
    const house = build();
    const { id } = house.keeper.addAccount({ ...DETAILS, client_secret: "wrong-secret" });
    await expect(house.keeper.exchange(server.code(), id)).rejects.toMatchObject({
      code: "client_refused",
      message: expect.stringContaining("client secret"),
    });
    house.keeper.updateAccount(id, { client_secret: DETAILS.client_secret });
    expect(await house.keeper.exchange(server.code(), id)).toMatchObject({ status: "fresh" });
  });

  test.each<[string, Parameters<OAuthServer["queueFault"]>[0], string]>([
    ["HTML", (r) => r.end("<html>"), "cloud_answer_unreadable"],
    ["500", (r) => r.writeHead(500).end(), "cloud_error"],
    ["an empty body", (r) => r.end(), "cloud_answer_unreadable"],
    ["a broken connection", (r) => r.destroy(), "cloud_unreachable"],
    ["429", (r) => r.writeHead(429).end(), "rate_limited"],
  ])("can be tried again with the same address when the cloud answers %s", async (_, fault, code) => {
    const house = build();
    const { id } = house.keeper.addAccount(DETAILS);
    const signInState = new URL(house.keeper.authorise(id).url).searchParams.get("state");
    const callback = `${DETAILS.redirect_uri}?code=${server.code()}&state=${signInState}`;
    server.queueFault(fault);
    await expect(house.keeper.exchange(callback)).rejects.toMatchObject({ code, retryable: true });
    expect(state(house)).toMatchObject({ status: "sign_in_needed", reason: "never_signed_in" });
    expect(await house.keeper.exchange(callback)).toMatchObject({ status: "fresh" });
  });

  test("is no refresh: while the first one is under way there is nothing to ask the cloud with", async () => {
    const house = build();
    const { id } = house.keeper.addAccount(DETAILS);
    const signingIn = house.keeper.exchange(server.code(), id);
    expect(state(house)).toMatchObject({ status: "sign_in_needed", reason: "never_signed_in" });
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "sign_in_needed" });
    expect(await signingIn).toMatchObject({ status: "fresh" });
  });

  test("waits for a refresh that is under way, and wins", async () => {
    const { house, id } = await signedIn();
    const refresh = house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    expect(await house.keeper.exchange(server.code(), id)).toMatchObject({ generation: 3 });
    expect(await refresh).toMatchObject({ generation: 2 });
    expect(server.mostAtOnce).toBe(1);
  });
});

describe("accounts", () => {
  test("of the page can be changed and removed, and keep their id for the same cloud user", async () => {
    const { house, id } = await signedIn();
    const updates: KeeperUpdate[] = [];
    house.keeper.subscribe((update) => void updates.push(update));
    expect(house.keeper.updateAccount(id, { name: " Home 2 " }).name).toBe("Home 2");
    await house.keeper.removeAccount(id);
    expect(updates.at(-1)).toEqual({ accounts: [], removed: [id] });
    expect(house.keeper.accounts()).toEqual([]);
    expect(house.runner.plans.size).toBe(0);

    const added = house.keeper.addAccount(DETAILS);
    expect(added.id).not.toBe(id);
    const back = await house.keeper.exchange(server.code(), added.id);
    expect(back).toMatchObject({ id, status: "fresh", generation: 2 });
    expect(house.keeper.accounts().map((account) => account.id)).toEqual([id]);
    expect(updates.some(({ removed }) => removed.includes(added.id))).toBe(true);
    expect([...house.runner.plans.keys()]).toEqual([id]);
  });

  test("with wrong details are refused by field, a second one of the same client too", () => {
    const house = build();
    expect(() => house.keeper.addAccount({ ...DETAILS, client_id: "" })).toThrowError(
      expect.objectContaining({ code: "bad_request", field: "client_id" }),
    );
    house.keeper.addAccount(DETAILS);
    expect(() => house.keeper.addAccount({ ...DETAILS, name: "Again" })).toThrowError(
      expect.objectContaining({ code: "account_exists" }),
    );
  });

  test("removed in mid-flight drop the answer and raise nothing", async () => {
    const { house, id } = await signedIn();
    const refresh = house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    await house.keeper.removeAccount(id);
    expect(await refresh).toMatchObject({ outcome: "unneeded" });
    expect(house.keeper.accounts()).toEqual([]);
  });

  test.each(GRANT_STEPS.filter((step) => step !== "identified"))(
    "signed out right after the step `%s` stay signed out",
    async (step) => {
      const { house, id } = await signedIn();
      const onStep = async (now: string): Promise<void> => {
        if (now === step) await house.keeper.signOut(id);
      };
      await runGrant({ ...house.world, onStep }, { kind: "refresh", account_id: id, generation: 1 });
      expect(state(house)).toMatchObject({ status: "sign_in_needed", reason: "signed_out" });
      await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "sign_in_needed" });
      expect(house.vault.tokens.newest(id)).toBeNull();
    },
  );

  test("with another client id must be signed in again; a new secret alone keeps the sign-in", async () => {
    const { house, id } = await signedIn();
    expect(house.keeper.updateAccount(id, { client_secret: "another-secret" }).status).toBe("fresh");
    await expect(house.keeper.refreshNow(id)).rejects.toMatchObject({ code: "misconfigured" });
    expect(state(house)).toMatchObject({ status: "retrying", reason: "client_refused" });
    await house.planned(id);
    expect(state(house)).toMatchObject({ status: "misconfigured", reason: "client_refused" });
    expect(house.keeper.updateAccount(id, { client_secret: DETAILS.client_secret }).status).toBe("due");
    expect(house.keeper.updateAccount(id, { client_id: "client-9" })).toMatchObject({
      status: "sign_in_needed",
      reason: "signed_out",
    });
  });
});

describe("accounts of the options", () => {
  test("are taken over at each start and keep their sign-in", async () => {
    const house = build();
    house.keeper.mirrorOptions([DETAILS], ALWAYS);
    const id = state(house)?.id ?? "";
    expect(state(house)).toMatchObject({ owner: "options", status: "sign_in_needed", client_secret_set: true });
    await house.keeper.exchange(server.code(), id);
    house.close();

    const again = build({ folder: house.folder });
    again.keeper.mirrorOptions([{ ...DETAILS, name: "Renamed" }], ALWAYS);
    expect(again.keeper.accounts()).toMatchObject([{ id, name: "Renamed", status: "fresh", generation: 1 }]);
    expect(() => again.keeper.updateAccount(id, { name: "x" })).toThrowError(
      expect.objectContaining({ code: "account_owned_by_options" }),
    );
    await expect(again.keeper.removeAccount(id)).rejects.toMatchObject({ code: "account_owned_by_options" });
  });

  test("with another client id under the same name stay the same account", async () => {
    const house = build();
    house.keeper.mirrorOptions([DETAILS], ALWAYS);
    const id = state(house)?.id ?? "";
    await house.keeper.exchange(server.code(), id);
    house.keeper.mirrorOptions([{ ...DETAILS, client_id: "client-2" }], ALWAYS);
    expect(house.keeper.accounts()).toMatchObject([{ id, client_id: "client-2", status: "sign_in_needed" }]);
  });

  test("that the options no longer name go over to the page, signed in as they were", async () => {
    const house = build();
    house.keeper.mirrorOptions([DETAILS], ALWAYS);
    await house.keeper.exchange(server.code(), state(house)?.id);
    house.keeper.mirrorOptions([], ALWAYS);
    expect(state(house)).toMatchObject({ owner: "page", status: "fresh" });
  });

  test("with wrong details are shown as misconfigured, with the sentence", () => {
    const house = build();
    house.keeper.mirrorOptions([{ ...DETAILS, redirect_uri: "nowhere" }], ALWAYS);
    expect(state(house)).toMatchObject({
      status: "misconfigured",
      last_error: { class: "configuration", message: expect.stringContaining("redirect URI") },
    });
    expect(() => house.keeper.authorise(state(house)?.id ?? "")).toThrowError(
      expect.objectContaining({ code: "misconfigured" }),
    );
  });

  test("with automatic refresh off are called for nothing, and by hand all the same", async () => {
    const { house, id } = await signedIn();
    house.keeper.mirrorOptions([], { ...ALWAYS, automatic_refresh: false });
    expect(state(house)).toMatchObject({ status: "paused", reason: "automatic_refresh_off", next_refresh_at: null });
    house.clock.offsetMs += 3_600_000;
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "refresh_paused" });
    expect(await house.runner.run({ kind: "refresh", account_id: id, generation: null })).toMatchObject({
      outcome: "unneeded",
    });
    expect(await house.keeper.refreshNow(id)).toMatchObject({ generation: 2 });
  });

  test("with a refresh buffer are due that long before the end", async () => {
    const { house } = await signedIn();
    house.keeper.mirrorOptions([], { ...ALWAYS, refresh_buffer_ms: 300_000 });
    expect((state(house)?.expires_at ?? 0) - (state(house)?.next_refresh_at ?? 0)).toBe(300_000);
  });
});

describe("when an account of the page is refreshed", () => {
  const lifeLeft = (account: AccountState): number => (account.expires_at ?? 0) - (account.next_refresh_at ?? 0);

  test("is the person's to say: a buffer in time or as a share of the life, and an idle interval", async () => {
    const { house, id } = await signedIn();
    expect(lifeLeft(house.keeper.updateAccount(id, { refresh_buffer_ms: 300_000 }))).toBe(300_000);
    expect(house.runner.plans.get(id)).toBe(state(house)?.next_refresh_at);
    const byShare = house.keeper.updateAccount(id, { refresh_buffer_share: 0.5 });
    expect(byShare).toMatchObject({ refresh_buffer_ms: null, refresh_buffer_share: 0.5 });
    expect(lifeLeft(byShare)).toBe(1_800_000);
    // The refresh that follows keeps to it.
    expect(lifeLeft(await house.keeper.refreshNow(id))).toBe(1_800_000);
    house.keeper.updateAccount(id, { refresh_buffer_share: null, idle_interval_ms: 3_600_000 });
    expect(state(house)).toMatchObject({ refresh_buffer_share: null, idle_interval_ms: 3_600_000 });
  });

  test("off calls nothing and leaves the countdown, on goes on with what is due", async () => {
    const { house, id } = await signedIn();
    const off = house.keeper.updateAccount(id, { automatic_refresh: false });
    expect(off).toMatchObject({ status: "paused", reason: "automatic_refresh_off", next_refresh_at: null });
    expect(off.expires_at).toBeGreaterThan(house.clock.now());
    expect(house.runner.plans.has(id)).toBe(false);
    house.clock.offsetMs += 3_599_000;
    house.keeper.tick();
    expect(await house.keeper.getToken(id)).toMatchObject({ generation: 1 });
    expect(server.calls).toBe(1);
    const on = house.keeper.updateAccount(id, { automatic_refresh: true });
    expect(on.status).toBe("due");
    expect(house.runner.plans.get(id)).toBeLessThan(house.clock.now());
  });

  test("stands over the options' wish for all accounts, over restarts", async () => {
    const { house, id } = await signedIn();
    house.keeper.updateAccount(id, { refresh_buffer_share: 0.25 });
    house.close();
    const again = build({ folder: house.folder });
    again.keeper.mirrorOptions([], { ...ALWAYS, automatic_refresh: false, refresh_buffer_ms: 60_000 });
    expect(state(again)).toMatchObject({
      automatic_refresh: true,
      refresh_buffer_share: 0.25,
      refresh_buffer_ms: null,
    });
  });

  test("of an account of the options is said there, for it alone or for all", async () => {
    const house = build();
    const own = { ...ALWAYS, idle_interval_ms: 7_200_000 };
    const second = { ...DETAILS, name: "Second", client_id: "client-2" };
    house.keeper.mirrorOptions([{ ...DETAILS, refresh: own }, second], { ...ALWAYS, automatic_refresh: false });
    expect(house.keeper.accounts()).toMatchObject([own, { automatic_refresh: false, idle_interval_ms: null }]);
    expect(() => house.keeper.updateAccount(state(house)?.id ?? "", { automatic_refresh: false })).toThrowError(
      expect.objectContaining({ code: "account_owned_by_options" }),
    );
  });

  test.each([
    [{ refresh_buffer_ms: 59_999 }, "refresh_buffer_ms"],
    [{ refresh_buffer_ms: NaN }, "refresh_buffer_ms"],
    [{ refresh_buffer_share: 0.6 }, "refresh_buffer_share"],
    [{ refresh_buffer_share: 0.2, refresh_buffer_ms: 60_000 }, "refresh_buffer_share"],
    [{ idle_interval_ms: 24 * 3_600_000 }, "idle_interval_ms"],
  ])("is refused as %j, by field, and nothing changes", async (change, field) => {
    const { house, id } = await signedIn();
    const before = state(house);
    expect(() => house.keeper.updateAccount(id, { name: "Another", ...change })).toThrowError(
      expect.objectContaining({ code: "bad_request", field }),
    );
    expect(state(house)).toEqual(before);
  });
});

describe("what everybody sees", () => {
  test("follows the account through its life, and never a secret", async () => {
    const house = build();
    const seen: string[] = [];
    house.keeper.subscribe(({ accounts }) => seen.push(...accounts.map(({ status }) => status)));
    const { id } = house.keeper.addAccount(DETAILS);
    await house.keeper.exchange(server.code(), id);
    house.clock.offsetMs += 3_500_000;
    house.keeper.tick();
    server.queueFault((response) => response.writeHead(500).end());
    await house.runner.run({ kind: "refresh", account_id: id, generation: null });
    expect(seen).toEqual(["sign_in_needed", "fresh", "due", "refreshing", "retrying"]);
    const shown = JSON.stringify(house.keeper.accounts()) + JSON.stringify(house.keeper.events(id));
    expect(shown + house.lines.join("")).not.toMatch(/canary-client-secret|(access|refresh)-user-1-\d/);
  });

  test("is told only when something changed", async () => {
    const { house } = await signedIn();
    let updates = 0;
    house.keeper.subscribe(() => void updates++);
    house.keeper.tick();
    house.keeper.tick();
    expect(updates).toBe(0);
  });

  test("says so while the disk fails, and goes on from where it was when it works again", async () => {
    const { house, id } = await signedIn();
    const disk = new SqliteDatabase(`${house.folder}/gateway.db`);
    disk.exec("ALTER TABLE event RENAME TO lost");
    house.keeper.tick();
    house.keeper.tick();
    expect(state(house)).toMatchObject({
      id,
      status: "store_failed",
      generation: 1,
      last_error: { code: "store_failed", message: expect.stringContaining("check its disk") },
    });
    expect(house.lines.filter((line) => line.includes("check its disk"))).toHaveLength(1);
    expect((await house.keeper.getToken(id)).generation).toBe(1);
    disk.exec("ALTER TABLE lost RENAME TO event");
    disk.close();
    house.keeper.tick();
    expect(state(house)).toMatchObject({ id, status: "fresh", generation: 1 });
  });

  test("holds no more secrets after many refreshes than after two", async () => {
    const { house, id } = await signedIn();
    for (let generation = 1; generation <= 10; generation++) {
      await house.runner.run({ kind: "refresh", account_id: id, generation });
    }
    const scrubbed = (number: number): boolean => !house.secrets.scrub(`access-user-1-${number}`).includes("user-1");
    const newest = Number(/\d+$/.exec((await house.keeper.getToken(id)).value)?.[0]);
    expect([newest - 2, newest - 1, newest].map(scrubbed)).toEqual([false, true, true]);
  });

  test("names a clock that stands before a time already seen, and one that the cloud's contradicts", async () => {
    const { house, id } = await signedIn();
    house.clock.offsetMs += DAY_MS;
    house.keeper.tick();
    house.clock.offsetMs -= DAY_MS;
    house.keeper.tick();
    expect(state(house)?.status).toBe("clock_suspect");
    expect((await house.keeper.getToken(id)).generation).toBe(1);

    house.keeper.hear("utec", new Date(house.clock.now()).toUTCString());
    house.keeper.tick();
    expect(state(house)?.status).toBe("fresh");
    house.keeper.hear("utec", new Date(house.clock.now() + DAY_MS).toUTCString());
    house.keeper.tick();
    expect(state(house)?.status).toBe("clock_suspect");
  });

  test("names a wrong clock that the token's own answer witnesses", async () => {
    const { house, id } = await signedIn();
    server.date = new Date(house.clock.now() - DAY_MS).toUTCString();
    expect(await house.keeper.refreshNow(id)).toMatchObject({ status: "clock_suspect", generation: 2 });
    expect((state(house)?.expires_at ?? 0) - (state(house)?.obtained_at ?? 0)).toBe(3_600_000);
  });
});
