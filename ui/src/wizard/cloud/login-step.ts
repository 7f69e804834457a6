import { mdiCheckCircle } from "@mdi/js";
import { css, html } from "lit";
import type { TemplateResult } from "lit";
import type { AccountError } from "../../../../src/keeper/account.ts";
import type { AccountState, LoginAttempt } from "../../../../src/keeper/account-state.ts";
import { detailsHref, wizardHref } from "../../live/place.ts";
import type { Store } from "../../live/store.ts";
import { Action, actionButton, actionProblem } from "../../parts/basics/action.ts";
import { icon } from "../../parts/basics/icon.ts";
import { base, button } from "../../parts/basics/styles.ts";
import { say } from "../../words/language/words.ts";
import { told } from "../../words/said.ts";
import { isSignedIn } from "../../words/token-status.ts";
import { formatWord } from "./choice-words.ts";
import { tokenSentence } from "./token-sentence.ts";
import { step } from "../step-styles.ts";
import { WordedElement } from "../../parts/foundations/worded-element.ts";

/** The sign-in that needs nobody: how it ended, and what was tried on the way. */
export class LoginStep extends WordedElement {
  static override properties = { store: { attribute: false }, account: { attribute: false } };
  declare store: Store;
  declare account: AccountState;
  readonly #again = new Action(this);

  static override styles = [
    base,
    button,
    step,
    css`
      .attempts {
        display: grid;
        gap: 8px;
      }
      .attempts li {
        padding: 8px 14px;
        border-radius: 10px;
        background: var(--sunken);
      }
      code {
        font-family: var(--mono);
        font-size: 0.92em;
      }
    `,
  ];

  override render(): TemplateResult {
    const { account } = this;
    const done = isSignedIn(account) && account.token_usable;
    return html`${done ? this.#done() : this.#notYet()} ${this.#attempts(account.attempts ?? [], done)}
      <div class="row ends">
        <a class="button plain" href=${detailsHref({ accountId: account.id })}><span>${say("wizard.back")}</span></a>
        ${done ? html`<a class="button filled" href=${wizardHref("found", account.id)}><span>${say("wizard.next")}</span></a>` : null}
      </div>`;
  }

  #done(): TemplateResult {
    const { account } = this;
    return html`<p class="found" role="status">${icon(mdiCheckCircle)}<span>${tokenSentence(account)}</span></p>
      ${account.last_error === null || account.status !== "static" ? null : html`<p>${told(account.last_error)}</p>`}`;
  }

  #notYet(): TemplateResult {
    const { last_error: error, status, id } = this.account;
    const busy = status === "refreshing" || this.#again.state === "busy";
    if (busy || (error === null && status !== "sign_in_needed"))
      return html`<p role="status">${say("wizard.signing_in")}</p>`;
    return html`${error === null ? html`<p>${say("clouds.nobody_signed_in")}</p>` : this.#failure(error)}
      <div class="row">
        ${actionButton(this.#again, {
          label: error === null ? say("wizard.sign_in") : say("wizard.try_again"),
          busy: say("wizard.signing_in"),
          done: say("wizard.signed_in"),
          press: () => void this.#again.run(() => this.store.api.refresh(id)),
        })}
      </div>
      ${actionProblem(this.#again)}`;
  }

  #failure(error: AccountError): TemplateResult {
    return html`<p class="problem" role="alert">${told(error)}</p>
      <p class="muted">
        ${error.class === "transient" ? say("clouds.retries_itself") : say("clouds.go_back_to_correct")}
      </p>`;
  }

  #attempts(attempts: readonly LoginAttempt[], done: boolean): TemplateResult | null {
    if (attempts.length === 0) return null;
    return html`<details ?open=${!done}>
      <summary>${say("clouds.tried", { count: attempts.length })}</summary>
      <ol class="attempts">
        ${attempts.map(
          (attempt) =>
            html`<li>
              <p><code>${attempt.url}</code> <span class="muted">${formatWord(attempt.format)}</span></p>
              <p>${told(attempt)}</p>
            </li>`,
        )}
      </ol>
    </details>`;
  }
}
