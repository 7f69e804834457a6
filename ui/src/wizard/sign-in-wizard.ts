import { css, html } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import type { Access } from "../../../src/http/access/rights.ts";
import type { AccountState, Snapshot } from "../../../src/state/picture.ts";
import type { ProviderDescription } from "../../../src/keeper/providers/provider-description.ts";
import { LatePart } from "../live/late-part.ts";
import { placeHref, wizardHref } from "../live/place.ts";
import type { FailedSignIn, WizardPlace } from "../live/place.ts";
import { providerOf, signInWay } from "../live/providers.ts";
import type { Store } from "../live/store.ts";
import { refusal, refusalTemplate, refusedPlace } from "../parts/basics/refusal.ts";
import { base, button, card } from "../parts/basics/styles.ts";
import { isSignedIn } from "../words/token-status.ts";
import { draftOf, suggestedRedirectUri } from "./draft.ts";
import type { Draft } from "./draft.ts";
import { failedSentence } from "./sign-in/failed-sign-in.ts";
import { stage, stepOf } from "./stage.ts";
import { say } from "../words/language/words.ts";
import { WordedElement } from "../parts/foundations/worded-element.ts";

/** Signing in, one question at a time. Its steps are places of their own, so that the browser's back button works. */
export class SignInWizard extends WordedElement {
  static override properties = {
    store: { attribute: false },
    providers: { attribute: false },
    picture: { attribute: false },
    place: { attribute: false },
    now: { type: Number },
    draft: { attribute: false },
    access: { attribute: false },
  };
  declare store: Store;
  /** Null until they are known. */
  declare providers: readonly ProviderDescription[] | null;
  declare picture: Snapshot;
  declare place: WizardPlace;
  declare now: number;
  /** What was typed before, if anything. */
  declare draft: Draft | null;
  /** What this person may do. */
  declare access: Access | null;
  readonly #otherClouds = new LatePart(
    this,
    async () => (await import("./other-cloud-elements.ts")).OTHER_CLOUD_ELEMENTS,
  );
  readonly #import = new LatePart(
    this,
    async () => (await import("../parts/import/import-elements.ts")).IMPORT_ELEMENTS,
  );

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
        grid-auto-columns: 1fr;
        grid-auto-flow: column;
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
      .moving {
        margin-top: 20px;
        padding-top: 16px;
        border-top: 1px solid var(--line);
      }
      h2:focus {
        outline: none;
      }
    `,
  ];

  override updated(changed: PropertyValues<this>): void {
    // For those who cannot see it, a new step is a new page.
    const before = changed.get("place");
    if (before !== undefined && before.step !== this.place.step) this.renderRoot.querySelector("h2")?.focus();
  }

  override render(): TemplateResult {
    const why = this.store.refusal("POST", "/api/accounts");
    // While it is not known yet, what was typed stays, and waits.
    const waits = this.access?.standing === "unconfirmed";
    if (why !== null && !waits) return refusedPlace(say("wizard.title"), why);
    const { accountId } = this.place;
    const account = this.picture.accounts.find(({ id }) => id === accountId) ?? null;
    const provider = providerOf(this.providers, account?.provider ?? this.place.provider ?? "");
    const draft = this.#draftFor(account);
    const { title, at, of } = stage(stepOf(this.place, account), { place: this.place, account, provider, draft });
    return html`<section class="card" aria-labelledby="title">
      <ol class="progress" aria-hidden="true">
        ${Array.from({ length: of }, (_, index) => html`<li class=${index <= at ? "past" : ""}></li>`)}
      </ol>
      <div>
        <p class="muted">
          ${
            account === null
              ? say("wizard.step", { at: at + 1, of })
              : say("wizard.step_of_account", { at: at + 1, of, account: account.name })
          }
        </p>
        <h2 id="title" tabindex="-1">${title}</h2>
      </div>
      ${refusalTemplate(why)}
      <div class=${why === null ? "" : "waits"} ?inert=${why !== null}>
        ${this.#step({ account, provider, draft, waits: why !== null })}
      </div>
    </section>`;
  }

  #draftFor(account: AccountState | null): Draft {
    const { accountId, provider } = this.place;
    const cloud = account?.provider ?? provider ?? "";
    const { draft } = this;
    const fits = draft !== null && draft.accountId === accountId && (accountId !== null || draft.provider === cloud);
    return fits ? draft : draftOf(account, cloud, suggestedRedirectUri());
  }

  #step(asked: Asked): TemplateResult {
    const { account, provider, draft, waits } = asked;
    const { accountId, screen = null, failed = null } = this.place;
    switch (stepOf(this.place, account)) {
      case "cloud":
        return html`<utec-cloud-step
            .providers=${this.providers}
            .chosen=${this.place.provider ?? null}
          ></utec-cloud-step>
          ${waits ? null : this.#moving()}`;
      case "find":
        return html`<utec-find-step .accountId=${accountId}></utec-find-step>`;
      case "credentials":
        return html`<utec-credentials-step
          .store=${this.store}
          .account=${account}
          .draft=${draft}
          .failed=${failed}
        ></utec-credentials-step>`;
      case "details":
        if (accountId !== null && account === null) return gone();
        return provider === null
          ? unknownCloud(this.providers !== null)
          : this.#otherClouds.draw(
              html`<utec-details-step
                .store=${this.store}
                .account=${account}
                .provider=${provider}
                .draft=${draft}
                .screen=${screen}
                .failed=${failed}
              ></utec-details-step>`,
            );
      case "sign-in":
        if (account !== null) return this.#signIn(account, waits);
        return failed === null || accountId !== null ? gone() : notSignedIn(failed);
      case "found":
        if (account === null) return gone();
        if (!isSignedIn(account)) return unfinished(account);
        return html`<utec-found-step
          .store=${this.store}
          .picture=${this.picture}
          .account=${account}
          .provider=${provider}
        ></utec-found-step>`;
    }
  }

  #moving(): TemplateResult {
    return this.#import.draw(
      html`<utec-import-card
        class="moving"
        .store=${this.store}
        .accounts=${this.picture.accounts}
        .now=${this.now}
        .inWizard=${true}
      ></utec-import-card>`,
    );
  }

  #signIn(account: AccountState, waits: boolean): TemplateResult {
    if (account.grant === null) return unknownCloud(true);
    switch (signInWay(account)) {
      case "browser":
        return html`<utec-sign-in-step
          .store=${this.store}
          .account=${account}
          .waits=${waits}
          .failed=${this.place.failed ?? null}
        ></utec-sign-in-step>`;
      case "device_code":
        return this.#otherClouds.draw(
          html`<utec-device-code-step
            .store=${this.store}
            .account=${account}
            .now=${this.now}
            .waits=${waits}
          ></utec-device-code-step>`,
        );
      case "alone":
        return this.#otherClouds.draw(
          html`<utec-login-step .store=${this.store} .account=${account}></utec-login-step>`,
        );
    }
  }
}

interface Asked {
  readonly account: AccountState | null;
  /** Null for a cloud that is not known (yet). */
  readonly provider: ProviderDescription | null;
  readonly draft: Draft;
  readonly waits: boolean;
}

function unknownCloud(known: boolean): TemplateResult {
  return known
    ? html`<p>${say("wizard.no_such_cloud")}</p>
        <div class="row">
          <a class="button" href=${wizardHref("cloud", null)}><span>${say("wizard.choose_cloud")}</span></a>
        </div>`
    : html`<p role="status">${say("wizard.loading")}</p>`;
}

/** Somebody came back from the cloud without having signed in. */
function unfinished(account: AccountState): TemplateResult {
  return html`<p role="status">${say(account.has_devices ? "wizard.unfinished_locks" : "wizard.unfinished")}</p>
    <div class="row">
      <a class="button filled" href=${wizardHref("sign-in", account.id)}><span>${say("wizard.sign_in")}</span></a>
    </div>`;
}

/** Of which account the sign-in was is not known. */
function notSignedIn(failed: FailedSignIn): TemplateResult {
  return html`<p class="problem" role="alert">${failedSentence(failed)}</p>
    <div class="row">
      <a class="button filled" href=${placeHref("accounts")}><span>${say("wizard.go_to_accounts")}</span></a>
    </div>`;
}

function gone(): TemplateResult {
  return html`<p>${say("wizard.account_gone")}</p>
    <div class="row">
      <a class="button" href=${placeHref("accounts")}><span>${say("wizard.go_to_accounts")}</span></a>
    </div>`;
}
