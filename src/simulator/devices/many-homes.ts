import { DEMO, FRONT_DOOR, GARDEN_GATE } from "./demo.ts";
import type { DeviceDefinition } from "./device-model.ts";
import type { UserDefinition } from "../oauth/people.ts";

/** Many locks of several users, as a landlord has them, to see whether the gateway can cope. */
export interface ManyHomes {
  /** The first is the demo's. */
  readonly users: readonly UserDefinition[];
  readonly devices: readonly DeviceDefinition[];
}

/**
 * `locks` locks, given to `users` users in turn; every other one has a door sensor and customData. The same numbers
 * make the same homes.
 *
 *     const { users, devices } = manyHomes(500, 5);
 *     const cloud = await startSimulator({ users, devices });
 */
export function manyHomes(locks: number, users = 1): ManyHomes {
  const owners = Array.from({ length: Math.max(1, users) }, (_, index) => anOwner(index));
  const devices = Array.from({ length: locks }, (_, index) => aLock(index, owners[index % owners.length] ?? DEMO.user));
  return { users: owners, devices };
}

function anOwner(index: number): UserDefinition {
  if (index === 0) return DEMO.user;
  const id = (index + 1).toString(16).padStart(DEMO.user.id.length, "e");
  return { id, first_name: "Owner", last_name: String(index + 1), email: `owner-${index + 1}@example.test` };
}

function aLock(index: number, owner: UserDefinition): DeviceDefinition {
  const model = index % 2 === 0 ? FRONT_DOOR : GARDEN_GATE;
  const digits = (index + 1).toString(16).toUpperCase().padStart(6, "0");
  const { custom_data: _, serial_number: __, states: ___, ...words } = model;
  return {
    ...words,
    id: `5A:3C:92:${digits.replaceAll(/(..)(?=.)/g, "$1:")}`,
    name: `Flat ${index + 1}`,
    user_ids: [owner.id],
    ...(model === FRONT_DOOR ? { custom_data: { flat: index + 1 } } : {}),
  };
}
