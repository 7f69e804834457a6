import type { DeviceDefinition } from "../../../src/simulator/devices/device-model.ts";

export const ACCOUNTS = ["home", "cabin"] as const;
const LOCK = { category: "SmartLock", model: "U-Bolt-Pro-WiFi", hw_version: "03.40.0023" };
export const DEVICES: readonly DeviceDefinition[] = [
  { ...LOCK, id: "AA:01/front", name: "Front door", handle_type: "utec-lock", user_ids: ["home"] },
  {
    ...LOCK,
    id: "gate",
    name: "Gartentür 🚪",
    handle_type: "utec-lock-sensor",
    custom_data: { slot: 1 },
    user_ids: ["home"],
  },
  {
    id: "lamp",
    name: "Lamp",
    category: "Light",
    handle_type: "utec-dimmer",
    model: "A19-C1",
    hw_version: "01.40.0301",
    user_ids: ["home"],
  },
  { ...LOCK, id: "hut", name: "Hut", handle_type: "utec-lock", user_ids: ["cabin"] },
];
export const DEVICE_COUNT = DEVICES.length;

/** Any number names a device. */
export function idOf(device: number): string {
  return DEVICES[device % DEVICE_COUNT]?.id ?? "";
}
