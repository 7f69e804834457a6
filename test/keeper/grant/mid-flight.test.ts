import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AccountState } from "../../../src/keeper/account.ts";
import { runGrant } from "../../../src/keeper/grant/grant.ts";
import type { Fetch } from "../../../src/keeper/token-calls/http-call.ts";
import type { GrantReport } from "../../../src/keeper/grant/grant-runner.ts";
import { DETAILS, House, ShiftedClock } from "../house.ts";
import { OAuthServer } from "../token-calls/oauth-server.ts";

/** What happens to an account while the answer to its refresh is on the way: the cloud has acted, nobody knows yet. */
let server: OAuthServer;
let house: House;
let id: string;
/** While set, answers to later token calls wait for it. */
let held: Promise<void> | null;

const holding: Fetch = async (url, init) => {
  const gate = url.endsWith("/token") ? held : null;
  const answer = await fetch(url, init);
  await gate;
  return answer;
};

beforeEach(async () => {
  held = null;
  server = await OAuthServer.start();
  house = new House({ url: server.url, fetch: holding });
  ({ id } = house.keeper.addAccount(DETAILS));
  await house.keeper.exchange(server.code(), id);
});
afterEach(async () => {
  house.remove();
  await server.stop();
});

const account = (): AccountState | undefined => house.keeper.accounts()[0];

/** A refresh that the cloud has answered, and whose answer waits. */
async function refreshInFlight(): Promise<{ readonly land: () => Promise<GrantReport> }> {
  const gate = Promise.withResolvers<void>();
  held = gate.promise;
  const answered = new Promise<void>((resolve) => (server.beforeAnswer = resolve));
  const refresh = house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
  await answered;
  held = null;
  return {
    land: () => {
      gate.resolve();
      return refresh;
    },
  };
}

describe("an account that was removed while its refresh was in flight", () => {
  test("stays removed, and nothing of the late answer is kept", async () => {
    const { land } = await refreshInFlight();
    await house.keeper.removeAccount(id);
    expect(await land()).toMatchObject({ outcome: "unneeded" });
    expect(house.keeper.accounts()).toEqual([]);
    expect(house.vault.tokens.newest(id)).toBeNull();
    expect(house.vault.journal.open(id)).toBeNull();
    expect(house.runner.plans.has(id)).toBe(false);
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({
      code: "account_not_found",
      message: "There is no such account: it may have been removed.",
    });
  });

  test("and came back under its old id keeps the new sign-in, whatever the old answer brings", async () => {
    const { land } = await refreshInFlight();
    await house.keeper.removeAccount(id);
    const again = house.keeper.addAccount(DETAILS);
    expect(await house.keeper.exchange(server.code(), again.id)).toMatchObject({ id, status: "fresh" });
    const signedIn = house.vault.tokens.newest(id);
    expect(await land()).toMatchObject({ outcome: "unneeded" });
    expect(house.vault.tokens.newest(id)).toEqual(signedIn);
    expect(account()).toMatchObject({ id, status: "fresh", generation: 2 });
  });
});

test.each(["removed", "signed out"])(
  "an account that was %s while a refused refresh was in flight is asked for no more",
  async (how) => {
    house.keeper.updateAccount(id, { client_secret: "mistyped-secret" });
    const { land } = await refreshInFlight();
    house.clock.offsetMs += 1000;
    house.keeper.updateAccount(id, { client_secret: DETAILS.client_secret });
    if (how === "removed") house.vault.accounts.remove(id);
    else await house.keeper.signOut(id);
    const calls = server.calls;
    expect(await land()).toEqual({ outcome: "unneeded", account_id: id });
    expect(server.calls).toBe(calls);
  },
);

test("a change that was made while a refresh met an outage asks for no other call at once", async () => {
  server.queueFault((response) => response.writeHead(500).end(), { afterActing: true });
  const { land } = await refreshInFlight();
  house.clock.offsetMs += 1000;
  house.keeper.updateAccount(id, { name: "Our home" });
  const calls = server.calls;
  expect(await land()).toMatchObject({ outcome: "failed", problem: { code: "cloud_error" } });
  expect(server.calls).toBe(calls);
});

describe("an account that was signed out while its refresh was in flight", () => {
  test("stays signed out, and says so", async () => {
    const { land } = await refreshInFlight();
    await house.keeper.signOut(id);
    expect(await land()).toMatchObject({ outcome: "unneeded" });
    expect(account()).toMatchObject({ status: "sign_in_needed", reason: "signed_out", last_error: null });
    expect(house.vault.tokens.newest(id)).toBeNull();
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "sign_in_needed" });
  });

  test("and signed in again has the token of the sign-in", async () => {
    const { land } = await refreshInFlight();
    await house.keeper.signOut(id);
    const signIn = house.keeper.exchange(server.code(), id);
    await land();
    expect(await signIn).toMatchObject({ status: "fresh", reason: null, generation: 2 });
    expect(house.vault.tokens.newest(id)?.refresh_token).toBe(server.newestRefreshToken);
  });

  test("does not give its answer to another account that signs in meanwhile", async () => {
    const { land } = await refreshInFlight();
    await house.keeper.signOut(id);
    const other = house.keeper.addAccount({ ...DETAILS, name: "Second", client_id: "client-2" });
    const job = {
      kind: "sign_in",
      account_id: other.id,
      code: "of-no-use",
      redirect_uri: DETAILS.redirect_uri,
    } as const;
    await house.runner.run(job);
    await land();
    expect(house.vault.tokens.newest(other.id)).toBeNull();
    expect(house.keeper.accounts()[1]).toMatchObject({ generation: 0, reason: "never_signed_in" });
  });
});

test("a sign-in that was committed while a refresh was in flight wins over the late answer", async () => {
  const { land } = await refreshInFlight();
  const job = { kind: "sign_in", account_id: id, code: server.code(), redirect_uri: DETAILS.redirect_uri } as const;
  // Past the runner, which would have let it wait: as a second procedure on the same vault.
  expect(await runGrant(house.world, job)).toMatchObject({ outcome: "committed", generation: 2 });
  const signedIn = house.vault.tokens.newest(id);
  expect(await land()).toMatchObject({ outcome: "unneeded" });
  expect(house.vault.tokens.newest(id)).toEqual(signedIn);
  expect(account()).toMatchObject({ status: "fresh", generation: 2, last_error: null });
});

describe("a client secret that was changed while a refresh was in flight", () => {
  test("does not cost the token that the old one was given", async () => {
    const { land } = await refreshInFlight();
    house.keeper.updateAccount(id, { client_secret: "the-secret-of-tomorrow" });
    expect(await land()).toMatchObject({ outcome: "committed", generation: 2 });
    expect(house.vault.tokens.newest(id)?.refresh_token).toBe(server.newestRefreshToken);
    expect(account()).toMatchObject({ status: "fresh" });
  });

  test("is tried at once when the old one was refused, instead of asking for what was done already", async () => {
    house.keeper.updateAccount(id, { client_secret: "mistyped-secret" });
    const { land } = await refreshInFlight();
    house.clock.offsetMs += 1000;
    house.keeper.updateAccount(id, { client_secret: DETAILS.client_secret });
    expect(await land()).toMatchObject({ outcome: "committed", generation: 2 });
    expect(account()).toMatchObject({ status: "fresh", last_error: null, consecutive_failures: 0 });
    expect(house.keeper.events(id).map(({ kind, code }) => [kind, code])).toEqual([
      ["signed_in", null],
      ["retried", "invalid_client"],
      ["refreshed", null],
    ]);
    const said = "its settings were changed meanwhile, so the gateway asks again at once.";
    expect(house.keeper.events(id)[1]?.message).toContain(said);
    expect(house.lines.filter((line) => line.includes(said) && line.includes('"account":"Home"'))).toHaveLength(1);
  });

  test("and is wrong as well is said once, and not tried in a loop", async () => {
    house.keeper.updateAccount(id, { client_secret: "mistyped-secret" });
    const { land } = await refreshInFlight();
    house.clock.offsetMs += 1000;
    house.keeper.updateAccount(id, { client_secret: "mistyped-again" });
    const calls = server.calls;
    expect(await land()).toMatchObject({ outcome: "failed", problem: { code: "misconfigured" } });
    expect(server.calls - calls).toBe(1);
    expect(account()).toMatchObject({ status: "retrying", reason: "client_refused", generation: 1 });
  });
});

test("another client id ends the grant for the answer in flight too", async () => {
  const { land } = await refreshInFlight();
  house.keeper.updateAccount(id, { client_id: "client-9" });
  expect(await land()).toMatchObject({ outcome: "unneeded" });
  expect(account()).toMatchObject({ status: "sign_in_needed", reason: "signed_out", generation: 1 });
});

test("a refresh buffer that was set while a refresh was in flight counts for the token that it brings", async () => {
  const { land } = await refreshInFlight();
  house.keeper.updateAccount(id, { refresh_buffer_share: 0.5 });
  await land();
  const { expires_at, obtained_at, next_refresh_at } = account() ?? {};
  expect((expires_at ?? 0) - (next_refresh_at ?? 0)).toBe(((expires_at ?? 0) - (obtained_at ?? 0)) / 2);
});

test("200 callers in the very millisecond of expiry make one call, and get its token", async () => {
  const expires_at = account()?.expires_at ?? 0;
  const stopped = new ShiftedClock();
  stopped.now = () => expires_at;
  house.close();
  house = new House({ url: server.url, folder: house.folder, clock: stopped });
  const calls = server.calls;
  const tokens = await Promise.all(Array.from({ length: 200 }, () => house.keeper.getToken(id)));
  expect(server.calls - calls).toBe(1);
  expect(new Set(tokens.map(({ value }) => value))).toEqual(new Set([house.vault.tokens.newest(id)?.access_token]));
  expect(tokens[0]?.generation).toBe(2);
});
