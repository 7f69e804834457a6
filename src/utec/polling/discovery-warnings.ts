import type { Log } from "../../log.ts";
import type { Discovery } from "../reading/discovery.ts";

/** So many ids say enough. */
const MOST_IDS = 5;

/** Says in the log what is odd about an account's discoveries: once, for as long as it stays. */
export class DiscoveryRemarks {
  readonly #log: Log;
  readonly #accountId: string;
  #said = new Set<string>();

  constructor(log: Log, accountId: string) {
    this.#log = log;
    this.#accountId = accountId;
  }

  tell({ records, tooMany, repeated, nameless }: Discovery): void {
    const remarks = new Map<string, object>();
    if (tooMany > 0) {
      remarks.set(
        "The cloud lists more devices than the gateway takes; it takes locks first. Share fewer devices in the U-tec app.",
        { taken: records.length, left_out: tooMany },
      );
    }
    if (repeated.length > 0) {
      const device_ids = repeated.slice(0, MOST_IDS).join(", ");
      remarks.set("The cloud lists the same id twice; the first record counts.", { device_ids, ids: repeated.length });
    }
    if (nameless > 0)
      remarks.set("The cloud lists entries without a usable id; they are left out.", { entries: nameless });
    for (const [sentence, fields] of remarks) {
      if (!this.#said.has(sentence)) this.#log.warn(sentence, { account_id: this.#accountId, ...fields });
    }
    this.#said = new Set(remarks.keys());
  }
}
