import { Problem } from "../../problem.ts";
import type { DeviceBehaviour, DeviceDefinition, DeviceStates, DeviceView } from "../devices/device-model.ts";
import type { Fault, FaultKind, FaultPlace } from "../faults/fault.ts";
import { CloudControl } from "./cloud-control.ts";
import type { CloudControlParts } from "./cloud-control.ts";
import type { Home } from "../devices/home.ts";
import type { Notifications, NotificationTarget } from "../notifications.ts";
import { allow, AuthoriseRefusal, readAuthoriseRequest } from "../oauth/authorise-endpoint.ts";
import type { People } from "../oauth/people.ts";
import type { CloudSettings } from "../settings/cloud-settings.ts";

export interface ControlParts extends CloudControlParts<CloudSettings> {
  readonly people: People;
  readonly home: Home;
  readonly notifications: Notifications;
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
export class Control extends CloudControl<CloudSettings> {
  readonly #parts: ControlParts;

  constructor(parts: ControlParts) {
    super(parts);
    this.#parts = parts;
  }

  devices(): DeviceView[] {
    return this.#parts.home.all().map((device) => device.view());
  }

  /** Where clients asked to be notified of changes. */
  notifications(): NotificationTarget[] {
    return this.#parts.notifications.list();
  }

  /** Queues a fault. @throws Problem `bad_request` for a refusal at an endpoint that does not know it */
  override fault(fault: Fault): Fault[] {
    const place = REFUSAL_PLACES[fault.kind] ?? fault.where;
    if (place !== fault.where) {
      throw new Problem("bad_request", `${fault.kind} exists only where the place is ${place}.`, { field: "where" });
    }
    return super.fault(fault);
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
