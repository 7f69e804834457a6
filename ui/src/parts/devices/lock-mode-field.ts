import { css, html, nothing } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import { LOCK_MODES } from "../../../../src/state/picture.ts";
import type { DeviceState, LockMode } from "../../../../src/state/picture.ts";
import type { Store } from "../../live/store.ts";
import { modeWord } from "../../words/device-values.ts";
import { isolated } from "../../words/language/isolated.ts";
import { say } from "../../words/language/words.ts";
import { Action, actionProblem } from "../basics/action.ts";
import { confirmation, confirmationTemplate } from "../basics/confirmation.ts";
import { base, button, field } from "../basics/styles.ts";
import { WordedElement } from "../foundations/worded-element.ts";

/** The mode of a lock: shown, and changed. What leaves a door open for everybody is confirmed first. */
export class LockModeField extends WordedElement {
  static override properties = {
    store: { attribute: false },
    device: { attribute: false },
    blocked: { type: Boolean },
    refusal: { attribute: false },
    asking: { state: true },
  };
  declare store: Store;
  declare device: DeviceState;
  /** Nothing can be sent to it, as the card around says. */
  declare blocked: boolean;
  /** Why this person may not change it, as the card around says; null if they may. */
  declare refusal: string | null;
  /** Passage mode is being confirmed. */
  declare asking: boolean;
  readonly #set = new Action(this);

  constructor() {
    super();
    this.asking = false;
    this.refusal = null;
  }

  static override styles = [
    base,
    button,
    field,
    confirmation,
    css`
      label {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 10px;
      }
      select {
        min-height: 36px;
        font-size: 0.95em;
      }
      :host > * + * {
        margin-top: 8px;
      }
    `,
  ];

  override updated(changed: PropertyValues<this>): void {
    if (changed.get("asking") === false) this.renderRoot.querySelector<HTMLElement>(".confirmation")?.focus();
  }

  override render(): TemplateResult {
    const { device, blocked, refusal } = this;
    const busy = this.#set.state === "busy";
    return html`<label>
        <span class="muted">${say("devices.mode")}</span>
        <select
          ?disabled=${blocked || busy || refusal !== null}
          aria-description=${refusal ?? nothing}
          @change=${this.#choose}
        >
          ${LOCK_MODES.map(
            (mode) => html`<option value=${mode} .selected=${mode === device.lock_mode}>${modeWord(mode)}</option>`,
          )}
        </select>
        <span class="muted" role="status">${busy ? say("devices.setting") : ""}</span>
      </label>
      ${this.asking && refusal === null ? this.#confirmation() : actionProblem(this.#set)}`;
  }

  #confirmation(): TemplateResult {
    return confirmationTemplate(this.#set, {
      question: say("devices.passage_question", { name: isolated(this.device.name) }),
      loses: say("devices.passage_loses"),
      confirm: {
        label: say("devices.set_passage"),
        busy: say("devices.setting"),
        done: say("devices.set"),
        look: "danger",
        disabled: this.blocked,
        press: () => void this.#run("passage"),
      },
      cancel: () => {
        this.asking = false;
        this.#showActualMode();
      },
    });
  }

  readonly #choose = (event: Event): void => {
    const { target } = event;
    const mode = LOCK_MODES.find((known) => target instanceof HTMLSelectElement && target.value === known);
    if (mode === undefined) return;
    this.asking = mode === "passage";
    // Back to the actual mode: nothing is wanted any more.
    if (!this.asking && mode !== this.device.lock_mode) void this.#run(mode);
  };

  async #run(mode: LockMode): Promise<void> {
    const sent = await this.#set.run(() => this.store.api.command(this.device.id, "set_mode", { mode }));
    if (sent !== null) this.asking = false;
    this.#showActualMode();
  }

  /** What was chosen is only a request: once it is over, the field shows the actual mode. */
  #showActualMode(): void {
    const select = this.renderRoot.querySelector("select");
    if (select && this.device.lock_mode !== null) select.value = this.device.lock_mode;
  }
}
