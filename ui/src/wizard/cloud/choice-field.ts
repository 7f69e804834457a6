import { css, html } from "lit";
import type { TemplateResult } from "lit";

export interface Choice {
  readonly value: string;
  readonly label: string;
  /** What it means, under it. */
  readonly about: string;
}

export interface ChoiceField {
  readonly name: string;
  readonly legend: string;
  readonly hint: string;
  readonly choices: readonly Choice[];
  readonly chosen: string;
  readonly onChoose: (value: string) => void;
}

export const choiceField = css`
  fieldset {
    display: grid;
    gap: 8px;
    min-width: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }
  legend {
    padding: 0 0 4px;
    font-weight: 500;
  }
  legend + p {
    margin-bottom: 2px;
  }
  .choice {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: center;
    gap: 2px 12px;
    padding: 10px 14px;
    border: 1px solid var(--line);
    border-radius: 10px;
    cursor: pointer;
  }
  .choice:hover {
    border-color: var(--accent);
  }
  .choice:has(:checked) {
    border-color: var(--accent);
    background: var(--accent-tint);
  }
  .choice:has(:focus-visible) {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  .choice input {
    width: 18px;
    height: 18px;
    margin: 0;
    accent-color: var(--accent-fill);
  }
  .choice input:focus-visible {
    outline: none;
  }
  .choice .about {
    color: var(--muted);
    font-size: 0.92em;
  }
  .choice:has(:checked) .about {
    color: var(--text);
  }
`;

/** One of a few, each with what it means. */
export function choiceFieldTemplate(field: ChoiceField): TemplateResult {
  const { name, chosen } = field;
  return html`<fieldset>
    <legend>${field.legend}</legend>
    ${field.hint === "" ? null : html`<p class="muted">${field.hint}</p>`}
    ${field.choices.map(
      ({ value, label, about }) =>
        html`<label class="choice">
          <input
            type="radio"
            name=${name}
            value=${value}
            .checked=${value === chosen}
            @change=${() => field.onChoose(value)}
          />
          <span>${label}${about === "" ? null : html`<br /><span class="about">${about}</span>`}</span>
        </label>`,
    )}
  </fieldset>`;
}
