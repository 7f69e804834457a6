import { describe, expect, test } from "vitest";
import type { AccountState } from "../../../src/keeper/account.ts";
import { DETAILS } from "../house.ts";
import type { House } from "../house.ts";
import type { OAuthServer } from "../token-calls/oauth-server.ts";
import { streetForEach } from "../street.ts";

const street = streetForEach();

const state = (house: House): AccountState | undefined => house.keeper.accounts()[0];

describe("the sign-in", () => {
  test("leads to the cloud's page without the client secret, and back by the redirect alone", async () => {
    const house = street.build();
    const { id } = house.keeper.addAccount(DETAILS);
    const url = new URL(house.keeper.authorise(id).url);
    expect(url.origin + url.pathname).toBe(`${street.server.url}/authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: "code",
      client_id: DETAILS.client_id,
      redirect_uri: DETAILS.redirect_uri,
      scope: "openapi",
      state: expect.stringMatching(/^[\w-]{32}$/),
    });
    const callback = `${DETAILS.redirect_uri}?authorization_code=${street.server.code()}&state=${url.searchParams.get("state")}`;
    expect(await house.keeper.exchange(callback)).toMatchObject({ id, status: "fresh", generation: 1 });
  });

  test("keeps its code out of the log, and forgets it with the next one", async () => {
    const house = street.build();
    const { id } = house.keeper.addAccount(DETAILS);
    for (const code of ["canary-code-1", "canary-code-2"]) {
      await expect(house.keeper.exchange(code, id)).rejects.toMatchObject({ code: "code_refused" });
    }
    expect(house.secrets.scrub("canary-code-1 canary-code-2")).toBe("canary-code-1 [secret]");
  });

  test("can end after a restart of the gateway", async () => {
    const house = street.build();
    const { id } = house.keeper.addAccount(DETAILS);
    const signInState = new URL(house.keeper.authorise(id).url).searchParams.get("state");
    house.close();
    const again = street.build({ folder: house.folder });
    const callback = `${DETAILS.redirect_uri}?code=${street.server.code()}&state=${signInState}`;
    expect(await again.keeper.exchange(callback)).toMatchObject({ id, status: "fresh" });
  });

  test("says what is wrong with what was pasted, and changes nothing", async () => {
    const { house, id } = await street.signedIn();
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
    const house = street.build();
    const { id } = house.keeper.addAccount({ ...DETAILS, client_secret: "wrong-secret" });
    await expect(house.keeper.exchange(street.server.code(), id)).rejects.toMatchObject({
      code: "client_refused",
      message: expect.stringContaining("client secret"),
    });
    house.keeper.updateAccount(id, { client_secret: DETAILS.client_secret });
    expect(await house.keeper.exchange(street.server.code(), id)).toMatchObject({ status: "fresh" });
  });

  test.each<[string, Parameters<OAuthServer["queueFault"]>[0], string]>([
    ["HTML", (r) => r.end("<html>"), "cloud_answer_unreadable"],
    ["500", (r) => r.writeHead(500).end(), "cloud_error"],
    ["an empty body", (r) => r.end(), "cloud_answer_unreadable"],
    ["a broken connection", (r) => r.destroy(), "cloud_unreachable"],
    ["429", (r) => r.writeHead(429).end(), "rate_limited"],
  ])("can be tried again with the same address when the cloud answers %s", async (_, fault, code) => {
    const house = street.build();
    const { id } = house.keeper.addAccount(DETAILS);
    const signInState = new URL(house.keeper.authorise(id).url).searchParams.get("state");
    const callback = `${DETAILS.redirect_uri}?code=${street.server.code()}&state=${signInState}`;
    street.server.queueFault(fault);
    await expect(house.keeper.exchange(callback)).rejects.toMatchObject({ code, retryable: true });
    expect(state(house)).toMatchObject({ status: "sign_in_needed", reason: "never_signed_in" });
    expect(await house.keeper.exchange(callback)).toMatchObject({ status: "fresh" });
  });

  test("is no refresh: while the first one is under way there is nothing to ask the cloud with", async () => {
    const house = street.build();
    const { id } = house.keeper.addAccount(DETAILS);
    const signingIn = house.keeper.exchange(street.server.code(), id);
    expect(state(house)).toMatchObject({ status: "sign_in_needed", reason: "never_signed_in" });
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "sign_in_needed" });
    expect(await signingIn).toMatchObject({ status: "fresh" });
  });

  test("waits for a refresh that is under way, and wins", async () => {
    const { house, id } = await street.signedIn();
    const refresh = house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    expect(await house.keeper.exchange(street.server.code(), id)).toMatchObject({ generation: 3 });
    expect(await refresh).toMatchObject({ generation: 2 });
    expect(street.server.mostAtOnce).toBe(1);
  });
});
