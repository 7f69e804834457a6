import { html } from "lit";
import type { TemplateResult } from "lit";
import type { ProviderDescription } from "../../../../src/keeper/providers/provider-description.ts";
import { detailsHref, placeHref, wizardHref } from "../../live/place.ts";
import { choiceField, choiceFieldTemplate } from "./choice-field.ts";
import { base, button } from "../../parts/basics/styles.ts";
import { step } from "../step-styles.ts";
import { cloudLabel, cloudPurpose } from "../../words/accounts/clouds.ts";
import { say } from "../../words/language/words.ts";
import { WordedElement } from "../../parts/foundations/worded-element.ts";

/** First step: which cloud the account is of. The one that most people have is chosen already. */
export class CloudStep extends WordedElement {
  static override properties = {
    providers: { attribute: false },
    chosen: { attribute: false },
  };
  /** Null until they are known. */
  declare providers: readonly ProviderDescription[] | null;
  /** The cloud's id; null for the first one. */
  declare chosen: string | null;

  static override styles = [base, button, choiceField, step];

  override render(): TemplateResult {
    const { providers } = this;
    const [first] = providers ?? [];
    if (providers === null || first === undefined) return html`<p role="status">${say("clouds.loading_clouds")}</p>`;
    const chosen = providers.find(({ id }) => id === this.chosen) ?? first;
    return html`
      <form class="step" @submit=${(event: SubmitEvent) => goOn(event, chosen)}>
        ${choiceFieldTemplate({
          name: "cloud",
          legend: say("clouds.whose_tokens"),
          hint: "",
          choices: providers.map((provider) => ({
            value: provider.id,
            label: cloudLabel(provider),
            about: cloudPurpose(provider),
          })),
          chosen: chosen.id,
          onChoose: (id) => {
            this.chosen = id;
          },
        })}
        <div class="row ends">
          <a class="button plain" href=${placeHref("accounts")}><span>${say("wizard.cancel")}</span></a>
          <button class="button filled"><span>${say("wizard.next")}</span></button>
        </div>
      </form>
    `;
  }
}

function goOn(event: SubmitEvent, { id, has_devices }: ProviderDescription): void {
  event.preventDefault();
  // Whoever comes back finds what they chose.
  history.replaceState(null, "", `${wizardHref("cloud", null)}&cloud=${encodeURIComponent(id)}`);
  location.hash = has_devices ? wizardHref("find", null) : detailsHref({ accountId: null, provider: id });
}
