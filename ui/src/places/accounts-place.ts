import { css, html } from "lit";
import type { PropertyDeclarations, TemplateResult } from "lit";
import type { ProviderDescription } from "../../../src/keeper/providers/provider-description.ts";
import { wizardHref } from "../live/place.ts";
import { LatePart } from "../live/late-part.ts";
import { providerOf } from "../live/providers.ts";
import { PictureElement } from "../parts/foundations/picture-element.ts";
import { linkButton, refusal, refusalTemplate } from "../parts/basics/refusal.ts";
import { say } from "../words/language/words.ts";
import { base, button, card } from "../parts/basics/styles.ts";

/** All accounts, and a link to add another. */
export class AccountsPlace extends PictureElement {
  static override properties: PropertyDeclarations = {
    providers: { attribute: false },
    removed: { state: true },
  };
  /** Null until they are known. */
  declare providers: readonly ProviderDescription[] | null;
  /** The name of the account that was just removed here. */
  declare removed: string | null;
  readonly #programs = new LatePart(
    this,
    async () => (await import("../parts/clients/client-elements.ts")).CLIENT_ELEMENTS,
  );
  readonly #import = new LatePart(
    this,
    async () => (await import("../parts/import/import-elements.ts")).IMPORT_ELEMENTS,
  );

  constructor() {
    super();
    this.removed = null;
  }

  static override styles = [
    base,
    card,
    button,
    refusal,
    css`
      :host {
        display: grid;
        gap: 16px;
      }
      .ended {
        outline: none;
      }
      .ended.yet {
        position: absolute;
      }
      .add {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px 12px;
      }
      .empty {
        display: grid;
        gap: 12px;
        justify-items: start;
      }
    `,
  ];

  override render(): TemplateResult {
    const { accounts } = this.picture;
    const programs = accounts.length > 0 && this.store.refusal("GET", "/api/broker/clients") === null;
    // The part below stays the same element when the first account appears: it may have made it.
    return html`${this.#ended()} ${accounts.length === 0 ? this.#empty() : this.#panels()} ${this.#moving()}
    ${programs ? this.#clients() : null}`;
  }

  /** There from the beginning, so that what is put into it is read out. */
  #ended(): TemplateResult {
    const { removed } = this;
    return html`<p class=${removed === null ? "ended yet" : "ended"} role="status" tabindex="-1">
      ${removed === null ? null : say("accounts.removed_named", { name: removed })}
    </p>`;
  }

  readonly #onRemoved = ({ detail }: CustomEvent<string>): void => {
    this.removed = detail;
    // The button that had the focus is gone.
    this.renderRoot.querySelector<HTMLElement>(".ended")?.focus();
  };

  #empty(): TemplateResult {
    return html`<section class="card empty">
      <h2>${say("accounts.empty")}</h2>
      <p>${say("accounts.empty_about")}</p>
      ${this.#addButton("filled")}
    </section>`;
  }

  #panels(): TemplateResult {
    return html`${this.picture.accounts.map(
        (account) =>
          html`<utec-account-panel
            .store=${this.store}
            .account=${account}
            .provider=${providerOf(this.providers, account.provider)}
            .now=${this.now}
            .stale=${this.stale}
            @removed=${this.#onRemoved}
          ></utec-account-panel>`,
      )}
      <div class="add">${this.#addButton("")}</div>`;
  }

  #moving(): TemplateResult | null {
    if (this.store.refusal("POST", "/api/import") !== null) return null;
    return this.#import.draw(
      html`<utec-import-card
        .store=${this.store}
        .accounts=${this.picture.accounts}
        .now=${this.now}
        .stale=${this.stale}
      ></utec-import-card>`,
    );
  }

  #clients(): TemplateResult {
    return this.#programs.draw(
      html`<utec-client-list
        .store=${this.store}
        .accounts=${this.picture.accounts}
        .now=${this.now}
        .stale=${this.stale}
      ></utec-client-list>`,
    );
  }

  #addButton(look: string): TemplateResult {
    const why = this.store.refusal("POST", "/api/accounts");
    return html`${linkButton({ href: wizardHref("cloud", null), label: say("accounts.add"), look, refusal: why })}
    ${refusalTemplate(why)}`;
  }
}
