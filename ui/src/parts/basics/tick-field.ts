import { css, html, nothing } from "lit";
import type { TemplateResult } from "lit";

export interface TickField {
  readonly label: string;
  readonly checked: boolean;
  /** The id of what explains it, in the same element. */
  readonly describedBy?: string;
  readonly onChange: (checked: boolean) => void;
}

export const tickField = css`
  .tick {
    display: flex;
    align-items: center;
    gap: 10px;
    min-height: 40px;
  }
  .tick input {
    flex: none;
    width: 20px;
    height: 20px;
    margin: 0;
    accent-color: var(--accent-fill);
  }
`;

/** Yes or no. */
export function tickFieldTemplate({ label, checked, describedBy, onChange }: TickField): TemplateResult {
  return html`<label class="tick">
    <input
      type="checkbox"
      .checked=${checked}
      aria-describedby=${describedBy ?? nothing}
      @change=${({ target }: Event) => {
        if (target instanceof HTMLInputElement) onChange(target.checked);
      }}
    />
    ${label}
  </label>`;
}
