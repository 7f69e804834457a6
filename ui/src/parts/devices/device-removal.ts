import { html } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import type { DeviceState } from "../../../../src/state/picture.ts";
import type { Store } from "../../live/store.ts";
import { Action } from "../basics/action.ts";
import { confirmation, confirmationTemplate } from "../basics/confirmation.ts";
import { base, button } from "../basics/styles.ts";
import { isolated } from "../../words/language/isolated.ts";
import { say } from "../../words/language/words.ts";
import { WordedElement } from "../foundations/worded-element.ts";

/** For who knows why the cloud lists a device no longer, and does not want to wait until the gateway believes it. */
export class DeviceRemoval extends WordedElement {
  static override properties = {
    store: { attribute: false },
    device: { attribute: false },
    stale: { type: Boolean },
    asking: { state: true },
  };
  declare store: Store;
  declare device: DeviceState;
  declare stale: boolean;
  declare asking: boolean;
  readonly #remove = new Action(this);

  constructor() {
    super();
    this.asking = false;
  }

  static override styles = [base, button, confirmation];

  override updated(changed: PropertyValues<this>): void {
    // The button that had the focus is gone: what took its place gets it.
    if (changed.get("asking") === undefined) return;
    this.renderRoot.querySelector<HTMLElement>(this.asking ? ".confirmation" : ".button")?.focus();
  }

  override render(): TemplateResult {
    const { id, name } = this.device;
    if (!this.asking) {
      return html`<button type="button" class="button" ?disabled=${this.stale} @click=${() => this.#ask(true)}>
        <span>${say("devices.remove_now")}</span>
      </button>`;
    }
    return confirmationTemplate(this.#remove, {
      question: say("devices.remove_question", { name: isolated(name) }),
      loses: say("devices.remove_loses"),
      confirm: {
        label: say("devices.remove"),
        busy: say("devices.removing"),
        done: say("devices.removed"),
        look: "danger",
        disabled: this.stale,
        press: () => void this.#remove.run(() => this.store.api.removeDevice(id)),
      },
      cancel: () => this.#ask(false),
    });
  }

  #ask(asking: boolean): void {
    this.#remove.reset();
    this.asking = asking;
  }
}
