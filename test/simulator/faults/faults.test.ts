import { describe, expect, test } from "vitest";
import { FRONT_DOOR } from "../../../src/simulator/devices/demo.ts";
import type { Fault } from "../../../src/simulator/faults/fault.ts";
import { ManualClock } from "../../clock.ts";
import { asObject, startCloud, Visitor } from "../visitor.ts";

const GET_USER = { header: { namespace: "Uhome.User", name: "Get", messageId: "m", payloadVersion: "1" } };

async function visitWith(...faults: readonly Fault[]): Promise<Visitor> {
  const visitor = await Visitor.signedIn(await startCloud());
  for (const fault of faults) visitor.cloud.control.fault(fault);
  return visitor;
}

test.for([
  ["http_500", 500, '{"message":"Internal server error"}'],
  ["http_401", 401, "{"],
  ["http_403", 403, "{"],
  ["unavailable", 503, "{"],
  ["rate_limited", 429, "{"],
  ["html", 200, "<!doctype html>"],
  ["html_403", 403, "<!doctype html>"],
  ["html_502", 502, "<!doctype html>"],
  ["empty", 200, ""],
  ["empty_400", 400, ""],
  ["garbage", 200, '{"code": 200, "data": {'],
  ["wrong_shape", 200, "["],
] as const)("%s answers %i everywhere, once, without acting", async ([kind, status, start]) => {
  const visitor = await visitWith({ where: "authorise", kind }, { where: "token", kind }, { where: "action", kind });
  const calls = [
    () => fetch(visitor.authoriseUrl()),
    () => fetch(`${visitor.cloud.oauthUrl}/token`, { method: "POST" }),
    () => visitor.post(GET_USER),
  ];
  for (const call of calls) {
    const response = await call();
    expect(response.status).toBe(status);
    expect(await response.text()).toMatch(start === "" ? /^$/ : new RegExp(`^${RegExp.escape(start)}`));
    expect((await call()).headers.get("content-type")).toMatch(/json|html/);
  }
  expect(visitor.cloud.control.faults()).toEqual([]);
  expect(visitor.cloud.control.grants()).toMatchObject([{ generation: 1 }]);
});

test("rate_limited and unavailable say when to come back", async () => {
  const visitor = await visitWith(
    { where: "action", kind: "rate_limited", retry_after_s: 7 },
    { where: "action", kind: "unavailable" },
  );
  expect((await visitor.post(GET_USER)).headers.get("retry-after")).toBe("7");
  expect((await visitor.post(GET_USER)).headers.get("retry-after")).toBe("1");
});

test("answer is whatever the test wants to hear", async () => {
  const visitor = await visitWith(
    { where: "action", kind: "answer", status: 418, body: { short: "stout" } },
    { where: "action", kind: "answer", body: "word" },
  );
  const first = await visitor.post(GET_USER);
  expect([first.status, await first.text()]).toEqual([418, '{"short":"stout"}']);
  expect(await (await visitor.post(GET_USER)).text()).toBe("word");
});

describe("refusals", () => {
  test.for([
    ["invalid_token", "INVALID_TOKEN"],
    ["bad_request", "BAD-REQUEST"],
  ] as const)("%s of an action, with a good token", async ([kind, code]) => {
    const visitor = await visitWith({ where: "action", kind });
    expect(await visitor.action("Uhome.User/Get")).toMatchObject({ error: { code } });
    expect(await visitor.action("Uhome.User/Get")).toHaveProperty("user");
  });

  test.for([
    ["invalid_grant", "bad refresh token"],
    ["invalid_client", "invalid client id"],
  ] as const)("%s of the token endpoint leaves the grant alive", async ([kind, message]) => {
    const visitor = await visitWith({ where: "token", kind });
    expect((await visitor.refresh()).body).toEqual({ code: 401, data: { message } });
    expect((await visitor.refresh()).body).toMatchObject({ code: 200 });
  });

  test("exist only where the endpoint has words for them", async () => {
    const { control } = await startCloud();
    expect(() => control.fault({ where: "token", kind: "invalid_token" })).toThrow("only where the place is action");
    expect(() => control.fault({ where: "action", kind: "invalid_grant" })).toThrow("only where the place is token");
  });
});

describe("lost answers", () => {
  test("lost_before: nothing was done", async () => {
    const visitor = await visitWith({ where: "token", kind: "lost_before" });
    await expect(visitor.refresh()).rejects.toThrow("fetch failed");
    expect(visitor.cloud.control.grants()).toMatchObject([{ generation: 1 }]);
    expect((await visitor.refresh()).body).toMatchObject({ code: 200 });
  });

  test("lost_after: the token was rotated, and only the cloud knows the new one", async () => {
    const visitor = await visitWith({ where: "token", kind: "lost_after" });
    await expect(visitor.refresh()).rejects.toThrow("fetch failed");
    const [grant] = visitor.cloud.control.grants();
    expect(grant).toMatchObject({ generation: 2 });
    expect(grant?.refresh_token).not.toBe(visitor.refreshToken);
  });

  test("lost_after: the command was executed", async () => {
    const visitor = await visitWith({ where: "action", kind: "lost_after", action: "Uhome.Device/Command" });
    await expect(visitor.command(FRONT_DOOR.id, "st.lock", "unlock")).rejects.toThrow("fetch failed");
    expect(visitor.cloud.control.counters().commands).toMatchObject({ total: 1, executed: 1 });
    expect(await visitor.query(FRONT_DOOR.id)).toMatchObject([{ "st.lock lockState": "Unlocked" }]);
  });

  test("half: the head and half of the body, after acting", async () => {
    const visitor = await visitWith({ where: "token", kind: "half" });
    await expect(visitor.refresh()).rejects.toThrow("terminated");
    expect(visitor.cloud.control.grants()).toMatchObject([{ generation: 2 }]);
  });

  test("hang: nothing, until the caller gives up", async () => {
    const visitor = await visitWith({ where: "action", kind: "hang" });
    const response = fetch(`${visitor.cloud.apiUrl}/action`, {
      method: "POST",
      body: JSON.stringify(GET_USER),
      signal: AbortSignal.timeout(60),
    });
    await expect(response).rejects.toThrow("timeout");
  });

  test("drip: the head at once, then a byte now and then", async () => {
    const visitor = await visitWith({ where: "action", kind: "drip" });
    const response = await visitor.post(GET_USER);
    const reader = response.body?.getReader();
    expect((await reader?.read())?.value).toHaveLength(1);
    await reader?.cancel();
  });

  test("outage: every connection is dropped, until it is over; the control still answers", async () => {
    const visitor = await visitWith();
    visitor.cloud.control.set({ outage: true });
    await expect(visitor.refresh()).rejects.toThrow("fetch failed");
    await expect(visitor.action("Uhome.User/Get")).rejects.toThrow("fetch failed");
    expect((await fetch(`${visitor.cloud.url}/control/counters`)).status).toBe(200);
    visitor.cloud.control.set({ outage: false });
    expect(await visitor.action("Uhome.User/Get")).toHaveProperty("user");
  });
});

describe("time", () => {
  test("slow acts at once and answers later; late does both later", async () => {
    const clock = new ManualClock();
    const visitor = await Visitor.signedIn(await startCloud({ clock }));
    const { control } = visitor.cloud;
    for (const [kind, atOnce] of [
      ["slow", 1],
      ["late", 0],
    ] as const) {
      control.reset();
      control.fault({ where: "action", kind, delay_ms: 12_000 });
      const answer = visitor.command(FRONT_DOOR.id, "st.lock", "unlock");
      await expect.poll(() => clock.armed).toBe(1);
      expect(control.counters().commands.total).toBe(atOnce);
      clock.advance(12_000);
      expect(await answer).toHaveProperty("states");
      expect(control.counters().commands.total).toBe(1);
    }
  });

  test("any answer can be delayed", async () => {
    const visitor = await visitWith({ where: "action", kind: "http_500", delay_ms: 40 });
    const start = performance.now();
    expect((await visitor.post(GET_USER)).status).toBe(500);
    expect(performance.now() - start).toBeGreaterThan(35);
  });

  test("the Date header follows the clock, or is off by the skew", async () => {
    const clock = new ManualClock(Date.UTC(2026, 0, 2, 3, 4, 5));
    const { url, control } = await startCloud({ clock });
    expect((await fetch(url)).headers.get("date")).toBe("Fri, 02 Jan 2026 03:04:05 GMT");
    control.set({ clock_skew_ms: -60_000 });
    expect((await fetch(url)).headers.get("date")).toBe("Fri, 02 Jan 2026 03:03:05 GMT");
  });
});

describe("the queue", () => {
  test("lets pass, strikes and ends as often as told", async () => {
    const visitor = await visitWith({ where: "action", kind: "http_500", after: 1, times: 2 });
    const statuses = [];
    for (let call = 0; call < 5; call += 1) statuses.push((await visitor.post(GET_USER)).status);
    expect(statuses).toEqual([200, 500, 500, 200, 200]);
  });

  test("with times null strikes until it is cleared", async () => {
    const visitor = await visitWith({ where: "action", kind: "http_500", times: null });
    for (let call = 0; call < 3; call += 1) expect((await visitor.post(GET_USER)).status).toBe(500);
    expect(visitor.cloud.control.faults()).toMatchObject([{ times: null }]);
    visitor.cloud.control.clearFaults();
    expect((await visitor.post(GET_USER)).status).toBe(200);
  });

  test("strikes only the action or the grant type that is named", async () => {
    const visitor = await visitWith(
      { where: "action", kind: "http_500", action: "Uhome.Device/Query" },
      { where: "token", kind: "empty", grant_type: "authorization_code" },
    );
    expect(await visitor.action("Uhome.User/Get")).toHaveProperty("user");
    expect((await visitor.refresh()).body).toMatchObject({ code: 200 });
    expect(await visitor.query(FRONT_DOOR.id)).toEqual([]);
    expect(visitor.cloud.control.faults()).toMatchObject([{ grant_type: "authorization_code" }]);
  });

  test("takes faults in their order", async () => {
    const visitor = await visitWith({ where: "action", kind: "http_500" }, { where: "action", kind: "empty_400" });
    expect([(await visitor.post(GET_USER)).status, (await visitor.post(GET_USER)).status]).toEqual([500, 400]);
  });

  test("leaves a trace in the calls and counters", async () => {
    const visitor = await visitWith({ where: "token", kind: "lost_after" }, { where: "action", kind: "http_500" });
    await visitor.refresh().catch(() => {});
    await visitor.post(GET_USER);
    expect(visitor.cloud.control.calls().slice(-2)).toMatchObject([
      { where: "token", name: "refresh_token", outcome: "ok", fault: "lost_after" },
      { where: "action", name: "Uhome.User/Get", outcome: "http_500", fault: "http_500" },
    ]);
    const { token, actions } = visitor.cloud.control.counters();
    expect(asObject(token["refresh_token"])).toEqual({ ok: 1 });
    expect(actions).toEqual({ "Uhome.User/Get": { http_500: 1 } });
  });
});
