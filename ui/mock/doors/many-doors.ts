import type { DeviceState } from "../../../src/state/picture.ts";
import { frontDoor, gardenGate, lights } from "../devices.ts";
import { HOUR, MINUTE } from "../times.ts";

/** Names as people write them: in many scripts, in both directions, with what browsers might take for something else. */
const NAMES = [
  "Front door",
  "Haustür",
  "Porte d’entrée",
  "Łazienka",
  "Ναός",
  "Входная дверь",
  "الباب الأمامي",
  "דלת הכניסה",
  "玄関ドア",
  "현관문",
  "मुख्य द्वार",
  "🏡🚪 Home",
  "<b>Bold</b> & <script>alert(1)</script>",
  `Long ${"corridor ".repeat(22)}end`,
  "x".repeat(200),
  "Réserve №",
];

/** 500 devices: 440 locks in any state, and what else there is in a big house. */
export function manyDoors(now: number): readonly DeviceState[] {
  const [lamp, plug, toggle, toaster] = lights(now);
  return Array.from({ length: 500 }, (_, index): DeviceState => {
    const name = `${NAMES[index % NAMES.length]} ${index + 1}`;
    const base = index < 440 ? lockOf(index, now) : ([lamp, plug, toggle, toaster][index % 4] ?? frontDoor(now));
    return { ...base, id: `device ${index + 1}`, name, cloud_name: name };
  });
}

function lockOf(index: number, now: number): DeviceState {
  const lock = frontDoor(now);
  switch (index) {
    case 7:
      return { ...lock, lock_state: "jammed" };
    case 33:
      return { ...lock, door_state: "open" };
    case 52:
      return { ...lock, lock_mode: "passage", lock_state: "unlocked" };
    case 71:
      return { ...lock, online: false, freshness: "expired", available: false, trouble: "offline" };
    case 90:
      return { ...lock, freshness: "stale", trouble: "not_reported", confirmed_at: now - 12 * MINUTE };
    case 111:
      return { ...lock, trouble: "missing", missing_since_at: now - HOUR };
    case 130:
      return { ...lock, battery_percent: 10, battery_level: 1 };
    case 17:
    case 200:
    case 439:
      return { ...gardenGate(now), battery_percent: 80, battery_level: 4 };
    default:
      return lock;
  }
}
