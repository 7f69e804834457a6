import { describe, expect, onTestFinished, test } from "vitest";
import type { DeviceState } from "../../../src/state/picture.ts";
import { readDeviceList } from "../../../src/utec/reading/device-list.ts";
import { BRIDGE, BULB, FRONT, GATE, LAMP, PLUG, RECORDS, STATES, WALL, statesOf } from "./house.ts";
import { Reading, answer } from "./reading.ts";

const ONLINE = { capability: "st.healthCheck", name: "status", value: "Online" };
const LOCKED = { capability: "st.lock", name: "lockState", value: "Locked" };
const UNLOCKED = { ...LOCKED, value: "Unlocked" };

function aReading(discovery: unknown = RECORDS): Reading {
  const reading = new Reading();
  onTestFinished(() => reading.stop());
  reading.list(answer(discovery));
  return reading;
}

/** The picture after a discovery and one poll. */
function picture(query: unknown, discovery: unknown = RECORDS): (id: string) => DeviceState | undefined {
  const reading = aReading(discovery);
  reading.query(answer(query));
  return (id) => reading.device(id);
}

/** The front door after one poll that says these states of it. */
const front = (states: unknown): DeviceState | undefined => picture(statesOf(states))(FRONT);

/** The only device of a discovery with this record. */
const only = (record: object): DeviceState | undefined => aReading({ devices: [record] }).picture.devices()[0];

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

test("one moment ages every value that was said, and the main state confirms", () => {
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

describe("a Discovery", () => {
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

  test("may be one device that stands where the list should", () => {
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

describe("an answer to a Query", () => {
  test("may write capabilities and values in the casing of the articles", () => {
    expect(
      front([
        { capability: "st.healthCheck", name: "status", value: "online" },
        { capability: "st.Lock", name: "lockState", value: "locked" },
        { capability: "st.BatteryLevel", name: "level", value: 2 },
        { capability: "st.DoorSensor", name: "sensorState", value: "open" },
      ]),
    ).toMatchObject({ online: true, lock_state: "locked", battery_level: 2, door_state: "open" });
  });

  test("may write `ID`, `States` and the members in capitals", () => {
    const States = [{ Capability: "ST.LOCK", Name: "LOCKSTATE", Value: "UNLOCKED" }];
    expect(picture({ Devices: [{ ID: FRONT, States }] })(FRONT)).toMatchObject({ lock_state: "unlocked" });
  });

  test("may write numbers as text", () => {
    expect(
      front([
        { capability: "st.lock", name: "lockMode", value: "2" },
        { capability: "st.batteryLevel", name: "level", value: "5" },
      ]),
    ).toMatchObject({ lock_mode: "always_locked", battery_level: 5, battery_percent: 100 });
    const lamp = picture(
      statesOf(
        [
          { capability: "st.switchLevel", name: "level", value: "35" },
          { capability: "st.color", name: "color", value: { r: "1", g: "2", b: "3" } },
          { capability: "st.colorTemperature", name: "temperature", value: "2700" },
        ],
        LAMP,
      ),
    );
    expect(lamp(LAMP)).toMatchObject({ level: 35, color: { r: 1, g: 2, b: 3 }, color_temperature: 2700 });
  });

  test("may have the states as a mapping", () => {
    expect(
      front({ "st.healthCheck": { status: "Online" }, "st.lock": { lockState: "Jammed", lockMode: 1 } }),
    ).toMatchObject({ online: true, lock_state: "jammed", lock_mode: "passage" });
  });

  test("may have the devices as a mapping, or the list as its payload", () => {
    const [door] = STATES.devices;
    expect(picture({ devices: { [FRONT]: { states: door?.states } } })(FRONT)).toMatchObject({ lock_state: "locked" });
    expect(picture([door])(FRONT)).toMatchObject({ lock_state: "locked" });
  });

  test.for([
    [],
    null,
    "",
    0,
    {},
    { devices: null },
    { devices: [] },
    { devices: "none" },
    { devices: [null, 1, "x", []] },
  ])("may say nothing (%j): every value stays, with its age", (payload) => {
    const reading = aReading();
    reading.query(answer(STATES));
    const before = reading.device(FRONT);
    reading.query(answer(payload));
    expect(reading.device(FRONT)).toEqual(before);
  });

  test("may have entries with only an id", () => {
    const reading = aReading();
    reading.query(answer(STATES));
    const before = reading.device(GATE);
    reading.query(answer({ devices: [{ id: GATE }] }));
    expect(reading.device(GATE)).toEqual(before);
  });

  test("may lose one device of three, and the others are read", () => {
    const reading = aReading();
    reading.query(answer(STATES));
    const before = reading.device(GATE);
    reading.query(answer(statesOf([ONLINE, UNLOCKED])));
    expect(reading.device(GATE)).toEqual(before);
    expect(reading.device(FRONT)).toMatchObject({ lock_state: "unlocked" });
  });

  test("may have fewer states than were asked for: each value keeps its own age", () => {
    const reading = aReading();
    reading.query(answer(STATES));
    const then = reading.clock.now();
    reading.query(answer(statesOf([ONLINE, { capability: "st.batteryLevel", name: "level", value: 1 }])));
    const now = reading.clock.now();
    expect(reading.device(FRONT)).toMatchObject({
      lock_state: "locked",
      battery_level: 1,
      said_at: { online: now, lock_state: then, battery: now, door_state: then },
      confirmed_at: then,
    });
  });

  test("repeats cached values next to Offline, which confirm nothing", () => {
    const reading = aReading();
    reading.query(answer(STATES));
    const then = reading.clock.now();
    const cached = answer(statesOf([{ ...ONLINE, value: "Offline" }, UNLOCKED]));
    reading.query(cached);
    expect(reading.device(FRONT)).toMatchObject({ online: true, lock_state: "locked", confirmed_at: then });
    reading.query(cached);
    expect(reading.device(FRONT)).toMatchObject({ online: false, lock_state: "locked", confirmed_at: then });
  });

  test("may give a device an error in place of states", () => {
    const refused = { id: FRONT, error: { code: "DEVICE_OFFLINE", message: "The device is away." } };
    expect(picture({ devices: [refused] })(FRONT)).toMatchObject({ online: false, lock_state: "unknown" });
  });

  test("may say Unknown, which is an answer", () => {
    const reading = aReading();
    reading.query(answer(STATES));
    const unknown = [
      ONLINE,
      { ...LOCKED, value: "Unknown" },
      { capability: "st.doorSensor", name: "sensorState", value: "Unknown" },
    ];
    reading.query(answer(statesOf(unknown)));
    expect(reading.device(FRONT)).toMatchObject({
      lock_state: "unknown",
      door_state: "unknown",
      confirmed_at: reading.clock.now(),
    });
  });

  test.for(["Half open", "lockedd", "", null, 1, true, ["Locked"], { value: "Locked" }])(
    "may say a word that nobody knows (%j), which is none",
    (value) => {
      expect(front([ONLINE, { ...LOCKED, value }])).toMatchObject({ lock_state: "unknown", confirmed_at: null });
    },
  );

  test("is not believed where it contradicts itself, in one entry or in two of one id", () => {
    expect(front([ONLINE, LOCKED, UNLOCKED])).toMatchObject({ lock_state: "unknown", confirmed_at: null });
    const twice = {
      devices: [
        { id: FRONT, states: [ONLINE, LOCKED] },
        { id: FRONT, states: [ONLINE, UNLOCKED] },
      ],
    };
    expect(picture(twice)(FRONT)).toMatchObject({ online: true, lock_state: "unknown", confirmed_at: null });
    expect(front([ONLINE, LOCKED, LOCKED])).toMatchObject({ lock_state: "locked" });
  });

  test("calls a device offline that it calls both", () => {
    expect(front([ONLINE, { ...ONLINE, value: "Offline" }, LOCKED])).toMatchObject({
      online: false,
      confirmed_at: null,
    });
  });

  test("may speak of capabilities that nobody knows, which are shown as such", () => {
    const device = front([ONLINE, LOCKED, { capability: "st.smokeDetector", name: "smoke", value: { deep: [1] } }]);
    expect(device).toMatchObject({ lock_state: "locked", unknown_capabilities: ["st.smokeDetector"] });
    expect(device?.capabilities).toContain("st.smokeDetector");
  });

  test("may speak of ever new capabilities, of which some are shown", () => {
    const reading = aReading();
    for (let poll = 0; poll < 20; poll += 1) {
      const states = Array.from({ length: 50 }, (_, index) => ({
        capability: `st.${"x".repeat(5000)}${poll}-${index}`.slice(poll * 5),
        name: "thing",
        value: 1,
      }));
      reading.query(answer(statesOf([ONLINE, LOCKED, ...states])));
    }
    expect(JSON.stringify(reading.device(FRONT)).length).toBeLessThan(16_384);
    expect(reading.device(FRONT)).toMatchObject({ lock_state: "locked" });
  });

  test("makes a lock of an unknown thing that reports a bolt, and a switch of one that reports a switch", () => {
    const records = { devices: [{ id: "x" }, { id: "y" }] };
    const power = { capability: "st.switch", name: "switch", value: "on" };
    const device = picture(
      {
        devices: [
          { id: "x", states: [ONLINE, LOCKED] },
          { id: "y", states: [power] },
        ],
      },
      records,
    );
    expect(device("x")).toMatchObject({ kind: "lock", lock_state: "locked" });
    expect(device("y")).toMatchObject({ kind: "switch", switch_state: "on" });
  });

  test.for([
    [1, 1, 10],
    [2, 2, 30],
    [3, 3, 50],
    [4, 4, 70],
    [5, 5, 100],
    ["3", 3, 50],
    [0, null, 0],
    [62, null, 62],
    ["62", null, 62],
    ["62 %", null, 62],
    ["4%", null, 4],
    [66.6, null, 67],
    [2.5, null, null],
    [-1, null, null],
    [101, null, null],
    ["full", null, null],
    [null, null, null],
  ] as const)("says the battery is %j: level %j, %j %%", ([value, battery_level, battery_percent]) => {
    expect(front([{ capability: "st.batteryLevel", name: "level", value }])).toMatchObject({
      battery_level,
      battery_percent,
    });
  });

  test("of a battery that is told in percent stays in percent when there is little left", () => {
    const reading = aReading();
    const percents = [8, 6, 5, 4, 1].map((value) => {
      reading.query(answer(statesOf([{ capability: "st.batteryLevel", name: "level", value }])));
      return reading.device(FRONT)?.battery_percent;
    });
    expect(percents).toEqual([8, 6, 5, 4, 1]);
  });

  test("may dim by `st.brightness` where there is no `st.switchLevel`", () => {
    const brightness = { capability: "st.brightness", name: "level", value: 20 };
    expect(picture(statesOf([brightness], LAMP))(LAMP)).toMatchObject({ level: 20 });
    const both = [brightness, { capability: "st.switchLevel", name: "level", value: 80 }];
    expect(picture(statesOf(both, LAMP))(LAMP)).toMatchObject({ level: 80 });
  });
});

test("what has to go back to the cloud goes back as it came, unless nobody could send it", () => {
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
