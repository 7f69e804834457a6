import { css, html, nothing } from "lit";
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
import { accountFacts } from "./account-facts.ts";
import { WordedElement } from "../parts/foundations/worded-element.ts";

/** One account in the list of accounts: its settings, its history, and what can be done with it. */
export class AccountPanel extends WordedElement {
  static override properties = {
    store: { attribute: false },
    account: { attribute: false },
    provider: { attribute: false },
    now: { type: Number },
    stale: { type: Boolean },
    asking: { state: true },
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
  /** Null until the history was opened. */
  declare history: readonly AccountEvent[] | null;
  readonly #refresh = new Action(this);
  readonly #end = new Action(this);
  readonly #load = new Action(this);
  readonly #ribbons = new LateRibbons(this);

  constructor() {
    super();
    this.asking = null;
    this.history = null;
  }

  static override styles = [
    base,
    card,
    chip,
    button,
    confirmation,
    refusal,
    ribbonPlace,
    css`
      .card {
        display: grid;
        gap: 14px;
      }
      dl {
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        gap: 4px 16px;
        font-size: 0.95em;
      }
      dt {
        color: var(--muted);
      }
      dd {
        overflow-wrap: anywhere;
      }
      summary {
        width: fit-content;
        padding: 6px 0;
        color: var(--accent-ink);
        font-weight: 500;
        cursor: pointer;
      }
      details > * + * {
        margin-top: 8px;
      }
      @media (width < 480px) {
        dl {
          grid-template-columns: minmax(0, 1fr);
          gap: 0;
        }
        dd {
          margin-bottom: 8px;
        }
      }
    `,
  ];

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
      ${accountFacts({ account, provider: this.provider, now: this.now, readsActivity: this.#readsActivity })}
      ${this.asking === null || this.#refusal !== null ? this.#actions() : this.#confirmation(this.asking)}
      ${refusalTemplate(this.#refusal)} ${actionProblem(this.#refresh)} ${this.#refreshSettings()}
      ${this.#readsActivity ? [this.#lane(), this.#history()] : null}
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
              label: signedIn ? "Sign in again" : "Sign in",
              look: signedIn ? "" : "filled",
              refusal,
            })
      }
      ${
        signedIn && isRenewable(account)
          ? actionButton(this.#refresh, {
              label: "Refresh now",
              busy: "Refreshing …",
              done: "Refreshed",
              disabled: stale,
              refusal,
              underWay: account.status === "refreshing",
              press: () => void this.#refresh.run(() => this.store.api.refresh(account.id)),
            })
          : null
      }
      ${linkButton({ href: wizardHref("credentials", account.id), label: "Settings", refusal })}
      ${account.obtained_at === null ? null : this.#ask("sign-out", "Sign out")}
      ${account.owner === "options" || account.left_options_at !== null ? null : this.#ask("remove", "Remove")}
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
          question: `Sign out of ${name}?`,
          loses: has_devices
            ? "Its locks can be neither seen nor controlled, here or in Home Assistant, until somebody signs in again. Settings and history are kept."
            : "Nobody gets a token of it until somebody signs in again. Settings and history are kept.",
          confirm: {
            label: "Sign out",
            busy: "Signing out …",
            done: "Signed out",
            look: "danger",
            press: press(() => api.signOut(id)),
          },
          cancel,
        })
      : confirmationTemplate(this.#end, {
          question: `Remove ${name}?`,
          loses: has_devices
            ? "Its sign-in, client secret and history are deleted, and its locks are removed from Home Assistant. Automations that use them stop working."
            : "Its sign-in, what was entered for it and its history are deleted, and its sensors are removed from Home Assistant.",
          confirm: {
            label: "Remove",
            busy: "Removing …",
            done: "Removed",
            look: "danger",
            press: press(() => api.removeAccount(id)),
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
      <summary>Refresh settings</summary>
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
      <summary>History</summary>
      ${actionProblem(this.#load)}
      ${events === null && this.#load.state !== "failed" ? html`<p class="muted">Loading the history …</p>` : null}
      ${events?.length === 0 ? html`<p class="muted">Nothing yet.</p>` : null}
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
