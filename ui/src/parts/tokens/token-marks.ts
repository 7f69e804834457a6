import { css, html } from "lit";
import type { TemplateResult } from "lit";
import type { AccountEvent } from "../../../../src/keeper/account.ts";
import type { TokenMark } from "../../../../src/history/history-models.ts";
import { marksOf } from "../../../../src/history/token-marks.ts";
import { say } from "../../words/language/words.ts";
import { moment } from "../../words/time.ts";
import { tokenEventSentence, tokenEventTone, tokenEventWord } from "../../words/token-event.ts";
import { base } from "../basics/styles.ts";
import { atMoment } from "../basics/when.ts";
import { WordedElement } from "../foundations/worded-element.ts";

/** The past of a token as a row of small marks; an outage is one of them, and the chosen one is told in the line below. */
export class TokenMarks extends WordedElement {
  static override properties = {
    events: { attribute: false },
    now: { type: Number },
    chosen: { state: true },
  };
  declare events: readonly AccountEvent[];
  declare now: number;
  /** When the mark that a person chose was; else the latest one that was more than a plain refresh is shown. */
  declare chosen: number | null;

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
    if (this.events.length === 0) return html`<p class="muted">${say("tokens.no_refresh")}</p>`;
    const marks = marksOf(this.events);
    const shown = this.#told(marks);
    const count = marks.length;
    return html`
      <div class="marks" role="group" aria-label=${say("tokens.last_events", { count })} @keydown=${this.#move}>
        ${marks.map((mark) => {
          const words = this.#words(mark);
          return html`<button
            type="button"
            class=${tokenEventTone(mark.kind)}
            aria-pressed=${mark === shown && this.chosen !== null ? "true" : "false"}
            aria-label=${words}
            title=${words}
            tabindex=${mark === shown ? 0 : -1}
            @click=${() => {
              this.chosen = this.chosen === mark.at ? null : mark.at;
            }}
          ></button>`;
        })}
        <span class="caption muted" aria-hidden="true">${say("tokens.last_events", { count })}</span>
      </div>
      <p class="told muted" aria-live="polite">
        ${shown ? html`${atMoment(shown.at, this.now)} · ${this.#message(shown)}` : null}
      </p>
    `;
  }

  #told(marks: readonly TokenMark[]): TokenMark | undefined {
    return (
      marks.find(({ at }) => at === this.chosen) ?? marks.findLast(({ kind }) => kind !== "refreshed") ?? marks.at(-1)
    );
  }

  #words({ kind, at, count }: TokenMark): string {
    const time = moment(at, this.now);
    return count === 1
      ? `${tokenEventWord(kind)}, ${time}`
      : say("tokens.mark_of_tries", { what: tokenEventWord(kind), time, count });
  }

  /** What was said last of it. */
  #message({ at, count }: TokenMark): string {
    const first = this.events.findIndex((event) => event.at === at);
    const last = this.events[first + count - 1];
    if (last === undefined) return "";
    return count === 1 ? tokenEventSentence(last) : say("tokens.tries", { count, message: tokenEventSentence(last) });
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
