import { describe, expect, test } from "vitest";
import { Problem } from "../../src/problem.ts";
import { LivePicture } from "../../src/state/live-picture.ts";
import type { AccountState } from "../../src/keeper/account.ts";
import { aGateway, anAccount } from "../state/models.ts";
import { aStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const DAY = 86_400_000;

/** Signed in until the 28th of November 2026, at noon. */
const SIGNED_IN: Partial<AccountState> = {
  obtained_at: NOW - 1000,
  expires_at: NOW + 7 * DAY,
  redirect_uri: "https://example.test/callback",
  refresh_buffer_ms: null,
};
const NEVER_SIGNED_IN: Partial<AccountState> = { status: "sign_in_needed", obtained_at: null, expires_at: null };

async function withAccount(part: Partial<AccountState> = SIGNED_IN): Promise<Stage> {
  const stage = await aStage();
  stage.picture.update({ accounts: [anAccount(part)] });
  return stage;
}

function withoutAccount(): Promise<Stage> {
  return aStage({ picture: new LivePicture(aGateway()) });
}

const account = ({ picture }: Stage): AccountState | undefined => picture.accounts()[0];

describe("/health is what B and C show, and never an error", () => {
  test.for<[string, Partial<AccountState>, object]>([
    [
      "signed in",
      SIGNED_IN,
      {
        health: "healthy",
        token_valid: true,
        token_expires_at_utc: "2026-11-28T12:00:00",
        time_until_expiry: "7 days, 0:00:00",
      },
    ],
    [
      "about to end",
      { ...SIGNED_IN, expires_at: NOW + 14 * 60_000 },
      { health: "token_expiring_or_missing", token_valid: true, time_until_expiry: "0:14:00" },
    ],
    [
      "over",
      { ...SIGNED_IN, expires_at: NOW - 1, token_usable: false },
      { health: "token_expiring_or_missing", token_valid: false, time_until_expiry: "0:00:00" },
    ],
    [
      "never signed in",
      NEVER_SIGNED_IN,
      {
        health: "token_expiring_or_missing",
        token_valid: false,
        token_expires_at: null,
        token_expires_at_utc: null,
        time_until_expiry: "unknown",
      },
    ],
    ["of unknown life", { ...SIGNED_IN, expires_at: null }, { health: "healthy", token_valid: true }],
    ["without automatic refresh", { ...SIGNED_IN, automatic_refresh: false }, { auto_refresh_enabled: false }],
  ])("%s", async ([, part, expected]) => {
    const { ask } = await withAccount(part);
    const { status, json } = await ask("/health");
    expect([status, json]).toEqual([
      200,
      {
        status: "ok",
        health: expect.any(String) as string,
        token_valid: expect.any(Boolean) as boolean,
        token_expires_at: part.expires_at ? (expect.any(String) as string) : null,
        token_expires_at_utc: part.expires_at ? (expect.any(String) as string) : null,
        time_until_expiry: expect.any(String) as string,
        auto_refresh_enabled: expect.any(Boolean) as boolean,
      },
    ]);
    expect(json).toMatchObject(expected);
  });

  test("without an account", async () => {
    const { ask } = await withoutAccount();
    expect(await ask("/health")).toMatchObject({ status: 200, json: { status: "ok", token_valid: false } });
  });
});

describe("/api/config shows everything and no secret", () => {
  test("signed in", async () => {
    const { ask } = await withAccount({ ...SIGNED_IN, refresh_buffer_ms: 15 * 60_000 });
    expect((await ask("/api/config")).json).toEqual({
      api_base_url: "https://api.u-tec.com",
      oauth_base_url: "https://oauth.u-tec.com",
      action_path: "/action",
      access_key: "client",
      secret_key: "***",
      scope: "openapi",
      redirect_uri: "https://example.test/callback",
      access_token: "***",
      refresh_token: "***",
      token_expires_at: "2026-11-28T12:00:00",
      status_poll_interval: 30,
      auto_refresh_enabled: true,
      refresh_buffer_minutes: 15,
      token_status: {
        has_token: true,
        has_refresh_token: true,
        expires_at: "2026-11-28T12:00:00",
        is_expired: false,
        time_until_expiry: "7 days, 0:00:00",
      },
    });
    expect((await ask("/api/test")).json).toEqual({
      status: "ok",
      message: "API is working",
      config_loaded: true,
      has_tokens: true,
    });
  });

  test("a dead sign-in whose token still lives has a token, and none to refresh with", async () => {
    const { ask } = await withAccount({ ...SIGNED_IN, status: "sign_in_needed", token_usable: true });
    expect((await ask("/api/config")).json).toMatchObject({
      access_token: "***",
      refresh_token: "",
      token_status: { has_token: true, has_refresh_token: false, is_expired: false },
    });
  });

  test("never signed in, and without an account", async () => {
    const nothing = {
      access_token: "",
      refresh_token: "",
      token_expires_at: null,
      refresh_buffer_minutes: null,
      token_status: { has_token: false, has_refresh_token: false, expires_at: null, is_expired: true },
    };
    const { ask } = await withAccount({ ...SIGNED_IN, ...NEVER_SIGNED_IN });
    expect((await ask("/api/config")).json).toMatchObject({ secret_key: "***", ...nothing });
    const empty = await withoutAccount();
    expect((await empty.ask("/api/config")).json).toMatchObject({ access_key: "", secret_key: "", ...nothing });
    expect((await empty.ask("/api/test")).json).toMatchObject({ config_loaded: false, has_tokens: false });
  });
});

describe("writing the configuration", () => {
  test("refresh settings are the account's own", async () => {
    const stage = await withAccount({ ...SIGNED_IN, refresh_buffer_share: 0.2 });
    const written = { auto_refresh_enabled: false, refresh_buffer_minutes: 45, access_key: null };
    expect(await stage.post("/api/config", written)).toMatchObject({
      status: 200,
      json: { status: "ok", message: "Configuration updated" },
    });
    expect(account(stage)).toMatchObject({
      automatic_refresh: false,
      refresh_buffer_ms: 45 * 60_000,
      refresh_buffer_share: null,
      client_id: "client",
    });
    expect((await stage.ask("/api/config")).json).toMatchObject(
      Object.fromEntries(Object.entries(written).filter(([, value]) => value !== null)),
    );
  });

  test("what was read, written back, changes nothing", async () => {
    const stage = await withAccount();
    const before = account(stage);
    const { json } = await stage.ask("/api/config");
    // A desk that is asked at all would throw.
    stage.desk.fault = new Error("It was asked.");
    expect((await stage.post("/api/config", json)).json).toEqual({ status: "ok", message: "Configuration updated" });
    expect(account(stage)).toEqual(before);
    expect(stage.desk.secretsOf.size).toBe(0);
  });

  test("a new secret is taken, and in no answer", async () => {
    const stage = await withAccount();
    expect((await stage.post("/api/config", { secret_key: "canary-of-a-secret" })).text).not.toContain("canary");
    expect(stage.desk.secretsOf.get("home")).toBe("canary-of-a-secret");
    expect((await stage.ask("/api/config")).text).not.toContain("canary");
    expect((await stage.ask("/logs")).text).not.toContain("canary");
  });

  test("what is set elsewhere is said, where it is another", async () => {
    const { post, log } = await withAccount();
    const { json } = await post("/api/config", { status_poll_interval: 5, log_level: "DEBUG" });
    expect(json).toEqual({
      status: "ok",
      message:
        "Configuration updated. status_poll_interval is not set here, but by the setting poll_interval. log_level is not set here, but by the setting log_level.",
    });
    expect(log().map(({ message }) => message)).toContain(
      "The configuration was sent by a program that knows uteclocal.",
    );
  });

  test.for([
    [{ api_base_url: "https://elsewhere.test" }, 400, /UTEC_GATEWAY_API_URL/],
    [{ oauth_base_url: "https://elsewhere.test" }, 400, /UTEC_GATEWAY_OAUTH_URL/],
    [{ api_base_url: "not an address" }, 400, /UTEC_GATEWAY_API_URL/],
    [{ access_key: {} }, 422, /access_key must be a text/],
    [{ auto_refresh_enabled: "perhaps" }, 422, /true or false/],
    [{ refresh_buffer_minutes: 1.5 }, 422, /whole number/],
    [{ refresh_buffer_minutes: "soon" }, 422, /whole number/],
    [{ status_poll_interval: [] }, 422, /must be a text/],
  ] as const)("%j is refused with %i", async ([written, status, detail]) => {
    const stage = await withAccount();
    const before = account(stage);
    const got = await stage.post("/api/config", { redirect_uri: "https://example.test/other", ...written });
    expect(got).toMatchObject({ status, json: { detail: expect.stringMatching(detail) as string } });
    expect(account(stage)).toEqual(before);
  });

  test.for(["https://openapi.ultraloq.com", "openapi.u-tec.com", "https://api.u-tec.com/", "api.u-tec.com"])(
    "the cloud may be called %s",
    async (api_base_url) => {
      const { post } = await withAccount();
      expect((await post("/api/config", { api_base_url })).status).toBe(200);
    },
  );

  test("without an account the first details make one, with its refresh settings", async () => {
    const stage = await withoutAccount();
    expect((await stage.post("/api/config", { auto_refresh_enabled: false })).json).toMatchObject({
      message: "Configuration updated. There is no account yet to refresh.",
    });
    expect(stage.picture.accounts()).toEqual([]);
    const written = { access_key: "key", secret_key: "canary-of-a-secret", redirect_uri: "https://example.test/cb" };
    expect((await stage.post("/api/config", { ...written, refresh_buffer_minutes: 5 })).status).toBe(200);
    expect(stage.picture.accounts()).toMatchObject([
      { client_id: "key", redirect_uri: "https://example.test/cb", refresh_buffer_ms: 300_000 },
    ]);
    expect([...stage.desk.secretsOf.values()]).toEqual(["canary-of-a-secret"]);
  });

  test("of an account in the options the sentence says where it is changed", async () => {
    const { desk, post } = await withAccount();
    desk.fault = new Problem("account_owned_by_options", "Home is changed in the options.");
    expect(await post("/api/config", { access_key: "other" })).toMatchObject({
      status: 409,
      json: { detail: "Home is changed in the options." },
    });
  });
});

describe("/config takes A's form", () => {
  const FORM = {
    base_url: "https://api.u-tec.com",
    oauth_base_url: "",
    access_key: "key",
    secret_key: "***",
    redirect_url: "https://example.test/cb",
    log_level: "INFO",
    status_poll_seconds: "60",
    devices_path: "/devices",
  };

  test("urlencoded", async () => {
    const stage = await withAccount();
    const { status, json } = await stage.ask("/config", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(FORM).toString(),
    });
    expect([status, json]).toEqual([200, { status: "ok" }]);
    expect(account(stage)).toMatchObject({ client_id: "key", redirect_uri: "https://example.test/cb" });
    expect(stage.desk.secretsOf.size).toBe(0);
  });

  test("multipart, with a file that is left out", async () => {
    const stage = await withAccount();
    const form = new FormData();
    for (const [name, value] of Object.entries(FORM)) form.append(name, value);
    form.append("secret_key", new Blob(["file"]), "secret.txt");
    const sent = new Response(form);
    const { status, json } = await stage.ask("/config", {
      method: "POST",
      headers: { "content-type": sent.headers.get("content-type") ?? "" },
      body: Buffer.from(await sent.arrayBuffer()),
    });
    expect([status, json]).toEqual([200, { status: "ok" }]);
    expect(account(stage)).toMatchObject({ client_id: "key" });
    expect(stage.desk.secretsOf.size).toBe(0);
  });

  test("without its address it is refused", async () => {
    const { ask } = await withAccount();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const got = await ask("/config", { method: "POST", headers, body: "access_key=key" });
    expect(got).toMatchObject({ status: 422, json: { detail: "base_url is missing." } });
  });
});
