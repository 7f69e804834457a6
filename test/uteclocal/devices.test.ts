import { expect, test } from "vitest";
import { LivePicture } from "../../src/state/live-picture.ts";
import { aDevice, aGateway, anAccount } from "../state/models.ts";
import { aLivedInHouse } from "../utec/house.ts";
import { lockStates } from "../utec/tiny-cloud.ts";
import { aStage } from "./stage.ts";
import type { Got } from "./stage.ts";

const DEVICES_KNOWN = { online: true, error: null, last_success_at: 1, devices_known: true };
const LAMP = { kind: "light", category: "LIGHT", handle_type: "utec-dimmer", capabilities: [] } as const;

type Listed = Readonly<Record<string, unknown>> & { readonly id: string };

function devicesOf({ json }: Got): Listed[] {
  return (json as { payload: { devices: Listed[] } }).payload.devices;
}

test("the list is the cloud's answer to a Discovery, with what the old integrations look for elsewhere", async () => {
  const { ask, picture } = await aStage();
  picture.update({ devices: [aDevice({ serial: "S1", confirmed_at: 1_700_000_000_000 })] });
  const { status, headers, json } = await ask("/api/devices");
  expect(status).toBe(200);
  expect(headers["content-type"]).toBe("application/json");
  expect(json).toEqual({
    header: {
      namespace: "Uhome.Device",
      name: "Discovery",
      messageId: expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/) as string,
      payloadVersion: "1",
    },
    payload: {
      devices: [
        {
          id: "door",
          name: "Front door",
          category: "SmartLock",
          handleType: "utec-lock",
          deviceInfo: {
            manufacturer: "U-tec",
            model: "U-Bolt-Pro-WiFi",
            hwVersion: "03.40.0023",
            serialNumber: "S1",
          },
          attributes: { batteryLevelRange: { min: 1, max: 5, step: 1 } },
          model: "U-Bolt-Pro-WiFi",
          freshness: "fresh",
          confirmed_at: "2023-11-14T22:13:20.000Z",
        },
      ],
    },
  });
  expect((await ask("/devices")).text).toBe((await ask("/api/devices")).text);
});

test("locks come first and lights last, and whatever is a lock is called one", async () => {
  const { ask, picture } = await aStage();
  picture.update({
    devices: [
      aDevice({ id: "lamp", ...LAMP }),
      aDevice({ id: "dimmer", kind: "switch", category: "SmartSwitch" }),
      aDevice({ id: "plug", kind: "plug", category: null }),
      aDevice({ id: "bridge", kind: "unknown", category: "Bridge" }),
      aDevice({ id: "sensor-lock", category: "LOCK", handle_type: "utec-lock-sensor" }),
    ],
  });
  const all = devicesOf(await ask("/api/devices"));
  expect(all.map(({ id, category }) => [id, category])).toEqual([
    ["door", "SmartLock"],
    ["sensor-lock", "SmartLock"],
    ["bridge", "Bridge"],
    ["plug", "SmartPlug"],
    ["dimmer", "SmartSwitch"],
    ["lamp", "LIGHT"],
  ]);
});

test("the list changes with its devices, and is the same text until then", async () => {
  const { ask, picture } = await aStage();
  const first = await ask("/api/devices");
  expect((await ask("/api/devices")).text).toBe(first.text);
  picture.update({ devices: [aDevice({ name: "Back door" })] });
  expect(devicesOf(await ask("/api/devices"))).toMatchObject([{ name: "Back door" }]);
  picture.update({ removed_devices: ["door"] });
  picture.update({ devices: [aDevice({ id: "other" })] });
  expect(devicesOf(await ask("/api/devices"))).toMatchObject([{ id: "other" }]);
});

test.for([
  ["POST with an id", "/api/status", { id: "door" }],
  ["POST with a list of objects", "/api/status", { devices: [{ id: "door" }] }],
  ["POST with a list of texts", "/api/status", { devices: ["door"] }],
  ["POST with an id beside a list", "/api/status", { id: "door", devices: ["none"] }],
  ["GET", "/api/status?id=door", undefined],
] as const)("a status is the cloud's answer to a Query: %s", async ([, path, body]) => {
  const { ask, post } = await aStage();
  const { status, headers, json } = await (body === undefined ? ask(path) : post(path, body));
  expect([status, headers["content-type"]]).toEqual([200, "application/json"]);
  expect(json).toMatchObject({ header: { namespace: "Uhome.Device", name: "Query", payloadVersion: "1" } });
  expect(json?.["payload"]).toEqual({
    devices: [
      {
        id: "door",
        states: [
          { capability: "st.healthCheck", name: "status", value: "Online" },
          { capability: "st.lock", name: "lockState", value: "Locked" },
          { capability: "st.lock", name: "lockMode", value: 0 },
          { capability: "st.batteryLevel", name: "level", value: 4 },
        ],
      },
    ],
  });
});

test("a device with a number for an id is found by the number", async () => {
  const { post, picture } = await aStage();
  picture.update({ devices: [aDevice({ id: "17" })] });
  expect(devicesOf(await post("/api/status", { id: 17 }))).toMatchObject([{ id: "17" }]);
});

test.for([
  [{}, 400, "Missing device id to query"],
  [{ id: null }, 400, "Missing device id to query"],
  [{ id: "" }, 400, "Missing device id to query"],
  [{ id: ["door"] }, 400, "Missing device id to query"],
  [{ devices: [] }, 400, "Missing device id to query"],
  [{ devices: "door" }, 400, "Missing device id to query"],
  [{ id: "attic" }, 404, "There is no device attic."],
  [{ devices: ["door", "attic"] }, 404, "There is no device attic."],
] as const)("a status of %j is refused with %i", async ([body, status, detail]) => {
  const { ask, post } = await aStage();
  expect(await post("/api/status", body)).toMatchObject({ status, json: { detail } });
  if (!("devices" in body) && !Array.isArray((body as { id?: unknown }).id)) {
    const { id } = body as { id?: string | null };
    expect(await ask(id ? `/api/status?id=${id}` : "/api/status")).toMatchObject({ status, json: { detail } });
  }
});

test("the latest status is that of A and of B in one, and says when the cloud last spoke", async () => {
  const { ask, picture } = await aStage();
  const before = await ask("/api/status/latest");
  expect(before.json).toMatchObject({ last_updated: 0 });
  const cloud = { online: true, error: null, last_success_at: 1_700_000_000_500, devices_known: true };
  picture.update({ gateway: { clouds: { home: cloud } } });
  const { json } = await ask("/api/status/latest");
  expect(Object.keys(json ?? {}).sort()).toEqual(["last_updated", "payload", "status"]);
  expect(json).toMatchObject({ last_updated: 1_700_000_000.5, status: { header: { name: "Query" } } });
  const { payload, status } = json as unknown as { payload: unknown; status: { payload: unknown } };
  expect(status.payload).toEqual(payload);
  expect(payload).toMatchObject({ devices: [{ id: "door", states: expect.any(Array) as unknown[] }] });
});

test("a forced look has every account with devices asked, and answers the latest", async () => {
  const { poller, picture, post } = await aStage();
  picture.update({
    accounts: [anAccount({ id: "cabin" }), anAccount({ id: "grid", provider: "watttime", has_devices: false })],
  });
  poller.onAsk = () => {
    picture.update({ devices: [aDevice({ lock_state: "unlocked" })] });
    return Promise.resolve();
  };
  const { status, text } = await post("/api/status/refresh");
  expect([status, text]).toEqual([200, expect.stringContaining('"Unlocked"')]);
  expect(poller.asked).toEqual(["home", "cabin"]);
});

/** How many of the devices are unlocked: the answer has each twice. */
const unlockedIn = (text: string): number => text.split('"Unlocked"').length >> 1;

test("a program that forces a look in a loop has the cloud asked once in 5 s, and is told what that says", async () => {
  const house = await aLivedInHouse();
  const { picture, poller, clock } = house;
  const { post } = await aStage({ picture, poller, clock });
  const loops = async (): Promise<Promise<Got>[]> => {
    const armed = clock.armed;
    const asked = Array.from({ length: 20 }, () => post("/api/status/refresh"));
    await expect.poll(() => clock.armed, { interval: 5 }).toBeGreaterThanOrEqual(armed + 20);
    return asked;
  };
  const queries = (): number => house.cloud.count("Query") - before;
  await house.pass(6000);
  const before = house.cloud.count("Query");
  house.states.set("front", lockStates("Unlocked"));
  const first = await loops();
  await house.pass(0);
  for (const { status, text } of await Promise.all(first)) expect([status, unlockedIn(text)]).toEqual([200, 2]);
  expect(queries()).toBe(1);
  house.states.set("front", lockStates("Locked"));
  const later = await loops();
  await house.pass(4999);
  expect(queries()).toBe(1);
  await house.pass(1);
  for (const { status, text } of await Promise.all(later)) expect([status, unlockedIn(text)]).toEqual([200, 1]);
  expect(queries()).toBe(2);
});

test("a forced look at a cloud that does not answer ends after 8 s, and one at a cloud that refuses at once", async () => {
  const { clock, poller, post } = await aStage();
  poller.onAsk = () => Promise.reject(new Error("refused"));
  expect((await post("/api/status/refresh")).status).toBe(200);
  poller.onAsk = () => new Promise(() => {});
  let isOver = false;
  const looking = post("/api/status/refresh").finally(() => (isOver = true));
  await expect.poll(() => poller.asked.length).toBe(2);
  clock.advance(7999);
  await new Promise((resolve) => setImmediate(resolve));
  expect(isOver).toBe(false);
  clock.advance(1);
  expect((await looking).status).toBe(200);
});

test("a forced look before anything is known is the first look, and no second one", async () => {
  const picture = new LivePicture(aGateway());
  picture.update({ accounts: [anAccount()] });
  const { post, poller } = await aStage({ picture });
  poller.onLook = () => picture.update({ gateway: { clouds: { home: DEVICES_KNOWN } } });
  expect((await post("/api/status/refresh")).status).toBe(200);
  expect([poller.looks, poller.asked]).toEqual([1, []]);
});

const ROUTES_WITH_DEVICES = [
  ["GET", "/api/devices"],
  ["GET", "/devices"],
  ["GET", "/api/status?id=door"],
  ["POST", "/api/status"],
  ["GET", "/api/status/latest"],
  ["POST", "/api/status/refresh"],
] as const;

test.for(ROUTES_WITH_DEVICES)("what an earlier run knew answers %s %s without asking", async ([method, path]) => {
  const { ask, picture, poller } = await aStage();
  picture.update({ accounts: [anAccount({ status: "sign_in_needed", obtained_at: null, token_usable: false })] });
  const body = method === "POST" && path === "/api/status" ? { id: "door" } : undefined;
  expect((await ask(path, { method, ...(body && { body }) })).status).toBe(200);
  expect(poller.looks).toBe(0);
});

test.for(ROUTES_WITH_DEVICES)("before anything is known %s %s says whose turn it is", async ([method, path]) => {
  const picture = new LivePicture(aGateway());
  const { ask, poller } = await aStage({ picture });
  const body = method === "POST" && path === "/api/status" ? { id: "door" } : undefined;
  const get = (): Promise<Got> => ask(path, { method, ...(body && { body }) });
  expect(await get()).toMatchObject({ status: 401, json: { detail: expect.stringMatching(/no account/) as string } });
  picture.update({ accounts: [anAccount({ status: "sign_in_needed", obtained_at: null })] });
  expect(await get()).toMatchObject({ status: 401, json: { detail: expect.stringMatching(/sign in on/) as string } });
  expect(poller.looks).toBe(0);
  picture.update({ accounts: [anAccount()] });
  expect(await get()).toMatchObject({ status: 503, json: { detail: expect.stringMatching(/not told/) as string } });
  expect(poller.looks).toBe(1);
});

test("the first request after a sign-in waits for the first list, and one of no devices is a list", async () => {
  const picture = new LivePicture(aGateway());
  picture.update({ accounts: [anAccount()] });
  const { ask, poller } = await aStage({ picture });
  const cloud = { online: true, error: null, last_success_at: 1, devices_known: true };
  poller.onLook = () => picture.update({ gateway: { clouds: { home: cloud } } });
  const got = await ask("/api/devices");
  expect([got.status, devicesOf(got)]).toEqual([200, []]);
});

/** A refresh token was taken over, and the first access token is still to come. */
const AWAITS_TOKEN = { status: "due", obtained_at: null, token_usable: false } as const;

test("the first request is not refused while a token that has ended is renewed", async () => {
  const picture = new LivePicture(aGateway());
  picture.update({ accounts: [anAccount({ status: "refreshing", token_usable: false })] });
  const { ask, poller } = await aStage({ picture });
  poller.onLook = () => picture.update({ gateway: { clouds: { home: DEVICES_KNOWN } } });
  expect((await ask("/api/devices")).status).toBe(200);
});

test("the first request waits for the first token of an account that gets it by itself, and then for the list", async () => {
  const picture = new LivePicture(aGateway());
  picture.update({ accounts: [anAccount(AWAITS_TOKEN)] });
  const { ask, clock, poller } = await aStage({ picture });
  poller.onLook = () => picture.update({ gateway: { clouds: { home: DEVICES_KNOWN } } });
  const asked = ask("/api/devices");
  await expect.poll(() => clock.armed).toBe(1);
  picture.update({ accounts: [anAccount({ ...AWAITS_TOKEN, status: "refreshing" })] });
  expect(poller.looks).toBe(0);
  picture.update({ accounts: [anAccount()] });
  expect((await asked).status).toBe(200);
  expect(poller.looks).toBe(1);
});

test("who waits for a token that the cloud refuses is told to sign in, and who waits in vain to try again", async () => {
  const picture = new LivePicture(aGateway());
  picture.update({ accounts: [anAccount(AWAITS_TOKEN)] });
  const { ask, clock } = await aStage({ picture });
  const inVain = ask("/api/devices");
  await expect.poll(() => clock.armed).toBe(1);
  clock.advance(6000);
  expect((await inVain).status).toBe(503);
  const refused = ask("/api/devices");
  await expect.poll(() => clock.armed).toBe(1);
  picture.update({ accounts: [anAccount({ status: "sign_in_needed", obtained_at: null })] });
  expect((await refused).status).toBe(401);
});
