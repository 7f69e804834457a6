import { isObject } from "../../json.ts";
import { canonicalCapability } from "./capability.ts";
import { displayText } from "./display-text.ts";
import type { Scrub } from "./display-text.ts";
import { looseNumber, looseText, member } from "./loose-json.ts";
import { deviceId, devicesIn } from "./payload-devices.ts";
import { readState, readValues } from "./value-readings.ts";
import type { StateEntry, ReportedValues } from "./value-readings.ts";

/** What one answer reports of one device. */
export interface DeviceReport extends ReportedValues {
  readonly id: string;
  /** The cloud's error for this device alone, as it wrote it. */
  readonly error: { readonly code: string; readonly message: string } | undefined;
  /** Of the answer to a command: how long its outcome may take. */
  readonly deferredS: number | undefined;
  /** Canonical names of the capabilities that the states belong to. */
  readonly capabilities: readonly string[];
}

/** How long an outcome may take; not a trait of the device. */
const DEFERRED = "st.deferredResponse";

/**
 * What the answer to a Query or Command reports, device by device; a device that is in it twice gets one report. Never
 * throws: what is not understood is left out.
 * @param scrub takes the secrets out of the cloud's own words
 */
export function readReports(payload: unknown, scrub: Scrub): DeviceReport[] {
  const entries = new Map<string, unknown[]>();
  for (const device of devicesIn(payload) ?? []) {
    const id = deviceId(device);
    if (id === null) continue;
    const known = entries.get(id);
    if (known) known.push(device);
    else entries.set(id, [device]);
  }
  return [...entries].map(([id, devices]) => readReport(id, devices, scrub));
}

/** Does the cloud say, in either of its ways, that it cannot reach the device? */
export function saysOffline({ online, error }: DeviceReport): boolean {
  return online === false || error?.code.toUpperCase() === "DEVICE_OFFLINE";
}

/**
 * Are the states in the report only what the cloud remembers, of unknown age, rather than what the device reports now?
 * @param online whether the device was online before; null for never reported
 */
export function isMemory(report: DeviceReport, online: boolean | null): boolean {
  return saysOffline(report) || (report.online === undefined && online === false);
}

function readReport(id: string, devices: readonly unknown[], scrub: Scrub): DeviceReport {
  const states = devices.flatMap(statesOf);
  const capabilities = states.flatMap(({ capability }) => displayText(canonicalCapability(capability)) ?? []);
  return {
    id,
    error: devices.map((device) => readError(member(device, "error"), scrub)).find((error) => error !== undefined),
    ...readValues(states),
    deferredS: readState(states, `${DEFERRED.toLowerCase()}/seconds`, { read: readSeconds }),
    capabilities: [...new Set(capabilities)].filter((name) => name !== DEFERRED),
  };
}

/** States come as a list of {capability, name, value}, or as a mapping {capability: {name: value}}. */
function statesOf(device: unknown): StateEntry[] {
  const states = member(device, "states");
  if (Array.isArray(states)) {
    return states.flatMap((state) => {
      const capability = looseText(member(state, "capability"));
      const name = looseText(member(state, "name"));
      return capability && name ? [stateEntry(capability, name, member(state, "value"))] : [];
    });
  }
  if (!isObject(states)) return [];
  return Object.entries(states).flatMap(([capability, values]) =>
    isObject(values) ? Object.entries(values).map(([name, value]) => stateEntry(capability, name, value)) : [],
  );
}

function stateEntry(capability: string, name: string, value: unknown): StateEntry {
  return { capability, key: `${capability}/${name}`.toLowerCase(), value };
}

function readSeconds(value: unknown): number | undefined {
  const seconds = looseNumber(value);
  return seconds === null || seconds < 0 ? undefined : seconds;
}

function readError(error: unknown, scrub: Scrub): DeviceReport["error"] {
  const code = looseText(member(error, "code"));
  return code === null ? undefined : { code: scrub(code), message: scrub(looseText(member(error, "message")) ?? code) };
}
