import { setTimeout as delay } from "node:timers/promises";
import type { DeviceDefinition } from "../../../src/simulator/devices/device-model.ts";

/** The state of a door that moves at once is read after 0.3 s; by then its command is over. */
const REST_MS = 1500;

interface Door {
  readonly device_id: string;
  name: "lock" | "unlock";
  restsUntil: number;
}

/** Many doors, taken in turn, so that each command finds its door idle and no command joins or waits for another. */
export class Doors {
  readonly definitions: readonly DeviceDefinition[];
  readonly #doors: readonly Door[];
  #taken = 0;

  constructor(count: number) {
    this.definitions = Array.from({ length: count }, (_, index) => ({
      id: `BE:4C:00:00:${hex(index >> 8)}:${hex(index & 255)}`,
      name: `Door ${index}`,
      category: "SmartLock",
      handle_type: "utec-lock",
      model: "U-Bolt-Pro-WiFi",
      hw_version: "03.40.0023",
    }));
    this.#doors = this.definitions.map(({ id }) => ({ device_id: id, name: "unlock", restsUntil: 0 }));
  }

  /** A door and what to do with it, once it is idle. */
  async take(): Promise<{ readonly device_id: string; readonly name: "lock" | "unlock" }> {
    const door = this.#doors[this.#taken % this.#doors.length];
    if (door === undefined) throw new Error("There are no doors.");
    this.#taken += 1;
    const { device_id, name } = door;
    const restMs = door.restsUntil - performance.now();
    door.name = name === "lock" ? "unlock" : "lock";
    door.restsUntil = performance.now() + Math.max(restMs, 0) + REST_MS;
    if (restMs > 0) await delay(restMs);
    return { device_id, name };
  }
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0").toUpperCase();
}
