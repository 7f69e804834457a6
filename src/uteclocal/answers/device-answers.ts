import type { Random } from "../../random.ts";
import type { LivePicture } from "../../state/live-picture.ts";
import type { DeviceState } from "../../state/picture.ts";
import { envelope, inOrder, listed, queried } from "./cloud-words.ts";
import type { QueriedDevice } from "./cloud-words.ts";

/** What the poll of the old gateways found, in the words of A and of B. */
export interface LatestStatus {
  readonly payload: { readonly devices: readonly QueriedDevice[] };
  readonly status: ReturnType<typeof envelope>;
  /** Epoch seconds; 0 before the cloud has answered at all. */
  readonly last_updated: number;
}

/** The cloud's answers, made from the live picture: nothing of it asks the cloud. */
export class DeviceAnswers {
  readonly #picture: LivePicture;
  readonly #random: Pick<Random, "uuid">;
  readonly #unsubscribe: () => void;
  #list: Buffer | null = null;

  constructor(picture: LivePicture, random: Pick<Random, "uuid">) {
    this.#picture = picture;
    this.#random = random;
    this.#unsubscribe = picture.subscribe(({ set, removed }) => {
      if (set.devices !== undefined || removed.devices !== undefined) this.#list = null;
    });
  }

  close(): void {
    this.#unsubscribe();
  }

  /** The answer to a Discovery as JSON: the same until a device changes. */
  list(): Buffer {
    return (this.#list ??= Buffer.from(JSON.stringify(this.#answer("Discovery", this.#devices().map(listed)))));
  }

  query(devices: readonly DeviceState[]): ReturnType<typeof envelope> {
    return this.#answer("Query", devices.map(queried));
  }

  /** @param deferredS how long the outcome may take; null once it is confirmed */
  command(device: DeviceState, deferredS: number | null): ReturnType<typeof envelope> {
    const { id, states } = queried(device);
    const deferred = { capability: "st.deferredResponse", name: "seconds", value: deferredS };
    return this.#answer("Command", [{ id, states: deferredS === null ? states : [deferred] }]);
  }

  latest(): LatestStatus {
    const devices = this.#devices();
    const answers = Object.values(this.#picture.gateway.clouds).map(({ last_success_at }) => last_success_at ?? 0);
    const confirmed = devices.map(({ confirmed_at }) => confirmed_at ?? 0);
    return {
      payload: { devices: devices.map(queried) },
      status: this.query(devices),
      last_updated: Math.max(0, ...answers, ...confirmed) / 1000,
    };
  }

  #devices(): DeviceState[] {
    return inOrder(this.#picture.devices());
  }

  #answer(name: Parameters<typeof envelope>[0], devices: readonly unknown[]): ReturnType<typeof envelope> {
    return envelope(name, devices, this.#random.uuid());
  }
}
