import type { DeviceState } from "../../../src/state/picture.ts";
import { frontDoor } from "../devices.ts";
import { SECOND } from "../times.ts";

const DOORS = 500;
/** One door in this many is unlocked. */
const UNLOCKED_EACH = 150;

/** The doors of a large house, nearly all of them locked. */
export function fiveHundred(now: number): readonly DeviceState[] {
  return Array.from({ length: DOORS }, (_, index) => ({
    ...frontDoor(now),
    id: `BE:4C:00:00:${hex(index >> 8)}:${hex(index & 255)}`,
    name: `Door ${index + 1}`,
    cloud_name: `Door ${index + 1}`,
    lock_state: index % UNLOCKED_EACH === UNLOCKED_EACH - 1 ? "unlocked" : "locked",
    said_at: { lock_state: now - 12 * SECOND, battery: now - 12 * SECOND },
  }));
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0").toUpperCase();
}
