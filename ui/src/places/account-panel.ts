import { html, nothing } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import type { AccountEvent, AccountState } from "../../../src/keeper/account.ts";
import type { ProviderDescription } from "../../../src/keeper/providers/provider-description.ts";
import { wizardHref } from "../live/place.ts";
import { isRenewable, signInWay } from "../live/providers.ts";
import type { Store } from "../live/store.ts";
import { Action, actionButton, actionProblem } from "../parts/basics/action.ts";
import { confirmation, confirmationTemplate } from "../parts/basics/confirmation.ts";
import { REFUSAL_ID, linkButton, refusal, refusalTemplate } from "../parts/basics/refusal.ts";
import { base, button, card, chip } from "../parts/basics/styles.ts";
import { LateRibbons, ribbonPlace } from "../parts/ribbons/late-ribbons.ts";
import { tokenChip } from "../parts/tokens/token-chip.ts";
import { tokenEntry } from "../words/timeline.ts";
import { accountOrigin, accountTrouble, isSignedIn } from "../words/token-status.ts";
import { signInStart } from "../words/headline/headline.ts";
import { accountPanel } from "./account-panel-styles.ts";
import { accountFacts, accountIds } from "./account-facts.ts";
import { say } from "../words/language/words.ts";
import { WordedElement } from "../parts/foundations/worded-element.ts";

/** One account in the list of accounts: its settings, its history, and what can be done with it. Fires `removed`. */
export class AccountPanel extends WordedElement {
  static override properties = {
    store: { attribute: false },
    account: { attribute: false },
    provider: { attribute: false },
    now: { type: Number },
    stale: { type: Boolean },
    asking: { state: true },
    kept: { state: true },
    history: { state: true },
  };
  declare store: Store;
  declare account: AccountState;
  /** Null for a cloud that is not known (yet). */
  declare provider: ProviderDescription | null;
  declare now: number;
  declare stale: boolean;
  /** What is being confirmed. */
  declare asking: "sign-out" | "remove" | null;
  /** Somebody has just decided here that the account stays. */
  declare kept: boolean;
  /** Null until the history was opened. */
  declare history: readonly AccountEvent[] | null;
  readonly #refresh = new Action(this);
  readonly #end = new Action(this);
  readonly #load = new Action(this);
  readonly #ribbons = new LateRibbons(this);

  constructor() {
    super();
    this.asking = null;
    this.kept = false;
    this.history = null;
  }

  static override styles = [base, card, chip, button, confirmation, refusal, ribbonPlace, accountPanel];

  override updated(changed: PropertyValues<this>): void {
    // The button that had the focus is gone: what took its place gets it.
    if (changed.get("asking") === undefined) return;
    const next = this.asking === null ? ".actions .button" : ".confirmation";
    this.renderRoot.querySelector<HTMLElement>(next)?.focus();
  }

  override render(): TemplateResult {
    const { account } = this;
    const trouble = accountTrouble(account);
    return html`<section class="card" aria-labelledby="name">
      <div class="head">
        <div class="name">
          <h2 id="name">${account.name}</h2>
          <p class="muted">${accountOrigin(account)}</p>
        </div>
        ${tokenChip(account)}
      </div>
      ${trouble === null ? null : html`<p>${trouble}</p>`}
      ${account.left_options_at === null || this.asking === "remove" ? null : this.#leftOptions()}
      ${this.kept ? html`<p role="status">${say("accounts.kept_named", { name: account.name })}</p>` : null}
      ${accountFacts({ account, provider: this.provider, now: this.now, readsActivity: this.#readsActivity })}
      ${this.asking === null || this.#refusal !== null ? this.#actions() : this.#confirmation(this.asking)}
      ${refusalTemplate(this.#refusal)} ${actionProblem(this.#refresh)} ${this.#refreshSettings()}
      ${this.#readsActivity ? [this.#lane(), accountIds(account), this.#history()] : null}
    </section>`;
  }

  #leftOptions(): TemplateResult {
    return html`<utec-left-options
      .store=${this.store}
      .account=${this.account}
      .now=${this.now}
      .stale=${this.stale}
      .refusal=${this.#refusal}
      @remove=${() => this.#begin("remove")}
      @kept=${() => {
        this.kept = true;
      }}
    ></utec-left-options>`;
  }

  get #refusal(): string | null {
    return this.store.refusal("POST", "/api/accounts/update");
  }

  get #readsActivity(): boolean {
    return this.store.refusal("GET", "/api/accounts/events") === null;
  }

  #actions(): TemplateResult {
    const { account, stale } = this;
    const refusal = this.#refusal;
    const signedIn = isSignedIn(account);
    // Nobody signs in again where the gateway does it by itself.
    const alone = signInWay(account) === "alone";
    return html`<div class="row actions">
      ${
        signedIn && alone
          ? null
          : linkButton({
              href: wizardHref(signedIn ? "sign-in" : signInStart(account), account.id),
              label: say(signedIn ? "accounts.sign_in_again" : "accounts.sign_in"),
              look: signedIn ? "" : "filled",
              refusal,
            })
      }
      ${
        signedIn && isRenewable(account)
          ? actionButton(this.#refresh, {
              label: say("accounts.refresh_now"),
              busy: say("accounts.refreshing"),
              done: say("accounts.refreshed"),
              disabled: stale,
              refusal,
              underWay: account.status === "refreshing",
              press: () => void this.#refresh.run(() => this.store.api.refresh(account.id)),
            })
          : null
      }
      ${linkButton({ href: wizardHref("credentials", account.id), label: say("accounts.settings"), refusal })}
      ${account.obtained_at === null ? null : this.#ask("sign-out", say("accounts.sign_out"))}
      ${account.owner === "options" || account.left_options_at !== null ? null : this.#ask("remove", say("accounts.remove"))}
    </div>`;
  }

  #ask(what: "sign-out" | "remove", label: string): TemplateResult {
    const refused = this.#refusal !== null;
    return html`<button
      type="button"
      class="button danger"
      ?disabled=${this.stale && !refused}
      aria-disabled=${refused ? "true" : "false"}
      aria-describedby=${refused ? REFUSAL_ID : nothing}
      @click=${() => {
        if (!refused) this.#begin(what);
      }}
    >
      <span>${label}</span>
    </button>`;
  }

  #begin(what: "sign-out" | "remove"): void {
    this.#end.reset();
    this.asking = what;
  }

  #confirmation(what: "sign-out" | "remove"): TemplateResult {
    const { api } = this.store;
    const { id, name, has_devices } = this.account;
    const press = (task: () => Promise<unknown>) => (): void => void this.#confirmed(task);
    const cancel = (): void => {
      this.asking = null;
    };
    return what === "sign-out"
      ? confirmationTemplate(this.#end, {
          question: say("accounts.sign_out_question", { name }),
          loses: say(has_devices ? "accounts.sign_out_loses_locks" : "accounts.sign_out_loses"),
          confirm: {
            label: say("accounts.sign_out"),
            busy: say("accounts.signing_out"),
            done: say("accounts.signed_out"),
            look: "danger",
            press: press(() => api.signOut(id)),
          },
          cancel,
        })
      : confirmationTemplate(this.#end, {
          question: say("accounts.remove_question", { name }),
          loses: say(has_devices ? "accounts.remove_loses_locks" : "accounts.remove_loses"),
          confirm: {
            label: say("accounts.remove"),
            busy: say("accounts.removing"),
            done: say("accounts.removed"),
            look: "danger",
            press: press(async () => {
              await api.removeAccount(id);
              // The account, and this panel with it, is gone: the place says so.
              this.dispatchEvent(new CustomEvent<string>("removed", { detail: name }));
            }),
          },
          cancel,
        });
  }

  async #confirmed(task: () => Promise<unknown>): Promise<void> {
    const ended = await this.#end.run(async () => {
      await task();
      return true;
    });
    if (ended === true) this.asking = null;
  }

  #refreshSettings(): TemplateResult | null {
    const { account } = this;
    if (account.owner === "options" || !isRenewable(account)) return null;
    return html`<details>
      <summary>${say("accounts.refresh_settings")}</summary>
      <utec-refresh-form
        .store=${this.store}
        .account=${account}
        .provider=${this.provider}
        .stale=${this.stale}
        .refusal=${this.#refusal}
      ></utec-refresh-form>
    </details>`;
  }

  #lane(): TemplateResult | null {
    const { account, store } = this;
    if (account.obtained_at === null && account.recent.length === 0) return null;
    return this.#ribbons.draw(html`<utec-token-lane .store=${store} .account=${account}></utec-token-lane>`);
  }

  #history(): TemplateResult {
    const events = this.history;
    const entries = (events ?? []).map((event) => tokenEntry(this.account.id, this.account.name, event)).toReversed();
    return html`<details @toggle=${this.#open}>
      <summary>${say("accounts.history")}</summary>
      ${actionProblem(this.#load)}
      ${events === null && this.#load.state !== "failed" ? html`<p class="muted">${say("accounts.history_loading")}</p>` : null}
      ${events?.length === 0 ? html`<p class="muted">${say("accounts.history_empty")}</p>` : null}
      <utec-timeline .entries=${entries} .now=${this.now}></utec-timeline>
    </details>`;
  }

  readonly #open = (event: Event): void => {
    if (event.target instanceof HTMLDetailsElement && event.target.open) void this.#loadHistory();
  };

  async #loadHistory(): Promise<void> {
    this.history = (await this.#load.run(() => this.store.api.events(this.account.id))) ?? this.history;
  }
}
