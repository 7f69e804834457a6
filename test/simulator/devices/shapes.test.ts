import { describe, expect, test } from "vitest";
import { devicesOf } from "../visitor.ts";
import { FRONT, GATE, LOCK_STATE, visit } from "./visit.ts";

describe("what a test can ask for", () => {
  test("states as a mapping, in each casing", async () => {
    const { visitor, control } = await visit({ states_shape: "mapping" });
    const states = async (): Promise<unknown> =>
      devicesOf(await visitor.action("Uhome.Device/Query", { devices: [{ id: GATE }] }))[0];
    expect(await states()).toMatchObject({ id: GATE, states: { "st.lock": { lockState: "Locked", lockMode: 0 } } });
    control.set({ casing: "wild" });
    expect(await states()).toMatchObject({ ID: GATE, States: { "st.Lock": { lockState: "locked" } } });
  });

  test("devices as a mapping, or as the payload itself", async () => {
    const { visitor, control } = await visit({ payload_shape: "mapping" });
    expect(await visitor.action("Uhome.Device/Discovery")).toMatchObject({
      devices: { "device-1": { id: FRONT }, "device-2": { id: GATE } },
    });
    control.set({ payload_shape: "list" });
    const header = { namespace: "Uhome.Device", name: "Discovery", messageId: "m", payloadVersion: "1" };
    const answer = await (await visitor.post({ header, payload: {} })).json();
    expect(answer).toMatchObject({ payload: [{ id: FRONT }, { id: GATE }] });
  });

  test("`type` in place of `category`", async () => {
    const { visitor } = await visit({ category_member: "type" });
    const [front] = await visitor.discover();
    expect(front).toMatchObject({ type: "SmartLock" });
    expect(front).not.toHaveProperty("category");
  });

  test("single states left out, and others said besides", async () => {
    const { visitor, control } = await visit();
    const extra_states = [{ capability: "st.smoke", name: "smoke", value: ["none"] }];
    control.change({ device_id: GATE, behaviour: { missing_states: ["lockMode", "level"], extra_states } });
    expect(await visitor.query(GATE)).toEqual([
      { "st.healthCheck status": "Online", [LOCK_STATE]: "Locked", "st.smoke smoke": ["none"] },
    ]);
  });

  test("a device that stands in every answer twice, and contradicts itself", async () => {
    const { visitor, control } = await visit();
    control.change({ device_id: GATE, behaviour: { double: { lock_state: "Unlocked" } } });
    expect((await visitor.discover()).map(({ id }) => id)).toEqual([FRONT, GATE, GATE]);
    expect(await visitor.query(GATE)).toMatchObject([{ [LOCK_STATE]: "Locked" }, { [LOCK_STATE]: "Unlocked" }]);
    control.change({ device_id: GATE, behaviour: { double: null } });
    expect(await visitor.query(GATE)).toHaveLength(1);
  });

  test("another promise in every deferred answer", async () => {
    const { visitor } = await visit({ deferred_s: 10 });
    expect(await visitor.command(GATE, "st.lock", "lock")).toMatchObject({ states: [{ value: 10 }] });
    expect(await visitor.command(GATE, "st.lock", "setMode", { mode: 0 })).toMatchObject({ states: [{ value: 10 }] });
  });

  test("a command that happens when nobody expects it any more", async () => {
    const { clock, visitor, control, lockState } = await visit({ settle_ms: 1000 });
    control.change({ device_id: GATE, behaviour: { next_commands: ["late"], late_ms: 60_000 } });
    await visitor.command(GATE, "st.lock", "unlock");
    clock.advance(60_999);
    expect(await lockState(GATE)).toBe("Locked");
    clock.advance(1);
    expect(await lockState(GATE)).toBe("Unlocked");
  });
});
