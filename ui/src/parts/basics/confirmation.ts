import { css, html } from "lit";
import type { TemplateResult } from "lit";
import { say } from "../../words/language/words.ts";
import { actionButton, actionProblem } from "./action.ts";
import type { Action, ActionButton } from "./action.ts";

export interface Confirmation {
  readonly question: string;
  /** What is lost by it. */
  readonly loses: string;
  readonly confirm: ActionButton;
  readonly cancel: () => void;
}

export const confirmation = css`
  .confirmation {
    display: grid;
    gap: 10px;
    padding: 14px;
    border-radius: 10px;
    background: var(--bad-tint);
    outline: none;
  }
`;

/** Asks once, in place, before something is lost. */
export function confirmationTemplate(action: Action, ask: Confirmation): TemplateResult {
  return html`<div class="confirmation" role="group" tabindex="-1" aria-label=${ask.question}>
    <p><strong>${ask.question}</strong></p>
    <p>${ask.loses}</p>
    <div class="row">
      ${actionButton(action, ask.confirm)}
      <button type="button" class="button" @click=${ask.cancel}><span>${say("page.cancel")}</span></button>
    </div>
    ${actionProblem(action)}
  </div>`;
}
