import { css, html } from "lit";
import type { PropertyDeclarations, TemplateResult } from "lit";
import type { ActivityEntry } from "../../../../src/activity/entry.ts";
import type { CommandState, DeviceState } from "../../../../src/state/picture.ts";
import type { Store } from "../../live/store.ts";
import { WordedElement } from "../foundations/worded-element.ts";

/** The frame of a device's card: as high as its neighbours, one thing below the other. */
export const deviceFrame = css`
  :host,
  .card {
    height: 100%;
  }
  .card {
    display: flex;
    flex-direction: column;
    gap: 14px;
  }
  .head {
    flex-wrap: nowrap;
  }
  .old .state {
    color: var(--muted);
  }
`;

/** An element that shows one device as it is now, with its story and buttons that act through the store. */
export class DeviceElement extends WordedElement {
  static override properties: PropertyDeclarations = {
    store: { attribute: false },
    device: { attribute: false },
    commands: { attribute: false },
    entries: { attribute: false },
    now: { type: Number },
    stale: { type: Boolean },
  };
  declare store: Store;
  declare device: DeviceState;
  /** The device's commands, oldest first. */
  declare commands: readonly CommandState[];
  /** What happened to it, newest first. */
  declare entries: readonly ActivityEntry[];
  declare now: number;
  /** The page has lost the gateway. */
  declare stale: boolean;

  /** Why this person may not command the device; null if they may. */
  get refusal(): string | null {
    return this.store.refusal("POST", "/api/commands");
  }

  /** Nothing can be sent to it: the page has lost the gateway, or the gateway the device, as the card says. */
  get blocked(): boolean {
    return this.stale || !this.device.available || this.device.trouble === "sign_in_needed";
  }

  /** What becomes of a device that the cloud lists no longer, for who may decide it. */
  removal(): TemplateResult | null {
    if (this.device.trouble !== "missing" || this.store.refusal("POST", "/api/devices/remove") !== null) return null;
    return html`<utec-device-removal
      .store=${this.store}
      .device=${this.device}
      .stale=${this.stale}
    ></utec-device-removal>`;
  }

  /** Who did what with the device is not for everybody. */
  get hidesStory(): boolean {
    return this.store.refusal("GET", "/api/activity") !== null;
  }
}
