import { describe, expect, test } from "vitest";
import { readDeviceList } from "../../../src/utec/reading/device-list.ts";
import { BRIDGE, BULB, FRONT, GATE, LAMP, PLUG, RECORDS, STATES, WALL } from "./house.ts";
import { aReading, answer, only, picture } from "./reading.ts";

test("the documented shapes are the whole picture", () => {
  const device = picture(STATES);
  expect(device(FRONT)).toMatchObject({
    kind: "lock",
    name: "Front door",
    manufacturer: "U-tec",
    model: "U-Bolt-Pro-WiFi",
    firmware: "03.40.0023",
    serial: "F-77",
    online: true,
    lock_state: "locked",
    lock_mode: "normal",
    door_state: "closed",
    battery_level: 4,
    battery_percent: 70,
    switch_state: null,
    unknown_capabilities: [],
    freshness: "fresh",
    available: true,
    trouble: null,
  });
  expect(device(GATE)).toMatchObject({ kind: "lock", lock_state: "unlocked", door_state: null, battery_percent: 30 });
  expect(device(PLUG)).toMatchObject({ kind: "plug", switch_state: "on", level: null, level_range: null });
  expect(device(LAMP)).toMatchObject({
    kind: "light",
    switch_state: "on",
    level: 35,
    color: { r: 255, g: 140, b: 20 },
    color_temperature: 2700,
    color_temperature_range: { min: 2200, max: 6500, step: 10 },
  });
});

test("every reported value gets the same moment, and the main state confirms", () => {
  const reading = aReading();
  reading.query(answer(STATES));
  const at = reading.clock.now();
  expect(reading.device(FRONT)).toMatchObject({
    said_at: { online: at, lock_state: at, lock_mode: at, door_state: at, battery: at },
    confirmed_at: at,
  });
  expect(reading.device(LAMP)).toMatchObject({
    said_at: { online: at, switch_state: at, level: at, color: at, color_temperature: at },
    confirmed_at: at,
  });
});

describe("a device list", () => {
  test("may say `type` in place of `category`", () => {
    expect(only({ id: "x", name: "Attic", type: "LIGHT", handleType: "utec-bulb-color-rgbw" })).toMatchObject({
      kind: "light",
      category: "LIGHT",
      capabilities: expect.arrayContaining(["st.switch", "st.color", "st.colorTemperature"]),
    });
  });

  test("may leave out `attributes`, and the documented ranges hold", () => {
    expect(only({ id: "x", category: "Light", handleType: "utec-light-rgbaw-br" })).toMatchObject({
      level_range: { min: 1, max: 100, step: 1 },
      color_temperature_range: { min: 2000, max: 9000, step: 1 },
    });
  });

  test.for([
    ["numbers as text", { min: "5", max: "95", step: "5" }, { min: 5, max: 95, step: 5 }],
    ["no step", { min: 10, max: 90 }, { min: 10, max: 90, step: 1 }],
    ["the wrong way round", { min: 100, max: 1, step: 1 }, { min: 1, max: 100, step: 1 }],
    ["beyond what a level can be", { min: 0, max: 255, step: 1 }, { min: 1, max: 100, step: 1 }],
    ["a step that leads nowhere", { min: 1, max: 100, step: 0 }, { min: 1, max: 100, step: 1 }],
    ["no range at all", "1-100", { min: 1, max: 100, step: 1 }],
  ] as const)("may give a range with %s", ([, switchLevelRange, level_range]) => {
    const record = { id: "x", category: "Light", handleType: "utec-dimmer", attributes: { switchLevelRange } };
    expect(only(record)).toMatchObject({ level_range });
  });

  test("may leave out `deviceInfo`", () => {
    expect(only({ id: "x", name: "Shed", category: "SmartLock", handleType: "utec-lock" })).toMatchObject({
      name: "Shed",
      kind: "lock",
      manufacturer: null,
      model: null,
      firmware: null,
      serial: null,
    });
  });

  test("tells a dimmer on the wall from a bulb by the category alone", () => {
    const device = picture(STATES);
    expect(device(WALL)).toMatchObject({ kind: "switch", handle_type: "utec-dimmer", switch_state: "on", level: 60 });
    expect(device(BULB)).toMatchObject({ kind: "light", handle_type: "utec-dimmer", switch_state: "off", level: 100 });
  });

  test("may spell a switch `utec-swtich`", () => {
    expect(only({ id: "x", handleType: "utec-swtich" })).toMatchObject({
      kind: "switch",
      switch_state: "unknown",
      capabilities: ["st.healthCheck", "st.switch"],
    });
  });

  test.for([
    ["utec-lock-pro-2", "lock"],
    ["utec-doorlock", "lock"],
    ["utecUltraLock3", "lock"],
    ["utec-strip-light", "light"],
    ["utec-dimmer-v2", "light"],
    ["utec-wall-outlet", "plug"],
    ["utec-switch-2g", "switch"],
  ] as const)("of a handle type that nobody knows goes by its words: %s is a %s", ([handleType, kind]) => {
    expect(only({ id: "x", category: "Other", handleType })).toMatchObject({ kind });
  });

  test.for(["bridge0503", "utec-lock-bridge", "utec-clock", "utec-siren", "unlock-button", ""])(
    "shows what is no lock, light, plug or switch as unknown: %j",
    (handleType) => {
      expect(only({ id: "x", name: "Thing", category: "Other", handleType })).toMatchObject({
        kind: "unknown",
        name: "Thing",
        lock_state: null,
        switch_state: null,
      });
    },
  );

  test("never makes a plug of what its handle type calls a lock", () => {
    expect(only({ id: "x", category: "SmartPlug", handleType: "utec-lock" })).toMatchObject({
      kind: "lock",
      lock_state: "unknown",
    });
  });

  test("shows a bridge, which has nothing but its health", () => {
    expect(picture(STATES)(BRIDGE)).toMatchObject({
      kind: "unknown",
      online: true,
      confirmed_at: null,
      freshness: "unknown",
      available: true,
    });
  });

  test("may lose one device of three, which stays and keeps its state", () => {
    const reading = aReading();
    reading.query(answer(STATES));
    reading.list(answer({ devices: RECORDS.devices.filter(({ id }) => id !== GATE) }));
    expect(reading.device(GATE)).toMatchObject({ lock_state: "unlocked", trouble: "missing" });
    expect(reading.device(FRONT)).toMatchObject({ lock_state: "locked", trouble: null });
  });

  test("may be a mapping by id, with or without the ids in it", () => {
    const { devices } = aReading({
      devices: { "a:1": { name: "A" }, first: { ID: "b:2", Name: "B" } },
    }).picture.snapshot();
    expect(devices.map(({ id, name }) => [id, name])).toEqual([
      ["a:1", "A"],
      ["b:2", "B"],
    ]);
  });

  test("may have the list as its payload", () => {
    expect(aReading(RECORDS.devices).picture.devices()).toHaveLength(RECORDS.devices.length);
  });

  test("may be one device in place of the list", () => {
    const { devices } = aReading({ devices: RECORDS.devices[0] }).picture.snapshot();
    expect(devices).toMatchObject([{ id: FRONT, kind: "lock" }]);
  });

  test("may have numbers as ids, and entries with only an id", () => {
    expect(only({ id: 4711 })).toMatchObject({ id: "4711", kind: "unknown", name: "Device 4711" });
  });

  test("may have ids of any characters, which stay as they are", () => {
    for (const id of ["a/b/../c", "urn:x:1?y=2#z", "spaces in it", "鍵", "<script>", "__proto__", "%00"]) {
      expect(aReading({ devices: [{ id, category: "SmartLock" }] }).device(id)).toMatchObject({ id, kind: "lock" });
    }
  });

  test.for(["", "   ", "x".repeat(256), "a\u0000b", null, [], {}, true])("has no device with the id %j", (id) => {
    expect(aReading({ devices: [{ id, category: "SmartLock" }] }).picture.devices()).toEqual([]);
  });

  test("may list a device twice: the first record counts, and neither is a second device", () => {
    const [door] = RECORDS.devices;
    const { devices } = aReading({
      devices: [door, { ...door, name: "Other", category: "SmartPlug" }],
    }).picture.snapshot();
    expect(devices).toMatchObject([{ id: FRONT, name: "Front door", kind: "lock" }]);
  });

  test("may give names in any script, none, or one of 10 KB", () => {
    const name = (said: unknown): unknown => only({ id: "aa:bb:cc:12:34", name: said, category: "SmartLock" })?.name;
    expect(name("Кладовая 🔑")).toBe("Кладовая 🔑");
    expect(name("חנות")).toBe("חנות");
    expect(name("")).toBe("Lock 1234");
    expect(name("\u0007\u200B")).toBe("Lock 1234");
    expect(name({ de: "Tür" })).toBe("Lock 1234");
    expect(name("門".repeat(10_240))).toBe(`${"門".repeat(99)}…`);
  });
});

test("what has to be sent back to the cloud is sent back as it came, unless that is impossible", () => {
  const deep = JSON.parse(`${"[".repeat(20_000)}${"]".repeat(20_000)}`);
  for (const [customData, echoed] of [
    [
      { home: 3, ключ: [null, 1.5, "x"] },
      { home: 3, ключ: [null, 1.5, "x"] },
    ],
    ["text", "text"],
    [null, null],
    ["x".repeat(100_000), undefined],
    [deep, undefined],
  ]) {
    expect(readDeviceList({ devices: [{ id: "x", customData }] })?.records[0]?.customData).toEqual(echoed);
  }
});
