import { css, html } from "lit";
import type { PropertyDeclarations, SVGTemplateResult, TemplateResult } from "lit";
import { say } from "../../words/language/words.ts";
import { base } from "../basics/styles.ts";
import type { Day } from "./days.ts";
import { HistoryElement } from "./history-element.ts";

/** Parts overlap a little, so that no seam shows between them. */
export const WHOLE = 1.08;

/** A day as it is drawn. */
export interface DrawnDay {
  readonly day: Day;
  readonly href: string;
  /** What is drawn, on a field of 8 × 24. */
  readonly picture: readonly SVGTemplateResult[];
  /** All that the picture says, in words. */
  readonly words: string;
}

export const dayStrip = css`
  :host {
    container-type: inline-size;
    min-height: 106px;
  }
  @media (width < 480px) {
    :host {
      min-height: 162px;
    }
  }
  .days {
    display: grid;
    grid-template-columns: repeat(30, minmax(0, 1fr));
    margin-top: 4px;
  }
  .days a {
    display: block;
    padding: 2px 0.5px;
    border-radius: 3px;
  }
  .joined a {
    padding-inline: 0;
  }
  .days a:hover,
  .days a:focus-visible {
    background: var(--accent-tint);
    box-shadow: inset 0 -2px var(--accent);
  }
  .days svg {
    display: block;
    width: 100%;
    height: 32px;
  }
  .row {
    display: flex;
    justify-content: space-between;
    gap: 12px;
  }
  .below {
    display: grid;
    margin-top: 4px;
    font-size: 0.87em;
    color: var(--muted);
  }
  .below > * {
    grid-area: 1 / 1;
    min-height: 2.9em;
  }
  .hidden {
    visibility: hidden;
  }
  .told {
    display: -webkit-box;
    overflow: hidden;
    -webkit-line-clamp: 2;
    -webkit-box-orient: vertical;
  }
  @container (width >= 760px) {
    .below > * {
      min-height: 1.5em;
    }
    .told {
      -webkit-line-clamp: 1;
    }
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 0 14px;
    align-content: flex-start;
  }
  .legend li {
    display: flex;
    gap: 6px;
    align-items: center;
    white-space: nowrap;
  }
  .legend svg {
    width: 8px;
    height: 18px;
  }
  @container (width < 420px) {
    .days {
      grid-template-columns: repeat(15, minmax(0, 1fr));
      row-gap: 4px;
    }
    .below > * {
      min-height: 4.4em;
    }
    .told {
      -webkit-line-clamp: 3;
    }
  }
`;

/** Thirty days side by side, each a way to what happened on it. What is pointed at or has the focus is told below. */
export abstract class DayStrip<T> extends HistoryElement<T> {
  static override properties: PropertyDeclarations = { pointed: { state: true } };
  /** The day that is told; null: none. */
  declare pointed: string | null;

  static override styles = [base, dayStrip];

  constructor() {
    super();
    this.pointed = null;
  }

  protected strip(name: string, days: readonly DrawnDay[], legend: TemplateResult, joined = false): TemplateResult {
    const told = days.find(({ day }) => day.key === this.pointed);
    const focused = told ?? days.at(-1);
    return html`
      <ol
        class="days ${joined ? "joined" : ""}"
        aria-label=${name}
        @keydown=${this.#move}
        @pointerleave=${() => {
          this.pointed = null;
        }}
      >
        ${days.map(
          (one) =>
            html`<li>
              <a
                href=${one.href}
                aria-label=${one.words}
                tabindex=${one === focused ? 0 : -1}
                @pointerenter=${() => this.#point(one.day)}
                @focus=${() => this.#point(one.day)}
                ><svg viewBox="0 0 8 24" preserveAspectRatio="none" aria-hidden="true">${one.picture}</svg></a
              >
            </li>`,
        )}
      </ol>
      <div class="below">
        <ul class="legend ${told === undefined ? "" : "hidden"}" aria-label=${say("ribbons.legend")}>
          ${legend}
        </ul>
        <p class="told ${told === undefined ? "hidden" : ""}" aria-hidden="true">${told?.words}</p>
      </div>
    `;
  }

  protected unread(): TemplateResult {
    return html`<p class="muted">${this.lost ? say("ribbons.not_read") : say("ribbons.reading")}</p>`;
  }

  #point(day: Day): void {
    this.pointed = day.key;
  }

  /** Arrow keys move between the days, so that Tab passes them in one step. */
  readonly #move = (event: KeyboardEvent): void => {
    const days = [...this.renderRoot.querySelectorAll<HTMLElement>(".days a")];
    const at = days.findIndex((one) => one.matches(":focus"));
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: days.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    days[next]?.focus();
  };
}
