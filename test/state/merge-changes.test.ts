import { expect, test } from "vitest";
import { mergeChanges } from "../../src/state/merge-changes.ts";
import type { Change } from "../../src/state/picture.ts";
import { aDevice, aGateway, anAccount } from "./models.ts";

const nothing: Change = { seq: 1, set: {}, removed: {} };

test("both changes are in it, under the later number", () => {
  const earlier: Change = { seq: 4, set: { devices: [aDevice()] }, removed: { accounts: ["old"] } };
  const later: Change = {
    seq: 5,
    set: { gateway: aGateway(), accounts: [anAccount()] },
    removed: { devices: ["old"] },
  };
  expect(mergeChanges(earlier, later)).toEqual({
    seq: 5,
    set: { gateway: aGateway(), accounts: [anAccount()], devices: [aDevice()] },
    removed: { accounts: ["old"], devices: ["old"] },
  });
});

test("of one thing the later word counts, and each thing keeps its place", () => {
  const earlier: Change = { ...nothing, set: { devices: [aDevice({ id: "a" }), aDevice({ id: "b" })] } };
  const later: Change = { ...nothing, set: { devices: [aDevice({ id: "a", online: false })] } };
  expect(mergeChanges(earlier, later).set.devices).toEqual([aDevice({ id: "a", online: false }), aDevice({ id: "b" })]);
});

test("what came and went is gone, for who knew it and who did not", () => {
  const came: Change = { ...nothing, set: { devices: [aDevice()] } };
  const went: Change = { ...nothing, removed: { devices: ["door"] } };
  expect(mergeChanges(came, went)).toEqual({ ...nothing, removed: { devices: ["door"] } });
});

test("what went and came back is there", () => {
  const went: Change = { ...nothing, removed: { devices: ["door"], accounts: ["home"] } };
  const back: Change = { ...nothing, set: { devices: [aDevice()], accounts: [anAccount()] } };
  expect(mergeChanges(went, back)).toEqual(back);
});
