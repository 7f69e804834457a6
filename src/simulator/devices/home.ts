import { Problem } from "../../problem.ts";
import { Device } from "./device.ts";
import type { DeviceParts } from "./device.ts";
import type { DeviceDefinition } from "./device-model.ts";

/** All devices that the cloud knows. */
export class Home {
  readonly #parts: DeviceParts;
  readonly #devices = new Map<string, Device>();

  constructor(definitions: readonly DeviceDefinition[], parts: DeviceParts) {
    this.#parts = parts;
    this.furnish(definitions);
  }

  /** Replaces all devices with new ones. */
  furnish(definitions: readonly DeviceDefinition[]): void {
    this.close();
    this.#devices.clear();
    for (const one of definitions) this.#devices.set(one.id, new Device(one, this.#parts));
  }

  all(): Device[] {
    return [...this.#devices.values()];
  }

  seenBy(user_id: string): Device[] {
    return this.all().filter((device) => isSeenBy(device, user_id));
  }

  /** Undefined for unknown devices and for other users' devices. */
  find(id: string, user_id: string): Device | undefined {
    const device = this.#devices.get(id);
    return device !== undefined && isSeenBy(device, user_id) ? device : undefined;
  }

  /** @throws Problem `not_found` */
  get(id: string): Device {
    const device = this.#devices.get(id);
    if (device === undefined) throw new Problem("not_found", `There is no device ${id}.`, { field: "device_id" });
    return device;
  }

  close(): void {
    for (const device of this.#devices.values()) device.close();
  }
}

function isSeenBy(device: Device, user_id: string): boolean {
  return device.definition.user_ids?.includes(user_id) ?? true;
}
