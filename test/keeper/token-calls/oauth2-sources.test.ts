import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import type { AccountState, ProviderDetails } from "../../../src/keeper/account.ts";
import { runGrant } from "../../../src/keeper/grant/grant.ts";
import type { Fetch } from "../../../src/keeper/token-calls/http-call.ts";
import type { House } from "../house.ts";
import { CLIENT_SECRET, REDIRECT_URI } from "./issuer.ts";
import { IssuerHouses } from "./issuer-houses.ts";

const HOUR = 3_600_000;
const DISCOVERY = "/.well-known/openid-configuration";

const stage = IssuerHouses.forEach();

const state = (house: House): AccountState | undefined => house.keeper.accounts()[0];

describe("client credentials", () => {
  test("need an issuer and nobody: the endpoints are looked up once, the token is got anew before it ends", async () => {
    const house = stage.build();
    const { id, status, incident } = house.keeper.addAccount(stage.machine());
    expect({ status, incident }).toEqual({ status: "due", incident: null });
    const first = await house.keeper.getToken(id);
    expect(await stage.issuer.takes(first.value)).toBe(true);
    expect(state(house)).toMatchObject({ status: "fresh", generation: 1, refresh_count: 0, incident: null });

    expect(await house.planned(id)).toSatisfy((pause: number) => pause > 0.65 * 600_000 && pause < 0.9 * 600_000);
    const second = await house.keeper.getToken(id);
    expect(second).toMatchObject({ generation: 2 });
    expect(second.value).not.toBe(first.value);
    expect(state(house)).toMatchObject({ status: "fresh", refresh_count: 1 });
    expect(stage.issuer.asked).toEqual([DISCOVERY, "/token", "/token"]);
  });

  test("with endpoints of the person's own look nothing up", async () => {
    const house = stage.build();
    const { issuer: _, ...rest } = stage.machine();
    const token_url = `${stage.issuer.url}/token`;
    const { id } = house.keeper.addAccount({ ...rest, token_url, client_authentication: "client_secret_basic" });
    expect(await stage.issuer.takes((await house.keeper.getToken(id)).value)).toBe(true);
    expect(stage.issuer.asked).toEqual(["/token"]);
  });

  test("that are refused cost 3 calls in 24 h and one a day after; corrected ones are tried at once", async () => {
    const house = stage.build();
    const { id } = house.keeper.addAccount({ ...stage.machine(), client_secret: "canary-wrong" });
    await house.planned(id);
    expect(state(house)).toMatchObject({ status: "misconfigured", reason: "client_refused", incident: { number: 1 } });
    expect(state(house)?.last_error?.message).toContain("client id and secret");
    const pauses = [await house.planned(id), await house.planned(id), await house.planned(id)];
    expect(pauses[0]).toBeLessThan(70_000);
    expect(pauses[1]).toSatisfy((pause: number) => pause >= 0.2 * HOUR && pause <= HOUR / 4);
    expect(pauses[2]).toBeGreaterThan(23.9 * HOUR);
    expect(stage.issuer.count("/token")).toBe(4);
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "misconfigured" });
    expect(stage.issuer.count("/token")).toBe(4);

    house.keeper.updateAccount(id, { client_secret: CLIENT_SECRET });
    expect(await house.planned(id)).toBeLessThanOrEqual(0);
    expect(state(house)).toMatchObject({ status: "fresh", incident: { number: 1, closed_at: expect.any(Number) } });
  });

  test("wait for an issuer that is down, and go on by themselves", async () => {
    const house = stage.build();
    stage.issuer.down = true;
    const { id } = house.keeper.addAccount(stage.machine());
    await house.planned(id);
    expect(state(house)).toMatchObject({
      status: "retrying",
      last_error: { class: "transient", code: "not_discovered" },
    });
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "cloud_unreachable", retryable: true });
    stage.issuer.down = false;
    await house.planned(id);
    expect(state(house)).toMatchObject({ status: "fresh", generation: 1, last_error: null });
  });

  test("are in no file, state or log, and outlive a restart", async () => {
    const house = stage.build();
    const { id } = house.keeper.addAccount(stage.machine());
    const token = await house.keeper.getToken(id);
    const seen = JSON.stringify([house.keeper.accounts(), house.keeper.events(id), house.lines]);
    expect(seen).not.toContain(CLIENT_SECRET);
    expect(seen).not.toContain(token.value);
    house.close();
    expect(() => execFileSync("grep", ["-rlE", `${CLIENT_SECRET}|${token.value}`, house.folder])).toThrow();
    expect(await stage.build(house.folder).keeper.getToken(id)).toEqual(token);
  });

  test("say how long an issuer was waited for that takes a call and answers nothing", async () => {
    const house = stage.build();
    const deaf: Fetch = () => new Promise(() => undefined);
    const { id } = house.keeper.addAccount(stage.machine());
    const world = { ...house.world, fetch: deaf, callTimeoutMs: 200 };
    expect(await runGrant(world, { kind: "refresh", account_id: id, generation: 0 })).toMatchObject({
      outcome: "failed",
      problem: { code: "cloud_unreachable", message: expect.stringContaining("did not answer within 0.1 s") },
    });
  });

  test.each(["removed", "given another issuer"])(
    "of an account that is %s during the look-up are not used",
    async (how) => {
      const house = stage.build();
      const { id } = house.keeper.addAccount(stage.machine());
      const meanwhile: Fetch = async (url, init) => {
        const answer = await fetch(url, init);
        if (how === "removed") house.vault.accounts.remove(id);
        else house.keeper.updateAccount(id, { issuer: "http://127.0.0.1:9", client_secret: "canary" });
        return answer;
      };
      const job = { kind: "refresh", account_id: id, generation: 0 } as const;
      expect(await runGrant({ ...house.world, fetch: meanwhile }, job)).toEqual({
        outcome: "unneeded",
        account_id: id,
      });
      expect(house.vault.tokens.newest(id)).toBeNull();
      expect(stage.issuer.asked).toEqual([DISCOVERY]);
    },
  );

  test("of a client that is there already are refused, and details that can't work are named", () => {
    const house = stage.build();
    house.keeper.addAccount(stage.machine());
    expect(() => house.keeper.addAccount(stage.machine())).toThrowError(
      expect.objectContaining({ code: "account_exists" }),
    );
    const wrong: readonly [object, string][] = [
      [{ client_id: "" }, "client_id"],
      [{ client_secret: "" }, "client_secret"],
      [{ issuer: "" }, "issuer"],
      [{ issuer: "ftp://example.test" }, "issuer"],
      [{ token_url: "no address" }, "token_url"],
      [{ grant: "password" }, "grant"],
      [{ client_authentication: "magic" }, "client_authentication"],
      [{ scope: "a\nb" }, "scope"],
      [{ name: " " }, "name"],
      [{ provider: "unheard-of" }, "provider"],
      [{ grant: "authorization_code" }, "redirect_uri"],
    ];
    for (const [change, field] of wrong) {
      expect(() => house.keeper.addAccount({ ...stage.machine(), client_id: "other", ...change })).toThrowError(
        expect.objectContaining({ code: "bad_request", field }),
      );
    }
  });
});

describe("an authorization code at an issuer", () => {
  const browser = (): ProviderDetails => ({
    provider: "oauth2",
    name: "Photos",
    grant: "authorization_code",
    issuer: stage.issuer.url,
    client_id: "browser",
    client_secret: CLIENT_SECRET,
    redirect_uri: REDIRECT_URI,
    scope: "openid",
  });

  test("is asked for on the page that the discovery document names, once that is known", async () => {
    const house = stage.build();
    const { id } = house.keeper.addAccount(browser());
    expect(() => house.keeper.authorise(id)).toThrowError(
      expect.objectContaining({ code: "cloud_unreachable", retryable: true }),
    );
    await house.planned(id);
    expect(house.runner.plans.has(id)).toBe(false);
    expect(state(house)).toMatchObject({ status: "sign_in_needed", reason: "never_signed_in", last_error: null });
    expect(new URL(house.keeper.authorise(id).url)).toMatchObject({ origin: stage.issuer.url, pathname: "/auth" });
    expect(stage.issuer.asked).toEqual([DISCOVERY]);
  });

  test("waits for an issuer that is down without calling it dead", async () => {
    const house = stage.build();
    stage.issuer.down = true;
    const { id } = house.keeper.addAccount(browser());
    await house.planned(id);
    expect(state(house)).toMatchObject({ status: "sign_in_needed", reason: "never_signed_in" });
    stage.issuer.down = false;
    await house.planned(id);
    expect(house.keeper.authorise(id).url).toContain("/auth?");
  });
});

describe("a public client that begins with a refresh token", () => {
  test("uses it once, and the rotated ones after; it is not kept", async () => {
    const house = stage.build();
    const refresh_token = await stage.issuer.refreshToken();
    const { id } = house.keeper.addAccount({ provider: "yoto", name: "Player", client_id: "public", refresh_token });
    await house.keeper.getToken(id);
    expect(house.vault.configurations.credentials(id)).toEqual({});
    for (let generation = 1; generation <= 3; generation++) {
      expect(await house.runner.run({ kind: "refresh", account_id: id, generation })).toMatchObject({
        outcome: "committed",
      });
    }
    expect(state(house)).toMatchObject({ status: "fresh", generation: 4, client_id: "public" });
    expect(house.vault.tokens.newest(id)?.refresh_token).not.toBe(refresh_token);
    house.keeper.updateAccount(id, { name: "The player" });
    expect(state(house)).toMatchObject({ name: "The player", generation: 4, reason: null });
  });

  test("that is dead is said, and a new one is tried at once", async () => {
    const house = stage.build();
    const details = { provider: "yoto", name: "Player", client_id: "public", refresh_token: "canary-dead" } as const;
    const { id } = house.keeper.addAccount(details);
    for (let looks = 0; looks < 3; looks++) await house.planned(id);
    expect(state(house)).toMatchObject({ status: "sign_in_needed", reason: "grant_dead" });
    house.keeper.updateAccount(id, { refresh_token: await stage.issuer.refreshToken() });
    await house.planned(id);
    expect(state(house)).toMatchObject({ status: "fresh", generation: 1 });
  });
});
