import { describe, expect, test } from "vitest";
import { connectControl } from "../../../src/simulator/control/control-client.ts";
import type { RemoteControl } from "../../../src/simulator/control/control-client.ts";
import { DEMO, FRONT_DOOR, GARDEN_GATE } from "../../../src/simulator/devices/demo.ts";
import { answerOf, REDIRECT_URI, startCloud, Visitor } from "../visitor.ts";

async function connect() {
  const visitor = await Visitor.signedIn(await startCloud());
  return { visitor, near: visitor.cloud.control, far: connectControl(visitor.cloud.url) };
}

test.for(["counters", "calls", "grants", "devices", "settings", "faults", "notifications"] as const)(
  "%s reads the same from another process",
  async (method) => {
    const { visitor, near, far } = await connect();
    await visitor.command(FRONT_DOOR.id, "st.lock", "unlock");
    near.fault({ where: "token", kind: "hang", times: null });
    expect(await far[method]()).toEqual(near[method]());
  },
);

test("everything can be changed from another process", async () => {
  const { visitor, near, far } = await connect();
  expect(await far.set({ casing: "wild" })).toMatchObject({ casing: "wild", settle_ms: 0 });
  expect(await far.fault({ where: "token", kind: "hang" })).toHaveLength(1);
  expect(await far.clearFaults()).toBeNull();
  expect(near.faults()).toEqual([]);
  expect(await far.change({ device_id: GARDEN_GATE.id, states: { online: false } })).toMatchObject({
    reported: { online: false },
  });
  expect(await far.furnish([GARDEN_GATE])).toHaveLength(1);
  expect(await far.expire()).toBe(1);
  expect(await far.revoke({ client_id: "somebody" })).toBe(0);
  expect(await far.revoke()).toBe(1);
  await far.changeClient({ client_id: "demo-client", client_secret: "new" });
  expect((await visitor.refresh()).body).toMatchObject({ data: { message: "invalid client secret" } });
});

test("reset goes back to the start and keeps the grants, unless they are to go, too", async () => {
  const { visitor, near, far } = await connect();
  await visitor.command(FRONT_DOOR.id, "st.lock", "unlock");
  const notification = { access_token: "word", url: "http://127.0.0.1:1/" };
  await visitor.action("Uhome.Configure/Set", { configure: { notification } });
  near.set({ outage: true });
  near.fault({ where: "token", kind: "hang" });
  near.furnish([]);
  expect(near.notifications()).toHaveLength(1);
  await far.reset();
  expect(near.notifications()).toEqual([]);
  expect(near.settings()).toMatchObject({ outage: false, settle_ms: 0 });
  expect(near.faults()).toEqual([]);
  expect(near.devices()).toMatchObject([{ actual: { lock_state: "Locked" } }, { name: "Garden gate" }]);
  expect(near.counters().commands).toEqual({ total: 0, accepted: 0, executed: 0, by_device: {}, by_name: {} });
  expect(await visitor.action("Uhome.User/Get")).toHaveProperty("user");
  await far.reset({ grants: true });
  expect(near.grants()).toEqual([]);
});

describe("allow", () => {
  test("is what pressing the button does", async () => {
    const { visitor, far } = await connect();
    const url = new URL(await far.allow({ url: visitor.authoriseUrl(), user_id: DEMO.user.id }));
    expect(url.href).toContain(`${REDIRECT_URI}?`);
    expect(url.searchParams.get("state")).toBe("s-1");
    expect((await visitor.exchange(url.searchParams.get("code") ?? "")).body).toMatchObject({ code: 200 });
  });

  test("says what the page would say", async () => {
    const { visitor, far } = await connect();
    const refused = far.allow({ url: visitor.authoriseUrl({ client_id: "somebody" }) });
    await expect(refused).rejects.toMatchObject({
      code: "bad_request",
      message: "The sign-in page says: invalid client id.",
    });
    await expect(far.allow({ url: "nowhere" })).rejects.toMatchObject({ code: "bad_request" });
    await expect(far.allow({ url: visitor.authoriseUrl(), user_id: "nobody" })).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

describe("bad input", () => {
  const post = (control: string, path: string, body: string, type = "application/json"): Promise<Response> =>
    fetch(`${control}/control/${path}`, { method: "POST", headers: { "content-type": type }, body });

  test.for([
    ["set", { casing: "odd" }, "casing", "casing must be one of canonical, documented, wild."],
    ["set", { settle_ms: -1 }, "settle_ms", "settle_ms must be a number from 0."],
    ["set", { refresh_token_life_s: "1" }, "refresh_token_life_s", "must be a number from 0, or null."],
    ["set", { no_such: 1 }, "no_such", "no_such is unknown here; known: callback_parameter,"],
    ["fault", { where: "token" }, "kind", "kind is missing."],
    ["fault", { where: "moon", kind: "hang" }, "where", "where must be one of authorise, token, action."],
    ["fault", { where: "token", kind: "hang", times: "2" }, "times", "times must be"],
    ["change", {}, "device_id", "device_id is missing."],
    ["change", { device_id: "a", states: { mood: 1 } }, "states", "states must be an object of online, lock_state,"],
    ["change", { device_id: "a", behaviour: { next_commands: ["fly"] } }, "behaviour", "behaviour must be"],
    ["reset", { grants: 1 }, "grants", "grants must be true or false."],
  ] as const)("%s with %j names the field", async ([path, input, field, message]) => {
    const { url } = await startCloud();
    const answer = await answerOf(await post(url, path, JSON.stringify(input)));
    expect(answer).toMatchObject({ status: 400, body: { code: "bad_request", field } });
    expect(answer.body["message"]).toContain(message);
  });

  test.for([
    ["set", "{", "application/json", 400],
    ["set", "[]", "application/json", 400],
    ["furnish", '[{"id": 1}]', "application/json", 400],
    ["set", "{}", "text/plain", 400],
    ["constructor", "{}", "application/json", 404],
    ["counters", "{}", "application/json", 404],
    ["change", '{"device_id": "nobody"}', "application/json", 404],
    ["changeClient", '{"client_id": "nobody"}', "application/json", 404],
  ] as const)("POST %s with %s as %s is %i", async ([path, body, type, status]) => {
    const { url } = await startCloud();
    expect((await post(url, path, body, type)).status).toBe(status);
  });

  test("comes back as the Problem that it is", async () => {
    const far: RemoteControl = connectControl((await startCloud()).url);
    await expect(far.change({ device_id: "nobody" })).rejects.toMatchObject({
      name: "Problem",
      code: "not_found",
      message: "There is no device nobody.",
    });
  });
});

test("a port that cannot be had is named", async () => {
  const { url } = await startCloud();
  for (const port of [Number(new URL(url).port), 65_536, 1.5]) {
    await expect(startCloud({ port })).rejects.toMatchObject({
      code: "port_unusable",
      message: `The simulated cloud cannot listen on 127.0.0.1:${port}: choose another port.`,
    });
  }
});
