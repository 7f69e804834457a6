import { describe, expect, test } from "vitest";
import { readDeviceList } from "../../../src/utec/reading/device-list.ts";
import { LOCK_RECORDS, aHouse, aLivedInHouse, listsForHours } from "../house.ts";
import type { House } from "../house.ts";
import { anAccount } from "../../state/models.ts";

const TOO_MANY = "The cloud lists more devices than the gateway accepts";
const MOST = 1000;

const lamps = (count: number): object[] =>
  Array.from({ length: count }, (_, index) => ({ id: `lamp ${index}`, category: "Light", handleType: "utec-dimmer" }));

const warnings = (house: House): string[] =>
  house
    .log()
    .filter(({ level }) => level === "warn")
    .map(({ message }) => message);

async function listDevices(house: House): Promise<void> {
  house.poller.listDevices();
  await house.pass(5000);
}

describe("a cloud that lists 10 000 devices", () => {
  test("costs as much as one that lists 1 000, and the locks are among them", async () => {
    const house = await aHouse();
    house.cloud.on("Discovery", { payload: { devices: [...lamps(10_000), ...LOCK_RECORDS] } });
    house.poller.start();
    house.picture.update({ accounts: [anAccount({ id: "home", name: "Home" })] });
    await house.pass(0);
    expect(house.picture.devices()).toHaveLength(MOST);
    expect(house.device("front")).toMatchObject({ kind: "lock", lock_state: "locked", freshness: "fresh" });
    expect(house.cloud.actions.filter(({ name }) => name === "Query").at(-1)?.deviceIds).toHaveLength(MOST);
    expect(warnings(house).filter((message) => message.startsWith(TOO_MANY))).toHaveLength(1);
  });

  test("after it has listed two takes nothing from those, and they are alone again when it recovers", async () => {
    const house = await aLivedInHouse();
    house.cloud.on("Discovery", { payload: { devices: [...lamps(10_000), ...LOCK_RECORDS] } });
    for (let time = 0; time < 3; time += 1) await listDevices(house);
    expect(house.device("front")).toMatchObject({ lock_state: "locked", trouble: null });
    expect(warnings(house).filter((message) => message.startsWith(TOO_MANY))).toHaveLength(1);
    house.cloud.on("Discovery", { payload: { devices: LOCK_RECORDS } });
    await listsForHours(house, 24);
    expect(house.picture.devices().map(({ id }) => id)).toEqual(["front", "garden"]);
  });

  test("in another order each time gets the same ones accepted", () => {
    const devices = lamps(3000);
    const taken = (listed: readonly object[]): string[] =>
      (readDeviceList({ devices: listed })?.records ?? []).map(({ id }) => id);
    expect(taken(devices)).toEqual(taken(devices.toReversed()));
    expect(readDeviceList({ devices })?.tooMany).toBe(3000 - MOST);
  });

  test("or a hundred times as many is not even read to the end", () => {
    const { records, tooMany } = readDeviceList({ devices: lamps(200_000) }) ?? { records: [], tooMany: 0 };
    expect(records).toHaveLength(MOST);
    expect(tooMany).toBe(200_000 - MOST);
  });
});

test("1 000 locks are not too many", () => {
  const locks = Array.from({ length: MOST }, (_, index) => ({ id: `lock ${index}`, category: "SmartLock" }));
  expect(readDeviceList({ devices: locks })).toMatchObject({ tooMany: 0, repeated: [], nameless: 0 });
});

test("what is odd about a device list is logged once, and again when it comes back", async () => {
  const house = await aLivedInHouse();
  const odd = { payload: { devices: [...LOCK_RECORDS, LOCK_RECORDS[0], { name: "no id" }, null] } };
  const said = [
    "The cloud lists the same id twice; the first record counts.",
    "The cloud lists entries without a usable id; they are left out.",
  ];
  house.cloud.on("Discovery", odd);
  await listDevices(house);
  await listDevices(house);
  expect(warnings(house)).toEqual(said);
  house.cloud.on("Discovery", { payload: { devices: LOCK_RECORDS } });
  await listDevices(house);
  house.cloud.on("Discovery", odd);
  await listDevices(house);
  expect(warnings(house)).toEqual([...said, ...said]);
  expect(house.picture.devices()).toHaveLength(2);
});
