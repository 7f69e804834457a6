import { mdiCircleHalfFull, mdiWeatherNight, mdiWhiteBalanceSunny } from "@mdi/js";
import { css, html } from "lit";
import type { TemplateResult } from "lit";
import { THEMES, applyTheme, chooseTheme, onThemeElsewhere, readTheme } from "../../live/theme.ts";
import type { Theme } from "../../live/theme.ts";
import { say } from "../../words/language/words.ts";
import { icon } from "./icon.ts";
import { base, button } from "./styles.ts";
import { WordedElement } from "../foundations/worded-element.ts";

const ICONS: Readonly<Record<Theme, string>> = {
  system: mdiCircleHalfFull,
  light: mdiWhiteBalanceSunny,
  dark: mdiWeatherNight,
};

/** Switches the page between the colours of the system, light and dark. */
export class ThemeButton extends WordedElement {
  static override properties = { theme: { state: true } };
  declare theme: Theme;

  constructor() {
    super();
    this.theme = readTheme();
    applyTheme(this.theme);
    onThemeElsewhere(() => {
      this.theme = readTheme();
      applyTheme(this.theme);
    });
  }

  static override styles = [
    base,
    button,
    css`
      .theme {
        width: 40px;
        padding: 0;
        color: var(--muted);
      }
    `,
  ];

  override render(): TemplateResult {
    const next = THEMES[(THEMES.indexOf(this.theme) + 1) % THEMES.length] ?? "system";
    const words = say(`page.theme_${this.theme}`);
    return html`<button
      type="button"
      class="button plain theme"
      aria-label=${words}
      title=${words}
      @click=${() => {
        this.theme = next;
        chooseTheme(next);
      }}
    >
      <span>${icon(ICONS[this.theme])}</span>
    </button>`;
  }
}
