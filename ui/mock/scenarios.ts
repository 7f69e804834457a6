import type { AccountState } from "../../src/keeper/account.ts";
import type { DeviceState, Snapshot } from "../../src/state/picture.ts";
import { event, neverSignedIn, retrying, signedIn } from "./accounts.ts";
import { codeAccount, otherAccounts, refusedLogin } from "./clouds/accounts.ts";
import { running, story } from "./commands.ts";
import { frontDoor, gardenGate, lights } from "./devices.ts";
import { gateway } from "./gateway.ts";
import { integrationMissing, linked, notAdded, notConfigured } from "./home-assistant/link-states.ts";
import { manyDoors } from "./doors/many-doors.ts";
import { fiveHundred } from "./situations/five-hundred.ts";
import { outage } from "./situations/outage.ts";
import { unsafe } from "./situations/unsafe.ts";
import { HOUR, MINUTE, SECOND } from "./times.ts";

/** The situations in which the page can be looked at. */
export const SCENARIOS = [
  "empty",
  "never-signed-in",
  "all-well",
  "sign-in-needed",
  "retrying",
  "misconfigured",
  "paused",
  "left-options",
  "locking",
  "offline-lock",
  "stale-lock",
  "expired-lock",
  "missing-lock",
  "passage",
  "lights",
  "many-doors",
  "outcomes",
  "not-linked",
  "first-visit",
  "not-added",
  "short-lived",
  "other-clouds",
  "device-code",
  "refused-login",
  "member",
  "unconfirmed",
  "outage",
  "unsafe",
  "five-hundred",
] as const;
export type Scenario = (typeof SCENARIOS)[number];

/** The whole picture of a scenario at `now`. */
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
    case "member":
    case "unconfirmed":
      return well;
    case "other-clouds":
      return { ...unsigned, gateway: gateway(now, linked(now)), accounts: otherAccounts(now) };
    case "device-code":
      return { ...unsigned, accounts: [codeAccount(now)] };
    case "refused-login":
      return { ...unsigned, accounts: [refusedLogin(now)] };
    case "empty":
      return { ...unsigned, accounts: [] };
    case "never-signed-in":
      return { ...unsigned, accounts: [neverSignedIn()] };
    case "sign-in-needed": {
      const failure = event(
        now - 4 * MINUTE,
        "failed",
        21,
        "The U-tec cloud refused the sign-in (invalid_grant); sign in again.",
      );
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
    case "left-options":
      return { ...well, accounts: [{ ...account, left_options_at: now - 25 * MINUTE }] };
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
        cloud_name: "Cellar",
        lock_mode: "always_locked",
      };
      return { ...well, devices: [gate, cellar] };
    }
    case "lights":
      return { ...well, devices: [frontDoor(now), ...lights(now)] };
    case "many-doors":
      return { ...well, devices: manyDoors(now) };
    case "outcomes":
      return well;
    case "outage":
      return outage(well, now);
    case "unsafe":
      return { ...well, devices: unsafe(now) };
    case "five-hundred":
      return { ...well, devices: fiveHundred(now) };
    case "not-linked":
      return { ...well, gateway: gateway(now, integrationMissing(now)) };
    case "first-visit": {
      const known: AccountState = { ...neverSignedIn(), owner: "options" };
      return { ...unsigned, gateway: gateway(now, integrationMissing(now)), accounts: [known] };
    }
    case "not-added":
      return { ...well, gateway: gateway(now, notAdded(now)) };
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
