import { css, html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { AccountState } from "../../../../src/keeper/account.ts";
import type { Store } from "../../live/store.ts";
import { Action, actionButton, actionProblem } from "../basics/action.ts";
import { REFUSAL_ID, refusal, refusalTemplate } from "../basics/refusal.ts";
import { base, button } from "../basics/styles.ts";
import { atMoment } from "../basics/when.ts";
import { say, sayWith } from "../../words/language/words.ts";
import { WordedElement } from "../foundations/worded-element.ts";

/** The configuration named the account once: whether it was taken out on purpose only a person knows. Fires `remove` and `kept`. */
export class LeftOptions extends WordedElement {
  static override properties = {
    store: { attribute: false },
    account: { attribute: false },
    now: { type: Number },
    stale: { type: Boolean },
    refusal: { attribute: false },
  };
  declare store: Store;
  declare account: AccountState;
  declare now: number;
  declare stale: boolean;
  /** Why the person may not decide it; null who may. */
  declare refusal: string | null;
  readonly #keep = new Action(this);

  static override styles = [
    base,
    button,
    refusal,
    css`
      section {
        display: grid;
        gap: 10px;
        padding: 12px 14px;
        border: 1px solid var(--line);
        border-radius: 10px;
      }
    `,
  ];

  async #keepAccount(id: string): Promise<void> {
    const kept = await this.#keep.run(() => this.store.api.keepAccount(id));
    if (kept !== null) this.dispatchEvent(new CustomEvent("kept"));
  }

  override render(): TemplateResult | null {
    const { id, left_options_at } = this.account;
    if (left_options_at === null) return null;
    return html`<section aria-labelledby="left">
      <p id="left">${sayWith("accounts.left", { moment: atMoment(left_options_at, this.now) })}</p>
      <div class="row">
        ${actionButton(this.#keep, {
          label: say("accounts.left_keep"),
          busy: say("accounts.left_keeping"),
          done: say("accounts.left_kept"),
          disabled: this.stale,
          refusal: this.refusal,
          press: () => void this.#keepAccount(id),
        })}
        <button
          type="button"
          class="button danger"
          ?disabled=${this.stale && this.refusal === null}
          aria-disabled=${this.refusal === null ? "false" : "true"}
          aria-describedby=${this.refusal === null ? nothing : REFUSAL_ID}
          @click=${() => this.refusal === null && this.dispatchEvent(new CustomEvent("remove"))}
        >
          <span>${say("accounts.left_remove")}</span>
        </button>
      </div>
      ${refusalTemplate(this.refusal)} ${actionProblem(this.#keep)}
    </section>`;
  }
}
