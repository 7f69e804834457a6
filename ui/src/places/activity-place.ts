import { html } from "lit";
import type { TemplateResult } from "lit";
import type { Snapshot } from "../../../src/state/picture.ts";
import { LatePart } from "../live/late-part.ts";
import type { ActivityFilter } from "../live/place.ts";
import type { Store } from "../live/store.ts";
import { WordedElement } from "../parts/foundations/worded-element.ts";

/** The place of the activity, which is loaded when it is opened. */
export class ActivityPlace extends WordedElement {
  static override properties = {
    store: { attribute: false },
    picture: { attribute: false },
    now: { type: Number },
    filter: { attribute: false },
    visit: { type: Number },
  };
  declare store: Store;
  declare picture: Snapshot;
  declare now: number;
  declare filter: ActivityFilter;
  /** Grows with each connection to the gateway. */
  declare visit: number;
  readonly #log = new LatePart(this, async () => (await import("./activity-elements.ts")).ACTIVITY_ELEMENTS);

  override render(): TemplateResult {
    return this.#log.draw(
      html`<utec-activity-log
        .store=${this.store}
        .picture=${this.picture}
        .now=${this.now}
        .filter=${this.filter}
        .visit=${this.visit}
      ></utec-activity-log>`,
    );
  }
}
