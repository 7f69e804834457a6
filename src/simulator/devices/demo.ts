import type { DeviceDefinition } from "./device-model.ts";
import type { ClientDefinition, UserDefinition } from "../oauth/people.ts";

export const FRONT_DOOR: DeviceDefinition = {
  id: "5A:3C:91:0E:77:D2",
  name: "Front door",
  category: "SmartLock",
  handle_type: "utec-lock-sensor",
  model: "U-Bolt-Pro-WiFi",
  hw_version: "03.40.0023",
  serial_number: "SIM-0001",
  custom_data: { home: 7, slot: "front" },
  states: { battery_level: 4 },
};

export const GARDEN_GATE: DeviceDefinition = {
  id: "5A:3C:91:0E:78:40",
  name: "Garden gate",
  category: "SmartLock",
  handle_type: "utec-lock",
  model: "Latch-5-NFC",
  hw_version: "02.12.0007",
};

const LAMP = { manufacturer: "U-tec", hw_version: "01.40.0301" };

/**
 * One of each other kind. The two that dim share a handle type: only the category distinguishes the wall from the bulb.
 */
export const HALL_DIMMER: DeviceDefinition = {
  ...LAMP,
  id: "7C:19:4B:20:11:A1",
  name: "Hall dimmer",
  category: "SmartSwitch",
  handle_type: "utec-dimmer",
  model: "US01",
  hw_version: "01.42.0340",
  attributes: { switchLevelRange: { min: 1, max: 100, step: 1 } },
};

export const PORCH_BULB: DeviceDefinition = {
  ...LAMP,
  id: "7C:19:4B:20:11:B2",
  name: "Porch bulb",
  category: "LIGHT",
  handle_type: "utec-dimmer",
  model: "A19-C1",
  attributes: { switchLevelRange: { min: 1, max: 100, step: 1 } },
};

export const READING_LAMP: DeviceDefinition = {
  ...LAMP,
  id: "7C:19:4B:20:11:C3",
  name: "Reading lamp",
  category: "Light",
  handle_type: "utec-light-rgbaw-br",
  model: "A19-C1",
  attributes: { colorModel: "RGB", colorTemperatureRange: { min: 2000, max: 9000, step: 1 } },
  // In the field, whatever dims has switchLevel, no matter what is documented for its handle type.
  capabilities: ["st.switch", "st.switchLevel", "st.color", "st.colorTemperature"],
};

export const FOUNTAIN_PLUG: DeviceDefinition = {
  ...LAMP,
  id: "7C:19:4B:20:11:D4",
  name: "Fountain",
  category: "SmartPlug",
  handle_type: "utec-switch",
  model: "UP01",
};

/** What a home has besides its locks. */
export const LAMPS: readonly DeviceDefinition[] = [HALL_DIMMER, PORCH_BULB, READING_LAMP, FOUNTAIN_PLUG];

/** What a simulated cloud has by default, for scripts and tests to sign in with. */
export const DEMO: {
  readonly client: ClientDefinition;
  readonly user: UserDefinition;
  readonly devices: readonly DeviceDefinition[];
} = {
  client: {
    client_id: "demo-client",
    client_secret: "demo-secret-of-the-simulated-cloud",
    redirect_uris: ["http://127.0.0.1:8099/oauth/callback", "http://localhost:8099/oauth/callback"],
  },
  user: {
    id: "d3a04e5b1f7c4f0c9a6be2187c55f201",
    first_name: "Robin",
    last_name: "Marsh",
    email: "robin@example.test",
  },
  devices: [FRONT_DOOR, GARDEN_GATE],
};
