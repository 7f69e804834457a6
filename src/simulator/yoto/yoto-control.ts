import { Problem } from "../../problem.ts";
import type { CallCounters, CallRecord, Counters } from "../call-counters.ts";
import type { Fault, Faults } from "../faults/fault.ts";
import type { GrantView } from "../oauth/grant.ts";
import type { GrantFilter } from "../oauth/grants.ts";
import type { Decision, DeviceCodeView } from "./device-codes.ts";
import type { YotoParts } from "./yoto-endpoints.ts";
import { YOTO_SETTINGS } from "./yoto-settings.ts";
import type { YotoSettings } from "./yoto-settings.ts";

export interface YotoControlParts extends Omit<YotoParts, "url"> {
  readonly faults: Faults;
  readonly counters: CallCounters;
  readonly setSettings: (settings: YotoSettings) => void;
}

/** Lets tests and the demo inspect and change the simulated Yoto cloud. */
export class YotoControl {
  readonly #parts: YotoControlParts;

  constructor(parts: YotoControlParts) {
    this.#parts = parts;
  }

  counters(): Counters {
    return this.#parts.counters.read();
  }

  /** The latest calls, oldest first. */
  calls(): CallRecord[] {
    return this.#parts.counters.calls();
  }

  grants(): GrantView[] {
    return this.#parts.grants.views();
  }

  /** The codes that can still be entered. */
  codes(): DeviceCodeView[] {
    return this.#parts.codes.views();
  }

  settings(): YotoSettings {
    return this.#parts.settings();
  }

  /** Changes some settings, until they are changed again. */
  set(change: Partial<YotoSettings>): YotoSettings {
    this.#parts.setSettings({ ...this.#parts.settings(), ...change });
    return this.settings();
  }

  /** Queues a fault. */
  fault(fault: Fault): Fault[] {
    this.#parts.faults.queue(fault);
    return this.#parts.faults.list();
  }

  clearFaults(): void {
    this.#parts.faults.clear();
  }

  /** What a person does on the page where the code is entered. @throws Problem `not_found` */
  enter(user_code: string, decision: Decision = "allow"): void {
    const { codes, people } = this.#parts;
    if (codes.decide(user_code, decision, people.users[0]?.id ?? "")) return;
    throw new Problem("not_found", "There is no such code to be entered.", { field: "user_code" });
  }

  /** Withdraws the consent. Returns how many grants ended. */
  revoke(filter: GrantFilter = {}): number {
    return this.#parts.grants.revoke(filter, "revoked");
  }

  /** Ends the access tokens early; the refresh tokens stay valid. Returns how many ended. */
  expire(filter: GrantFilter = {}): number {
    return this.#parts.grants.expire(filter);
  }

  /** Resets everything, counters included; the grants are kept. */
  reset(): void {
    this.#parts.setSettings(YOTO_SETTINGS);
    this.#parts.faults.clear();
    this.#parts.counters.clear();
    this.#parts.codes.clear();
  }
}
