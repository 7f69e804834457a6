import { NO_VALUES } from "../../src/state/device-values.ts";
import { blankAccount } from "../../ui/mock/blank-account.ts";
import type { AccountState, CommandState, DeviceState, GatewayState } from "../../src/state/picture.ts";

/** Whole models of the picture for tests: say only what the test is about. */
export function aGateway(part: Partial<GatewayState> = {}): GatewayState {
  return {
    id: "0b6e1f0e-58a9-4d5c-9d0c-5a6f3f0f9a01",
    version: "0.1.0",
    started_at: 0,
    link: {
      status: "not_configured",
      message: "",
      home_assistant_version: null,
      integration_version: null,
      since_at: 0,
      set_up: null,
    },
    clouds: {},
    problems: [],
    calls_last_hour: null,
    ...part,
  };
}

export function anAccount(part: Partial<AccountState> = {}): AccountState {
  return {
    ...blankAccount(),
    id: "home",
    provider: "utec",
    provider_label: "U-tec",
    has_devices: true,
    grant: "authorization_code",
    name: "Home",
    owner: "page",
    client_id: "client",
    client_secret_set: true,
    redirect_uri: "http://localhost/oauth/callback",
    cloud_user: "user",
    status: "fresh",
    generation: 1,
    obtained_at: 0,
    // Unless a test says that it lives on: the token of a dead sign-in has ended.
    token_usable: part.obtained_at !== null && part.status !== "sign_in_needed" && part.status !== "misconfigured",
    last_success_at: 0,
    last_attempt_at: 0,
    automatic_refresh: true,
    ...part,
  };
}

export function aDevice(part: Partial<DeviceState> = {}): DeviceState {
  return {
    id: "door",
    name: "Front door",
    cloud_name: part.name ?? "Front door",
    place: null,
    account_id: "home",
    kind: "lock",
    category: "SmartLock",
    handle_type: "utec-lock",
    capabilities: ["st.healthCheck", "st.lock", "st.batteryLevel"],
    unknown_capabilities: [],
    manufacturer: "U-tec",
    model: "U-Bolt-Pro-WiFi",
    firmware: "03.40.0023",
    serial: null,
    ...NO_VALUES,
    online: true,
    lock_state: "locked",
    lock_mode: "normal",
    transition: null,
    battery_level: 4,
    battery_percent: 70,
    level_range: null,
    color_temperature_range: null,
    said_at: {},
    confirmed_at: 0,
    freshness: "fresh",
    available: true,
    trouble: null,
    missing_since_at: null,
    ...part,
  };
}

export function aCommand(part: Partial<CommandState> = {}): CommandState {
  return {
    id: "command",
    device_id: "door",
    name: "lock",
    args: {},
    origin: { kind: "api", name: null, automation: false },
    requested_at: 0,
    sent_at: 0,
    accepted_at: 1,
    deadline_at: 45_000,
    ended_at: 2,
    took_ms: 2,
    outcome: "confirmed",
    error: null,
    ...part,
  };
}
