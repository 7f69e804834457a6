import type { DeviceState } from "../../../src/state/picture.ts";
import { frontDoor, gardenGate } from "../devices.ts";
import { HOUR } from "../times.ts";

/** Doors of which none is simply locked: open, nearly out of battery, in passage mode, not known yet, jammed. */
export function unsafe(now: number): readonly DeviceState[] {
  const door = frontDoor(now);
  return [
    { ...door, door_state: "open" },
    { ...gardenGate(now), lock_state: "locked", lock_mode: "passage" },
    { ...door, id: "unsafe-1", name: "Cellar", cloud_name: "Cellar", battery_percent: 10, battery_level: 1 },
    { ...door, id: "unsafe-2", name: "Garage", cloud_name: "Garage", lock_state: "jammed" },
    {
      ...door,
      id: "unsafe-3",
      name: "Workshop",
      cloud_name: "Workshop",
      lock_state: null,
      door_state: null,
      battery_level: null,
      battery_percent: null,
      confirmed_at: null,
      freshness: "unknown",
    },
    {
      ...door,
      id: "unsafe-4",
      name: "Attic",
      cloud_name: "Attic",
      online: false,
      confirmed_at: now - 3 * HOUR,
      freshness: "expired",
      available: false,
      trouble: "offline",
    },
  ];
}
