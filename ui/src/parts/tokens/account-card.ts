import { css, html } from "lit";
import type { PropertyDeclarations, TemplateResult } from "lit";
import type { AccountState } from "../../../../src/state/picture.ts";
import type { ProviderDescription } from "../../../../src/keeper/providers/provider-description.ts";
import { wizardHref } from "../../live/place.ts";
import { isRenewable } from "../../live/providers.ts";
import { cloudName, cloudPurpose } from "../../words/accounts/clouds.ts";
import { say, sayWith } from "../../words/language/words.ts";
import { accountTrouble, isSignedIn } from "../../words/token-status.ts";
import { headlineOf, signInStart } from "../../words/headline/headline.ts";
import { isSaidBy } from "../../words/headline/headline-parts.ts";
import { Action, actionButton, actionProblem } from "../basics/action.ts";
import { PictureElement } from "../foundations/picture-element.ts";
import { linkButton, refusal, refusalTemplate } from "../basics/refusal.ts";
import { base, button, card, chip } from "../basics/styles.ts";
import { LateRibbons, ribbonPlace } from "../ribbons/late-ribbons.ts";
import { tokenChip } from "./token-chip.ts";
import { since } from "../basics/when.ts";

/** An account on the overview: how its token lives, and its past. */
export class AccountCard extends PictureElement {
  static override properties: PropertyDeclarations = {
    account: { attribute: false },
    provider: { attribute: false },
  };
  declare account: AccountState;
  /** Null for a cloud that is not known (yet). */
  declare provider: ProviderDescription | null;
  readonly #refresh = new Action(this);
  readonly #ribbons = new LateRibbons(this);

  static override styles = [
    base,
    card,
    chip,
    button,
    refusal,
    ribbonPlace,
    css`
      .card {
        display: grid;
        gap: 14px;
      }
      .name .muted {
        min-height: 1lh;
      }
    `,
  ];

  override render(): TemplateResult {
    const { account } = this;
    return html`<section class="card" aria-labelledby="name">
      <div class="head">
        <div class="name">
          <h2 id="name">${account.name}</h2>
          <p class="muted">${this.#about()}</p>
        </div>
        ${tokenChip(account)} ${this.#button()}
      </div>
      ${refusalTemplate(this.#refusal)} ${actionProblem(this.#refresh)} ${this.#trouble()}
      ${
        account.obtained_at === null
          ? null
          : html`<utec-token-life .account=${account} .now=${this.now}></utec-token-life> ${
                this.store.refusal("GET", "/api/accounts/events") === null
                  ? html`<utec-token-marks .events=${account.recent} .now=${this.now}></utec-token-marks>
                      ${this.#ribbons.draw(
                        html`<utec-token-lane .store=${this.store} .account=${account}></utec-token-lane>`,
                      )}`
                  : null
              }`
      }
    </section>`;
  }

  get #refusal(): string | null {
    return this.store.refusal("POST", "/api/accounts/refresh");
  }

  #about(): readonly (TemplateResult | string)[] {
    const { last_success_at: refreshed, obtained_at: obtained, name } = this.account;
    if (!this.account.has_devices) {
      const cloud = cloudName(this.account);
      const label = cloud === name || cloud === "" ? "" : `${cloud} · `;
      if (obtained === null) return [label, say("tokens.not_signed_in")];
      return refreshed === null
        ? [this.provider === null ? "" : cloudPurpose(this.provider)]
        : [label, ...sayWith<TemplateResult>("tokens.refreshed_ago", { ago: since(refreshed, this.now) })];
    }
    if (obtained === null || refreshed === null) return [say("tokens.not_signed_in")];
    const devices = this.picture.devices.filter((device) => device.account_id === this.account.id).length;
    return sayWith<TemplateResult>("tokens.refreshed_with_devices", {
      ago: since(refreshed, this.now),
      count: devices,
    });
  }

  /** Null where the sentence at the top has it. */
  #button(): TemplateResult | null {
    const { account } = this;
    const headline = headlineOf(this.picture, this.now);
    if (account.status === "sign_in_needed" || account.status === "misconfigured") {
      const step = account.status === "misconfigured" ? "credentials" : signInStart(account);
      const href = wizardHref(step, account.id);
      if (isSaidBy(headline, { help: { kind: "link", href } })) return null;
      return linkButton({
        href,
        label: say(account.status === "misconfigured" ? "tokens.check_settings" : "tokens.sign_in"),
        refusal: this.#refusal,
      });
    }
    if (!isRenewable(account) || isSaidBy(headline, { help: { kind: "refresh", accountId: account.id } })) return null;
    return actionButton(this.#refresh, {
      label: say("tokens.refresh_now"),
      busy: say("tokens.refreshing"),
      done: say("tokens.refreshed"),
      disabled: this.stale || !isSignedIn(account),
      refusal: this.#refusal,
      underWay: account.status === "refreshing",
      press: () => void this.#refresh.run(() => this.store.api.refresh(account.id)),
    });
  }

  #trouble(): TemplateResult | null {
    // With one account the sentence at the top has said it already.
    const trouble = this.picture.accounts.length > 1 ? accountTrouble(this.account) : null;
    return trouble === null ? null : html`<p>${trouble}</p>`;
  }
}
