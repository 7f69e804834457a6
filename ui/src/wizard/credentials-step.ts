import { html } from "lit";
import type { TemplateResult } from "lit";
import type { AccountState } from "../../../src/keeper/account.ts";
import { wizardHref } from "../live/place.ts";
import type { Store } from "../live/store.ts";
import { Action, actionButton } from "../parts/basics/action.ts";
import { base, button } from "../parts/basics/styles.ts";
import { textField, textFieldTemplate } from "../parts/basics/text-field.ts";
import {
  CREDENTIAL_FIELDS,
  changedConfiguration,
  credentialLabel,
  findingIn,
  missingIn,
  trimmed,
} from "./credentials.ts";
import type { CredentialField, Credentials, Finding } from "./credentials.ts";
import { credentialsIn } from "./draft.ts";
import type { Draft } from "./draft.ts";
import { step } from "./step-styles.ts";
import { WordedElement } from "../parts/foundations/worded-element.ts";

/** What a new account is called until somebody gives it a name. */
const FIRST_NAME = "Home";

/** Second step: the three values of the app's OpenAPI screen. */
export class CredentialsStep extends WordedElement {
  static override properties = {
    store: { attribute: false },
    account: { attribute: false },
    draft: { attribute: false },
    left: { state: true },
  };
  declare store: Store;
  declare account: AccountState | null;
  declare draft: Draft;
  /** The fields that somebody has visited; only these are reported as missing. */
  declare left: ReadonlySet<CredentialField>;
  readonly #save = new Action(this);

  constructor() {
    super();
    this.left = new Set();
  }

  static override styles = [base, button, textField, step];

  override render(): TemplateResult {
    const locked = this.account?.owner === "options";
    return html`<form class="step" novalidate @submit=${this.#submit}>
      ${
        locked
          ? html`<p class="note">
              This account is set in the app's configuration tab (or in the environment), so its values are changed
              there. Here you only sign in. The redirect URI must match the one that is saved in the Xthings Home app
              exactly.
            </p>`
          : html`<p>Copy the values from the app's OpenAPI screen.</p>`
      }
      ${CREDENTIAL_FIELDS.map((field) => this.#field(field, locked))}
      ${this.#save.problem !== null && !this.#ownerOf(this.#save.problem.field) ? html`<p class="problem" role="alert">${this.#save.problem.message}</p>` : null}
      <div class="row ends">
        <a class="button plain" href=${wizardHref("find", this.account?.id ?? null)}><span>Back</span></a>
        ${
          locked
            ? html`<a class="button filled" href=${wizardHref("sign-in", this.draft.accountId)}><span>Next</span></a>`
            : actionButton(this.#save, {
                label: "Next",
                busy: "Saving …",
                done: "Saved",
                look: "filled",
                press: () => this.renderRoot.querySelector("form")?.requestSubmit(),
              })
        }
      </div>
    </form>`;
  }

  get #typed(): Credentials {
    return credentialsIn(this.draft);
  }

  #field(field: CredentialField, readOnly: boolean): TemplateResult {
    const secretSet = field === "client_secret" && this.account?.client_secret_set === true;
    return textFieldTemplate({
      name: field,
      label: credentialLabel(field),
      value: secretSet && readOnly ? "already set" : this.#typed[field],
      hint: readOnly ? "" : secretSet ? "Already set. Leave it empty to keep it." : HINTS[field],
      finding: readOnly ? null : this.#finding(field),
      code: true,
      secret: field === "client_secret" && !readOnly,
      readOnly,
      onInput: (value) => this.#type({ ...this.#typed, [field]: value }),
      onLeave: () => {
        if (this.#typed[field] !== "") this.left = new Set([...this.left, field]);
      },
    });
  }

  #finding(field: CredentialField): Finding | null {
    const { problem } = this.#save;
    if (problem !== null && this.#ownerOf(problem.field) === field) return { kind: "mistake", text: problem.message };
    return findingIn(field, this.#typed) ?? (this.left.has(field) ? missingIn(field, this.#typed, this.account) : null);
  }

  #ownerOf(field: string | null): CredentialField | undefined {
    return CREDENTIAL_FIELDS.find((known) => known === field);
  }

  #type(typed: Credentials): void {
    if (this.#save.problem !== null) this.#save.reset();
    this.dispatchEvent(
      new CustomEvent<Draft>("draft", { detail: { ...this.draft, typed }, bubbles: true, composed: true }),
    );
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    this.left = new Set(CREDENTIAL_FIELDS);
    const wrong = CREDENTIAL_FIELDS.find((field) => this.#finding(field)?.kind === "mistake");
    if (wrong !== undefined && this.#save.problem === null) {
      this.#focus(wrong);
      return;
    }
    void this.#saveAndGoOn();
  };

  #focus(field: CredentialField): void {
    this.renderRoot.querySelector<HTMLInputElement>(`#${field}`)?.focus();
  }

  async #saveAndGoOn(): Promise<void> {
    const saved = await this.#save.run(() => this.#send());
    if (saved === null) {
      const refused = this.#ownerOf(this.#save.problem?.field ?? null);
      if (refused !== undefined) this.#focus(refused);
      return;
    }
    this.#save.reset();
    // Going back from the next step must find the account, not add it twice.
    history.replaceState(null, "", wizardHref("credentials", saved.id));
    this.dispatchEvent(
      new CustomEvent<Draft>("draft", {
        detail: { ...this.draft, accountId: saved.id, typed: { ...trimmed(this.#typed), client_secret: "" } },
        bubbles: true,
        composed: true,
      }),
    );
    location.hash = wizardHref("sign-in", saved.id);
  }

  async #send(): Promise<AccountState> {
    const { api, picture } = this.store;
    if (this.account === null) {
      const taken = picture?.accounts.length ?? 0;
      const name = taken === 0 ? FIRST_NAME : `${FIRST_NAME} ${taken + 1}`;
      return api.addAccount({ name, ...trimmed(this.#typed) });
    }
    const changes = changedConfiguration(this.#typed, this.account);
    return Object.keys(changes).length === 0 ? this.account : api.updateAccount(this.account.id, changes);
  }
}

const HINTS: Readonly<Record<CredentialField, string>> = {
  client_id: "A long string of letters and digits.",
  client_secret: "Another long string. The gateway stores it encrypted and never shows it again.",
  redirect_uri: "Must match the one that is saved in the app exactly: change it here or there.",
};
