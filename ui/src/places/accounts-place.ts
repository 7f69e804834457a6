import { css, html } from "lit";
import type { PropertyDeclarations, TemplateResult } from "lit";
import type { ProviderDescription } from "../../../src/keeper/providers/provider-description.ts";
import { wizardHref } from "../live/place.ts";
import { LatePart } from "../live/late-part.ts";
import { providerOf } from "../live/providers.ts";
import { PictureElement } from "../parts/basics/picture-element.ts";
import { linkButton, refusal, refusalTemplate } from "../parts/basics/refusal.ts";
import { base, button, card } from "../parts/basics/styles.ts";

/** All accounts, and a link to add another. */
export class AccountsPlace extends PictureElement {
  static override properties: PropertyDeclarations = {
    providers: { attribute: false },
  };
  /** Null until they are known. */
  declare providers: readonly ProviderDescription[] | null;
  readonly #programs = new LatePart(
    this,
    async () => (await import("../parts/clients/client-elements.ts")).CLIENT_ELEMENTS,
  );

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
    if (accounts.length === 0) {
      return html`<section class="card empty">
        <h2>No account yet</h2>
        <p>
          For U-tec locks you need the Xthings Home app with your locks in it, and five minutes. The tokens of other
          clouds can be kept here, too.
        </p>
        ${this.#addButton("filled")}
      </section>`;
    }
    return html`${accounts.map(
        (account) =>
          html`<utec-account-panel
            .store=${this.store}
            .account=${account}
            .provider=${providerOf(this.providers, account.provider)}
            .now=${this.now}
            .stale=${this.stale}
          ></utec-account-panel>`,
      )}
      <div class="add">${this.#addButton("")}</div>
      ${this.store.refusal("GET", "/api/broker/clients") === null ? this.#clients() : null}`;
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
    return html`${linkButton({ href: wizardHref("cloud", null), label: "Add account", look, refusal: why })}
    ${refusalTemplate(why)}`;
  }
}
