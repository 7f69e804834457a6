import { css, html } from "lit";
import type { TemplateResult } from "lit";
import { LONGEST_GIVEN_NAME, nameMistake, tidyName } from "../../../../../src/arrangement/given-name.ts";
import type { NameMistake } from "../../../../../src/arrangement/given-name.ts";
import type { DeviceState } from "../../../../../src/state/picture.ts";
import type { Store } from "../../../live/store.ts";
import { say, sayWith } from "../../../words/language/words.ts";
import { Action, actionButton, actionProblem } from "../../basics/action.ts";
import { base, button } from "../../basics/styles.ts";
import { textField } from "../../basics/text-field.ts";
import { WordedElement } from "../../foundations/worded-element.ts";

/** Where a device gets a name of its own, and a place before the others. Fires `close` when it is no longer needed. */
export class DeviceArrangement extends WordedElement {
  static override properties = {
    store: { attribute: false },
    device: { attribute: false },
    stale: { type: Boolean },
    draft: { state: true },
    mistake: { state: true },
  };
  declare store: Store;
  declare device: DeviceState;
  declare stale: boolean;
  /** What has been typed; null: nothing yet. */
  declare draft: string | null;
  declare mistake: NameMistake | null;
  readonly #name = new Action(this);
  readonly #pin = new Action(this);

  constructor() {
    super();
    this.draft = null;
    this.mistake = null;
  }

  static override styles = [
    base,
    button,
    textField,
    css`
      form {
        display: grid;
        gap: 12px;
        padding: 14px;
        border-radius: 10px;
        background: var(--sunken);
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
    `,
  ];

  override firstUpdated(): void {
    this.renderRoot.querySelector("input")?.select();
  }

  override render(): TemplateResult {
    const { device, mistake } = this;
    return html`<form @submit=${this.#save} @keydown=${this.#leave} novalidate>
      <div class="field">
        <label for="given">${say("devices.name")}</label>
        <input
          id="given"
          type="text"
          dir="auto"
          autocomplete="off"
          spellcheck="false"
          .value=${this.draft ?? device.name}
          aria-invalid=${mistake === null ? "false" : "true"}
          aria-describedby="given-below"
          @input=${this.#type}
        />
        <p id="given-below" class="below ${mistake === null ? "" : "mistake"}" aria-live="polite">
          ${
            mistake === null
              ? sayWith("devices.name_hint", { name: html`<bdi>${device.cloud_name}</bdi>` })
              : say(`devices.name_${mistake}`, { most: LONGEST_GIVEN_NAME })
          }
        </p>
        ${actionProblem(this.#name)}
      </div>
      <div class="row">
        ${actionButton(this.#name, {
          label: say("devices.save"),
          busy: say("devices.saving"),
          done: say("devices.saved"),
          look: "filled",
          disabled: this.stale,
          press: () => void this.#save(),
        })}
        ${
          device.name === device.cloud_name
            ? null
            : html`<button
                type="button"
                class="button"
                ?disabled=${this.stale}
                @click=${() => void this.#keepName(null)}
              >
                <span>${say("devices.cloud_name_again")}</span>
              </button>`
        }
        <button type="button" class="button" @click=${this.#close}><span>${say("devices.close")}</span></button>
      </div>
      <div class="row">${this.#places()}</div>
      ${device.place === null ? null : html`<p role="status">${say("devices.pinned_at", { place: device.place })}</p>`}
      ${actionProblem(this.#pin)}
    </form>`;
  }

  #places(): readonly TemplateResult[] {
    const { place } = this.device;
    if (place === null) return [this.#placeButton(say("devices.pin"), Number.MAX_SAFE_INTEGER)];
    const last = Math.max(...(this.store.picture?.devices ?? []).map((device) => device.place ?? 0));
    return [
      this.#placeButton(say("devices.pin_earlier"), place - 1, place <= 1),
      this.#placeButton(say("devices.pin_later"), place + 1, place >= last),
      this.#placeButton(say("devices.unpin"), null),
    ];
  }

  #placeButton(label: string, place: number | null, isAtEnd = false): TemplateResult {
    return html`<button
      type="button"
      class="button"
      aria-disabled=${isAtEnd || this.#pin.state === "busy" ? "true" : "false"}
      ?disabled=${this.stale}
      @click=${() => {
        if (!isAtEnd)
          void this.#pin.run(() => this.store.api.arrangeDevice(this.device.id, { place: this.#within(place) }));
      }}
    >
      <span>${label}</span>
    </button>`;
  }

  /** A new one comes after those that are pinned already. */
  #within(place: number | null): number | null {
    const pinned = (this.store.picture?.devices ?? []).map((device) => device.place ?? 0);
    return place === null ? null : Math.min(place, Math.max(0, ...pinned) + 1);
  }

  readonly #type = ({ target }: InputEvent): void => {
    if (target instanceof HTMLInputElement) this.draft = target.value;
    this.mistake = null;
    this.#name.reset();
  };

  readonly #save = async (event?: Event): Promise<void> => {
    event?.preventDefault();
    const name = tidyName(this.draft ?? this.device.name);
    this.mistake = nameMistake(name);
    if (this.mistake === null) await this.#keepName(name);
    else this.renderRoot.querySelector("input")?.focus();
  };

  async #keepName(name: string | null): Promise<void> {
    const kept = await this.#name.run(() => this.store.api.arrangeDevice(this.device.id, { name }));
    if (kept === null) return;
    this.draft = null;
    // The button that was pressed may be gone.
    this.renderRoot.querySelector("input")?.focus();
  }

  readonly #leave = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.#close();
  };

  readonly #close = (): void => {
    this.dispatchEvent(new Event("close"));
  };
}
