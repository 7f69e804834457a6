import { beforeEach, describe, expect, test } from "vitest";
import { staticProvider } from "../../../src/keeper/providers/static.ts";
import { utecProvider } from "../../../src/keeper/providers/utec.ts";
import { yotoProvider } from "../../../src/keeper/providers/yoto.ts";
import { loginProvider } from "../../../src/keeper/providers/login.ts";
import type { House } from "../house.ts";
import type { OAuthServer } from "../token-calls/oauth-server.ts";
import { streetForEach } from "../street.ts";

/** A text in a token's place is a value of its own: JSON writes none of these without quotes. */
const NONSENSE = [
  "null",
  "undefined",
  "None",
  "[object Object]",
  "********",
  "<html></html>",
  '{"a":1}',
  "86400",
  "a\nb",
];

const street = streetForEach();
let server: OAuthServer;
beforeEach(() => {
  server = street.server;
});

const answers = (body: object, afterActing = false): void =>
  server.queueFault((response) => void response.end(JSON.stringify(body)), { afterActing });
const refresh = (house: House, id: string, generation: number | null) =>
  house.runner.run({ kind: "refresh", account_id: id, generation });
const later = (house: House): void => void (house.clock.offsetMs += 3_600_000);

describe("nonsense in the refresh token's place leaves the old one, which is sent next", () => {
  test.each([...NONSENSE, "r", "", " ", 7, {}, false])("%j", async (refresh_token) => {
    const { house, id } = await street.signedIn();
    const kept = server.newestRefreshToken;
    answers({ access_token: "access-of-another-kind", refresh_token, expires_in: 60 });
    expect(await refresh(house, id, 1)).toMatchObject({ outcome: "committed", generation: 2 });
    expect(house.vault.tokens.newest(id)).toMatchObject({ refresh_token: kept });
    expect(await refresh(house, id, 2)).toMatchObject({ outcome: "committed", generation: 3 });
    expect(server.presented).toEqual([kept]);
  });
});

describe("nonsense in the access token's place is no token: the held one is served, and the gateway asks again", () => {
  test.each([...NONSENSE, 12_345_678])("%j", async (access_token) => {
    const { house, id } = await street.signedIn();
    const held = house.vault.tokens.newest(id);
    answers({ access_token, expires_in: 60 });
    expect(await refresh(house, id, 1)).toMatchObject({
      outcome: "failed",
      problem: {
        code: "cloud_answer_unreadable",
        retryable: true,
        message: expect.stringContaining("other than a token"),
      },
    });
    expect(house.vault.tokens.newest(id)).toEqual(held);
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "retrying", consecutive_failures: 1 });
    expect((await house.keeper.getToken(id)).value).toBe(held?.access_token);
    later(house);
    expect(await refresh(house, id, null)).toMatchObject({ outcome: "committed", generation: 2 });
  });
});

describe("a refresh token that comes without an access token is kept: a cloud that rotates takes no older one", () => {
  test.each([["null"], ["********"], [null], [undefined], [""]])("beside %j", async (access_token) => {
    const { house, id } = await street.signedIn();
    const held = house.vault.tokens.newest(id);
    // The server acts, and its new refresh token arrives whole.
    server.queueFault(
      (response) => response.end(JSON.stringify({ access_token, refresh_token: server.newestRefreshToken })),
      { afterActing: true },
    );
    expect(await refresh(house, id, 1)).toMatchObject({ outcome: "failed", problem: { retryable: true } });
    expect(house.vault.tokens.newest(id)).toEqual(held);
    expect((await house.keeper.getToken(id)).value).toBe(held?.access_token);
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "retrying", consecutive_failures: 1 });
    const seen = JSON.stringify([house.keeper.accounts(), house.keeper.events(id), house.lines]);
    expect(seen).not.toContain(server.newestRefreshToken);
    later(house);
    expect(await refresh(house, id, null)).toMatchObject({ outcome: "committed" });
    expect(server.reuses).toBe(0);
    expect(server.grantAlive).toBe(true);
  });

  test.each(["answer_journalled", "normalised"])("also by what an interruption at %s left", async (step) => {
    let interrupted = false;
    const { house, id } = await street.signedIn({
      onStep: (reached) => {
        if (interrupted && reached === step) throw new Error("power lost");
      },
    });
    interrupted = true;
    server.queueFault(
      (response) => response.end(JSON.stringify({ access_token: "null", refresh_token: server.newestRefreshToken })),
      { afterActing: true },
    );
    expect(await refresh(house, id, 1)).toMatchObject({ outcome: "broken" });
    house.close();
    const again = street.build({ folder: house.folder });
    expect(await refresh(again, id, null)).toMatchObject({ outcome: "failed", problem: { retryable: true } });
    later(again);
    expect(await refresh(again, id, null)).toMatchObject({ outcome: "committed" });
    expect(server.reuses).toBe(0);
  });

  test("and given up where the cloud refuses it: the one before it is sent at once", async () => {
    const { house, id } = await street.signedIn();
    const kept = server.newestRefreshToken;
    answers({ access_token: "null", refresh_token: "refresh-of-nobody" });
    await refresh(house, id, 1);
    expect(await refresh(house, id, 1)).toMatchObject({ outcome: "committed", generation: 2 });
    expect(server.presented).toEqual(["refresh-of-nobody", kept]);
    const said = "it had come without an access token, so the gateway uses the one before it.";
    const event = { kind: "retried", code: "invalid_grant", message: expect.stringContaining(said) };
    expect(house.keeper.events(id).at(-2)).toMatchObject(event);
    expect(house.lines.filter((line) => line.includes(said) && line.includes('"account":"Home"'))).toHaveLength(1);
    expect(house.vault.configurations.credentials(id)).toEqual({});
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "fresh", consecutive_failures: 0 });
  });

  test("but not where the cloud refuses the client: that says nothing of it", async () => {
    const { house, id } = await street.signedIn();
    server.queueFault(
      (response) => response.end(JSON.stringify({ access_token: "null", refresh_token: server.newestRefreshToken })),
      { afterActing: true },
    );
    await refresh(house, id, 1);
    server.queueFault((response) => response.writeHead(401).end('{"error":"invalid_client"}'));
    expect(await refresh(house, id, 1)).toMatchObject({ outcome: "failed", problem: { code: "misconfigured" } });
    expect(house.vault.configurations.credentials(id)).toEqual({ refresh_token: server.newestRefreshToken });
    expect(await refresh(house, id, 1)).toMatchObject({ outcome: "committed" });
    expect(server.reuses).toBe(0);
  });

  test.each(["a sign-in", "a sign-out"])("and forgotten with %s", async (what) => {
    const { house, id } = await street.signedIn();
    answers({ access_token: "null", refresh_token: "refresh-of-nobody" });
    await refresh(house, id, 1);
    expect(house.vault.configurations.credentials(id)).toEqual({ refresh_token: "refresh-of-nobody" });
    if (what === "a sign-in") await house.keeper.exchange(server.code(), id);
    else await house.keeper.signOut(id);
    expect(house.vault.configurations.credentials(id)).toEqual({});
  });

  test("also where an account begins with one", async () => {
    const house = street.build({ providers: [{ ...yotoProvider(), tokenUrl: `${server.url}/token` }] });
    const seed = { provider: "yoto", name: "Player", client_id: "public", refresh_token: "canary-seed-1" } as const;
    const { id } = house.keeper.addAccount(seed);
    answers({ access_token: "null", refresh_token: "canary-seed-2" });
    expect(await refresh(house, id, null)).toMatchObject({ outcome: "failed", problem: { retryable: true } });
    later(house);
    answers({ access_token: "canary-access", refresh_token: "canary-refresh" });
    expect(await refresh(house, id, null)).toMatchObject({ outcome: "committed" });
    expect(house.vault.configurations.credentials(id)).toEqual({});
  });

  test("an error's words count before it", async () => {
    const { house, id } = await street.signedIn();
    const held = house.vault.tokens.newest(id);
    answers({ error: "invalid_grant", refresh_token: "refresh-of-somebody-else" });
    await refresh(house, id, 1);
    expect(house.vault.tokens.newest(id)).toEqual(held);
  });
});

test("a sign-in whose token is nonsense leaves the account as it was, and may be tried again", async () => {
  const { house, id } = await street.signedIn();
  const held = house.vault.tokens.newest(id);
  answers({ access_token: "undefined", refresh_token: "refresh-of-the-new-one" });
  await expect(house.keeper.exchange(server.code(), id)).rejects.toMatchObject({
    code: "cloud_answer_unreadable",
    retryable: true,
  });
  expect(house.vault.tokens.newest(id)).toEqual(held);
});

test("a login that answers nonsense is not called refused: the password may be right", async () => {
  const house = street.build({ providers: [loginProvider(), utecProvider()] });
  const login = { provider: "login", name: "Grid", url: server.url, username: "ada", password: "canary-word" } as const;
  const { id } = house.keeper.addAccount(login);
  answers({ token: "undefined", username: "ada" });
  await refresh(house, id, null);
  expect(house.keeper.accounts()[0]).toMatchObject({ status: "retrying", last_error: { class: "transient" } });
  expect(server.calls).toBe(1);
});

test.each(["invalid_grant", "invalid_credentials"])("but one that says %s beside it has refused", async (error) => {
  const house = street.build({ providers: [loginProvider(), utecProvider()] });
  const login = { provider: "login", name: "Grid", url: server.url, username: "ada", password: "canary-word" } as const;
  const { id } = house.keeper.addAccount(login);
  answers({ token: "undefined", error });
  await refresh(house, id, null);
  expect(house.keeper.accounts()[0]).toMatchObject({
    status: "misconfigured",
    last_error: { class: "configuration", code: error },
  });
});

describe("what a person types as a token is held to the same", () => {
  test.each([...NONSENSE, "ab", "two words"])("%j", (token) => {
    const house = street.build({ providers: [staticProvider(), yotoProvider()] });
    const refused = expect.objectContaining({ code: "bad_request", field: "token" });
    expect(() => house.keeper.addAccount({ provider: "static", name: "Spare", token })).toThrowError(refused);
    const seed = { provider: "yoto", name: "Player", client_id: "public", refresh_token: token } as const;
    expect(() => house.keeper.addAccount(seed)).toThrowError(expect.objectContaining({ field: "refresh_token" }));
    expect(house.keeper.accounts()).toEqual([]);
  });

  test("but taken without the quotes and the scheme that came along", async () => {
    const house = street.build({ providers: [staticProvider(), yotoProvider()] });
    const { id } = house.keeper.addAccount({ provider: "static", name: "Spare", token: ' "Bearer canary-opaque" ' });
    expect((await house.keeper.getToken(id)).value).toBe("canary-opaque");
    expect(() => house.keeper.updateAccount(id, { token: "********" })).toThrowError(
      expect.objectContaining({ code: "bad_request", field: "token" }),
    );
    expect((await house.keeper.getToken(id)).value).toBe("canary-opaque");
  });
});
