import { LitElement, html } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import type { AccountState } from "../../../../src/keeper/account.ts";
import type { ProviderDescription } from "../../../../src/keeper/providers/provider-description.ts";
import { detailsHref, placeHref, wizardHref } from "../../live/place.ts";
import type { Store } from "../../live/store.ts";
import { Action, actionButton } from "../../parts/basics/action.ts";
import { choiceField, choiceFieldTemplate } from "./choice-field.ts";
import { base, button } from "../../parts/basics/styles.ts";
import { textField, textFieldTemplate } from "../../parts/basics/text-field.ts";
import type { Finding } from "../credentials.ts";
import type { Draft } from "../draft.ts";
import { step } from "../step-styles.ts";
import { choiceOf } from "./choice-words.ts";
import { findingIn, missingIn } from "./field-finding.ts";
import { detailsIn, freeName } from "./details.ts";
import { screenAt, screensFor } from "./screens.ts";
import type { AskedField, Screen } from "./screens.ts";

/** The fields of a cloud, one at a time, and at the end the account itself. */
export class DetailsStep extends LitElement {
  static override properties = {
    store: { attribute: false },
    account: { attribute: false },
    provider: { attribute: false },
    draft: { attribute: false },
    screen: { attribute: false },
    left: { state: true },
  };
  declare store: Store;
  /** Null while it is being added. */
  declare account: AccountState | null;
  declare provider: ProviderDescription;
  declare draft: Draft;
  /** As in the page's address; null for the first one. */
  declare screen: string | null;
  /** The fields that somebody has visited; only these are reported as missing. */
  declare left: ReadonlySet<string>;
  readonly #save = new Action(this);

  constructor() {
    super();
    this.left = new Set();
  }

  static override styles = [base, button, textField, choiceField, step];

  override updated(changed: PropertyValues<this>): void {
    // Each screen asks one thing: who has gone on may type at once.
    if (changed.get("screen") !== undefined) this.#input()?.focus();
  }

  override render(): TemplateResult {
    if (this.account?.owner === "options") return this.#ownedByOptions(this.account);
    const screen = this.#shown;
    const { problem } = this.#save;
    const elsewhere = problem !== null && !screen.fields.some(({ name }) => name === problem.field);
    return html`<form class="step" novalidate @submit=${this.#submit}>
      ${this.#intro(screen)} ${screen.fields.map((field) => this.#field(field))}
      ${elsewhere ? html`<p class="problem" role="alert">${problem.message}</p>` : null}
      <div class="row ends">
        <a class="button plain" href=${this.#backHref}><span>Back</span></a>
        ${actionButton(this.#save, {
          label: this.account === null ? "Next" : "Save",
          busy: "Saving …",
          done: "Saved",
          look: "filled",
          press: () => this.renderRoot.querySelector("form")?.requestSubmit(),
        })}
      </div>
    </form>`;
  }

  #intro({ optional }: Screen): TemplateResult | null {
    if (this.account !== null) return html`<p>What you leave empty stays as it is.</p>`;
    return optional ? html`<p>Leave empty what the cloud does not ask for.</p>` : null;
  }

  #ownedByOptions({ id }: AccountState): TemplateResult {
    return html`<p class="note">
        This account is set in the app's configuration tab (or in the environment), so its values are changed there.
      </p>
      <div class="row ends">
        <a class="button plain" href=${placeHref("accounts")}><span>Back</span></a>
        <a class="button filled" href=${wizardHref("sign-in", id)}><span>Next</span></a>
      </div>`;
  }

  get #screens(): readonly Screen[] {
    return screensFor(this.provider, this.draft.typed, this.account !== null);
  }

  get #shown(): Screen {
    return screenAt(this.#screens, this.screen, this.draft.typed);
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
    const { name, label, help } = field;
    const value = this.draft.typed[name] ?? "";
    if (field.kind === "choice") {
      return choiceFieldTemplate({
        name,
        legend: label,
        hint: help,
        choices: field.values.map(choiceOf),
        chosen: value === "" ? (field.default ?? field.values[0] ?? "") : value,
        onChoose: (chosen) => this.#type(name, chosen),
      });
    }
    return textFieldTemplate({
      name,
      label: this.#shown.optional ? `${label} (optional)` : label,
      value,
      hint: this.#hint(field),
      finding: this.#finding(field),
      code: field.secret || name === "client_id" || field.kind === "url",
      secret: field.secret,
      onInput: (typed) => this.#type(name, typed),
      onLeave: () => {
        if (value !== "") this.left = new Set([...this.left, name]);
      },
    });
  }

  #hint({ help, secret, default: usual }: AskedField): string {
    if (secret) return `${help} The gateway stores it encrypted and never shows it again.`;
    return usual === null || this.account !== null ? help : `${help} Left empty: ${usual}.`;
  }

  #finding(field: AskedField): Finding | null {
    const { problem } = this.#save;
    if (problem !== null && problem.field === field.name) return { kind: "mistake", text: problem.message };
    const needed = this.account === null && !this.#shown.optional && this.left.has(field.name);
    return findingIn(field, this.draft.typed) ?? (needed ? missingIn(field, this.draft.typed) : null);
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
    const said = detailsIn(this.#screens, this.draft.typed);
    if (account === null) {
      return api.addAccount({
        provider: provider.id,
        name: freeName(provider.label, picture?.accounts ?? []),
        ...said,
      });
    }
    const changes = Object.fromEntries(
      Object.entries(said).filter(([name, value]) => account[name as keyof AccountState] !== value),
    );
    return Object.keys(changes).length === 0 ? account : api.updateAccount(account.id, changes);
  }
}
