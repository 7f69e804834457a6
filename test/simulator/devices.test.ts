import { describe, expect, test } from "vitest";
import { DEMO, FRONT_DOOR, GARDEN_GATE, HALL_DIMMER, LAMPS, READING_LAMP } from "../../src/simulator/devices/demo.ts";
import type { DeviceDefinition } from "../../src/simulator/devices/device-model.ts";
import type { CloudSettings } from "../../src/simulator/settings/cloud-settings.ts";
import { ManualClock } from "../clock.ts";
import { devicesOf, startCloud, Visitor } from "./visitor.ts";

const FRONT = FRONT_DOOR.id;
const GATE = GARDEN_GATE.id;
const LOCK_STATE = "st.lock lockState";

const PLUG: DeviceDefinition = {
  id: "plug",
  name: "Lamp",
  category: "SmartSwitch",
  handle_type: "utec-dimmer",
  model: "US01",
  hw_version: "01.01.0330",
};

async function visit(settings: Partial<CloudSettings> = {}, devices: readonly DeviceDefinition[] = DEMO.devices) {
  const clock = new ManualClock();
  const visitor = await Visitor.signedIn(await startCloud({ clock, devices, settings }));
  const lockState = async (id = FRONT): Promise<unknown> => (await visitor.query(id))[0]?.[LOCK_STATE];
  return { clock, visitor, control: visitor.cloud.control, lockState };
}

describe("Discovery", () => {
  test("tells of each device what the documentation lists", async () => {
    const { visitor } = await visit();
    expect(await visitor.discover()).toEqual([
      {
        id: FRONT,
        name: "Front door",
        category: "SmartLock",
        handleType: "utec-lock-sensor",
        deviceInfo: {
          manufacturer: "U-tec",
          model: "U-Bolt-Pro-WiFi",
          hwVersion: "03.40.0023",
          serialNumber: "SIM-0001",
        },
        customData: FRONT_DOOR.custom_data,
      },
      {
        id: GATE,
        name: "Garden gate",
        category: "SmartLock",
        handleType: "utec-lock",
        deviceInfo: { manufacturer: "U-tec", model: "Latch-5-NFC", hwVersion: "02.12.0007" },
      },
    ]);
  });

  test("can leave out fields and whole devices", async () => {
    const { visitor, control } = await visit();
    control.change({ device_id: FRONT, behaviour: { missing_fields: ["deviceInfo", "customData"] } });
    control.change({ device_id: GATE, behaviour: { hidden_in: ["discovery"] } });
    expect(await visitor.discover()).toEqual([
      { id: FRONT, name: "Front door", category: "SmartLock", handleType: "utec-lock-sensor" },
    ]);
  });

  test("shows a user only the devices that are theirs", async () => {
    const { visitor } = await visit({}, [{ ...FRONT_DOOR, user_ids: ["somebody else"] }, GARDEN_GATE]);
    expect(await visitor.discover()).toMatchObject([{ id: GATE }]);
    expect(await visitor.query(FRONT)).toEqual([]);
    expect(await visitor.command(FRONT, "st.lock", "unlock")).toMatchObject({ error: { code: "BAD-REQUEST" } });
  });

  test.for([0, 10_000])("of %i devices works, and so does a Query for all of them", async (count) => {
    const devices = Array.from({ length: count }, (_, index) => ({ ...GARDEN_GATE, id: `gate-${index}` }));
    const { visitor } = await visit({}, devices);
    const ids = (await visitor.discover()).map(({ id }) => String(id));
    expect(ids).toHaveLength(count);
    expect(await visitor.query(...ids)).toHaveLength(count);
  });
});

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

describe("a lock", () => {
  test("in passage mode stays open and takes no notice of lock and unlock", async () => {
    const { visitor, control, lockState } = await visit();
    await visitor.command(GATE, "st.lock", "setMode", { mode: 1 });
    expect(await lockState(GATE)).toBe("Unlocked");
    expect(await visitor.command(GATE, "st.lock", "lock")).toMatchObject({ states: [{ value: 20 }] });
    expect(await lockState(GATE)).toBe("Unlocked");
    expect(control.counters().commands).toMatchObject({ accepted: 2, executed: 1 });
    await visitor.command(GATE, "st.lock", "setMode", { mode: 0 });
    await visitor.command(GATE, "st.lock", "lock");
    expect(await lockState(GATE)).toBe("Locked");
  });

  test("that locks itself does so after its time, whoever opened it", async () => {
    const { clock, visitor, control, lockState } = await visit();
    control.change({ device_id: GATE, behaviour: { auto_lock_ms: 30_000 } });
    await visitor.command(GATE, "st.lock", "unlock");
    clock.advance(29_999);
    expect(await lockState(GATE)).toBe("Unlocked");
    clock.advance(1);
    expect(await lockState(GATE)).toBe("Locked");
    control.change({ device_id: GATE, states: { lock_state: "Unlocked" } });
    clock.advance(30_000);
    expect(await lockState(GATE)).toBe("Locked");
  });

  test("that locks itself needs no cloud for it", async () => {
    const { clock, control } = await visit();
    control.change({ device_id: GATE, behaviour: { auto_lock_ms: 30_000 }, states: { online: false } });
    control.change({ device_id: GATE, states: { lock_state: "Unlocked" } });
    clock.advance(30_000);
    expect(control.devices()).toMatchObject([{}, { actual: { lock_state: "Locked" } }]);
  });

  test("that locks itself does not in passage mode", async () => {
    const { clock, visitor, control, lockState } = await visit();
    control.change({ device_id: GATE, behaviour: { auto_lock_ms: 30_000 } });
    await visitor.command(GATE, "st.lock", "setMode", { mode: 1 });
    clock.advance(60_000);
    expect(await lockState(GATE)).toBe("Unlocked");
  });

  test("turned by hand is seen at the next Query, door and all", async () => {
    const { visitor, control } = await visit();
    control.change({ device_id: FRONT, states: { lock_state: "Unlocked", door_state: "Open" } });
    expect(await visitor.query(FRONT)).toMatchObject([
      { [LOCK_STATE]: "Unlocked", "st.doorSensor sensorState": "Open" },
    ]);
  });

  test("that is replaced does nothing any more", async () => {
    const { clock, visitor, control } = await visit({ settle_ms: 1500 });
    await visitor.command(FRONT, "st.lock", "unlock");
    control.furnish(DEMO.devices);
    clock.advance(1500);
    expect(control.counters().commands).toMatchObject({ accepted: 1, executed: 0 });
  });

  test("leaves nothing under way when the cloud closes", async () => {
    const { clock, visitor, control } = await visit({ settle_ms: 1500, stale_ms: 1000 });
    control.change({ device_id: GATE, behaviour: { auto_lock_ms: 30_000 }, states: { lock_state: "Unlocked" } });
    await visitor.command(FRONT, "st.lock", "unlock");
    expect(clock.armed).toBe(3);
    await visitor.cloud.close();
    expect(clock.armed).toBe(0);
  });
});

describe("other kinds", () => {
  test("a dimmer goes on, off and to a level; level 0 is off", async () => {
    const { visitor } = await visit({}, [PLUG]);
    expect(await visitor.command("plug", "st.switch", "on")).toMatchObject({ states: [{ value: 5 }] });
    expect(await visitor.query("plug")).toMatchObject([{ "st.switch switch": "on", "st.switchLevel level": 100 }]);
    await visitor.command("plug", "st.switch", "off");
    expect(await visitor.query("plug")).toMatchObject([{ "st.switch switch": "off" }]);
    await visitor.command("plug", "st.switchLevel", "setLevel", { level: 40 });
    expect(await visitor.query("plug")).toMatchObject([{ "st.switch switch": "on", "st.switchLevel level": 40 }]);
    await visitor.command("plug", "st.switchLevel", "setLevel", { level: 0 });
    expect(await visitor.query("plug")).toMatchObject([{ "st.switch switch": "off", "st.switchLevel level": 40 }]);
    expect(await visitor.command("plug", "st.switchLevel", "setLevel", { level: 101 })).toHaveProperty("error");
  });

  test("a bulb goes to a colour and to a colour temperature, and on with them", async () => {
    const { visitor } = await visit({}, LAMPS);
    const { id } = READING_LAMP;
    const color = { r: 255, g: 120, b: 0 };
    expect(await visitor.command(id, "st.color", "color", { value: color })).toMatchObject({ states: [{ value: 5 }] });
    expect(await visitor.query(id)).toMatchObject([{ "st.switch switch": "on", "st.color color": color }]);
    await visitor.command(id, "st.colorTemperature", "temperature", { value: 2700 });
    expect(await visitor.query(id)).toMatchObject([{ "st.colorTemperature temperature": 2700 }]);
    for (const value of [undefined, "red", { r: 1, g: 2 }, { r: 1, g: 2, b: 256 }]) {
      expect(await visitor.command(id, "st.color", "color", { value })).toHaveProperty("error");
    }
    for (const value of [undefined, 1999, 9001, "2700"]) {
      expect(await visitor.command(id, "st.colorTemperature", "temperature", { value })).toHaveProperty("error");
    }
    expect(await visitor.command(HALL_DIMMER.id, "st.color", "color", { value: color })).toHaveProperty("error");
  });

  test("a kind that nobody knows has its health, and what it is said to have", async () => {
    const siren = { ...PLUG, id: "siren", category: "Siren", handle_type: "utec-siren" };
    const { visitor } = await visit({}, [siren, { ...siren, id: "other", capabilities: ["st.batteryLevel"] }]);
    expect(await visitor.discover()).toMatchObject([{ handleType: "utec-siren", category: "Siren" }, {}]);
    expect(await visitor.query("siren", "other")).toEqual([
      { "st.healthCheck status": "Online" },
      { "st.healthCheck status": "Online", "st.batteryLevel level": 5 },
    ]);
  });
});
