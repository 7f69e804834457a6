import type { CallCounters, CallRecord, Counters } from "../call-counters.ts";
import type { Fault, Faults } from "../faults/fault.ts";
import type { GrantView } from "../oauth/grant.ts";
import type { GrantFilter, Grants } from "../oauth/grants.ts";

export interface CloudControlParts<Settings> {
  readonly grants: Grants;
  readonly faults: Faults;
  readonly counters: CallCounters;
  readonly settings: () => Settings;
  readonly setSettings: (settings: Settings) => void;
}

/** What tests and the demo can inspect and change of every simulated cloud that keeps grants. */
export class CloudControl<Settings extends object> {
  readonly #parts: CloudControlParts<Settings>;

  constructor(parts: CloudControlParts<Settings>) {
    this.#parts = parts;
  }

  counters(): Counters {
    return this.#parts.counters.read();
  }

  /** The latest calls, oldest first. */
  calls(): CallRecord[] {
    return this.#parts.counters.calls();
  }

  /** Who holds what: each grant with its newest tokens. */
  grants(): GrantView[] {
    return this.#parts.grants.views();
  }

  settings(): Settings {
    return this.#parts.settings();
  }

  /** The faults that are still to come. */
  faults(): Fault[] {
    return this.#parts.faults.list();
  }

  /** Changes some settings, until they are changed again. */
  set(change: Partial<Settings>): Settings {
    this.#parts.setSettings({ ...this.#parts.settings(), ...change });
    return this.settings();
  }

  /** Queues a fault. */
  fault(fault: Fault): Fault[] {
    this.#parts.faults.queue(fault);
    return this.faults();
  }

  clearFaults(): void {
    this.#parts.faults.clear();
  }

  /** Withdraws the consent, as a person does in the phone app. Returns how many grants ended. */
  revoke(filter: GrantFilter = {}): number {
    return this.#parts.grants.revoke(filter, "revoked");
  }

  /** Ends the access tokens early; the refresh tokens stay valid. Returns how many ended. */
  expire(filter: GrantFilter = {}): number {
    return this.#parts.grants.expire(filter);
  }
}
