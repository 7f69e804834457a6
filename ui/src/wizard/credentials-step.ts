import { html } from "lit";
import type { TemplateResult } from "lit";
import type { AccountState } from "../../../src/keeper/account.ts";
import { wizardHref } from "../live/place.ts";
import type { FailedSignIn } from "../live/place.ts";
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
import { failedFinding } from "./sign-in/failed-sign-in.ts";
import { credentialsIn } from "./draft.ts";
import type { Draft } from "./draft.ts";
import { step } from "./step-styles.ts";
import { say } from "../words/language/words.ts";
import { told } from "../words/said.ts";
import { WordedElement } from "../parts/foundations/worded-element.ts";

/** Second step: the three values of the app's OpenAPI screen. */
export class CredentialsStep extends WordedElement {
  static override properties = {
    store: { attribute: false },
    account: { attribute: false },
    draft: { attribute: false },
    failed: { attribute: false },
    left: { state: true },
  };
  declare store: Store;
  declare account: AccountState | null;
  declare draft: Draft;
  /** What a sign-in with these values failed at; null where none did. */
  declare failed: FailedSignIn | null;
  /** The fields that somebody has visited; only these are reported as missing. */
  declare left: ReadonlySet<CredentialField>;
  readonly #save = new Action(this);

  constructor() {
    super();
    this.left = new Set();
    this.failed = null;
  }

  static override styles = [base, button, textField, step];

  override render(): TemplateResult {
    const locked = this.account?.owner === "options";
    return html`<form class="step" novalidate @submit=${this.#submit}>
      ${
        locked
          ? html`<p class="note">${say("wizard.owned_by_options_utec")}</p>`
          : html`<p>${say("wizard.copy_values")}</p>`
      }
      ${CREDENTIAL_FIELDS.map((field) => this.#field(field, locked))}
      ${this.#save.problem !== null && !this.#ownerOf(this.#save.problem.field) ? html`<p class="problem" role="alert">${told(this.#save.problem)}</p>` : null}
      <div class="row ends">
        <a class="button plain" href=${wizardHref("find", this.account?.id ?? null)}
          ><span>${say("wizard.back")}</span></a
        >
        ${
          locked
            ? html`<a class="button filled" href=${wizardHref("sign-in", this.draft.accountId)}
                ><span>${say("wizard.next")}</span></a
              >`
            : actionButton(this.#save, {
                label: say("wizard.next"),
                busy: say("wizard.saving"),
                done: say("wizard.saved"),
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
      value: secretSet && readOnly ? say("wizard.secret_set") : this.#typed[field],
      hint: readOnly ? "" : secretSet ? say("wizard.secret_set_hint") : say(`wizard.hint_${field}`),
      finding: readOnly ? failedFinding(this.failed, field, true) : this.#finding(field),
      code: true,
      secret: field === "client_secret" && !readOnly,
      readOnly,
      onInput: (value) => this.#type({ ...this.#typed, [field]: value }),
      onLeave: () => {
        if (this.#typed[field] !== "") this.left = new Set([...this.left, field]);
      },
    });
  }

  /** Until somebody changes the field, what is known of it from the cloud. */
  #finding(field: CredentialField): Finding | null {
    return this.#ownFinding(field) ?? (this.#isAsItFailed(field) ? failedFinding(this.failed, field, true) : null);
  }

  #isAsItFailed(field: CredentialField): boolean {
    const stored = field === "client_secret" ? "" : (this.account?.[field] ?? "");
    return this.#typed[field] === stored;
  }

  #ownFinding(field: CredentialField): Finding | null {
    const { problem } = this.#save;
    if (problem !== null && this.#ownerOf(problem.field) === field) return { kind: "mistake", text: told(problem) };
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
    const wrong = CREDENTIAL_FIELDS.find((field) => this.#ownFinding(field)?.kind === "mistake");
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
      const name = taken === 0 ? say("wizard.first_name") : say("wizard.first_name_counted", { count: taken + 1 });
      return api.addAccount({ name, ...trimmed(this.#typed) });
    }
    const changes = changedConfiguration(this.#typed, this.account);
    return Object.keys(changes).length === 0 ? this.account : api.updateAccount(this.account.id, changes);
  }
}
