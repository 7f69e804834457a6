import { html } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import type { AccountState } from "../../../../src/keeper/account.ts";
import { failedAt } from "../../../../src/keeper/sign-in/redirect-sentence.ts";
import { LONGEST_PASTE } from "../../../../src/keeper/sign-in/redirect.ts";
import { ApiProblem } from "../../live/api.ts";
import { failedHref, wizardHref } from "../../live/place.ts";
import type { FailedSignIn } from "../../live/place.ts";
import type { Store } from "../../live/store.ts";
import { Action, actionButton, actionProblem } from "../../parts/basics/action.ts";
import { base, button } from "../../parts/basics/styles.ts";
import { textField, textFieldTemplate } from "../../parts/basics/text-field.ts";
import type { Finding } from "../credentials.ts";
import { failedSentence } from "./failed-sign-in.ts";
import { isOwnRedirectUri } from "../draft.ts";
import { findingInPastedAddress, stateInPastedAddress, wasInserted } from "./pasted-address.ts";
import { awaitsAnswer, forgetOpened, hasBegun, rememberBegun, rememberSignIn } from "./pending-sign-in.ts";
import { step } from "../step-styles.ts";
import { say, sayWith } from "../../words/language/words.ts";
import { told } from "../../words/said.ts";
import { WordedElement } from "../../parts/foundations/worded-element.ts";

/** The gateway gives up reading a discovery document after 20 s, and says why. */
const LOOKED_UP_WITHIN_MS = 25_000;
const LOOK_AGAIN_MS = 500;

/** Third step: the cloud's own sign-in page, and the way back from it. */
export class SignInStep extends WordedElement {
  static override properties = {
    store: { attribute: false },
    account: { attribute: false },
    waits: { type: Boolean },
    failed: { attribute: false },
    url: { state: true },
    opened: { state: true },
    pasted: { state: true },
  };
  declare store: Store;
  declare account: AccountState;
  /** Until it is known whether this person may sign in. */
  declare waits: boolean;
  /** How the latest attempt ended; null where there was none. */
  declare failed: FailedSignIn | null;
  /** The sign-in page's address; null until the gateway has made it. */
  declare url: string | null;
  /** True once the sign-in page was opened, when the way back is what is asked. */
  declare opened: boolean;
  declare pasted: string;
  readonly #prepare = new Action(this);
  readonly #exchange = new Action(this);
  #obtainedBefore: number | null = null;

  constructor() {
    super();
    this.waits = false;
    this.failed = null;
    this.url = null;
    this.opened = false;
    this.pasted = "";
  }

  static override styles = [base, button, textField, step];

  override firstUpdated(): void {
    this.#obtainedBefore = this.account.obtained_at;
    if (this.failed === null) this.opened = awaitsAnswer(this.account.id);
    else forgetOpened();
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has("waits") && !this.waits && this.url === null) void this.#prepareLink();
    // Who comes back from the cloud's tab has only to paste.
    if (changed.get("opened") === false) this.renderRoot.querySelector("textarea")?.focus();
    // Whichever tab the redirect landed in: the live feed shows that it is done.
    const { obtained_at: obtained } = this.account;
    if (obtained !== null && obtained !== this.#obtainedBefore) this.#leave();
  }

  override render(): TemplateResult {
    return html`
      ${this.#failure()}
      <p>${say(this.#locks ? "wizard.sign_in_intro" : "wizard.sign_in_intro_elsewhere")}</p>
      ${this.#openButton()} ${actionProblem(this.#prepare)}
      ${this.account.reason === "never_signed_in" ? this.#redirectUri() : null} ${this.opened ? this.#wayBack() : null}
      <div class="row ends">
        <a class="button plain" href=${wizardHref("credentials", this.account.id)}
          ><span>${say("wizard.back")}</span></a
        >
        ${
          this.opened
            ? null
            : html`<button type="button" class="button plain" @click=${this.#showWayBack}>
                <span>${say("wizard.have_address")}</span>
              </button>`
        }
      </div>
    `;
  }

  /** Stays until the sign-in page is opened again; what was pasted has its own sentence, at its field. */
  #failure(): TemplateResult | null {
    if (this.failed === null || this.opened) return null;
    return html`<p class="problem" role="alert">${failedSentence(this.failed)}</p>`;
  }

  #openButton(): TemplateResult {
    if (this.url === null) {
      return html`<div class="row">
        ${actionButton(this.#prepare, {
          label: say("wizard.try_again"),
          busy: say("wizard.preparing"),
          done: say("wizard.ready"),
          press: () => void this.#prepareLink(),
        })}
      </div>`;
    }
    const sameTab = this.#comesBackByItself() && window.top === window;
    return html`<div class="row">
      <a
        class="button ${this.opened ? "" : "filled"}"
        href=${this.url}
        target=${sameTab ? "_self" : "_blank"}
        rel="noopener"
        @click=${this.#onOpen}
        ><span>${say(this.opened ? "wizard.open_again" : "wizard.open_page")}</span></a
      >
    </div>`;
  }

  /** The usual reason why the cloud's page shows an error the first time. */
  #redirectUri(): TemplateResult {
    const uri = html`<code>${this.account.redirect_uri}</code>`;
    return html`<p class="muted">
      ${sayWith(this.#locks ? "wizard.redirect_uri_matters" : "wizard.redirect_uri_matters_elsewhere", { uri })}
    </p>`;
  }

  #wayBack(): TemplateResult {
    return html`<form class="step" novalidate @submit=${this.#submit}>
      <p class="note">${say(this.#comesBackByItself() ? "wizard.comes_back" : "wizard.copied_elsewhere")}</p>
      ${textFieldTemplate({
        name: "callback_url",
        label: say("wizard.address"),
        value: this.pasted,
        code: true,
        lines: 3,
        hint: say("wizard.address_hint"),
        finding: this.#finding(),
        onInput: (value) => this.#take(value),
      })}
      <div class="row">
        ${actionButton(this.#exchange, {
          label: say("wizard.finish"),
          busy: say("wizard.signing_in"),
          done: say("wizard.signed_in"),
          look: "filled",
          disabled: this.pasted.trim() === "",
          press: () => this.renderRoot.querySelector("form")?.requestSubmit(),
        })}
      </div>
    </form>`;
  }

  #findingInPasted(): Finding | null {
    return findingInPastedAddress(this.pasted, this.url);
  }

  get #locks(): boolean {
    return this.account.has_devices;
  }

  #finding(): Finding | null {
    const { problem } = this.#exchange;
    if (problem === null) return this.#findingInPasted();
    return { kind: "mistake", text: told(problem) };
  }

  /** An address that was pasted whole, of a sign-in that this tab began, needs no button; one that is being typed does. */
  #take(value: string): void {
    const inserted = wasInserted(this.pasted, value);
    this.pasted = value;
    this.#exchange.reset();
    const state = inserted ? stateInPastedAddress(value, this.url) : null;
    if (state !== null && hasBegun(this.account.id, state)) void this.#finish();
  }

  #comesBackByItself(): boolean {
    return isOwnRedirectUri(this.account.redirect_uri);
  }

  readonly #onOpen = (): void => {
    rememberSignIn(this.account.id);
    this.opened = true;
  };

  readonly #showWayBack = (): void => {
    this.opened = true;
  };

  async #prepareLink(): Promise<void> {
    const answer = await this.#prepare.run(() => this.#signInPage());
    this.url = answer?.url ?? null;
    if (this.url !== null) rememberBegun(this.account.id, this.url);
  }

  /** Where a discovery document has to be read first, which has not failed yet, its end is waited for. */
  async #signInPage(): Promise<{ readonly url: string }> {
    const until = Date.now() + LOOKED_UP_WITHIN_MS;
    for (;;) {
      try {
        return await this.store.api.authorise(this.account.id);
      } catch (error) {
        const isLookedUp =
          error instanceof ApiProblem && error.code === "cloud_unreachable" && this.account.last_error === null;
        if (!isLookedUp || !this.isConnected || Date.now() > until) throw error;
      }
      await new Promise((resolve) => window.setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (this.#findingInPasted() !== null || this.pasted.trim() === "") return;
    void this.#finish();
  };

  async #finish(): Promise<void> {
    const callback = this.pasted.trim().slice(0, LONGEST_PASTE);
    const account = await this.#exchange.run(() => this.store.api.exchange(this.account.id, callback));
    if (account !== null) {
      this.#leave();
      return;
    }
    // A code is good for one attempt: the next one starts with a fresh link.
    void this.#prepareLink();
    const { problem } = this.#exchange;
    if (problem !== null && problem.code !== "unreachable") this.#keepFailure(problem.code);
  }

  /** In the address, for a reload; what failed at a value of the account is said where that is changed. */
  #keepFailure(code: string): void {
    const href = failedHref(this.account.id, { code, error: null });
    if (failedAt(code, null) === "sign_in") history.replaceState(null, "", href);
    else location.hash = href;
  }

  #leave(): void {
    forgetOpened();
    location.hash = wizardHref("found", this.account.id);
  }
}
