import { Problem } from "../../problem.ts";
import { operationsHttp } from "./operations-http.ts";
import type { Call, Reply } from "../call.ts";
import type { Allowance, ClientChange, Control, DeviceChange } from "./control.ts";
import { BEHAVIOUR_SHAPE, definition, STATES_SHAPE } from "../devices/device-model.ts";
import type { DeviceBehaviour, DeviceStates } from "../devices/device-model.ts";
import { faultShape } from "../faults/fault.ts";
import type { GrantFilter } from "../oauth/grants.ts";
import { flag, listOf, objectOf, read, text } from "../settings/rules.ts";
import type { Shape } from "../settings/rules.ts";
import { SETTINGS_SHAPE } from "../settings/cloud-settings.ts";
import type { CloudSettings } from "../settings/cloud-settings.ts";

const CHANGE_SHAPE: Shape<DeviceChange> = {
  device_id: text,
  states: objectOf<Partial<DeviceStates>>(STATES_SHAPE),
  behaviour: objectOf<Partial<DeviceBehaviour>>(BEHAVIOUR_SHAPE),
};
const CLIENT_SHAPE: Shape<ClientChange> = { client_id: text, client_secret: text, redirect_uris: listOf(text) };
const FAULT_SHAPE = faultShape("authorise", "token", "action");
const FILTER_SHAPE: Shape<GrantFilter> = { grant_id: text, client_id: text, user_id: text };
const ALLOWANCE_SHAPE: Shape<Allowance> = { url: text, user_id: text };
const RESET_SHAPE: Shape<{ readonly grants?: boolean }> = { grants: flag };

type ReadingMethod = "counters" | "calls" | "grants" | "devices" | "settings" | "faults" | "notifications";
type Operations<Method extends keyof Control> = Readonly<Record<Method, (input: unknown) => unknown>>;

/**
 * The control as HTTP: `GET /control/{method}` reads, `POST /control/{method}` with a JSON body changes; the answer is
 * what the method returns, null for nothing.
 */
export function controlHttp(control: Control): (call: Call) => Reply {
  const reading: Operations<ReadingMethod> = {
    counters: () => control.counters(),
    calls: () => control.calls(),
    grants: () => control.grants(),
    devices: () => control.devices(),
    settings: () => control.settings(),
    faults: () => control.faults(),
    notifications: () => control.notifications(),
  };
  const changing: Operations<Exclude<keyof Control, ReadingMethod>> = {
    set: (input) => control.set(read<Partial<CloudSettings>>(SETTINGS_SHAPE, input)),
    fault: (input) => control.fault(read(FAULT_SHAPE, input, ["where", "kind"])),
    clearFaults: () => control.clearFaults(),
    change: (input) => control.change(read(CHANGE_SHAPE, input, ["device_id"])),
    furnish: (input) => control.furnish(readDevices(input)),
    revoke: (input) => control.revoke(read(FILTER_SHAPE, input)),
    expire: (input) => control.expire(read(FILTER_SHAPE, input)),
    changeClient: (input) => control.changeClient(read(CLIENT_SHAPE, input, ["client_id"])),
    allow: (input) => control.allow(read(ALLOWANCE_SHAPE, input, ["url"])),
    reset: (input) => control.reset(read(RESET_SHAPE, input)),
  };
  return operationsHttp(reading, changing);
}

function readDevices(input: unknown): Parameters<Control["furnish"]>[0] {
  const devices = listOf(definition);
  if (devices.holds(input)) return input;
  throw new Problem("bad_request", `Send ${devices.allowed}.`);
}
