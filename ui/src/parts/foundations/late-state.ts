import { css, html } from "lit";
import type { PropertyDeclarations, TemplateResult } from "lit";
import { Action, actionButton } from "../basics/action.ts";
import { base, button, card } from "../basics/styles.ts";
import { say } from "../../words/language/words.ts";
import { WordedElement } from "./worded-element.ts";

/** Stands where a part will be: says that it is on its way, or that it did not come, with a button that asks again. */
export class LateState extends WordedElement {
  static override properties: PropertyDeclarations = { lost: { type: Boolean }, again: { attribute: false } };
  declare lost: boolean;
  /** Asks once more. */
  declare again: () => Promise<void>;
  readonly #asking = new Action(this);

  static override styles = [
    base,
    button,
    card,
    css`
      .card {
        display: grid;
        gap: 12px;
        justify-items: start;
      }
      .waiting {
        display: grid;
        place-items: center;
        min-height: 160px;
        border-radius: var(--radius);
        background: var(--sunken);
        color: var(--muted);
      }
      /* Most come before anybody could read it. */
      .waiting p {
        animation: appear 0s 400ms both;
      }
      @keyframes appear {
        from {
          visibility: hidden;
        }
      }
    `,
  ];

  override render(): TemplateResult {
    if (!this.lost) return html`<div class="waiting"><p role="status">${say("page.part_loading")}</p></div>`;
    return html`<section class="card">
      <p role="alert">${say("page.part_lost")}</p>
      ${actionButton(this.#asking, {
        label: say("page.try_again"),
        busy: say("page.trying_again"),
        done: say("page.try_again"),
        press: () => void this.#asking.run(this.again),
      })}
    </section>`;
  }
}
