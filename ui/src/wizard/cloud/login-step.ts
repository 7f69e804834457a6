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
        <a class="button plain" href=${detailsHref({ accountId: account.id })}><span>Back</span></a>
        ${done ? html`<a class="button filled" href=${wizardHref("found", account.id)}><span>Next</span></a>` : null}
      </div>`;
  }

  #done(): TemplateResult {
    const { account } = this;
    return html`<p class="found" role="status">${icon(mdiCheckCircle)}<span>${tokenSentence(account)}</span></p>
      ${account.last_error === null || account.status !== "static" ? null : html`<p>${account.last_error.message}</p>`}`;
  }

  #notYet(): TemplateResult {
    const { last_error: error, status, id } = this.account;
    const busy = status === "refreshing" || this.#again.state === "busy";
    if (busy || (error === null && status !== "sign_in_needed")) return html`<p role="status">Signing in …</p>`;
    return html`${error === null ? html`<p>Nobody is signed in.</p>` : this.#failure(error)}
      <div class="row">
        ${actionButton(this.#again, {
          label: error === null ? "Sign in" : "Try again",
          busy: "Signing in …",
          done: "Signed in",
          press: () => void this.#again.run(() => this.store.api.refresh(id)),
        })}
      </div>
      ${actionProblem(this.#again)}`;
  }

  #failure({ message, class: kind }: AccountError): TemplateResult {
    return html`<p class="problem" role="alert">${message}</p>
      <p class="muted">
        ${
          kind === "transient"
            ? "The gateway tries again by itself."
            : "Go back to correct what you entered; what you do not change there stays as it is."
        }
      </p>`;
  }

  #attempts(attempts: readonly LoginAttempt[], done: boolean): TemplateResult | null {
    if (attempts.length === 0) return null;
    return html`<details ?open=${!done}>
      <summary>What was tried (${attempts.length})</summary>
      <ol class="attempts">
        ${attempts.map(
          ({ url, format, message }) =>
            html`<li>
              <p><code>${url}</code> <span class="muted">${formatWord(format)}</span></p>
              <p>${message}</p>
            </li>`,
        )}
      </ol>
    </details>`;
  }
}
