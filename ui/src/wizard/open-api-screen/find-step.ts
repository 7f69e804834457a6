import { css, html } from "lit";
import type { TemplateResult } from "lit";
import { placeHref, wizardHref } from "../../live/place.ts";
import { base, button } from "../../parts/basics/styles.ts";
import { appDrawing } from "./app-drawing.ts";
import { step, strong } from "../step-styles.ts";
import { say, sayWith } from "../../words/language/words.ts";
import { WordedElement } from "../../parts/foundations/worded-element.ts";

/** First step: where the codes are found. */
export class FindStep extends WordedElement {
  static override properties = { accountId: { attribute: false } };
  declare accountId: string | null;

  static override styles = [
    base,
    button,
    step,
    css`
      ol {
        display: grid;
        gap: 8px;
        padding-left: 1.6em;
        list-style: decimal;
      }
      .drawing {
        width: 100%;
        max-width: 420px;
        height: auto;
        justify-self: center;
      }
      .phone {
        fill: var(--card);
        stroke: var(--field);
        stroke-width: 1.5;
      }
      .soft {
        fill: var(--line);
      }
      .line {
        fill: none;
        stroke: var(--field);
        stroke-width: 2;
      }
      .mark {
        fill: var(--accent-tint);
        stroke: var(--accent);
        stroke-width: 1.5;
      }
      .arrow {
        fill: none;
        stroke: var(--accent);
        stroke-width: 2.5;
        stroke-linecap: round;
        stroke-linejoin: round;
      }
      .word {
        fill: var(--accent-ink);
        font: 500 11px var(--font);
        text-anchor: middle;
      }
      .label {
        fill: var(--text);
        font: 400 10px var(--font);
      }
    `,
  ];

  override render(): TemplateResult {
    return html`
      ${appDrawing()}
      <ol>
        <li>${sayWith("wizard.find_open", { strong })}</li>
        <li>${sayWith("wizard.find_go", { strong })}</li>
        <li>${sayWith("wizard.find_choose", { strong })}</li>
        <li>${sayWith("wizard.find_activate", { strong })}</li>
      </ol>
      <div class="row ends">
        ${
          this.accountId === null
            ? html`<a class="button plain" href=${wizardHref("cloud", null)}><span>${say("wizard.back")}</span></a>`
            : html`<a class="button plain" href=${placeHref("accounts")}><span>${say("wizard.cancel")}</span></a>`
        }
        <a class="button filled" href=${wizardHref("credentials", this.accountId)}
          ><span>${say("wizard.find_next")}</span></a
        >
      </div>
    `;
  }
}
