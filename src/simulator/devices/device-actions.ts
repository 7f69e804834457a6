import { isDeepStrictEqual } from "node:util";
import { isObject } from "../../json.ts";
import type { JsonObject } from "../../json.ts";
import { ActionRefusal } from "../action-refusal.ts";
import { writtenStates } from "./written-states.ts";
import { DeviceRefusal } from "./device.ts";
import type { Device } from "./device.ts";
import { stateEntries } from "./device-model.ts";
import type { Home } from "./home.ts";
import type { CloudSettings } from "../settings/cloud-settings.ts";
import type { CallCounters } from "../call-counters.ts";

export interface DeviceActionParts {
  readonly home: Home;
  readonly counters: CallCounters;
  readonly settings: () => CloudSettings;
}

/** Uhome.Device/Discovery: the records of the user's devices. */
export function discoverDevices(user_id: string, { home, settings }: DeviceActionParts): unknown {
  const devices = home.seenBy(user_id).filter((device) => !device.behaviour.hidden_in.includes("discovery"));
  const records = devices.flatMap((device) => {
    const one = record(device, settings());
    return device.behaviour.double === null ? [one] : [one, one];
  });
  return asPayload(records, settings());
}

/** Devices in one of the shapes seen in the field. */
function asPayload(devices: readonly object[], { payload_shape }: CloudSettings): unknown {
  if (payload_shape === "list") return devices;
  if (payload_shape === "devices") return { devices };
  return { devices: Object.fromEntries(devices.map((device, index) => [`device-${index + 1}`, device])) };
}

function record({ definition, behaviour }: Device, { category_member }: CloudSettings): JsonObject {
  const { id, name, category, attributes, custom_data, serial_number } = definition;
  const members: JsonObject = {
    id,
    name,
    [category_member]: category,
    handleType: definition.handle_type,
    deviceInfo: {
      manufacturer: definition.manufacturer ?? "U-tec",
      model: definition.model,
      hwVersion: definition.hw_version,
      ...(serial_number === undefined ? {} : { serialNumber: serial_number }),
    },
    ...(attributes === undefined ? {} : { attributes }),
    ...(custom_data === undefined ? {} : { customData: custom_data }),
  };
  return Object.fromEntries(Object.entries(members).filter(([field]) => !behaviour.missing_fields.includes(field)));
}

/**
 * Uhome.Device/Query: what the cloud last heard of each device; unknown ones are silently left out.
 * @throws ActionRefusal `BAD-REQUEST`
 */
export function queryDevices(payload: JsonObject, user_id: string, { home, settings }: DeviceActionParts): unknown {
  const { custom_data_required, query_limit, query_refusal_status } = settings();
  const devices: object[] = [];
  const all = readDevices(payload);
  const isTooLong = query_limit > 0 && all.length > query_limit;
  if (isTooLong || all.some(({ id }) => home.find(id, user_id)?.behaviour.spoils_queries)) {
    throw new ActionRefusal("BAD-REQUEST", "The query cannot be answered.", query_refusal_status);
  }
  for (const asked of all) {
    const device = home.find(asked.id, user_id);
    if (device === undefined || device.behaviour.hidden_in.includes("query")) continue;
    if (custom_data_required && !echoes(asked.entry, device)) {
      devices.push({ id: asked.id, error: customDataError() });
      continue;
    }
    const states = device.poll();
    const { double } = device.behaviour;
    for (const said of double === null ? [states] : [states, { ...states, ...double }]) {
      devices.push(writtenStates(asked.id, stateEntries(said, device.behaviour), settings()));
    }
  }
  return asPayload(devices, settings());
}

/** Uhome.Device/Command: each device answers for itself, with a deferred response or an error. */
export function commandDevices(payload: JsonObject, user_id: string, parts: DeviceActionParts): unknown {
  return { devices: readDevices(payload).map((asked) => commandDevice(asked, user_id, parts)) };
}

function commandDevice(
  { id, entry }: AskedDevice,
  user_id: string,
  { home, counters, settings }: DeviceActionParts,
): unknown {
  const { capability, name, arguments: args = {} } = isObject(entry["command"]) ? entry["command"] : {};
  counters.command(id, `${String(capability)}/${String(name)}`);
  const device = home.find(id, user_id);
  const { custom_data_required } = settings();
  try {
    if (device === undefined) throw new DeviceRefusal("BAD-REQUEST", "There is no such device.");
    if (custom_data_required && !echoes(entry, device)) return { id, error: customDataError() };
    const seconds = device.command(String(capability), String(name), isObject(args) ? args : {}, () =>
      counters.commandExecuted(id),
    );
    counters.commandAccepted(id);
    return writtenStates(id, [{ capability: "st.deferredResponse", name: "seconds", value: seconds }], settings());
  } catch (error) {
    if (!(error instanceof DeviceRefusal)) throw error;
    return { id, error: { code: error.code, message: error.message } };
  }
}

interface AskedDevice {
  readonly id: string;
  readonly entry: JsonObject;
}

/** @throws ActionRefusal `BAD-REQUEST` */
function readDevices(payload: JsonObject): AskedDevice[] {
  const devices = payload["devices"];
  if (!Array.isArray(devices)) throw new ActionRefusal("BAD-REQUEST", "The payload has no list of devices.");
  return devices.map((entry: unknown) => {
    if (!isObject(entry) || typeof entry["id"] !== "string") {
      throw new ActionRefusal("BAD-REQUEST", "A device has no id.");
    }
    return { id: entry["id"], entry };
  });
}

/** A device's customData comes back as it was given out (U-tec developer documentation). */
function echoes(entry: JsonObject, { definition }: Device): boolean {
  return definition.custom_data === undefined || isDeepStrictEqual(entry["customData"], definition.custom_data);
}

function customDataError(): object {
  return { code: "BAD-REQUEST", message: "The device's customData is missing or was changed." };
}
