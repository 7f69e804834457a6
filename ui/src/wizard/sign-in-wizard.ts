import { LitElement, css, html } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import type { Access } from "../../../src/http/access/rights.ts";
import type { AccountState, Snapshot } from "../../../src/state/picture.ts";
import { WIZARD_STEPS, placeHref, wizardHref } from "../live/place.ts";
import type { WizardStep } from "../live/place.ts";
import type { Store } from "../live/store.ts";
import { refusal, refusalTemplate, refusedPlace } from "../parts/basics/refusal.ts";
import { base, button, card } from "../parts/basics/styles.ts";
import { isSignedIn } from "../words/token-status.ts";
import { draftOf, suggestedRedirectUri } from "./draft.ts";
import type { Draft } from "./draft.ts";

const TITLES: Readonly<Record<WizardStep, string>> = {
  find: "Find the OpenAPI screen",
  credentials: "The three values",
  "sign-in": "Sign in to the cloud",
  found: "Your locks",
};

/** Signing in, one question at a time. Its steps are places of their own, so that the browser's back button works. */
export class SignInWizard extends LitElement {
  static override properties = {
    store: { attribute: false },
    picture: { attribute: false },
    step: { type: String },
    accountId: { attribute: false },
    draft: { attribute: false },
    access: { attribute: false },
  };
  declare store: Store;
  declare picture: Snapshot;
  declare step: WizardStep;
  declare accountId: string | null;
  /** What was typed before, if anything. */
  declare draft: Draft | null;
  /** What this person may do. */
  declare access: Access | null;

  static override styles = [
    base,
    card,
    button,
    refusal,
    css`
      .card {
        display: grid;
        gap: 16px;
        max-width: 43em;
        margin-inline: auto;
      }
      .progress {
        display: grid;
        grid-template-columns: repeat(4, 1fr);
        gap: 6px;
      }
      .progress li {
        height: 4px;
        border-radius: 2px;
        background: var(--line);
      }
      .progress .past {
        background: var(--accent);
      }
      .waits {
        opacity: 0.6;
      }
      h2:focus {
        outline: none;
      }
    `,
  ];

  override updated(changed: PropertyValues<this>): void {
    // For those who cannot see it, a new step is a new page.
    if (changed.get("step") !== undefined) this.renderRoot.querySelector("h2")?.focus();
  }

  override render(): TemplateResult {
    const why = this.store.refusal("POST", "/api/accounts");
    // While it is not known yet, what was typed stays, and waits.
    const waits = this.access?.standing === "unconfirmed";
    if (why !== null && !waits) return refusedPlace("Sign in to the cloud", why);
    const account = this.picture.accounts.find(({ id }) => id === this.accountId) ?? null;
    const at = WIZARD_STEPS.indexOf(this.step);
    return html`<section class="card" aria-labelledby="title">
      <ol class="progress" aria-hidden="true">
        ${WIZARD_STEPS.map((_, index) => html`<li class=${index <= at ? "past" : ""}></li>`)}
      </ol>
      <div>
        <p class="muted">Step ${at + 1} of ${WIZARD_STEPS.length}${account === null ? "" : ` · ${account.name}`}</p>
        <h2 id="title" tabindex="-1">${TITLES[this.step]}</h2>
      </div>
      ${refusalTemplate(why)}
      <div class=${why === null ? "" : "waits"} ?inert=${why !== null}>${this.#step(account, why !== null)}</div>
    </section>`;
  }

  #step(account: AccountState | null, waits: boolean): TemplateResult {
    switch (this.step) {
      case "find":
        return html`<utec-find-step .accountId=${this.accountId}></utec-find-step>`;
      case "credentials":
        return html`<utec-credentials-step
          .store=${this.store}
          .account=${account}
          .draft=${this.draft?.accountId === this.accountId ? this.draft : draftOf(account, suggestedRedirectUri())}
        ></utec-credentials-step>`;
      case "sign-in":
        if (account === null) return gone();
        return html`<utec-sign-in-step .store=${this.store} .account=${account} .waits=${waits}></utec-sign-in-step>`;
      case "found":
        if (account === null) return gone();
        if (!isSignedIn(account)) return unfinished(account);
        return html`<utec-found-step
          .store=${this.store}
          .picture=${this.picture}
          .account=${account}
        ></utec-found-step>`;
    }
  }
}

/** Somebody came back from the cloud without having signed in. */
function unfinished(account: AccountState): TemplateResult {
  return html`<p role="status">The sign-in has not finished, so there are no locks yet.</p>
    <div class="row">
      <a class="button filled" href=${wizardHref("sign-in", account.id)}><span>Sign in</span></a>
    </div>`;
}

function gone(): TemplateResult {
  return html`<p>This account no longer exists.</p>
    <div class="row">
      <a class="button" href=${placeHref("accounts")}><span>Go to accounts</span></a>
    </div>`;
}
