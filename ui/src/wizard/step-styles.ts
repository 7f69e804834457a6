import { css, html } from "lit";
import type { TemplateResult } from "lit";

export const step = css`
  :host,
  .step {
    display: grid;
    gap: 16px;
  }
  .ends {
    justify-content: space-between;
  }
  .found {
    display: flex;
    align-items: center;
    gap: 10px;
    color: var(--good-ink);
    font-size: 1.1em;
    font-weight: 500;
  }
  .note {
    padding: 10px 14px;
    border-radius: 10px;
    background: var(--accent-tint);
  }
`;

/** What stands out in a sentence, such as the words on the app's own screen. */
export function strong(chunks: readonly (string | TemplateResult)[]): TemplateResult {
  return html`<strong>${chunks}</strong>`;
}
