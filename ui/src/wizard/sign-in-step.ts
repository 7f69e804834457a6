import { html } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import type { AccountState } from "../../../src/keeper/account.ts";
import { LONGEST_PASTE } from "../../../src/keeper/sign-in/redirect.ts";
import { ApiProblem } from "../live/api.ts";
import { wizardHref } from "../live/place.ts";
import type { Store } from "../live/store.ts";
import { Action, actionButton, actionProblem } from "../parts/basics/action.ts";
import { base, button } from "../parts/basics/styles.ts";
import { textField, textFieldTemplate } from "../parts/basics/text-field.ts";
import type { Finding } from "./credentials.ts";
import { isOwnRedirectUri } from "./draft.ts";
import { findingInPastedAddress, stateInPastedAddress, wasInserted } from "./pasted-address.ts";
import { hasBegun, rememberBegun, rememberSignIn } from "./pending-sign-in.ts";
import { step } from "./step-styles.ts";
import { WordedElement } from "../parts/foundations/worded-element.ts";

/** The gateway gives up reading a discovery document after 20 s, and says why. */
const LOOKED_UP_WITHIN_MS = 25_000;
const LOOK_AGAIN_MS = 500;

/** Third step: the cloud's own sign-in page, and the way back from it. */
export class SignInStep extends WordedElement {
  static override properties = {
    store: { attribute: false },
    account: { attribute: false },
    waits: { type: Boolean },
    url: { state: true },
    opened: { state: true },
    pasted: { state: true },
  };
  declare store: Store;
  declare account: AccountState;
  /** Until it is known whether this person may sign in. */
  declare waits: boolean;
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
    this.url = null;
    this.opened = false;
    this.pasted = "";
  }

  static override styles = [base, button, textField, step];

  override firstUpdated(): void {
    this.#obtainedBefore = this.account.obtained_at;
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
      <p>
        Next, the cloud asks who you are. Sign in with
        ${this.#locks ? "the e-mail address and password of your Xthings Home app" : "your account there"} and allow
        access. The gateway never sees your password.
      </p>
      ${this.#openButton()} ${this.account.reason === "never_signed_in" ? this.#redirectUri() : null}
      ${actionProblem(this.#prepare)} ${this.opened ? this.#wayBack() : null}
      <div class="row ends">
        <a class="button plain" href=${wizardHref("credentials", this.account.id)}><span>Back</span></a>
        ${
          this.opened
            ? null
            : html`<button type="button" class="button plain" @click=${this.#showWayBack}>
                <span>I already have the address</span>
              </button>`
        }
      </div>
    `;
  }

  #openButton(): TemplateResult {
    if (this.url === null) {
      return html`<div class="row">
        ${actionButton(this.#prepare, {
          label: "Try again",
          busy: "Preparing the sign-in page …",
          done: "Ready",
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
        ><span>${this.opened ? "Open the sign-in page again" : "Open the sign-in page"}</span></a
      >
    </div>`;
  }

  /** The usual reason why the cloud's page shows an error the first time. */
  #redirectUri(): TemplateResult {
    return html`<p class="muted">
      If the cloud shows an error instead: the redirect URI that is saved
      ${this.#locks ? "in the Xthings Home app" : "there for your application"} must be exactly
      <code>${this.account.redirect_uri}</code>
    </p>`;
  }

  #wayBack(): TemplateResult {
    return html`<form class="step" novalidate @submit=${this.#submit}>
      <p class="note">
        ${
          this.#comesBackByItself()
            ? "Once you have allowed access, this page continues by itself. If it does not, paste the address here."
            : "Once you have allowed access, you land on another page; it may look like an error. Copy its whole address and paste it here: the sign-in then finishes by itself."
        }
      </p>
      ${textFieldTemplate({
        name: "callback_url",
        label: "Address of the page you landed on",
        value: this.pasted,
        code: true,
        lines: 3,
        hint: "It contains code= followed by a long string of letters and digits.",
        finding: this.#finding(),
        onInput: (value) => this.#take(value),
      })}
      <div class="row">
        ${actionButton(this.#exchange, {
          label: "Finish signing in",
          busy: "Signing in …",
          done: "Signed in",
          look: "filled",
          disabled: this.pasted.trim() === "",
          press: () => this.renderRoot.querySelector("form")?.requestSubmit(),
        })}
      </div>
    </form>`;
  }

  #findingInPasted(): Finding | null {
    return findingInPastedAddress(this.pasted, this.url, this.#locks ? null : this.account.provider_label);
  }

  get #locks(): boolean {
    return this.account.has_devices;
  }

  #finding(): Finding | null {
    const { problem } = this.#exchange;
    if (problem === null) return this.#findingInPasted();
    const swapped = problem.code === "client_refused" ? " Client ID and Client Secret are often swapped." : "";
    return { kind: "mistake", text: problem.message + swapped };
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
    if (account !== null) this.#leave();
    // A code is good for one attempt: the next one starts with a fresh link.
    else void this.#prepareLink();
  }

  #leave(): void {
    location.hash = wizardHref("found", this.account.id);
  }
}
