import { css, html } from "lit";
import type { PropertyDeclarations, PropertyValues, TemplateResult } from "lit";
import type { ActivityEntry } from "../../../../src/activity/entry.ts";
import type { CommandState, DeviceState } from "../../../../src/state/picture.ts";
import { LatePart } from "../../live/late-part.ts";
import type { Store } from "../../live/store.ts";
import type { Action } from "../basics/action.ts";
import { deviceStoryTemplate } from "./device-story.ts";
import { failedCommand, failureTemplate } from "./command-progress.ts";
import { cloudNameTemplate, deviceNameTemplate } from "./arrangement/device-name.ts";
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
    arranging: { state: true },
    dismissed: { state: true },
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
  /** Its name and place are being changed. */
  declare arranging: boolean;
  /** The failed command whose explanation has been read. */
  declare dismissed: string | null;
  readonly #arrangement = new LatePart(
    this,
    async () => (await import("./arrangement/arrangement-elements.ts")).ARRANGEMENT_ELEMENTS,
  );
  #firstSeenAt: number | null = null;

  constructor() {
    super();
    this.arranging = false;
    this.dismissed = null;
  }

  override updated(changed: PropertyValues<this>): void {
    // The form is gone: the button that opened it gets the focus back.
    if (changed.get("arranging") === true) this.renderRoot.querySelector<HTMLElement>(".named .button")?.focus();
  }

  /** Why this person may not command the device; null if they may. */
  get refusal(): string | null {
    return this.store.refusal("POST", "/api/commands");
  }

  /** Nothing can be sent to it: the page has lost the gateway, or the gateway the device, as the card says. */
  get blocked(): boolean {
    return this.stale || !this.device.available || this.device.trouble === "sign_in_needed";
  }

  /** The command that is under way. */
  get running(): CommandState | undefined {
    return this.commands.findLast(({ ended_at }) => ended_at === null);
  }

  /** The heading, and under it what the app calls the device. */
  heading(heading: TemplateResult): TemplateResult {
    const mayArrange = this.store.refusal("POST", "/api/devices/arrange") === null;
    const toggle = (): void => {
      this.arranging = !this.arranging;
    };
    return html`${deviceNameTemplate(heading, this.device, this.arranging, mayArrange ? toggle : null)}
    ${cloudNameTemplate(this.device)}`;
  }

  /** Where its name and place are changed. */
  arrangement(): TemplateResult | null {
    if (!this.arranging) return null;
    return this.#arrangement.draw(
      html`<utec-device-arrangement
        .store=${this.store}
        .device=${this.device}
        .stale=${this.stale}
        @close=${() => {
          this.arranging = false;
        }}
      ></utec-device-arrangement>`,
    );
  }

  /** How the last command failed, until that is dismissed. @param actions what says so itself while it has failed */
  failure(...actions: readonly Action[]): TemplateResult | null {
    this.#firstSeenAt ??= this.now;
    const failed = failedCommand(this.commands, this.device, this.#firstSeenAt);
    if (failed?.id === this.dismissed || actions.some(({ problem }) => problem !== null)) return null;
    return failureTemplate(failed, () => {
      this.dismissed = failed?.id ?? null;
    });
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

  /** Its latest activity. @param length how many lines at most */
  story(length: number): TemplateResult {
    const { device, entries, commands, now } = this;
    return deviceStoryTemplate({ device, entries, commands, length, isKnown: this.store.knowsRecent, now });
  }

  /** Who did what with the device is not for everybody. */
  get hidesStory(): boolean {
    return this.store.refusal("GET", "/api/activity") !== null;
  }
}
