import { NO_VALUES } from "../../src/state/device-values.ts";
import type { AccountEvent, AccountState } from "../../src/keeper/account.ts";
import type { CommandState, DeviceState, GatewayState, LinkState, Snapshot } from "../../src/state/picture.ts";
import { blankAccount } from "./blank-account.ts";

/** The states in which the page is looked at. */
export const SCENARIOS = [
  "empty",
  "never-signed-in",
  "all-well",
  "sign-in-needed",
  "retrying",
  "misconfigured",
  "paused",
  "locking",
  "offline-lock",
  "stale-lock",
  "expired-lock",
  "missing-lock",
  "passage",
  "lights",
  "outcomes",
  "not-linked",
  "short-lived",
] as const;
export type Scenario = (typeof SCENARIOS)[number];

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** What the cloud's access tokens live. */
const TOKEN_LIFE = 7 * DAY - HOUR;

/** The whole picture of a scenario as it stands at `now`. */
export function pictureOf(scenario: Scenario, now: number): Snapshot {
  const well: Snapshot = {
    seq: 1,
    gateway: gateway(now, linked(now)),
    accounts: [signedIn(now)],
    devices: [frontDoor(now), gardenGate(now)],
    commands: story(now),
  };
  const account = signedIn(now);
  const unsigned: Snapshot = { ...well, gateway: gateway(now, notConfigured(now)), devices: [], commands: [] };
  switch (scenario) {
    case "all-well":
      return well;
    case "empty":
      return { ...unsigned, accounts: [] };
    case "never-signed-in":
      return { ...unsigned, accounts: [neverSignedIn()] };
    case "sign-in-needed": {
      const failure = event(now - 4 * MINUTE, "failed", 21, "The cloud refused the refresh token: invalid_grant.");
      const dead: AccountState = {
        ...account,
        status: "sign_in_needed",
        reason: "grant_dead",
        incident: { number: 2, kind: "sign_in_needed", opened_at: now - 4 * MINUTE, closed_at: null },
        next_refresh_at: null,
        recent: [...account.recent, failure],
      };
      return { ...well, accounts: [dead] };
    }
    case "retrying":
      return { ...well, accounts: [retrying(account, now)] };
    case "paused": {
      const paused: AccountState = {
        ...account,
        status: "paused",
        reason: "automatic_refresh_off",
        automatic_refresh: false,
        next_refresh_at: null,
      };
      return { ...well, accounts: [paused] };
    }
    case "misconfigured": {
      const message =
        "The cloud does not know the client id of account Home: copy it again from the app's OpenAPI screen.";
      const refused: AccountState = {
        ...neverSignedIn(),
        status: "misconfigured",
        reason: "client_refused",
        last_error: { class: "configuration", code: "invalid_client", message, at: now - MINUTE },
      };
      return { ...unsigned, accounts: [refused] };
    }
    case "locking": {
      const gate: DeviceState = { ...gardenGate(now), transition: "locking" };
      return { ...well, devices: [frontDoor(now), gate], commands: [...well.commands, running(now)] };
    }
    case "offline-lock": {
      const gate: DeviceState = {
        ...gardenGate(now),
        online: false,
        confirmed_at: now - 3 * HOUR,
        freshness: "expired",
        available: false,
        trouble: "offline",
      };
      const door: DeviceState = { ...frontDoor(now), lock_state: "jammed", battery_percent: 10, battery_level: 1 };
      return { ...well, devices: [door, gate] };
    }
    case "stale-lock": {
      const door: DeviceState = {
        ...frontDoor(now),
        confirmed_at: now - 12 * MINUTE,
        freshness: "stale",
        trouble: "not_reported",
      };
      return { ...well, devices: [door, gardenGate(now)] };
    }
    case "expired-lock": {
      const unseen = { confirmed_at: now - 35 * MINUTE, freshness: "expired", available: false } as const;
      const door: DeviceState = { ...frontDoor(now), ...unseen, trouble: "cloud_unreachable" };
      const gate: DeviceState = { ...gardenGate(now), ...unseen, trouble: "sign_in_needed" };
      return { ...well, devices: [door, gate] };
    }
    case "missing-lock": {
      const gate: DeviceState = { ...gardenGate(now), trouble: "missing", missing_since_at: now - 28 * MINUTE };
      return { ...well, devices: [frontDoor(now), gate] };
    }
    case "passage": {
      const gate: DeviceState = { ...gardenGate(now), lock_mode: "passage" };
      const cellar: DeviceState = {
        ...frontDoor(now),
        id: "AA:BB:CC:00:00:03",
        name: "Cellar",
        lock_mode: "always_locked",
      };
      return { ...well, devices: [gate, cellar] };
    }
    case "lights":
      return { ...well, devices: [frontDoor(now), ...lights(now)] };
    case "outcomes":
      return well;
    case "not-linked":
      return { ...well, gateway: gateway(now, integrationMissing(now)) };
    case "short-lived": {
      const obtained_at = now - 40 * SECOND;
      const short: AccountState = {
        ...account,
        obtained_at,
        expires_at: obtained_at + 2 * MINUTE,
        next_refresh_at: obtained_at + 95 * SECOND,
        last_success_at: obtained_at,
      };
      return { ...well, accounts: [short] };
    }
  }
}

export function neverSignedIn(): AccountState {
  return {
    ...blankAccount(),
    id: "6a2e1c1e-0b5c-4f0e-9d0a-4d9c2c1b7f10",
    provider: "utec",
    name: "Home",
    owner: "page",
    client_id: "5f1d0c9be2a74d6c8e10",
    client_secret_set: true,
    redirect_uri: "https://my.home-assistant.io/redirect/oauth",
    status: "sign_in_needed",
    reason: "never_signed_in",
    automatic_refresh: true,
  };
}

/** `account` as it stands right after signing in. */
export function freshlySignedIn(account: AccountState, now: number): AccountState {
  return {
    ...account,
    cloud_user: "anna@example.com",
    status: "fresh",
    reason: null,
    generation: account.generation + 1,
    obtained_at: now,
    expires_at: now + TOKEN_LIFE,
    expiry_source: "answer",
    token_usable: true,
    next_refresh_at: now + TOKEN_LIFE * 0.8,
    last_success_at: now,
    last_attempt_at: now,
    recent: [...account.recent, event(now, "signed_in", account.generation + 1, "Signed in as anna@example.com.")],
  };
}

function signedIn(now: number): AccountState {
  const obtained = now - 2.9 * DAY;
  return {
    ...freshlySignedIn(neverSignedIn(), obtained),
    generation: 21,
    refresh_count: 20,
    failure_count: 2,
    recent: past(obtained),
  };
}

/** Twenty-six refreshes, one of which had to be tried twice. */
function past(last: number): readonly AccountEvent[] {
  const step = TOKEN_LIFE * 0.8;
  return Array.from({ length: 26 }, (_, index): readonly AccountEvent[] => {
    const at = last - (25 - index) * step;
    if (index === 0) return [event(at, "signed_in", 1, "Signed in as anna@example.com.")];
    if (index !== 18) return [event(at, "refreshed", index + 1, "The token was refreshed.")];
    return [
      {
        ...event(at - 4000, "retried", index, "The cloud answered 503; tried again."),
        class: "transient",
        code: "http_503",
      },
      event(at, "recovered", index + 1, "Recovered after 4 s: the token was refreshed."),
    ];
  }).flat();
}

function event(at: number, kind: AccountEvent["kind"], generation: number, message: string): AccountEvent {
  return { at, kind, generation, class: null, code: null, message };
}

function retrying(account: AccountState, now: number): AccountState {
  const message = "The cloud cannot be reached: it did not answer within 20 s. The gateway tries again by itself.";
  const obtained_at = now - 5.7 * DAY;
  return {
    ...account,
    status: "retrying",
    reason: "cloud_unreachable",
    obtained_at,
    expires_at: obtained_at + TOKEN_LIFE,
    next_refresh_at: now + 48 * SECOND,
    consecutive_failures: 3,
    last_error: { class: "transient", code: "timeout", message, at: now - MINUTE },
    recent: [
      ...past(obtained_at),
      ...[40, 22, 1].map((minutes): AccountEvent => ({
        ...event(now - minutes * MINUTE, "retried", 21, message),
        class: "transient",
        code: "timeout",
      })),
    ],
  };
}

export function frontDoor(now: number): DeviceState {
  return {
    id: "AA:BB:CC:00:00:01",
    name: "Front door",
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
    model: "Latch 5 NFC",
    lock_state: "unlocked",
    door_state: null,
    battery_level: 2,
    battery_percent: 30,
    confirmed_at: now - 26 * SECOND,
  };
}

/** A lamp with everything, a plug that is away, a switch, and a thing from the future. */
function lights(now: number): readonly DeviceState[] {
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
      kind: "plug",
      category: "SmartPlug",
      online: false,
      freshness: "expired",
      available: false,
      trouble: "offline",
      confirmed_at: now - 2 * HOUR,
    },
    { ...common, id: "switch", name: "Porch", kind: "switch", category: "SmartSwitch", switch_state: "off" },
    {
      ...common,
      id: "toaster",
      name: "Toaster",
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

function story(now: number): readonly CommandState[] {
  const base: CommandState = {
    id: "c1",
    device_id: frontDoor(now).id,
    name: "unlock",
    args: {},
    origin: { kind: "home_assistant", name: "Anna", automation: false },
    requested_at: now - 95 * MINUTE,
    sent_at: now - 95 * MINUTE,
    accepted_at: now - 95 * MINUTE + 300,
    deadline_at: now - 94 * MINUTE,
    ended_at: now - 95 * MINUTE + 2100,
    took_ms: 2100,
    outcome: "confirmed",
    error: null,
  };
  return [
    {
      ...base,
      id: "c0",
      device_id: gardenGate(now).id,
      name: "lock",
      origin: { kind: "home_assistant", name: "Lock up at night", automation: true },
      requested_at: now - 20 * HOUR,
      ended_at: now - 20 * HOUR + 45 * SECOND,
      took_ms: 45 * SECOND,
      outcome: "unconfirmed",
      error: { code: "command_unconfirmed", message: "45 s passed and Garden gate is still unlocked." },
    },
    base,
    {
      ...base,
      id: "c2",
      name: "lock",
      origin: { kind: "page", name: "Anna", automation: false },
      requested_at: now - 92 * MINUTE,
      ended_at: now - 92 * MINUTE + 3400,
      took_ms: 3400,
    },
  ];
}

function running(now: number): CommandState {
  return {
    id: "c9",
    device_id: gardenGate(now).id,
    name: "lock",
    args: {},
    origin: { kind: "home_assistant", name: "Lock up at night", automation: true },
    requested_at: now - 3 * SECOND,
    sent_at: now - 2990,
    accepted_at: now - 2700,
    deadline_at: now + 42 * SECOND,
    ended_at: null,
    took_ms: null,
    outcome: null,
    error: null,
  };
}

function gateway(now: number, link: LinkState): GatewayState {
  const cloud = { online: true, error: null, last_success_at: now - 12 * SECOND, devices_known: true };
  return {
    id: "0d4f6f6e-3c9e-4a53-8f0c-5f5d3d1c2b10",
    version: "0.1.0",
    started_at: now - 3 * DAY,
    link,
    clouds: { [neverSignedIn().id]: cloud },
    problems: [],
  };
}

function linked(now: number): LinkState {
  return {
    status: "linked",
    message: "Your locks are on your dashboards.",
    home_assistant_version: "2026.11.0",
    integration_version: "0.1.0",
    since_at: now - 3 * DAY,
  };
}

function integrationMissing(now: number): LinkState {
  return {
    ...linked(now),
    status: "integration_missing",
    message:
      "The integration U-tec Gateway is not installed in Home Assistant: install it there and restart Home Assistant.",
    integration_version: null,
  };
}

function notConfigured(now: number): LinkState {
  return {
    status: "not_configured",
    message: "Set HOME_ASSISTANT_URL and HOME_ASSISTANT_TOKEN to see your locks in Home Assistant.",
    home_assistant_version: null,
    integration_version: null,
    since_at: now,
  };
}
