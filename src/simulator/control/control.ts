import { Problem } from "../../problem.ts";
import type { CallRecord, Counters, CallCounters } from "../call-counters.ts";
import type { DeviceBehaviour, DeviceDefinition, DeviceStates, DeviceView } from "../devices/device-model.ts";
import type { Fault, FaultKind, FaultPlace, Faults } from "../faults/fault.ts";
import type { GrantView } from "../oauth/grant.ts";
import type { GrantFilter, Grants } from "../oauth/grants.ts";
import type { Home } from "../devices/home.ts";
import type { Notifications, NotificationTarget } from "../notifications.ts";
import { allow, AuthoriseRefusal, readAuthoriseRequest } from "../oauth/authorise-endpoint.ts";
import type { People } from "../oauth/people.ts";
import type { CloudSettings } from "../settings/cloud-settings.ts";

export interface ControlParts {
  readonly people: People;
  readonly grants: Grants;
  readonly home: Home;
  readonly notifications: Notifications;
  readonly faults: Faults;
  readonly counters: CallCounters;
  readonly settings: () => CloudSettings;
  readonly setSettings: (settings: CloudSettings) => void;
  /** What `reset` goes back to. */
  readonly start: { readonly settings: CloudSettings; readonly devices: readonly DeviceDefinition[] };
}

export interface DeviceChange {
  readonly device_id: string;
  /** As if changed by hand at the device; `online: false` cuts it off. */
  readonly states?: Partial<DeviceStates>;
  readonly behaviour?: Partial<DeviceBehaviour>;
}

export interface ClientChange {
  readonly client_id: string;
  readonly client_secret?: string;
  readonly redirect_uris?: readonly string[];
}

export interface Allowance {
  /** The authorise URL that the client would have opened. */
  readonly url: string;
  /** Default: the first user. */
  readonly user_id?: string;
}

/** Where each refusal exists: not every endpoint has it. */
const REFUSAL_PLACES: Readonly<Partial<Record<FaultKind, FaultPlace>>> = {
  invalid_token: "action",
  bad_request: "action",
  invalid_grant: "token",
  invalid_client: "token",
};

/**
 * Lets tests and the demo inspect and change the simulated cloud. Over HTTP the same methods are under
 * `/control/{method}`; `connectControl` is their client.
 */
export class Control {
  readonly #parts: ControlParts;

  constructor(parts: ControlParts) {
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

  devices(): DeviceView[] {
    return this.#parts.home.all().map((device) => device.view());
  }

  settings(): CloudSettings {
    return this.#parts.settings();
  }

  /** The faults that are still to come. */
  faults(): Fault[] {
    return this.#parts.faults.list();
  }

  /** Where clients asked to be notified of changes. */
  notifications(): NotificationTarget[] {
    return this.#parts.notifications.list();
  }

  /** Changes some settings, until they are changed again. */
  set(change: Partial<CloudSettings>): CloudSettings {
    this.#parts.setSettings({ ...this.#parts.settings(), ...change });
    return this.settings();
  }

  /** Queues a fault. @throws Problem `bad_request` for a refusal at an endpoint that does not know it */
  fault(fault: Fault): Fault[] {
    const place = REFUSAL_PLACES[fault.kind] ?? fault.where;
    if (place !== fault.where) {
      throw new Problem("bad_request", `${fault.kind} exists only where the place is ${place}.`, { field: "where" });
    }
    this.#parts.faults.queue(fault);
    return this.faults();
  }

  clearFaults(): void {
    this.#parts.faults.clear();
  }

  /** @throws Problem `not_found` */
  change({ device_id, states, behaviour }: DeviceChange): DeviceView {
    const device = this.#parts.home.get(device_id);
    if (behaviour !== undefined) device.behave(behaviour);
    if (states !== undefined) device.change(states);
    return device.view();
  }

  /** Replaces all devices; an empty list is fine. */
  furnish(devices: readonly DeviceDefinition[]): DeviceView[] {
    this.#parts.home.furnish(devices);
    return this.devices();
  }

  /** Withdraws the consent, as a person does in the phone app. Returns how many grants ended. */
  revoke(filter: GrantFilter = {}): number {
    return this.#parts.grants.revoke(filter, "revoked");
  }

  /** Ends the access tokens early; the refresh tokens stay valid. Returns how many ended. */
  expire(filter: GrantFilter = {}): number {
    return this.#parts.grants.expire(filter);
  }

  /** A new secret or other redirect URIs, as a person sets them in the phone app. @throws Problem `not_found` */
  changeClient({ client_id, ...change }: ClientChange): void {
    this.#parts.people.changeClient(client_id, change);
  }

  /**
   * What pressing Allow on the sign-in page does: the callback URL with its code.
   * @throws Problem `bad_request` when the page would show an error, `not_found` for an unknown user
   */
  allow({ url, user_id }: Allowance): string {
    const { people } = this.#parts;
    const user = user_id === undefined ? people.users[0] : people.user(user_id);
    if (user === undefined) throw new Problem("not_found", "There is no such user.", { field: "user_id" });
    if (!URL.canParse(url)) throw new Problem("bad_request", "url must be the authorise URL.", { field: "url" });
    try {
      const request = readAuthoriseRequest(new URL(url).searchParams, people);
      return allow(request, user, this.#parts);
    } catch (error) {
      if (!(error instanceof AuthoriseRefusal)) throw error;
      throw new Problem("bad_request", `The sign-in page says: ${error.message}.`, { field: "url", cause: error });
    }
  }

  /** Resets everything, counters included; the grants are kept, unless `grants` is true. */
  reset({ grants = false }: { readonly grants?: boolean } = {}): void {
    this.#parts.setSettings(this.#parts.start.settings);
    this.#parts.home.furnish(this.#parts.start.devices);
    this.#parts.faults.clear();
    this.#parts.counters.clear();
    this.#parts.notifications.clear();
    if (grants) this.#parts.grants.clear();
  }
}
