import { css, html } from "lit";
import type { TemplateResult } from "lit";
import { wizardHref } from "../live/place.ts";
import { PictureElement } from "../parts/basics/picture-element.ts";
import { base, button, card } from "../parts/basics/styles.ts";

/** All accounts, and a link to add another. */
export class AccountsPlace extends PictureElement {
  static override styles = [
    base,
    card,
    button,
    css`
      :host {
        display: grid;
        gap: 16px;
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
        <p>You need the Xthings Home app with your locks in it, and five minutes.</p>
        <a class="button filled" href=${wizardHref("find", null)}><span>Add account</span></a>
      </section>`;
    }
    return html`${accounts.map(
        (account) =>
          html`<utec-account-panel
            .store=${this.store}
            .account=${account}
            .now=${this.now}
            .stale=${this.stale}
          ></utec-account-panel>`,
      )}
      <div>
        <a class="button" href=${wizardHref("find", null)}><span>Add account</span></a>
      </div>`;
  }
}
