import { describe, expect, onTestFinished, test } from "vitest";
import { ManualClock } from "../../clock.ts";
import { asObject } from "../visitor.ts";
import { DEVICE_CODE_GRANT } from "../../../src/simulator/yoto/yoto-endpoints.ts";
import { startYotoCloud, YOTO_CLIENT_ID } from "../../../src/simulator/yoto/yoto-cloud.ts";
import type { YotoSettings } from "../../../src/simulator/yoto/yoto-settings.ts";

const HOUR = 3_600_000;

async function aCloud(settings: Partial<YotoSettings> = {}) {
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  const cloud = await startYotoCloud({ clock, settings });
  onTestFinished(() => cloud.close());
  const post = async (path: string, form: Readonly<Record<string, string>>) => {
    const body = new URLSearchParams({ client_id: YOTO_CLIENT_ID, ...form });
    const response = await fetch(cloud.url + path, { method: "POST", body });
    return { status: response.status, body: asObject(await response.json()) };
  };
  const poll = (device_code: unknown) =>
    post("/oauth/token", { grant_type: DEVICE_CODE_GRANT, device_code: String(device_code) });
  const refresh = (token: unknown) =>
    post("/oauth/token", { grant_type: "refresh_token", refresh_token: String(token) });
  const content = async (token: unknown) =>
    (await fetch(`${cloud.url}/content/mine`, { headers: { authorization: `Bearer ${String(token)}` } })).status;
  return { clock, cloud, post, poll, refresh, content };
}

/** A cloud at which somebody has entered a code: the first tokens. */
async function signedIn(settings: Partial<YotoSettings> = {}) {
  const stage = await aCloud(settings);
  const begun = await stage.post("/oauth/device/code", { scope: "offline_access" });
  stage.cloud.control.enter(String(begun.body["user_code"]));
  stage.clock.advance(5000);
  const { body } = await stage.poll(begun.body["device_code"]);
  return { ...stage, tokens: body };
}

describe("a code on another device", () => {
  test("is given with the page where it is entered, and brings tokens once somebody has", async () => {
    const { clock, cloud, post, poll, content } = await aCloud();
    const { body } = await post("/oauth/device/code", { scope: "offline_access" });
    expect(body).toMatchObject({ verification_uri: `${cloud.url}/activate`, expires_in: 900, interval: 5 });
    clock.advance(5000);
    expect(await poll(body["device_code"])).toMatchObject({ status: 403, body: { error: "authorization_pending" } });
    const page = new URL(String(body["verification_uri_complete"]));
    const form = new URLSearchParams({ user_code: page.searchParams.get("user_code") ?? "", decision: "allow" });
    expect((await fetch(page, { method: "POST", body: form })).status).toBe(200);
    clock.advance(5000);
    const granted = await poll(body["device_code"]);
    expect(granted).toMatchObject({ status: 200, body: { token_type: "Bearer", expires_in: 86_400 } });
    expect(await content(granted.body["access_token"])).toBe(200);
    expect(await poll(body["device_code"])).toMatchObject({ body: { error: "invalid_grant" } });
  });

  test("is asked about too soon: slow down, and the pause grows by 5 s", async () => {
    const { clock, post, poll } = await aCloud();
    const { device_code } = (await post("/oauth/device/code", {})).body;
    clock.advance(1000);
    expect(await poll(device_code)).toMatchObject({ status: 429, body: { error: "slow_down" } });
    clock.advance(5000);
    expect(await poll(device_code)).toMatchObject({ body: { error: "slow_down" } });
    clock.advance(15_000);
    expect(await poll(device_code)).toMatchObject({ body: { error: "authorization_pending" } });
  });

  test("is refused by the person, or runs out", async () => {
    const { clock, cloud, post, poll } = await aCloud();
    const denied = (await post("/oauth/device/code", {})).body;
    cloud.control.enter(String(denied["user_code"]).toLowerCase().replace("-", " "), "deny");
    expect(await poll(denied["device_code"])).toMatchObject({ status: 403, body: { error: "access_denied" } });
    const late = (await post("/oauth/device/code", {})).body;
    clock.advance(900_000);
    expect(await poll(late["device_code"])).toMatchObject({ status: 403, body: { error: "expired_token" } });
    expect(() => cloud.control.enter(String(late["user_code"]))).toThrowError("no such code");
  });
});

describe("a grant", () => {
  test("gets a new refresh token with each refresh, and ends when one comes twice", async () => {
    const { tokens, refresh } = await signedIn();
    const second = await refresh(tokens["refresh_token"]);
    expect(second.body["refresh_token"]).not.toBe(tokens["refresh_token"]);
    expect(await refresh(tokens["refresh_token"])).toMatchObject({ status: 403, body: { error: "invalid_grant" } });
    expect(await refresh(second.body["refresh_token"])).toMatchObject({ body: { error: "invalid_grant" } });
  });

  test("is dead when nobody has used it for 24 h, and lives while somebody does", async () => {
    const { clock, tokens, refresh } = await signedIn();
    clock.advance(23 * HOUR);
    const second = await refresh(tokens["refresh_token"]);
    clock.advance(23 * HOUR);
    const third = await refresh(second.body["refresh_token"]);
    expect(third.status).toBe(200);
    clock.advance(24 * HOUR);
    expect(await refresh(third.body["refresh_token"])).toMatchObject({ body: { error: "invalid_grant" } });
  });

  test("has access tokens of 24 h, which the API refuses after that", async () => {
    const { clock, tokens, content } = await signedIn();
    expect(await content(tokens["access_token"])).toBe(200);
    clock.advance(24 * HOUR);
    expect(await content(tokens["access_token"])).toBe(401);
    expect(await content("made-up")).toBe(401);
  });
});

test("its endpoints can move, and the discovery document says where", async () => {
  const { cloud, post } = await aCloud();
  cloud.control.set({ moved: true });
  expect((await post("/oauth/device/code", {})).status).toBe(404);
  const document = asObject(await (await fetch(`${cloud.url}/.well-known/openid-configuration`)).json());
  const moved = String(document["device_authorization_endpoint"]).slice(cloud.url.length);
  expect((await post(moved, {})).status).toBe(200);
});

test("a fault can be set at each of its endpoints, and it counts what it was asked", async () => {
  const { cloud, post, poll } = await aCloud();
  cloud.control.fault({ where: "device", kind: "http_500" });
  expect((await post("/oauth/device/code", {})).status).toBe(500);
  cloud.control.fault({ where: "token", grant_type: "device_code", kind: "html_502" });
  await expect(poll("any")).rejects.toThrow();
  expect(cloud.control.calls()).toMatchObject([
    { where: "device", fault: "http_500" },
    { where: "token", name: "device_code", fault: "html_502" },
  ]);
  expect(await post("/oauth/token", { client_id: "a stranger" })).toMatchObject({ status: 401 });
});

describe("its control over HTTP", () => {
  async function controlled() {
    const stage = await signedIn();
    const read = async (name: string): Promise<unknown> => (await fetch(`${stage.cloud.url}/control/${name}`)).json();
    const change = async (name: string, input: object = {}) => {
      const response = await fetch(`${stage.cloud.url}/control/${name}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(input),
      });
      return { status: response.status, body: await response.json() };
    };
    return { ...stage, read, change };
  }

  test.for(["counters", "calls", "grants", "codes", "settings", "faults"] as const)(
    "%s reads as it does from within",
    async (name) => {
      const { cloud, post, read } = await controlled();
      await post("/oauth/device/code", {});
      cloud.control.fault({ where: "token", kind: "hang", times: null });
      expect(await read(name)).toEqual(cloud.control[name]());
    },
  );

  test("sets faults at each of its endpoints, and clears them", async () => {
    const { cloud, refresh, tokens, content, change } = await controlled();
    await change("fault", { where: "token", grant_type: "refresh_token", kind: "invalid_grant" });
    expect(await refresh(tokens["refresh_token"])).toMatchObject({ status: 403, body: { error: "invalid_grant" } });
    await change("fault", { where: "action", kind: "unavailable", times: null });
    expect(await content(tokens["access_token"])).toBe(503);
    expect((await change("clearFaults")).body).toBeNull();
    expect([cloud.control.faults(), await content(tokens["access_token"])]).toEqual([[], 200]);
    for (const wrong of [{ where: "login", kind: "hang" }, { where: "token", kind: "nonsense" }, { kind: "hang" }]) {
      expect(await change("fault", wrong)).toMatchObject({ status: 400, body: { code: "bad_request" } });
    }
  });

  test("changes settings, ends tokens and grants, and goes back to the start", async () => {
    const { cloud, tokens, refresh, content, read, change } = await controlled();
    expect((await change("set", { outage: true, access_token_life_s: 60 })).body).toMatchObject({ outage: true });
    await expect(content(tokens["access_token"])).rejects.toThrow();
    expect((await change("set", { casing: "wild" })).status).toBe(400);
    await change("reset");
    expect(await read("settings")).toMatchObject({ outage: false, access_token_life_s: 86_400 });
    expect((await change("expire")).body).toBe(1);
    expect(await content(tokens["access_token"])).toBe(401);
    expect((await change("revoke")).body).toBe(1);
    expect(await refresh(tokens["refresh_token"])).toMatchObject({ body: { error: "invalid_grant" } });
    await change("reset", { grants: true });
    expect([cloud.control.grants(), cloud.control.calls()]).toEqual([[], []]);
  });

  test("enters a code, or refuses it", async () => {
    const { clock, cloud, post, poll, change } = await controlled();
    const [allowed, denied] = [
      (await post("/oauth/device/code", {})).body,
      (await post("/oauth/device/code", {})).body,
    ];
    await change("enter", { user_code: allowed["user_code"] });
    await change("enter", { user_code: denied["user_code"], decision: "deny" });
    clock.advance(5000);
    expect((await poll(allowed["device_code"])).status).toBe(200);
    expect(await poll(denied["device_code"])).toMatchObject({ body: { error: "access_denied" } });
    expect(await change("enter", { user_code: "BBBB-BBBB" })).toMatchObject({ status: 404 });
    expect((await fetch(`${cloud.url}/control/nothing`)).status).toBe(404);
  });
});
