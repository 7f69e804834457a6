import type { DeviceState } from "../../src/state/picture.ts";
import { NO_VALUES } from "../../src/state/device-values.ts";
import { neverSignedIn } from "./accounts.ts";
import { HOUR, SECOND } from "./times.ts";

export function frontDoor(now: number): DeviceState {
  return {
    id: "AA:BB:CC:00:00:01",
    name: "Front door",
    cloud_name: "Front door",
    place: null,
    account_id: neverSignedIn().id,
    kind: "lock",
    category: "SmartLock",
    handle_type: "utec-lock-sensor",
    capabilities: ["st.lock", "st.batteryLevel", "st.doorSensor", "st.healthCheck"],
    unknown_capabilities: [],
    manufacturer: "U-tec",
    model: "U-Bolt Pro WiFi",
    firmware: "3.1.4",
    serial: null,
    ...NO_VALUES,
    online: true,
    lock_state: "locked",
    lock_mode: "normal",
    transition: null,
    door_state: "closed",
    battery_level: 4,
    battery_percent: 70,
    level_range: null,
    color_temperature_range: null,
    said_at: {},
    confirmed_at: now - 12 * SECOND,
    freshness: "fresh",
    available: true,
    trouble: null,
    missing_since_at: null,
  };
}

export function gardenGate(now: number): DeviceState {
  return {
    ...frontDoor(now),
    id: "AA:BB:CC:00:00:02",
    name: "Garden gate",
    cloud_name: "Garden gate",
    model: "Latch 5 NFC",
    lock_state: "unlocked",
    door_state: null,
    battery_level: 2,
    battery_percent: 30,
    confirmed_at: now - 26 * SECOND,
  };
}

/** A lamp with everything, a plug that is away, a switch, and a thing from the future. */
export function lights(now: number): readonly DeviceState[] {
  const common: DeviceState = {
    ...frontDoor(now),
    kind: "light",
    category: "Light",
    handle_type: "utec-light-rgbaw-br",
    capabilities: ["st.healthCheck", "st.switch", "st.switchLevel", "st.color", "st.colorTemperature"],
    lock_state: null,
    lock_mode: null,
    door_state: null,
    battery_level: null,
    battery_percent: null,
    switch_state: "on",
  };
  return [
    {
      ...common,
      id: "lamp",
      name: "Hall lamp",
      cloud_name: "Hall lamp",
      level: 60,
      level_range: { min: 1, max: 100, step: 1 },
      color: { r: 255, g: 180, b: 90 },
      color_temperature: 3000,
      color_temperature_range: { min: 2000, max: 9000, step: 100 },
    },
    {
      ...common,
      id: "plug",
      name: "Garden plug",
      cloud_name: "Garden plug",
      kind: "plug",
      category: "SmartPlug",
      online: false,
      freshness: "expired",
      available: false,
      trouble: "offline",
      confirmed_at: now - 2 * HOUR,
    },
    {
      ...common,
      id: "switch",
      name: "Porch",
      cloud_name: "Porch",
      kind: "switch",
      category: "SmartSwitch",
      switch_state: "off",
    },
    {
      ...common,
      id: "toaster",
      name: "Toaster",
      cloud_name: "Toaster",
      kind: "unknown",
      category: "SmartToaster",
      handle_type: "utec-toaster",
      capabilities: ["st.healthCheck", "st.toast", "st.crumbTray"],
      unknown_capabilities: ["st.toast", "st.crumbTray"],
      switch_state: null,
      freshness: "unknown",
      confirmed_at: null,
    },
  ];
}
