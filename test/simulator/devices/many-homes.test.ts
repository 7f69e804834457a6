import { expect, test } from "vitest";
import { DEMO } from "../../../src/simulator/devices/demo.ts";
import { definition } from "../../../src/simulator/devices/device-model.ts";
import { manyHomes } from "../../../src/simulator/devices/many-homes.ts";
import { Visitor, startCloud } from "../visitor.ts";

test.for([
  [1, 1],
  [50, 3],
  [500, 5],
  [10_000, 1],
] as const)("%i locks of %i users are as many, and each is somebody's", ([locks, users]) => {
  const homes = manyHomes(locks, users);
  expect(new Set(homes.devices.map(({ id }) => id)).size).toBe(locks);
  expect(new Set(homes.users.map(({ id }) => id)).size).toBe(users);
  expect(homes.users[0]).toBe(DEMO.user);
  expect(homes.devices.every((device) => definition.holds(device))).toBe(true);
  const owned = homes.users.map((user) => homes.devices.filter((device) => device.user_ids?.includes(user.id)).length);
  expect(owned.reduce((sum, count) => sum + count, 0)).toBe(locks);
  expect(Math.max(...owned) - Math.min(...owned)).toBeLessThanOrEqual(1);
});

test("each user signs in and sees only their own home", async () => {
  const { users, devices } = manyHomes(7, 2);
  const cloud = await startCloud({ users, devices });
  const seen = await Promise.all(
    users.map(async ({ id }) => (await (await Visitor.signedIn(cloud, id)).discover()).map(({ name }) => name)),
  );
  expect(seen).toEqual([
    ["Flat 1", "Flat 3", "Flat 5", "Flat 7"],
    ["Flat 2", "Flat 4", "Flat 6"],
  ]);
});
