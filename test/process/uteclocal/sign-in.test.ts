import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test, vi } from "vitest";
import { DEMO } from "../../../src/simulator/devices/demo.ts";
import type { CloudSettings } from "../../../src/simulator/settings/cloud-settings.ts";
import { REDIRECT_URI, aFolder, aGateway } from "../stage.ts";
import { FRONT, aStreet, boltIn, expectNoSecrets } from "./stage.ts";
import type { Street } from "./stage.ts";

/** The way of each generation's page from nothing to a signed-in account. */
const PAGES: Readonly<Record<string, (street: Street) => Promise<unknown>>> = {
  A: async ({ cloud, post }) => {
    const configuration = {
      base_url: cloud.apiUrl,
      oauth_base_url: cloud.oauthUrl,
      access_key: DEMO.client.client_id,
      secret_key: DEMO.client.client_secret,
      redirect_url: REDIRECT_URI,
    };
    const { body } = await post("/oauth/start", configuration);
    const callback_url = cloud.control.allow({ url: String(body["authorize_url"]), user_id: DEMO.user.id });
    return (await post("/oauth/exchange", { ...configuration, secret_key: "***", callback_url })).body;
  },
  "B and C": async ({ cloud, get, post }) => {
    const configuration = {
      api_base_url: cloud.apiUrl,
      oauth_base_url: cloud.oauthUrl,
      access_key: DEMO.client.client_id,
      secret_key: DEMO.client.client_secret,
      redirect_uri: REDIRECT_URI,
      status_poll_interval: 60,
      auto_refresh_enabled: true,
      refresh_buffer_minutes: 15,
    };
    expect(await post("/api/config", configuration)).toMatchObject({ status: 200 });
    const { body } = await get("/api/oauth/authorize-url");
    const callback = new URL(cloud.control.allow({ url: String(body["url"]), user_id: DEMO.user.id }));
    return (await post("/api/oauth/exchange", { code: callback.searchParams.get("code") })).body["data"];
  },
};

test.for(Object.keys(PAGES).flatMap((page) => (["flat", "wrapped"] as const).map((shape) => [page, shape] as const)))(
  "%s sign in at a cloud whose token answers are %s, and again",
  async ([page, token_shape], { onTestFinished }) => {
    const street = await aStreet(onTestFinished, {
      client: false,
      settings: { token_shape } satisfies Partial<CloudSettings>,
    });
    const { cloud, get, post, start } = street;
    await start();
    expect(await get("/api/devices")).toMatchObject({ status: 401 });
    expect((await get("/health")).body).toMatchObject({ token_valid: false, health: "token_expiring_or_missing" });
    for (let times = 1; times <= 2; times += 1) {
      expect(await PAGES[page]?.(street)).toEqual({
        access_token: "***",
        refresh_token: "***",
        token_type: "Bearer",
        expires_in: expect.any(Number) as number,
      });
    }
    // At once, with no poll waited for.
    expect((await get("/api/devices")).status).toBe(200);
    expect((await get("/health")).body).toMatchObject({ token_valid: true, health: "healthy" });
    await vi.waitFor(async () => expect(boltIn(await post("/api/status", { id: FRONT }))).toBe("Locked"), {
      timeout: 20_000,
      interval: 100,
    });
    expect((await post("/api/oauth/refresh")).status).toBe(200);
    expect((await get("/api/config")).body).toMatchObject({
      secret_key: "***",
      token_status: { has_token: true, has_refresh_token: true, is_expired: false },
    });
    expect(cloud.control.counters().token["refresh_token"]).toEqual({ ok: 1 });
    expectNoSecrets(street);
  },
);

test("refresh settings that are written here are the account's own, as the page has them", async ({
  onTestFinished,
}) => {
  const { gateway, get, post, start } = await aStreet(onTestFinished, { client: false });
  await start();
  const details = { access_key: "key-of-mine", secret_key: "secret-of-mine", redirect_uri: REDIRECT_URI };
  expect(await post("/api/config", { ...details, refresh_buffer_minutes: 45 })).toMatchObject({ status: 200 });
  expect(await gateway().account()).toMatchObject({
    owner: "page",
    client_id: "key-of-mine",
    automatic_refresh: true,
    refresh_buffer_ms: 45 * 60_000,
  });
  expect(await post("/api/config", { auto_refresh_enabled: false })).toMatchObject({ status: 200 });
  expect(await gateway().account()).toMatchObject({ automatic_refresh: false, refresh_buffer_ms: 45 * 60_000 });
  const { id } = await gateway().account();
  await gateway().post("api/accounts/update", { account_id: id, refresh_buffer_ms: 60_000 });
  expect((await get("/api/config")).body).toMatchObject({ auto_refresh_enabled: false, refresh_buffer_minutes: 1 });
  expect(await post("/api/config", { refresh_buffer_minutes: 0 })).toMatchObject({
    status: 400,
    body: { detail: expect.any(String) as string },
  });
});

test("an account that the options own is not changed here, and the sentence says where it is", async ({
  onTestFinished,
}) => {
  const { get, post, start } = await aStreet(onTestFinished);
  await start();
  const { body } = await get("/api/config");
  expect(await post("/api/config", body)).toMatchObject({ status: 200 });
  expect(await post("/api/config", { access_key: "other" })).toMatchObject({
    status: 409,
    body: { detail: expect.stringMatching(/options|environment|configuration/) as string },
  });
});

test("a port in use does not keep the gateway from starting: the page says what to do", async ({ onTestFinished }) => {
  const other = createServer();
  await new Promise<void>((resolve) => void other.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  const gateway = await aGateway(onTestFinished, {
    dataFolder: aFolder(onTestFinished),
    environment: {
      UTEC_GATEWAY_COMPATIBILITY: "true",
      UTEC_GATEWAY_COMPATIBILITY_HOST: "127.0.0.1",
      UTEC_GATEWAY_COMPATIBILITY_PORT: String(port),
    },
  });
  const { gateway: seen } = await gateway.waitFor(({ gateway: { problems } }) => problems.length > 0, "the problem");
  expect(seen.problems).toMatchObject([
    {
      field: "UTEC_GATEWAY_COMPATIBILITY_PORT",
      message: expect.stringMatching(/is in use: stop the uteclocal gateway/) as string,
    },
  ]);
});
