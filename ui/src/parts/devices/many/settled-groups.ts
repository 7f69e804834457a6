import type { DeviceState } from "../../../../../src/state/picture.ts";

/** Where each device stands and may stand. */
export interface Settling {
  readonly groupOf: (device: DeviceState) => string;
  /** Somebody may be about to press its button, or waits for what it has done. */
  readonly isHeld: (device: DeviceState) => boolean;
}

/** In which group each device is shown: it moves when its state has changed, but not under anybody's finger. */
export class SettledGroups {
  #groups: ReadonlyMap<string, string> = new Map();
  #holds = false;

  /** Some devices stand elsewhere than they belong: settle again soon. */
  get holds(): boolean {
    return this.#holds;
  }

  groupOf(deviceId: string): string {
    return this.#groups.get(deviceId) ?? "";
  }

  settle(devices: readonly DeviceState[], { groupOf, isHeld }: Settling): void {
    const groups = new Map<string, string>();
    this.#holds = false;
    for (const device of devices) {
      const before = this.#groups.get(device.id);
      const wanted = groupOf(device);
      const stays = before !== undefined && before !== wanted && isHeld(device);
      if (stays) this.#holds = true;
      groups.set(device.id, stays ? before : wanted);
    }
    this.#groups = groups;
  }

  /** All of them belong where they are wanted now. */
  forget(): void {
    this.#groups = new Map();
  }
}
