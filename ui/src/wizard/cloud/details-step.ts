import { html } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import type { AccountSettings, AccountState } from "../../../../src/keeper/account.ts";
import type { ProviderDescription } from "../../../../src/keeper/providers/provider-description.ts";
import { detailsHref, placeHref, wizardHref } from "../../live/place.ts";
import type { FailedSignIn } from "../../live/place.ts";
import type { Store } from "../../live/store.ts";
import { Action, actionButton, actionProblem } from "../../parts/basics/action.ts";
import { choiceField, choiceFieldTemplate } from "./choice-field.ts";
import { base, button } from "../../parts/basics/styles.ts";
import { textField, textFieldTemplate } from "../../parts/basics/text-field.ts";
import type { Finding } from "../credentials.ts";
import type { Draft } from "../draft.ts";
import type { Typed } from "../../live/providers.ts";
import { step } from "../step-styles.ts";
import { choiceOf } from "./choice-words.ts";
import { findingIn, missingIn } from "./field-finding.ts";
import { failedFinding } from "../sign-in/failed-sign-in.ts";
import { changesIn, detailsIn, freeName, shownIn } from "./details.ts";
import { SET, isNeededFor, screenAt, screensFor, setLabel } from "./screens.ts";
import type { AskedField, Screen } from "./screens.ts";
import { cloudLabel, fieldHelp, fieldLabel } from "../../words/accounts/clouds.ts";
import { say } from "../../words/language/words.ts";
import { told } from "../../words/said.ts";
import { WordedElement } from "../../parts/foundations/worded-element.ts";

/** The fields of a cloud, one at a time, and at the end the account itself. */
export class DetailsStep extends WordedElement {
  static override properties = {
    store: { attribute: false },
    account: { attribute: false },
    provider: { attribute: false },
    draft: { attribute: false },
    screen: { attribute: false },
    failed: { attribute: false },
    left: { state: true },
    settings: { state: true },
  };
  declare store: Store;
  /** Null while it is being added. */
  declare account: AccountState | null;
  declare provider: ProviderDescription;
  declare draft: Draft;
  /** As in the page's address; null for the first one. */
  declare screen: string | null;
  /** What a sign-in with these values failed at; null where none did. */
  declare failed: FailedSignIn | null;
  /** The fields that somebody has visited; only these are reported as missing. */
  declare left: ReadonlySet<string>;
  /** What is stored of the account; null until it is known, and of one that is being added. */
  declare settings: AccountSettings | null;
  readonly #load = new Action(this);
  readonly #save = new Action(this);

  constructor() {
    super();
    this.left = new Set();
    this.failed = null;
    this.settings = null;
  }

  static override styles = [base, button, textField, choiceField, step];

  override willUpdate(changed: PropertyValues<this>): void {
    // Only what it is of an account that is there, and once: what others change meanwhile moves nobody's words.
    const { account } = this;
    if (!changed.has("account") || account === null || account.owner === "options") return;
    if (this.settings?.account_id !== account.id && this.#load.state !== "busy") void this.#loadSettings(account.id);
  }

  override updated(changed: PropertyValues<this>): void {
    // Each screen asks one thing: who has gone on may type at once.
    if (changed.get("screen") !== undefined) this.#input()?.focus();
  }

  override render(): TemplateResult {
    if (this.account?.owner === "options") return this.#ownedByOptions(this.account);
    if (this.account !== null && this.settings?.account_id !== this.account.id) return this.#loading(this.account);
    const screen = this.#shown;
    const { problem } = this.#save;
    const elsewhere = problem !== null && !screen.fields.some(({ name }) => name === problem.field);
    return html`<form class="step" novalidate @submit=${this.#submit}>
      ${this.#intro(screen)} ${screen.fields.map((field) => this.#field(field))}
      ${elsewhere ? html`<p class="problem" role="alert">${told(problem)}</p>` : null}
      <div class="row ends">
        <a class="button plain" href=${this.#backHref}><span>${say("wizard.back")}</span></a>
        ${actionButton(this.#save, {
          label: this.account === null ? say("wizard.next") : say("clouds.save"),
          busy: say("wizard.saving"),
          done: say("wizard.saved"),
          look: "filled",
          press: () => this.renderRoot.querySelector("form")?.requestSubmit(),
        })}
      </div>
    </form>`;
  }

  #intro({ optional }: Screen): TemplateResult | null {
    if (this.account !== null) return html`<p>${say("clouds.change_different")}</p>`;
    return optional ? html`<p>${say("clouds.leave_empty")}</p>` : null;
  }

  #loading({ id }: AccountState): TemplateResult {
    if (this.#load.state !== "failed") return html`<p role="status">${say("clouds.loading_settings")}</p>`;
    return html`${actionProblem(this.#load)}
      <div class="row ends">
        <a class="button plain" href=${placeHref("accounts")}><span>${say("wizard.back")}</span></a>
        ${actionButton(this.#load, {
          label: say("wizard.try_again"),
          busy: say("wizard.loading"),
          done: say("clouds.loaded"),
          press: () => void this.#loadSettings(id),
        })}
      </div>`;
  }

  async #loadSettings(account_id: string): Promise<void> {
    this.settings = await this.#load.run(() => this.store.api.settings(account_id));
  }

  /** What stands in the fields. */
  get #typed(): Typed {
    const { typed } = this.draft;
    return this.settings === null ? typed : shownIn(this.settings, typed);
  }

  #ownedByOptions({ id }: AccountState): TemplateResult {
    return html`<p class="note">${say("wizard.owned_by_options")}</p>
      <div class="row ends">
        <a class="button plain" href=${placeHref("accounts")}><span>${say("wizard.back")}</span></a>
        <a class="button filled" href=${wizardHref("sign-in", id)}><span>${say("wizard.next")}</span></a>
      </div>`;
  }

  get #screens(): readonly Screen[] {
    return screensFor(this.provider, this.#typed, this.account);
  }

  get #shown(): Screen {
    return screenAt(this.#screens, this.screen, this.#typed);
  }

  #hrefOf(screen: Screen | undefined): string | null {
    if (screen === undefined) return null;
    return detailsHref({
      accountId: this.account?.id ?? null,
      provider: this.account === null ? this.provider.id : null,
      screen: screen.name,
    });
  }

  get #backHref(): string {
    const at = this.#screens.findIndex(({ name }) => name === this.#shown.name);
    const before = this.#hrefOf(this.#screens[at - 1]);
    if (before !== null) return before;
    if (this.account !== null) return placeHref("accounts");
    return `${wizardHref("cloud", null)}&cloud=${encodeURIComponent(this.provider.id)}`;
  }

  #field(field: AskedField): TemplateResult {
    const { name } = field;
    const label = fieldLabel(field);
    const value = this.#typed[name] ?? "";
    if (field.kind === "choice") {
      return choiceFieldTemplate({
        name,
        legend: label,
        hint: fieldHelp(this.provider.id, field),
        choices: field.values.map((known) =>
          name === SET ? { value: known, label: setLabel(this.provider, known), about: "" } : choiceOf(known),
        ),
        chosen: value === "" ? (field.default ?? field.values[0] ?? "") : value,
        onChoose: (chosen) => this.#type(name, chosen),
      });
    }
    return textFieldTemplate({
      name,
      label: this.#shown.optional ? say("clouds.optional", { field: label }) : label,
      value,
      hint: this.#hint(field),
      finding: this.#finding(field) ?? this.#failedAt(field),
      code: field.secret || name === "client_id" || field.kind === "url",
      secret: field.secret,
      onInput: (typed) => this.#type(name, typed),
      onLeave: () => {
        if (value !== "") this.left = new Set([...this.left, name]);
      },
    });
  }

  #hint(field: AskedField): string {
    const { secret, default: usual } = field;
    const help = fieldHelp(this.provider.id, field);
    if (this.#isSecretSet(field)) return say("clouds.hint_secret_set", { help });
    if (secret) return say("clouds.hint_secret", { help });
    return usual === null ? help : say("clouds.hint_usual", { help, usual });
  }

  #isSecretSet({ name }: AskedField): boolean {
    return this.settings?.secrets_set.some((set) => set === name) ?? false;
  }

  #isNeeded(field: AskedField): boolean {
    if (this.account === null) return !this.#shown.optional;
    return isNeededFor(this.account.grant, field) && !this.#isSecretSet(field);
  }

  #finding(field: AskedField): Finding | null {
    const { problem } = this.#save;
    if (problem !== null && problem.field === field.name) return { kind: "mistake", text: told(problem) };
    const needed = this.left.has(field.name) && this.#isNeeded(field);
    return findingIn(field, this.#typed) ?? (needed ? missingIn(field, this.#typed) : null);
  }

  /** Until somebody changes the field, what is known of it from the cloud. */
  #failedAt({ name }: AskedField): Finding | null {
    const isChanged =
      this.draft.typed[name] !== undefined && this.draft.typed[name] !== this.account?.[name as "client_id"];
    return isChanged ? null : failedFinding(this.failed, name, false);
  }

  #type(name: string, value: string): void {
    if (this.#save.problem !== null) this.#save.reset();
    this.#keep({ ...this.draft, typed: { ...this.draft.typed, [name]: value } });
  }

  #keep(detail: Draft): void {
    this.dispatchEvent(new CustomEvent<Draft>("draft", { detail, bubbles: true, composed: true }));
  }

  #input(name?: string): HTMLElement | null {
    // Of a choice, the keyboard has what is chosen.
    const wanted = name === undefined ? "input:read-write, input:checked" : `#${name}`;
    return this.renderRoot.querySelector<HTMLElement>(wanted);
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const screen = this.#shown;
    const asked = screen.fields.filter(({ kind }) => kind !== "choice");
    this.left = new Set([...this.left, ...asked.map(({ name }) => name)]);
    const wrong = asked.find((field) => this.#finding(field)?.kind === "mistake");
    if (wrong !== undefined && this.#save.problem === null) {
      this.#input(wrong.name)?.focus();
      return;
    }
    const next = this.#hrefOf(this.#screens[this.#screens.findIndex(({ name }) => name === screen.name) + 1]);
    if (next === null) void this.#saveAndGoOn();
    else location.hash = next;
  };

  async #saveAndGoOn(): Promise<void> {
    const saved = await this.#save.run(() => this.#send());
    if (saved === null) {
      const refused = this.#save.problem?.field ?? null;
      const screen = this.#screens.find(({ fields }) => fields.some(({ name }) => name === refused));
      const place = this.#hrefOf(screen);
      if (refused === null || place === null) return;
      if (screen?.name === this.#shown.name) this.#input(refused)?.focus();
      else location.hash = place;
      return;
    }
    this.#save.reset();
    // Going back from the next step must find the account, not add it twice.
    history.replaceState(null, "", detailsHref({ accountId: saved.id }));
    this.#keep({ accountId: saved.id, provider: this.provider.id, typed: {} });
    location.hash = wizardHref("sign-in", saved.id);
  }

  async #send(): Promise<AccountState> {
    const { api, picture } = this.store;
    const { provider, account } = this;
    if (account === null || this.settings === null) {
      return api.addAccount({
        provider: provider.id,
        name: freeName(cloudLabel(provider), picture?.accounts ?? []),
        ...detailsIn(this.#screens, this.draft.typed),
      });
    }
    const changes = changesIn(this.#screens, this.#typed, this.settings);
    return Object.keys(changes).length === 0 ? account : api.updateAccount(account.id, changes);
  }
}
