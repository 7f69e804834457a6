import type { PropertyDeclarations } from "lit";
import type { Snapshot } from "../../../../src/state/picture.ts";
import type { Store } from "../../live/store.ts";
import { WordedElement } from "./worded-element.ts";

/** An element that shows the whole picture as it is now, with buttons that act through the store. */
export class PictureElement extends WordedElement {
  static override properties: PropertyDeclarations = {
    store: { attribute: false },
    picture: { attribute: false },
    now: { type: Number },
    stale: { type: Boolean },
  };
  declare store: Store;
  declare picture: Snapshot;
  declare now: number;
  declare stale: boolean;
}
