import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../../../src/json.ts";

/** What an add-on tells Home Assistant about itself. */
export interface DiscoveryMessage {
  readonly addon: string;
  readonly service: string;
  /** 32 hexadecimal digits. */
  readonly uuid: string;
  readonly config: JsonObject;
}

/**
 * The announcements that the Supervisor keeps, one per add-on and service. The same one made again changes nothing and
 * reaches nobody; another `config` keeps the id and is told. Source: `supervisor/discovery` of 2026.08.
 */
export class DiscoveryMessages {
  readonly #messages = new Map<string, DiscoveryMessage>();
  readonly #tell: (message: DiscoveryMessage, change: "new" | "removed") => void;

  constructor(tell: (message: DiscoveryMessage, change: "new" | "removed") => void) {
    this.#tell = tell;
  }

  get all(): readonly DiscoveryMessage[] {
    return [...this.#messages.values()];
  }

  get(uuid: string): DiscoveryMessage | undefined {
    return this.#messages.get(uuid.replaceAll("-", ""));
  }

  send(addon: string, service: string, config: JsonObject): DiscoveryMessage {
    const known = this.all.find((message) => message.addon === addon && message.service === service);
    if (known !== undefined && isDeepStrictEqual(known.config, config)) return known;
    const message = { addon, service, uuid: known?.uuid ?? randomUUID().replaceAll("-", ""), config };
    this.#messages.set(message.uuid, message);
    this.#tell(message, "new");
    return message;
  }

  remove(message: DiscoveryMessage): void {
    this.#messages.delete(message.uuid);
    this.#tell(message, "removed");
  }

  /** An add-on that is uninstalled takes its announcements along. */
  removeOf(addon: string): void {
    for (const message of this.all) if (message.addon === addon) this.remove(message);
  }
}
