import type { Log } from "../../log.ts";
import type { DeviceList } from "../reading/device-list.ts";

/** So many ids are enough in a log line. */
const MOST_IDS = 5;

/** Logs what is odd about an account's device list: once, as long as it stays so. */
export class DeviceListWarnings {
  readonly #log: Log;
  readonly #accountName: () => string;
  #said = new Set<string>();

  constructor(log: Log, accountName: () => string) {
    this.#log = log;
    this.#accountName = accountName;
  }

  warn({ records, tooMany, repeated, nameless }: DeviceList): void {
    const warnings = new Map<string, object>();
    if (tooMany > 0) {
      warnings.set(
        "The cloud lists more devices than the gateway accepts; locks come first. Share fewer devices in the U-tec app.",
        { taken: records.length, left_out: tooMany },
      );
    }
    if (repeated.length > 0) {
      const device_ids = repeated.slice(0, MOST_IDS).join(", ");
      warnings.set("The cloud lists the same id twice; the first record counts.", { device_ids, ids: repeated.length });
    }
    if (nameless > 0)
      warnings.set("The cloud lists entries without a usable id; they are left out.", { entries: nameless });
    for (const [sentence, fields] of warnings) {
      if (!this.#said.has(sentence)) this.#log.warn(sentence, { account: this.#accountName(), ...fields });
    }
    this.#said = new Set(warnings.keys());
  }
}
