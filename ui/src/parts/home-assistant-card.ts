import { mdiAlertCircle, mdiCheckCircle, mdiCircleOutline, mdiProgressClock } from "@mdi/js";
import { css, html } from "lit";
import type { TemplateResult } from "lit";
import type { LinkState } from "../../../src/state/picture.ts";
import type { Store } from "../live/store.ts";
import { linkSteps } from "../words/link-steps.ts";
import type { StepState } from "../words/link-steps.ts";
import { say } from "../words/language/words.ts";
import { moment } from "../words/time.ts";
import { icon } from "./basics/icon.ts";
import { base, card } from "./basics/styles.ts";
import { WordedElement } from "./foundations/worded-element.ts";

const ICONS: Readonly<Record<StepState, string>> = {
  done: mdiCheckCircle,
  busy: mdiProgressClock,
  failed: mdiAlertCircle,
  open: mdiCircleOutline,
};

/** Everything that has to be in place for locks on the dashboards, as four steps. */
export class HomeAssistantCard extends WordedElement {
  static override properties = { store: { attribute: false }, link: { attribute: false }, now: { type: Number } };
  declare store: Store;
  declare link: LinkState;
  declare now: number;

  static override styles = [
    base,
    card,
    css`
      .card {
        display: grid;
        gap: 14px;
      }
      ol {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 190px), 1fr));
        gap: 8px;
      }
      li {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0 10px;
        padding: 10px 12px;
        border-radius: 10px;
        background: var(--sunken);
        color: var(--muted);
      }
      li .icon {
        margin-top: 2px;
      }
      li p {
        grid-column: 2;
        font-size: 0.9em;
      }
      h3 {
        color: var(--text);
      }
      .done {
        background: var(--accent-tint);
      }
      .done .icon,
      .busy .icon {
        color: var(--accent-ink);
      }
      .failed {
        background: var(--warn-tint);
        color: var(--warn-ink);
      }
      .done p {
        color: var(--text);
      }
    `,
  ];

  override render(): TemplateResult {
    return html`<section class="card" aria-labelledby="title">
      <h2 id="title">Home Assistant</h2>
      <utec-set-up
        .store=${this.store}
        .link=${this.link}
        .visit=${this.store.visit}
        .refusal=${this.store.refusal("POST", "/api/home-assistant/connect")}
      ></utec-set-up>
      <ol aria-label=${say("set_up.steps_label")}>
        ${linkSteps(this.link, moment(this.link.since_at, this.now)).map(
          (step) =>
            html`<li class=${step.state}>
              ${icon(ICONS[step.state])}
              <h3>${step.title}</h3>
              <p>${step.detail}</p>
            </li>`,
        )}
      </ol>
    </section>`;
  }
}
