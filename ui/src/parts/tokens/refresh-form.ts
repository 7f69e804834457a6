import { css, html } from "lit";
import type { TemplateResult } from "lit";
import type { AccountState } from "../../../../src/keeper/account.ts";
import type { Store } from "../../live/store.ts";
import { draftOf, mistakesIn, policyOf, usualHours, usualTime } from "../../words/accounts/refresh-policy.ts";
import type { RefreshDraft, RefreshField, RefreshNeeds } from "../../words/accounts/refresh-policy.ts";
import { Action, actionButton, actionProblem } from "../basics/action.ts";
import { refusal, refusalTemplate } from "../basics/refusal.ts";
import { base, button, field, form } from "../basics/styles.ts";
import { textField, textFieldTemplate } from "../basics/text-field.ts";
import type { TextField } from "../basics/text-field.ts";
import { tickField, tickFieldTemplate } from "../basics/tick-field.ts";
import { say } from "../../words/language/words.ts";
import { WordedElement } from "../foundations/worded-element.ts";

const BUFFERS: readonly RefreshDraft["buffer"][] = ["plan", "minutes", "percent"];

/** When the token of an account that was added on the page is refreshed. */
export class RefreshForm extends WordedElement {
  static override properties = {
    store: { attribute: false },
    account: { attribute: false },
    provider: { attribute: false },
    stale: { type: Boolean },
    refusal: { attribute: false },
    typed: { state: true },
    tried: { state: true },
  };
  declare store: Store;
  declare account: AccountState;
  /** Null for a cloud that is not known (yet). */
  declare provider: RefreshNeeds | null;
  declare stale: boolean;
  /** Why this person may not change it; null if they may. */
  declare refusal: string | null;
  /** Null while nothing has been changed. */
  declare typed: RefreshDraft | null;
  /** Somebody tried to save it: what is missing is shown from then on. */
  declare tried: boolean;
  readonly #save = new Action(this);

  constructor() {
    super();
    this.typed = null;
    this.tried = false;
    this.refusal = null;
  }

  static override styles = [
    base,
    button,
    textField,
    tickField,
    field,
    form,
    refusal,
    css`
      legend {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
      }
      fieldset:disabled {
        color: var(--muted);
      }
      .tick {
        font-weight: 500;
      }
      .tick + .note {
        margin-top: -14px;
        color: var(--muted);
        font-size: 0.9em;
      }
      select {
        width: 100%;
        min-width: 0;
        text-overflow: ellipsis;
      }
      /* What a narrow screen cuts off of the choice. */
      @media (width >= 480px) {
        .whole {
          display: none;
        }
      }
    `,
  ];

  get #draft(): RefreshDraft {
    return this.typed ?? draftOf(this.account);
  }

  override render(): TemplateResult {
    const { automatic, buffer } = this.#draft;
    return html`<form novalidate @submit=${this.#submit}>
      <fieldset ?disabled=${this.refusal !== null}>
        <legend>${say("accounts.refresh_of", { name: this.account.name })}</legend>
        ${tickFieldTemplate({
          label: say("accounts.refresh_automatic"),
          checked: automatic,
          describedBy: "automatic-note",
          onChange: (checked) => this.#type({ automatic: checked }),
        })}
        <p class="note" id="automatic-note">
          ${say(automatic ? "accounts.refresh_automatic_on" : "accounts.refresh_automatic_off")}
        </p>
        <div class="field">
          <label for="buffer">${say("accounts.refresh_buffer")}</label>
          <select id="buffer" @change=${this.#chooseBuffer}>
            ${BUFFERS.map(
              (value) => html`<option value=${value} .selected=${value === buffer}>${this.#words(value)}</option>`,
            )}
          </select>
          <p class="muted whole" aria-hidden="true">${buffer === "plan" ? this.#words(buffer) : null}</p>
        </div>
        ${
          buffer === "plan"
            ? null
            : this.#number("amount", {
                label: say(`accounts.refresh_amount_${buffer}`),
                hint: say(`accounts.refresh_amount_${buffer}_hint`),
              })
        }
        ${this.#number("idleHours", { label: say("accounts.refresh_idle"), hint: this.#usualHours() })}
      </fieldset>
      ${refusalTemplate(this.refusal)} ${actionProblem(this.#save)}
      ${actionButton(this.#save, {
        label: say("accounts.save"),
        busy: say("accounts.saving"),
        done: say("accounts.saved"),
        disabled: this.stale,
        refusal: this.refusal,
        press: () => this.renderRoot.querySelector("form")?.requestSubmit(),
      })}
    </form>`;
  }

  #words(buffer: RefreshDraft["buffer"]): string {
    return buffer === "plan"
      ? say("accounts.refresh_buffer_plan", { usual: usualTime(this.provider) })
      : say(`accounts.refresh_buffer_${buffer}`);
  }

  #usualHours(): string {
    const hours = usualHours(this.provider);
    return hours === null ? say("accounts.refresh_idle_hint_none") : say("accounts.refresh_idle_hint", { hours });
  }

  #number(field: RefreshField, { label, hint }: Pick<TextField, "label" | "hint">): TemplateResult {
    const mistake = mistakesIn(this.#draft)[field];
    return textFieldTemplate({
      name: field,
      label,
      value: this.#draft[field],
      hint,
      finding:
        mistake === undefined || (this.#draft[field] === "" && !this.tried) ? null : { kind: "mistake", text: mistake },
      onInput: (value) => this.#type({ [field]: value }),
    });
  }

  #type(part: Partial<RefreshDraft>): void {
    if (this.#save.problem !== null) this.#save.reset();
    this.typed = { ...this.#draft, ...part };
  }

  readonly #chooseBuffer = (event: Event): void => {
    const { target } = event;
    const chosen = BUFFERS.find((value) => target instanceof HTMLSelectElement && value === target.value);
    if (chosen !== undefined) this.#type({ buffer: chosen, amount: "" });
  };

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (this.refusal !== null) return;
    this.tried = true;
    const [wrong] = Object.keys(mistakesIn(this.#draft));
    if (wrong === undefined) void this.#send();
    else this.renderRoot.querySelector<HTMLElement>(`#${wrong}`)?.focus();
  };

  async #send(): Promise<void> {
    const policy = policyOf(this.#draft);
    const saved = await this.#save.run(() => this.store.api.updateAccount(this.account.id, policy));
    if (saved === null) return;
    this.typed = null;
    this.tried = false;
  }
}
