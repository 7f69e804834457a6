import { describe, expect, test } from "vitest";
import { DEMO } from "../../../src/simulator/devices/demo.ts";
import { devicesOf } from "../visitor.ts";
import { FRONT, GATE, LOCK_STATE, visit } from "./visit.ts";

describe("Query", () => {
  test("tells the states in canonical casing", async () => {
    const { visitor } = await visit();
    expect(await visitor.query(FRONT, GATE)).toEqual([
      {
        "st.healthCheck status": "Online",
        "st.lock lockState": "Locked",
        "st.lock lockMode": 0,
        "st.batteryLevel level": 4,
        "st.doorSensor sensorState": "Closed",
      },
      {
        "st.healthCheck status": "Online",
        "st.lock lockState": "Locked",
        "st.lock lockMode": 0,
        "st.batteryLevel level": 5,
      },
    ]);
  });

  test("can mix the casing as documents do", async () => {
    const { visitor } = await visit({ casing: "documented" });
    expect(await visitor.query(GATE)).toEqual([
      {
        "st.healthCheck status": "online",
        "st.Lock lockState": "locked",
        "st.Lock lockMode": 0,
        "st.BatteryLevel level": 5,
      },
    ]);
  });

  test("can write members in capitals and numbers as text", async () => {
    const { visitor } = await visit({ casing: "wild" });
    const devices = devicesOf(await visitor.action("Uhome.Device/Query", { devices: [{ id: GATE }] }));
    expect(devices).toMatchObject([{ ID: GATE, States: expect.any(Array) }]);
    expect(devices[0]?.["States"]).toContainEqual({ Capability: "st.BatteryLevel", Name: "level", Value: "5" });
  });

  test("leaves out unknown devices, hidden ones and missing capabilities", async () => {
    const { visitor, control } = await visit();
    control.change({ device_id: FRONT, behaviour: { hidden_in: ["query"] } });
    control.change({ device_id: GATE, behaviour: { missing_capabilities: ["st.lock", "st.healthCheck"] } });
    expect(await visitor.query("nobody", FRONT, GATE)).toEqual([{ "st.batteryLevel level": 5 }]);
  });

  test("of an offline device tells what was last heard of it, until it is back", async () => {
    const { visitor, control } = await visit();
    control.change({ device_id: FRONT, states: { online: false } });
    control.change({ device_id: FRONT, states: { lock_state: "Unlocked" } });
    expect(await visitor.query(FRONT)).toMatchObject([{ "st.healthCheck status": "Offline", [LOCK_STATE]: "Locked" }]);
    control.change({ device_id: FRONT, states: { online: true } });
    expect(await visitor.query(FRONT)).toMatchObject([{ "st.healthCheck status": "Online", [LOCK_STATE]: "Unlocked" }]);
  });

  test.each([
    [200, 1],
    [400, 1],
    [413, 0],
  ] as const)("can refuse too many devices and single ones, as a whole, with HTTP %i", async (status, spoiler) => {
    const { visitor, control } = await visit(spoiler ? {} : { query_limit: 1 });
    control.set({ query_refusal_status: status });
    if (spoiler) control.change({ device_id: GATE, behaviour: { spoils_queries: true } });
    const ask = (...ids: string[]): Promise<Response> => {
      const devices = ids.map((id) => ({ id, customData: DEMO.devices.find((one) => one.id === id)?.custom_data }));
      const header = { namespace: "Uhome.Device", name: "Query", messageId: "m-1", payloadVersion: "1" };
      return visitor.post({ header, payload: { devices } });
    };
    const refused = await ask(FRONT, GATE);
    expect(refused.status).toBe(status);
    expect(await refused.text()).toMatch(status === 200 ? /BAD-REQUEST/ : /^$/);
    expect(await (await ask(FRONT)).json()).toMatchObject({ payload: { devices: [{ id: FRONT }] } });
    expect((await ask(GATE)).status).toBe(spoiler ? status : 200);
  });

  test("can say Offline for one poll although the device is there", async () => {
    const { visitor, control } = await visit();
    control.change({ device_id: FRONT, behaviour: { offline_polls: 1 } });
    expect(await visitor.query(FRONT)).toMatchObject([{ "st.healthCheck status": "Offline" }]);
    expect(await visitor.query(FRONT)).toMatchObject([{ "st.healthCheck status": "Online" }]);
  });

  test("lags behind what really happens while the cloud is stale", async () => {
    const { clock, control, lockState } = await visit({ stale_ms: 30_000 });
    control.change({ device_id: FRONT, states: { lock_state: "Unlocked" } });
    clock.advance(29_999);
    expect(await lockState()).toBe("Locked");
    expect(control.devices()).toMatchObject([{ actual: { lock_state: "Unlocked" } }, {}]);
    clock.advance(1);
    expect(await lockState()).toBe("Unlocked");
  });

  test("never goes back to what was before: a change that is heard late does not undo a later one that was heard soon", async () => {
    const { clock, control, lockState } = await visit({ stale_ms: 30_000 });
    control.change({ device_id: FRONT, states: { lock_state: "Jammed" } });
    control.set({ stale_ms: 0 });
    control.change({ device_id: FRONT, states: { lock_state: "Unlocked" } });
    expect(await lockState()).toBe("Unlocked");
    clock.advance(30_000);
    expect(await lockState()).toBe("Unlocked");
  });

  test("asks, where it is told to, for the customData that was given out, and takes no other", async () => {
    const { visitor, control } = await visit();
    control.set({ custom_data_required: true });
    for (const customData of [undefined, { home: 8, slot: "front" }]) {
      const payload = await visitor.action("Uhome.Device/Query", { devices: [{ id: FRONT, customData }] });
      expect(devicesOf(payload)).toMatchObject([{ id: FRONT, error: { code: "BAD-REQUEST" } }]);
    }
    control.set({ custom_data_required: false });
    const payload = await visitor.action("Uhome.Device/Query", { devices: [{ id: FRONT }] });
    expect(devicesOf(payload)).toMatchObject([{ id: FRONT, states: expect.any(Array) }]);
  });

  test.for([{}, { devices: {} }, { devices: [{}] }, { devices: ["a"] }])("of %j is a bad request", async (payload) => {
    const { visitor } = await visit();
    expect(await visitor.action("Uhome.Device/Query", payload)).toMatchObject({ error: { code: "BAD-REQUEST" } });
  });
});
