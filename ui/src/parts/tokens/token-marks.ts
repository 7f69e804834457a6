import { css, html } from "lit";
import type { TemplateResult } from "lit";
import type { AccountEvent } from "../../../../src/keeper/account.ts";
import { moment } from "../../words/time.ts";
import { tokenEventTone, tokenEventWord } from "../../words/token-event.ts";
import { base } from "../basics/styles.ts";
import { atMoment } from "../basics/when.ts";
import { WordedElement } from "../foundations/worded-element.ts";

/** The past of a token as a row of small marks; the chosen one's event is shown in the line below. */
export class TokenMarks extends WordedElement {
  static override properties = {
    events: { attribute: false },
    now: { type: Number },
    chosen: { state: true },
  };
  declare events: readonly AccountEvent[];
  declare now: number;
  /** The event that a person chose; else the latest one that was more than a plain refresh is shown. */
  declare chosen: AccountEvent | null;

  constructor() {
    super();
    this.chosen = null;
  }

  static override styles = [
    base,
    css`
      :host {
        display: grid;
        gap: 4px;
      }
      .marks {
        display: flex;
        align-items: center;
        height: 24px;
      }
      button {
        display: grid;
        flex: 0 1 12px;
        place-items: center;
        min-width: 0;
        height: 24px;
        padding: 0;
        border: 0;
        background: none;
        cursor: pointer;
      }
      button::before {
        width: calc(100% - 3px);
        height: 16px;
        border-radius: 3px;
        background: var(--colour);
        content: "";
      }
      button:hover::before,
      button[aria-pressed="true"]::before {
        height: 24px;
      }
      .good {
        --colour: var(--good);
      }
      .warn {
        --colour: var(--warn);
      }
      .bad {
        --colour: var(--bad);
      }
      .idle {
        --colour: var(--muted);
      }
      .warn::before {
        height: 20px;
      }
      .bad::before {
        height: 24px;
      }
      .caption {
        margin-left: 10px;
        white-space: nowrap;
      }
      @media (width < 640px) {
        .caption {
          display: none;
        }
      }
      .told {
        min-height: 1.5em;
      }
    `,
  ];

  override render(): TemplateResult {
    if (this.events.length === 0) return html`<p class="muted">No refresh yet.</p>`;
    const told = this.#told();
    return html`
      <div class="marks" role="group" aria-label="The last ${this.events.length} token events" @keydown=${this.#move}>
        ${this.events.map(
          (event) =>
            html`<button
              type="button"
              class=${tokenEventTone(event.kind)}
              aria-pressed=${event === this.chosen ? "true" : "false"}
              aria-label="${tokenEventWord(event.kind)}, ${moment(event.at, this.now)}"
              title="${tokenEventWord(event.kind)} · ${moment(event.at, this.now)}"
              tabindex=${event === told ? 0 : -1}
              @click=${() => {
                this.chosen = event === this.chosen ? null : event;
              }}
            ></button>`,
        )}
        <span class="caption muted" aria-hidden="true"
          >${this.events.length === 1 ? "one event" : `last ${this.events.length} events`}</span
        >
      </div>
      <p class="told muted" aria-live="polite">
        ${told ? html`${atMoment(told.at, this.now)} · ${told.message}` : null}
      </p>
    `;
  }

  #told(): AccountEvent | undefined {
    if (this.chosen !== null && this.events.includes(this.chosen)) return this.chosen;
    return this.events.findLast(({ kind }) => kind !== "refreshed") ?? this.events.at(-1);
  }

  /** Arrow keys move between the marks, so that Tab passes them in one step. */
  readonly #move = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const buttons = [...this.renderRoot.querySelectorAll("button")];
    const index = buttons.findIndex((button) => button.matches(":focus"));
    const next = buttons[index + step];
    next?.focus();
    next?.click();
  };
}
