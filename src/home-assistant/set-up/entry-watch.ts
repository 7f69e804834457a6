import { isObject } from "../../json.ts";
import type { Core } from "../connection/core.ts";
import { CoreError } from "../connection/core.ts";
import { DOMAIN } from "../messages/messages.ts";

/** Notices at once when an entry of the integration appears, changes or goes: set-up needs no polling. */
export class EntryWatch {
  readonly #core: Pick<Core, "subscribe">;
  readonly #onChange: () => void;
  #watching = false;

  constructor(core: Pick<Core, "subscribe">, onChange: () => void) {
    this.#core = core;
    this.#onChange = onChange;
  }

  /**
   * Subscribes, once per socket. Where that is refused, the caller's own retries must do.
   * @throws CoreError `connection_lost`, `no_answer`
   */
  async start(): Promise<void> {
    if (this.#watching) return;
    this.#watching = true;
    try {
      await this.#core.subscribe({ type: "config_entries/subscribe" }, (changes) => this.#look(changes));
    } catch (error) {
      if (error instanceof CoreError && (error.code === "connection_lost" || error.code === "no_answer")) throw error;
    }
  }

  /** The first event lists what exists (`type` null), the later ones what has changed. */
  #look(changes: unknown): void {
    if (!Array.isArray(changes)) return;
    const ours = changes.filter(isObject).some(({ type, entry }) => {
      return type !== null && isObject(entry) && entry["domain"] === DOMAIN;
    });
    if (ours) this.#onChange();
  }
}
