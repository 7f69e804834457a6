import type { DeviceView } from "../../../src/simulator/devices/device-model.ts";
import type { LivePicture } from "../../../src/state/live-picture.ts";
import type { CommandState, DeviceState } from "../../../src/state/picture.ts";
import { SAID_VALUES, wordOf } from "./reports.ts";
import type { Reports } from "./reports.ts";

/** What a device shows before the cloud has said anything. */
const UNSAID: ReadonlySet<unknown> = new Set([null, "unknown", undefined]);
const TRANSITIONS: Readonly<Record<string, string>> = { lock: "locking", unlock: "unlocking" };
const GOALS: Readonly<Record<string, string>> = { lock: "locked", unlock: "unlocked" };

/** Holds what is shown of devices against what the cloud said of them. */
export class DeviceJudge {
  readonly #reports: Reports;
  readonly #onBroken: (promise: string) => void;
  readonly #shown = new Map<string, DeviceState>();
  /** By command id: was its device as asked when the cloud accepted it, and has it been so since? */
  readonly #needs = new Map<string, "none" | "some" | "contradicted">();

  /** @param onBroken takes a promise that is broken */
  constructor(reports: Reports, onBroken: (promise: string) => void) {
    this.#reports = reports;
    this.#onBroken = onBroken;
  }

  clear(): void {
    this.#shown.clear();
    this.#needs.clear();
  }

  see(device: DeviceState): void {
    const before = this.#shown.get(device.id);
    this.#shown.set(device.id, device);
    const reports = this.#reports.of(device.id);
    for (const value of SAID_VALUES) {
      const shown = device[value];
      if (shown === before?.[value] || (before === undefined && UNSAID.has(shown))) continue;
      const said = reports.findLast((report) => report.values.has(value))?.values.get(value);
      if (UNSAID.has(shown) && !this.#reports.wasSaidThere(device.id, value)) continue;
      if (shown !== said)
        this.#onBroken(`${device.id} is shown with ${value} ${text(shown)}; the cloud said ${text(said)}`);
    }
    if (device.online !== (before?.online ?? null)) {
      const said = reports.findLast(({ online }) => online !== undefined)?.online;
      if (device.online !== said) this.#onBroken(`${device.id} is shown ${device.online ? "online" : "offline"}`);
    }
  }

  /** A device moves only while an accepted command is under way. */
  seeTransitions(picture: LivePicture): void {
    for (const device of picture.devices()) {
      const running = picture
        .commands()
        .find((one) => one.device_id === device.id && one.accepted_at !== null && one.ended_at === null);
      const allowed = running ? this.#transitionsOf(running, device) : [null];
      if (!allowed.includes(device.transition)) {
        this.#onBroken(`${device.id} is shown ${device.transition} while ${running?.name ?? "nothing"} is under way`);
      }
    }
  }

  /** Everything is quiet: the picture must be the cloud's truth, and nothing under way. */
  checkQuiet(picture: LivePicture, devices: readonly DeviceView[]): void {
    for (const { id, actual } of devices) {
      const device = picture.device(id);
      if (!device) {
        this.#onBroken(`${id} is not in the picture`);
        continue;
      }
      const truth = new Map<keyof DeviceState, unknown>([
        ["lock_state", wordOf("st.lock/lockState", actual.lock_state)],
        ["lock_mode", wordOf("st.lock/lockMode", actual.lock_mode)],
        ["switch_state", actual.switch],
        ["level", actual.switch_level],
        ["online", actual.online],
        ["transition", null],
      ]);
      for (const [value, is] of truth) {
        const shown = device[value];
        if (is !== undefined && shown !== is)
          this.#onBroken(`${id} is ${text(is)}, and shown with ${value} ${text(shown)}`);
      }
    }
    for (const { id, ended_at } of picture.commands()) if (ended_at === null) this.#onBroken(`${id} hangs`);
  }

  /** What the device of an accepted command may be shown to be doing. */
  #transitionsOf({ id, name }: CommandState, { lock_state, freshness }: DeviceState): (string | null)[] {
    const transition = TRANSITIONS[name];
    if (transition === undefined) return [null];
    const isSo = lock_state === GOALS[name];
    // The first look at it is that of its acceptance.
    const need = this.#needs.get(id) ?? (isSo && freshness === "fresh" ? "none" : "some");
    const now = need === "none" && !isSo ? "contradicted" : need;
    this.#needs.set(id, now);
    if (now === "contradicted") return [null, transition];
    return now === "none" ? [null] : [transition];
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
}
