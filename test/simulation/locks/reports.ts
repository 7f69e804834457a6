import { isObject } from "../../../src/json.ts";
import type { DeviceState } from "../../../src/state/picture.ts";

/** What the cloud said of a device in one answer, as the gateway heard it. */
export interface Report {
  /** The number of the request in the order of all requests. */
  readonly askedAs: number;
  readonly online: boolean | undefined;
  readonly values: ReadonlyMap<string, unknown>;
}

/** The words of the cloud, in the picture's. Written here once more, so that no table of the gateway judges itself. */
const SAID: Readonly<Record<string, readonly [keyof DeviceState, ReadonlyMap<unknown, unknown> | null]>> = {
  "st.lock/lockState": [
    "lock_state",
    new Map([
      ["Locked", "locked"],
      ["Unlocked", "unlocked"],
      ["Jammed", "jammed"],
    ]),
  ],
  "st.lock/lockMode": [
    "lock_mode",
    new Map([
      [0, "normal"],
      [1, "passage"],
      [2, "always_locked"],
    ]),
  ],
  "st.doorSensor/sensorState": [
    "door_state",
    new Map([
      ["Open", "open"],
      ["Closed", "closed"],
    ]),
  ],
  "st.batteryLevel/level": ["battery_level", null],
  "st.switch/switch": ["switch_state", null],
  "st.switchLevel/level": ["level", null],
};
export const SAID_VALUES: readonly (keyof DeviceState)[] = [...new Set(Object.values(SAID).map(([value]) => value))];
const REPORTS_KEPT = 200;

/** Everything that the cloud said of devices, in its order. */
export class Reports {
  readonly #byDevice = new Map<string, Report[]>();

  /** Takes in what was answered to the request with this number. */
  hear(askedAs: number, payload: unknown): void {
    for (const device of devicesOf(payload)) {
      const id = String(device["id"]);
      const reports = this.#byDevice.get(id) ?? [];
      reports.push(readReport(askedAs, device));
      if (reports.length > REPORTS_KEPT) reports.shift();
      this.#byDevice.set(id, reports);
    }
  }

  of(device_id: string): readonly Report[] {
    return this.#byDevice.get(device_id) ?? [];
  }

  /** Did the cloud say it of a device that was there? What it remembers of one that is away may be forgotten again. */
  wasSaidThere(device_id: string, value: string): boolean {
    let isThere = true;
    return this.of(device_id).some(({ online, values }) => {
      isThere = online ?? isThere;
      return isThere && values.has(value);
    });
  }

  clear(): void {
    this.#byDevice.clear();
  }
}

/** In the picture's word, what the cloud says of a value of a device, such as `st.lock/lockState`. */
export function wordOf(name: string, said: unknown): unknown {
  const words = SAID[name]?.[1];
  return words ? words.get(said) : said;
}

export function devicesOf(payload: unknown): Record<string, unknown>[] {
  const devices = isObject(payload) ? payload["devices"] : undefined;
  return Array.isArray(devices) ? devices.filter(isObject) : [];
}

function readReport(askedAs: number, device: Record<string, unknown>): Report {
  const error = isObject(device["error"]) ? device["error"]["code"] : undefined;
  const states = Array.isArray(device["states"]) ? device["states"].filter(isObject) : [];
  const values = new Map<string, unknown>();
  let online = error === "DEVICE_OFFLINE" ? false : undefined;
  for (const { capability, name, value } of states) {
    if (name === "status") online = value === "Online";
    const said = `${String(capability)}/${String(name)}`;
    const [key] = SAID[said] ?? [];
    if (key) values.set(key, wordOf(said, value));
  }
  return { askedAs, online, values };
}
