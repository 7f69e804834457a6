import { describe, expect, test } from "vitest";
import type { DeviceState } from "../../../src/state/picture.ts";
import { FRONT, GATE, LAMP, STATES, statesOf } from "./house.ts";
import { aReading, answer, picture } from "./reading.ts";

const ONLINE = { capability: "st.healthCheck", name: "status", value: "Online" };
const LOCKED = { capability: "st.lock", name: "lockState", value: "Locked" };
const UNLOCKED = { ...LOCKED, value: "Unlocked" };

/** The front door after one poll that says these states of it. */
const front = (states: unknown): DeviceState | undefined => picture(statesOf(states))(FRONT);

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
  ])("may hold nothing (%j): every value stays, with its age", (payload) => {
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

  test("may have unknown capabilities, which are shown as such", () => {
    const device = front([ONLINE, LOCKED, { capability: "st.smokeDetector", name: "smoke", value: { deep: [1] } }]);
    expect(device).toMatchObject({ lock_state: "locked", unknown_capabilities: ["st.smokeDetector"] });
    expect(device?.capabilities).toContain("st.smokeDetector");
  });

  test("may have ever new capabilities, of which some are shown", () => {
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

  test("makes a lock of an unknown device that reports a bolt, and a switch of one that reports a switch", () => {
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

  test("of a battery that is reported in percent stays in percent when there is little left", () => {
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
