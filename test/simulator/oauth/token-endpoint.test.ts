import * as openid from "openid-client";
import { describe, expect, test } from "vitest";
import { DEMO } from "../../../src/simulator/devices/demo.ts";
import { ManualClock } from "../../clock.ts";
import { answerOf, startCloud, Visitor } from "../visitor.ts";

const BAD_REFRESH_TOKEN = { status: 200, body: { code: 401, data: { message: "bad refresh token" } } };

describe("answers", () => {
  test("wrapped, as seen in the field since 2026", async () => {
    const visitor = new Visitor(await startCloud());
    expect(await visitor.exchange(await visitor.newCode())).toEqual({
      status: 200,
      body: {
        code: 200,
        data: {
          access_token: visitor.accessToken,
          token_type: "Bearer",
          expires_in: 601_200,
          scope: "openapi",
          refresh_token: visitor.refreshToken,
        },
      },
    });
  });

  test("flat, as RFC 6749 has it", async () => {
    const visitor = new Visitor(await startCloud({ settings: { token_shape: "flat", access_token_life_s: 120 } }));
    const { body } = await visitor.exchange(await visitor.newCode());
    expect(body).toMatchObject({ access_token: visitor.accessToken, expires_in: 120, token_type: "Bearer" });
  });

  test("with members overlaid or left out", async () => {
    const token_answer = { expires_in: "120", refresh_token: "" };
    const cloud = await startCloud({
      settings: { token_shape: "flat", token_answer, token_answer_without: ["token_type"] },
    });
    const visitor = new Visitor(cloud);
    const { body } = await visitor.exchange(await visitor.newCode());
    expect(body).toMatchObject(token_answer);
    expect(body).not.toHaveProperty("token_type");
  });

  test.for([
    ["rfc6749", { status: 400, body: { error: "invalid_grant", error_description: "bad refresh token" } }],
    ["wrapped_data", BAD_REFRESH_TOKEN],
    ["wrapped", { status: 200, body: { code: 401, message: "invalid_grant" } }],
  ] as const)("errors as %s", async ([token_errors, expected]) => {
    const visitor = new Visitor(await startCloud({ settings: { token_errors } }));
    expect(await visitor.refresh("unknown")).toEqual(expected);
  });

  test.for([
    [{ client_id: "somebody" }, "invalid_client", 401],
    [{ client_secret: "wrong" }, "invalid_client", 401],
    [{ refresh_token: "" }, "invalid_request", 400],
    [{ grant_type: "password" }, "unsupported_grant_type", 400],
  ] as const)("a refresh with %o is %s", async ([changes, error, status]) => {
    const visitor = await Visitor.signedIn(await startCloud({ settings: { token_errors: "rfc6749" } }));
    expect(await visitor.refresh(visitor.refreshToken, changes)).toMatchObject({ status, body: { error } });
  });

  test.for(["GET", "POST"])("parameters may come in the query of a %s", async (method) => {
    const visitor = await Visitor.signedIn(await startCloud());
    const { client_id, client_secret } = DEMO.client;
    const query = { grant_type: "refresh_token", client_id, client_secret, refresh_token: visitor.refreshToken };
    const response = await fetch(`${visitor.cloud.oauthUrl}/token?${new URLSearchParams(query).toString()}`, {
      method,
    });
    expect((await answerOf(response)).body).toMatchObject({ code: 200 });
  });
});

describe("codes", () => {
  test("are used once: the second use ends the grant of the first", async () => {
    const visitor = new Visitor(await startCloud());
    const code = await visitor.newCode();
    await visitor.exchange(code);
    expect((await visitor.exchange(code)).body).toMatchObject({ code: 401 });
    expect(await visitor.action("Uhome.User/Get")).toMatchObject({ error: { code: "INVALID_TOKEN" } });
    expect(visitor.cloud.control.grants()).toMatchObject([{ revoked_because: "code_reused" }]);
    expect(visitor.cloud.control.counters().codes_reused).toBe(1);
  });

  test("may be used twice without an end of the sign-in, where the cloud is told so", async () => {
    const visitor = new Visitor(await startCloud({ settings: { code_reuse_revokes: false } }));
    const code = await visitor.newCode();
    await visitor.exchange(code);
    expect((await visitor.exchange(code)).body).toMatchObject({ code: 401 });
    expect(await visitor.action("Uhome.User/Get")).toMatchObject({ user: {} });
  });

  test("live ten minutes", async () => {
    const clock = new ManualClock();
    const visitor = new Visitor(await startCloud({ clock }));
    const code = await visitor.newCode();
    clock.advance(600_000);
    expect((await visitor.exchange(code)).body).toMatchObject({ data: { message: "authorization code has expired" } });
  });

  test("belong to their redirect URI", async () => {
    const visitor = new Visitor(await startCloud());
    const answer = await visitor.exchange(await visitor.newCode(), { redirect_uri: "https://elsewhere.test/" });
    expect(answer.body).toMatchObject({ code: 401 });
  });

  test("belong to their client", async () => {
    const thief = { ...DEMO.client, client_id: "thief" };
    const visitor = new Visitor(await startCloud({ clients: [DEMO.client, thief] }));
    const answer = await visitor.exchange(await visitor.newCode(), { client_id: "thief" });
    expect(answer.body).toMatchObject({ data: { message: "authorization code is unknown" } });
  });
});

describe("a refresh", () => {
  test("rotates: new tokens, and the newest are the ones that the control shows", async () => {
    const visitor = await Visitor.signedIn(await startCloud());
    const [first] = visitor.cloud.control.grants();
    await visitor.refresh();
    expect(visitor.refreshToken).not.toBe(first?.refresh_token);
    expect(visitor.cloud.control.grants()).toMatchObject([
      { generation: 2, refresh_token: visitor.refreshToken, access_token: visitor.accessToken, revoked_at: null },
    ]);
  });

  test.for([
    ["same", true],
    ["omit", false],
  ] as const)("that is set to %s leaves the refresh token valid", async ([refresh_token, inAnswer]) => {
    const visitor = await Visitor.signedIn(await startCloud({ settings: { refresh_token } }));
    const kept = visitor.refreshToken;
    for (let round = 0; round < 3; round += 1) {
      const { body } = await visitor.refresh(kept);
      expect(Object.hasOwn(Object(body["data"]), "refresh_token")).toBe(inAnswer);
    }
    expect(visitor.refreshToken).toBe(kept);
    expect(visitor.cloud.control.counters()).toMatchObject({
      refresh_tokens_reused: 0,
      token: { refresh_token: { ok: 3 } },
    });
  });

  test("with a spent token ends the whole grant", async () => {
    const visitor = await Visitor.signedIn(await startCloud());
    const spent = visitor.refreshToken;
    await visitor.refresh();
    expect(await visitor.refresh(spent)).toEqual(BAD_REFRESH_TOKEN);
    expect(await visitor.refresh()).toEqual(BAD_REFRESH_TOKEN);
    expect(await visitor.action("Uhome.User/Get")).toMatchObject({ error: { code: "INVALID_TOKEN" } });
    expect(visitor.cloud.control.grants()).toMatchObject([{ revoked_because: "refresh_token_reused" }]);
    expect(visitor.cloud.control.counters().refresh_tokens_reused).toBe(1);
  });

  test("with a spent token is merely refused without reuse detection", async () => {
    const visitor = await Visitor.signedIn(await startCloud({ settings: { reuse_detection: false } }));
    const spent = visitor.refreshToken;
    await visitor.refresh();
    expect(await visitor.refresh(spent)).toEqual(BAD_REFRESH_TOKEN);
    expect((await visitor.refresh()).body).toMatchObject({ code: 200 });
  });

  test("with the previous token works within the grace window, and not after it", async () => {
    const clock = new ManualClock();
    const visitor = await Visitor.signedIn(await startCloud({ clock, settings: { rotation_grace_ms: 30_000 } }));
    const first = visitor.refreshToken;
    await visitor.refresh();
    clock.advance(29_999);
    expect((await visitor.refresh(first)).body).toMatchObject({ code: 200 });
    const second = visitor.refreshToken;
    await visitor.refresh();
    clock.advance(30_000);
    expect(await visitor.refresh(second)).toEqual(BAD_REFRESH_TOKEN);
  });

  test("with the token before the previous one is never forgiven", async () => {
    const visitor = await Visitor.signedIn(await startCloud({ settings: { rotation_grace_ms: 30_000 } }));
    const first = visitor.refreshToken;
    await visitor.refresh();
    await visitor.refresh();
    expect(await visitor.refresh(first)).toEqual(BAD_REFRESH_TOKEN);
    expect(visitor.cloud.control.grants()).toMatchObject([{ revoked_because: "refresh_token_reused" }]);
  });

  test("by another client is refused, and does no harm", async () => {
    const thief = { ...DEMO.client, client_id: "thief" };
    const visitor = await Visitor.signedIn(await startCloud({ clients: [DEMO.client, thief] }));
    expect(await visitor.refresh(visitor.refreshToken, { client_id: "thief" })).toEqual(BAD_REFRESH_TOKEN);
    expect((await visitor.refresh()).body).toMatchObject({ code: 200 });
  });

  test("with a token past its own life is refused", async () => {
    const clock = new ManualClock();
    const visitor = await Visitor.signedIn(await startCloud({ clock, settings: { refresh_token_life_s: 3600 } }));
    clock.advance(3_600_000);
    expect(await visitor.refresh()).toEqual(BAD_REFRESH_TOKEN);
  });

  test("of two at once is counted as such", async () => {
    const visitor = await Visitor.signedIn(await startCloud({ settings: { refresh_token: "same" } }));
    await visitor.refresh();
    await visitor.refresh();
    expect(visitor.cloud.control.counters().refreshes_at_once).toBe(1);
    visitor.cloud.control.fault({ where: "token", kind: "slow", delay_ms: 500 });
    await Promise.all([visitor.refresh(), visitor.refresh()]);
    expect(visitor.cloud.control.counters().refreshes_at_once).toBe(2);
  });

  test("by openid-client works against the flat shape, rotation included", async () => {
    const cloud = await startCloud({ settings: { token_shape: "flat", token_errors: "rfc6749" } });
    const { refreshToken } = await Visitor.signedIn(cloud);
    const { client_id, client_secret } = DEMO.client;
    const server = { issuer: cloud.oauthUrl, token_endpoint: `${cloud.oauthUrl}/token` };
    const client = new openid.Configuration(server, client_id, {}, openid.ClientSecretPost(client_secret));
    openid.allowInsecureRequests(client);
    const answer = await openid.refreshTokenGrant(client, refreshToken);
    expect(answer.expires_in).toBe(601_200);
    expect(cloud.control.grants()).toMatchObject([{ generation: 2, refresh_token: answer.refresh_token }]);
    await expect(openid.refreshTokenGrant(client, refreshToken)).rejects.toMatchObject({ error: "invalid_grant" });
  });
});

describe("grants", () => {
  test("stand side by side, or replace each other where the cloud allows one", async () => {
    const cloud = await startCloud();
    const first = await Visitor.signedIn(cloud);
    await Visitor.signedIn(cloud);
    expect((await first.refresh()).body).toMatchObject({ code: 200 });
    cloud.control.set({ one_grant_per_user: true });
    await Visitor.signedIn(cloud);
    expect(await first.refresh()).toEqual(BAD_REFRESH_TOKEN);
  });

  test("that are revoked lose all their tokens", async () => {
    const visitor = await Visitor.signedIn(await startCloud());
    expect(visitor.cloud.control.revoke({ user_id: DEMO.user.id })).toBe(1);
    expect(await visitor.refresh()).toEqual(BAD_REFRESH_TOKEN);
    expect(await visitor.action("Uhome.User/Get")).toMatchObject({ error: { code: "INVALID_TOKEN" } });
  });

  test("keep their refresh token when their access token is made to expire", async () => {
    const visitor = await Visitor.signedIn(await startCloud());
    expect(visitor.cloud.control.expire()).toBe(1);
    expect(await visitor.action("Uhome.User/Get")).toMatchObject({ error: { code: "INVALID_TOKEN" } });
    await visitor.refresh();
    expect(await visitor.action("Uhome.User/Get")).toHaveProperty("user");
  });
});
