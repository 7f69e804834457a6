import type { DeviceDefinition } from "./device-model.ts";
import type { ClientDefinition, UserDefinition } from "./people.ts";

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

/** What a simulated cloud has when nobody says otherwise, for scripts and tests to sign in with. */
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
