import { mdiClose, mdiTranslate } from "@mdi/js";
import { css, html } from "lit";
import type { TemplateResult } from "lit";
import { onKeptElsewhere } from "../../live/kept/elsewhere.ts";
import {
  CHOICE_KEYS,
  chosenLanguage,
  isHomeAssistants,
  keepChoice,
  languageToBegin,
  unchosenLanguage,
} from "../../words/language/choice.ts";
import { LANGUAGES, OWN_NAMES } from "../../words/language/languages.ts";
import type { Language } from "../../words/language/languages.ts";
import { currentLanguage, say, speak } from "../../words/language/words.ts";
import { WordedElement } from "../foundations/worded-element.ts";
import { icon } from "./icon.ts";
import { base, button } from "./styles.ts";

/** The language of the page: as in Home Assistant or the browser, or one of the page's own. */
export class LanguageMenu extends WordedElement {
  static override properties = { missing: { state: true } };
  /** The language that was wanted and did not come; null where none is. */
  declare missing: Language | null;

  constructor() {
    super();
    this.missing = null;
    onKeptElsewhere(CHOICE_KEYS, () => void this.#follow(languageToBegin()));
  }

  static override styles = [
    base,
    button,
    css`
      :host {
        position: relative;
      }
      label {
        position: relative;
        display: grid;
        place-items: center;
        width: 40px;
        height: 40px;
        border-radius: 99px;
        color: var(--muted);
      }
      label:hover {
        background: var(--sunken);
      }
      label:focus-within {
        outline: 2px solid var(--accent);
        outline-offset: 2px;
      }
      /* The browser's own list, which every phone and screen reader knows, under a quiet sign. */
      select {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        opacity: 0;
        font: 400 16px/1.4 var(--font);
        cursor: pointer;
      }
      option {
        background: var(--card);
        color: var(--text);
      }
      .missing {
        position: absolute;
        z-index: 1;
        inset: 46px 0 auto auto;
        display: flex;
        gap: 8px;
        align-items: start;
        width: min(20em, 80vw);
        padding: 12px 14px;
        border: 1px solid var(--line);
        border-radius: 10px;
        background: var(--card);
        box-shadow: 0 4px 16px rgb(0 0 0 / 20%);
        font-size: 0.92em;
      }
      @media (width < 480px) {
        .missing {
          position: fixed;
          inset: 58px 12px auto;
          width: auto;
        }
      }
      .missing .button {
        padding: 0 4px;
        min-height: 28px;
      }
    `,
  ];

  override updated(): void {
    // What was chosen and did not come is not chosen.
    const list = this.renderRoot.querySelector("select");
    if (list) list.value = chosenLanguage() ?? "";
  }

  override render(): TemplateResult {
    const usual = { language: OWN_NAMES[unchosenLanguage()] };
    return html`<label title=${say("page.language")}>
        ${icon(mdiTranslate)}
        <select aria-label=${say("page.language")} @change=${this.#choose}>
          <option value="">
            ${isHomeAssistants() ? say("page.language_of_home_assistant", usual) : say("page.language_of_browser", usual)}
          </option>
          ${LANGUAGES.map(
            (language) => html`<option value=${language} lang=${language}>${OWN_NAMES[language]}</option>`,
          )}
        </select>
      </label>
      ${this.missing === null ? null : this.#sorry(this.missing)}`;
  }

  #sorry(missing: Language): TemplateResult {
    const words = { wanted: OWN_NAMES[missing], spoken: OWN_NAMES[currentLanguage()] };
    return html`<div class="missing">
      <p role="alert">${say("page.language_missing", words)}</p>
      <button
        type="button"
        class="button plain"
        aria-label=${say("page.dismiss")}
        title=${say("page.dismiss")}
        @click=${() => {
          this.missing = null;
          this.renderRoot.querySelector("select")?.focus();
        }}
      >
        <span>${icon(mdiClose)}</span>
      </button>
    </div>`;
  }

  readonly #choose = async (event: Event): Promise<void> => {
    if (!(event.target instanceof HTMLSelectElement)) return;
    const { value } = event.target;
    const chosen = LANGUAGES.find((language) => language === value) ?? null;
    // Kept once it is spoken: a later visit should not begin with what does not come.
    if (await this.#follow(chosen ?? unchosenLanguage())) keepChoice(chosen);
    this.requestUpdate();
  };

  /** What was typed anywhere on the page stays: only words are drawn anew. */
  async #follow(wanted: Language): Promise<boolean> {
    try {
      if (wanted !== currentLanguage()) await speak(wanted);
      this.missing = null;
      return true;
    } catch {
      this.missing = wanted;
      return false;
    }
  }
}
