import { Problem } from "../../problem.ts";
import { CloudControl } from "../control/cloud-control.ts";
import type { CloudControlParts } from "../control/cloud-control.ts";
import type { Decision, DeviceCodeView } from "./device-codes.ts";
import type { YotoParts } from "./yoto-endpoints.ts";
import type { YotoSettings } from "./yoto-settings.ts";

interface YotoControlParts extends CloudControlParts<YotoSettings>, Pick<YotoParts, "people" | "codes"> {
  /** What `reset` goes back to. */
  readonly start: YotoSettings;
}

/**
 * Lets tests and the demo inspect and change the simulated Yoto cloud. Over HTTP the same methods are under
 * `/control/{method}`.
 */
export class YotoControl extends CloudControl<YotoSettings> {
  readonly #parts: YotoControlParts;

  constructor(parts: YotoControlParts) {
    super(parts);
    this.#parts = parts;
  }

  /** The codes that can still be entered. */
  codes(): DeviceCodeView[] {
    return this.#parts.codes.views();
  }

  /** What a person does on the page where the code is entered. @throws Problem `not_found` */
  enter(user_code: string, decision: Decision = "allow"): void {
    const { codes, people } = this.#parts;
    if (codes.decide(user_code, decision, people.users[0]?.id ?? "")) return;
    throw new Problem("not_found", "There is no such code to be entered.", { field: "user_code" });
  }

  /** As it was at the start; codes live on, and so do the grants, unless `grants` is true. */
  reset({ grants = false }: { readonly grants?: boolean } = {}): void {
    this.#parts.setSettings(this.#parts.start);
    this.#parts.faults.clear();
    this.#parts.counters.clear();
    if (grants) this.#parts.grants.clear();
  }
}
