import { expect, test } from "vitest";
import { aStage } from "./stage.ts";

/** Loopback addresses play the network: 127.0.0.1 is in it, 127.0.0.9 is not. */
const ONLY_ONE = { settings: { compatibilityNetworks: ["127.0.0.1"] } };
const STRANGER = "127.0.0.9";

test("who is outside the allowed networks is refused everywhere, and named once in the log", async () => {
  const { ask, desk, log, picture } = await aStage(ONLY_ONE);
  desk.fault = new Error("It was asked.");
  for (const [method, path] of [
    ["GET", "/api/devices"],
    ["GET", "/health"],
    ["GET", "/"],
    ["GET", "/nothing"],
    ["POST", "/api/unlock"],
    ["POST", "/api/config"],
  ] as const) {
    const got = await ask(path, { method, from: STRANGER, ...(method === "POST" && { body: { id: "door" } }) });
    expect(got).toMatchObject({
      status: 403,
      headers: { "content-type": "application/json" },
      json: { detail: expect.stringMatching(/^127\.0\.0\.9 is outside .*compatibility_networks/) as string },
    });
  }
  expect(picture.commands()).toEqual([]);
  await ask("/health", { from: "127.0.0.8" });
  const warned = log().filter(({ level }) => level === "warn");
  expect(warned.map(({ fields }) => fields["peer"])).toEqual([STRANGER, "127.0.0.8"]);
  expect((await ask("/health")).status).toBe(200);
});

test.for([
  ["x-forwarded-for", "127.0.0.1"],
  ["x-real-ip", "127.0.0.1"],
  ["forwarded", "for=127.0.0.1"],
  ["client-ip", "127.0.0.1"],
  ["host", "127.0.0.1"],
])("a stranger who says %s: %s stays a stranger", async ([name, value]) => {
  const { ask } = await aStage(ONLY_ONE);
  const headers = { [name ?? ""]: value };
  expect(await ask("/health", { from: STRANGER, headers })).toMatchObject({ status: 403 });
});

test("who is in the network is known by the connection, whatever a header says", async () => {
  const { ask, picture } = await aStage(ONLY_ONE);
  const headers = { "x-forwarded-for": "203.0.113.9", forwarded: "for=203.0.113.9" };
  expect((await ask("/api/unlock", { method: "POST", body: { id: "door" }, headers })).status).not.toBe(403);
  expect(picture.commands()).toMatchObject([{ origin: { kind: "uteclocal", name: "127.0.0.1" } }]);
});

test("a web page is refused, also one in the network: no page elsewhere moves a lock or reads a device", async () => {
  const { ask, picture } = await aStage();
  for (const origin of ["https://elsewhere.test", "null", "http://127.0.0.1:8000"]) {
    const headers = { origin };
    expect(await ask("/api/unlock", { method: "POST", body: { id: "door" }, headers })).toMatchObject({ status: 403 });
    expect(await ask("/api/devices", { headers })).toMatchObject({ status: 403 });
    expect(await ask("/api/unlock", { method: "OPTIONS", headers })).toMatchObject({ status: 403 });
  }
  expect(picture.commands()).toEqual([]);
});

test("of a flood of strangers a hundred are named", async () => {
  const { ask, log } = await aStage({ settings: { compatibilityNetworks: ["192.0.2.0/24"] } });
  for (let host = 1; host <= 120; host += 1) await ask("/health", { from: `127.0.1.${host}` });
  expect(log().filter(({ level }) => level === "warn")).toHaveLength(100);
});
