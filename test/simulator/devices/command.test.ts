import { describe, expect, test } from "vitest";
import { FRONT_DOOR } from "../../../src/simulator/devices/demo.ts";
import { devicesOf } from "../visitor.ts";
import { FRONT, GATE, visit } from "./visit.ts";

describe("Command", () => {
  test.for([
    ["st.lock", "lock", undefined, 20],
    ["st.lock", "unlock", undefined, 20],
    ["st.lock", "setMode", { mode: 2 }, 5],
  ] as const)("%s %s is answered with a deferred response", async ([capability, name, args, seconds]) => {
    const { visitor } = await visit();
    expect(await visitor.command(FRONT, capability, name, args)).toEqual({
      id: FRONT,
      states: [{ capability: "st.deferredResponse", name: "seconds", value: seconds }],
    });
  });

  test("happens after the settling time, not with the answer", async () => {
    const { clock, visitor, control, lockState } = await visit({ settle_ms: 1500 });
    await visitor.command(FRONT, "st.lock", "unlock");
    clock.advance(1499);
    expect(await lockState()).toBe("Locked");
    expect(control.counters().commands).toMatchObject({ total: 1, accepted: 1, executed: 0 });
    clock.advance(1);
    expect(await lockState()).toBe("Unlocked");
    expect(control.counters().commands).toMatchObject({ total: 1, accepted: 1, executed: 1 });
  });

  test("takes the device's own settling time before the cloud's", async () => {
    const { visitor, control, lockState } = await visit({ settle_ms: 1500 });
    control.change({ device_id: FRONT, behaviour: { settle_ms: 0 } });
    await visitor.command(FRONT, "st.lock", "unlock");
    expect(await lockState()).toBe("Unlocked");
  });

  test("to several devices is answered by each, in order", async () => {
    const { visitor, control } = await visit();
    control.change({ device_id: FRONT, states: { online: false } });
    const command = { capability: "st.lock", name: "unlock" };
    const devices = [
      { id: GATE, command },
      { id: FRONT, customData: FRONT_DOOR.custom_data, command },
    ];
    expect(devicesOf(await visitor.action("Uhome.Device/Command", { devices }))).toMatchObject([
      { id: GATE, states: [{ value: 20 }] },
      { id: FRONT, error: { code: "DEVICE_OFFLINE" } },
    ]);
    expect(control.counters().commands).toMatchObject({
      total: 2,
      accepted: 1,
      executed: 1,
      by_device: { [GATE]: { executed: 1 }, [FRONT]: { total: 1, accepted: 0 } },
      by_name: { "st.lock/unlock": 2 },
    });
  });

  test("is lost when the device goes offline before it happens", async () => {
    const { clock, visitor, control } = await visit({ settle_ms: 1500 });
    await visitor.command(FRONT, "st.lock", "unlock");
    control.change({ device_id: FRONT, states: { online: false } });
    clock.advance(1500);
    expect(control.devices()).toMatchObject([{ actual: { lock_state: "Locked" } }, {}]);
    expect(control.counters().commands.executed).toBe(0);
  });

  test.for([
    ["ignored", "Locked", "Locked", 0],
    ["jammed", "Jammed", "Jammed", 0],
    ["reverted", "Unlocked", "Locked", 1],
  ] as const)("that is to be %s is accepted all the same", async ([outcome, then, later, executed]) => {
    const { clock, visitor, control, lockState } = await visit({ settle_ms: 1000 });
    control.change({ device_id: FRONT, behaviour: { next_commands: [outcome] } });
    expect(await visitor.command(FRONT, "st.lock", "unlock")).toMatchObject({ states: [{ value: 20 }] });
    clock.advance(1000);
    expect(await lockState()).toBe(then);
    clock.advance(1000);
    expect(await lockState()).toBe(later);
    expect(control.counters().commands).toMatchObject({ accepted: 1, executed });
    await visitor.command(FRONT, "st.lock", "unlock");
    clock.advance(1000);
    expect(await lockState()).toBe("Unlocked");
  });

  test("that is undone leaves alone what else has changed meanwhile", async () => {
    const { clock, visitor, control } = await visit({ settle_ms: 1000 });
    control.change({ device_id: FRONT, behaviour: { next_commands: ["reverted"] } });
    await visitor.command(FRONT, "st.lock", "unlock");
    clock.advance(1000);
    control.change({ device_id: FRONT, states: { door_state: "Open", online: false } });
    clock.advance(1000);
    expect(control.devices()).toMatchObject([
      { actual: { lock_state: "Locked", door_state: "Open", online: false } },
      {},
    ]);
  });

  test("that is to be refused is an error of the device", async () => {
    const { visitor, control, lockState } = await visit();
    control.change({ device_id: FRONT, behaviour: { next_commands: ["refused"] } });
    expect(await visitor.command(FRONT, "st.lock", "unlock")).toMatchObject({ error: { code: "BAD-REQUEST" } });
    expect(await lockState()).toBe("Locked");
  });

  test.for([
    [FRONT, "st.lock", "open", undefined],
    [FRONT, "st.switch", "on", undefined],
    [FRONT, "st.lock", "setMode", { mode: 3 }],
    [FRONT, "st.lock", "setMode", undefined],
    ["nobody", "st.lock", "lock", undefined],
  ] as const)("to %s of %s %s %o is a bad request", async ([id, capability, name, args]) => {
    const { visitor, control } = await visit();
    expect(await visitor.command(id, capability, name, args)).toMatchObject({ error: { code: "BAD-REQUEST" } });
    expect(control.counters().commands).toMatchObject({ total: 1, accepted: 0 });
  });

  test("without the customData is refused where that is asked for", async () => {
    const { visitor, control } = await visit();
    control.set({ custom_data_required: true });
    const devices = [{ id: FRONT, command: { capability: "st.lock", name: "unlock" } }];
    expect(devicesOf(await visitor.action("Uhome.Device/Command", { devices }))).toMatchObject([
      { error: { code: "BAD-REQUEST" } },
    ]);
  });
});
