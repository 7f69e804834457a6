import { expect, test } from "vitest";
import { GatheredChanges } from "../../src/state/gathered-changes.ts";
import type { Change, DeviceState } from "../../src/state/picture.ts";
import { aDevice, aGateway, anAccount } from "./models.ts";

const nothing: Change = { seq: 1, set: {}, removed: {} };

test("all changes are in it, under the latest number", () => {
  const earlier: Change = { seq: 4, set: { devices: [aDevice()] }, removed: { accounts: ["old"] } };
  const later: Change = {
    seq: 5,
    set: { gateway: aGateway(), accounts: [anAccount()] },
    removed: { devices: ["old"] },
  };
  expect(gathered(earlier, later).read()).toEqual({
    seq: 5,
    set: { gateway: aGateway(), accounts: [anAccount()], devices: [aDevice()] },
    removed: { accounts: ["old"], devices: ["old"] },
  });
});

test("the later change of an object counts, and each object keeps its place", () => {
  const earlier: Change = { ...nothing, set: { devices: [aDevice({ id: "a" }), aDevice({ id: "b" })] } };
  const later: Change = { ...nothing, set: { devices: [aDevice({ id: "a", online: false })] } };
  const devices = gathered(earlier, later).read()?.set.devices;
  expect(devices).toEqual([aDevice({ id: "a", online: false }), aDevice({ id: "b" })]);
});

test("what came and went is gone, whether or not it was known before", () => {
  const came: Change = { ...nothing, set: { devices: [aDevice()] } };
  const went: Change = { ...nothing, removed: { devices: ["door"] } };
  expect(gathered(came, went).read()).toEqual({ ...nothing, removed: { devices: ["door"] } });
});

test("what went and came back is still there", () => {
  const went: Change = { ...nothing, removed: { devices: ["door"], accounts: ["home"] } };
  const back: Change = { ...nothing, set: { devices: [aDevice()], accounts: [anAccount()] } };
  expect(gathered(went, back).read()).toEqual(back);
});

test("what has gathered is read as often as somebody asks, until it is cleared", () => {
  const changes = gathered({ ...nothing, set: { gateway: aGateway(), devices: [aDevice()] } });
  expect(changes.read()).toBe(changes.read());
  changes.add({ ...nothing, seq: 2, removed: { devices: ["door"] } });
  expect(changes.read()).toEqual({ seq: 2, set: { gateway: aGateway() }, removed: { devices: ["door"] } });
  changes.clear();
  expect([changes.isEmpty, changes.read()]).toEqual([true, null]);
  changes.add({ ...nothing, seq: 3, set: { accounts: [anAccount()] } });
  expect(changes.read()).toEqual({ seq: 3, set: { accounts: [anAccount()] }, removed: {} });
});

test("adding a change looks at nothing that has gathered before", () => {
  let looks = 0;
  const counted = (id: string): DeviceState => ({
    ...aDevice(),
    get id() {
      looks += 1;
      return id;
    },
  });
  const changes = gathered({ ...nothing, set: { devices: Array.from({ length: 300 }, (_, n) => counted(`${n}`)) } });
  looks = 0;
  for (let seq = 2; seq <= 100; seq += 1) changes.add({ seq, set: { devices: [aDevice()] }, removed: {} });
  expect(changes.read()?.set.devices).toHaveLength(301);
  expect(looks).toBe(0);
});

function gathered(...changes: readonly Change[]): GatheredChanges {
  const all = new GatheredChanges();
  for (const change of changes) all.add(change);
  return all;
}
