import { css, html } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import { LONGEST_CONFIG_BYTES } from "../../../../src/import/import-state.ts";
import type { ImportOutcome, ImportState } from "../../../../src/import/import-state.ts";
import type { AccountState } from "../../../../src/keeper/account.ts";
import { placeHref, wizardHref } from "../../live/place.ts";
import type { Store } from "../../live/store.ts";
import { isSignedIn } from "../../words/token-status.ts";
import { Action, actionButton, actionProblem } from "../basics/action.ts";
import { confirmation, confirmationTemplate } from "../basics/confirmation.ts";
import { base, button, card } from "../basics/styles.ts";
import { since } from "../basics/when.ts";
import { importReport, reportTemplate } from "./import-report.ts";
import { say, sayWith } from "../../words/language/words.ts";
import { told } from "../../words/said.ts";
import { WordedElement } from "../foundations/worded-element.ts";

/** What is to be imported: a file's text, or null for the one on the gateway's machine. */
type Wanted = { readonly text: string | null };

const strong = (chunks: (string | TemplateResult)[]): TemplateResult => html`<strong>${chunks}</strong>`;

/** Moving from uteclocal: what was taken over at the start, what waits for an answer, and a file that a person chooses. */
export class ImportCard extends WordedElement {
  static override properties = {
    store: { attribute: false },
    accounts: { attribute: false },
    now: { type: Number },
    stale: { type: Boolean },
    inWizard: { attribute: false },
    state: { state: true },
    outcome: { state: true },
    asking: { state: true },
    tooLong: { state: true },
  };
  declare store: Store;
  declare accounts: readonly AccountState[];
  declare now: number;
  declare stale: boolean;
  /** Part of a card, for who adds an account: what was imported before is no matter there. */
  declare inWizard: boolean;
  /** Null until it was read. */
  declare state: ImportState | null;
  /** Of what was just imported here. */
  declare outcome: ImportOutcome | null;
  /** What is imported once the person confirms that a further account is wanted. */
  declare asking: Wanted | null;
  declare tooLong: boolean;
  readonly #load = new Action(this);
  readonly #import = new Action(this);

  constructor() {
    super();
    this.inWizard = false;
    this.state = null;
    this.outcome = null;
    this.asking = null;
    this.tooLong = false;
  }

  static override styles = [
    base,
    card,
    button,
    confirmation,
    importReport,
    css`
      section,
      .made {
        display: grid;
        gap: 12px;
        justify-items: start;
      }
      .made:focus {
        outline: none;
      }
      .choose {
        position: relative;
      }
      .choose:focus-within {
        outline: 2px solid var(--accent);
        outline-offset: 2px;
      }
      input {
        position: absolute;
        inset: 0;
        opacity: 0;
        cursor: pointer;
      }
      summary {
        padding: 6px 0;
        color: var(--accent-ink);
        font-weight: 500;
        cursor: pointer;
      }
      dl {
        margin: 6px 0 12px;
      }
    `,
  ];

  override firstUpdated(): void {
    void this.#read();
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has("outcome") && this.outcome !== null) this.#focus(".made");
    else if (changed.has("asking") && this.asking !== null) this.#focus(".confirmation");
  }

  #focus(what: string): void {
    this.renderRoot.querySelector<HTMLElement>(what)?.focus();
  }

  override render(): TemplateResult {
    return html`<section class=${this.inWizard ? "" : "card"} aria-labelledby="title">
      <h2 id="title">${say("imports.title")}</h2>
      ${this.outcome === null ? this.#found() : this.#made(this.outcome)}
      ${this.asking === null ? this.#choose() : this.#question(this.asking)} ${actionProblem(this.#load)}
    </section>`;
  }

  /** What the gateway has found by itself. */
  #found(): TemplateResult | null {
    const { state } = this;
    if (state === null) return null;
    switch (state.status) {
      case "waiting":
        return html`<p>${say("imports.waiting", { why: told(state) })}</p>
          ${
            state.account_id === null && this.asking === null
              ? actionButton(this.#import, {
                  label: say("imports.import_further"),
                  busy: say("imports.importing"),
                  done: say("imports.imported"),
                  disabled: this.stale,
                  press: () => void this.#send({ text: null }, true),
                })
              : null
          }`;
      case "failed":
        return html`<p class="problem">${say("imports.failed", { why: told(state) })}</p>`;
      case "imported":
        return this.inWizard ? null : this.#before(state);
      case "none":
        return null;
    }
  }

  /** An import that is over, for who wants to know. */
  #before(state: ImportState): TemplateResult | null {
    const account = this.accounts.find(({ id }) => id === state.account_id);
    if (account === undefined || state.imported_at === null) return null;
    return html`<p>${sayWith("imports.taken_over", { name: account.name, ago: since(state.imported_at, this.now) })}</p>
      <details>
        <summary>${say("imports.what_was_taken")}</summary>
        ${reportTemplate(state)}
      </details>`;
  }

  #made({ import: state, account, is_new }: ImportOutcome): TemplateResult {
    const live = this.accounts.find(({ id }) => id === account?.id) ?? account;
    const name = live?.name ?? "";
    return html`<div class="made" role="group" tabindex="-1" aria-labelledby="made">
      <p id="made">
        ${
          is_new
            ? sayWith("imports.became", { name, strong, more: told(state) })
            : sayWith("imports.became_before", { name, strong })
        }
      </p>
      <div>${reportTemplate(state)}</div>
      ${live === null ? null : this.#goOn(live)}
    </div>`;
  }

  #goOn(account: AccountState): TemplateResult | null {
    if (account.status === "sign_in_needed") {
      return html`<a class="button filled" href=${wizardHref("sign-in", account.id)}
        ><span>${say("imports.sign_in")}</span></a
      >`;
    }
    if (!this.inWizard) return null;
    const href = isSignedIn(account) ? wizardHref("found", account.id) : placeHref("accounts");
    return html`<a class="button filled" href=${href}><span>${say("imports.go_on")}</span></a>`;
  }

  #choose(): TemplateResult | null {
    if (this.outcome !== null) return null;
    const busy = this.#import.state === "busy";
    return html`<p class="muted">${say("imports.choose_what")}</p>
      <label class="button choose">
        <span>${busy ? say("imports.importing") : say("imports.choose")}</span>
        <input
          type="file"
          accept=".json,application/json"
          ?disabled=${this.stale || busy}
          @change=${(event: Event & { readonly currentTarget: HTMLInputElement }) => void this.#chosen(event.currentTarget)}
        />
      </label>
      ${this.tooLong ? html`<p class="problem" role="alert">${say("imports.too_long")}</p>` : null}
      ${actionProblem(this.#import)}`;
  }

  #question(wanted: Wanted): TemplateResult {
    return confirmationTemplate(this.#import, {
      question: say("imports.further_question"),
      loses: say("imports.further_loses"),
      confirm: {
        label: say("imports.further_add"),
        busy: say("imports.importing"),
        done: say("imports.imported"),
        press: () => void this.#send(wanted, true),
      },
      cancel: () => {
        this.#import.reset();
        this.asking = null;
      },
    });
  }

  async #chosen(input: HTMLInputElement): Promise<void> {
    const [file] = input.files ?? [];
    if (file === undefined) return;
    this.#import.reset();
    this.outcome = null;
    this.tooLong = file.size > LONGEST_CONFIG_BYTES;
    const text = this.tooLong ? null : await file.text();
    // The same file may be chosen again, once it was corrected.
    input.value = "";
    if (text !== null) await this.#send({ text }, false);
  }

  async #send(wanted: Wanted, confirmed: boolean): Promise<void> {
    const outcome = await this.#import.run(() => this.store.api.importConfig(wanted.text, confirmed));
    if (outcome !== null) {
      this.asking = null;
      this.state = outcome.import;
      this.outcome = outcome;
    } else if (this.#import.problem?.code === "import_unconfirmed") {
      this.#import.reset();
      this.asking = wanted;
    }
  }

  async #read(): Promise<void> {
    this.state = (await this.#load.run(() => this.store.api.importState())) ?? this.state;
  }
}
