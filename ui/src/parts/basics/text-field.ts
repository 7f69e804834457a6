import { css, html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { Finding } from "../../wizard/credentials.ts";

export interface TextField {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  /** What helps to fill it in; always shown under it. */
  readonly hint: string;
  readonly finding: Finding | null;
  /** A code, in letters that are easy to tell apart. */
  readonly code?: boolean;
  readonly secret?: boolean;
  readonly readOnly?: boolean;
  /** More than one: for pasted text, whose line breaks an input would drop, joining words. Enter still sends it. */
  readonly lines?: number;
  readonly onInput: (value: string) => void;
  readonly onLeave?: () => void;
}

export const textField = css`
  .field {
    display: grid;
    gap: 4px;
  }
  .field label {
    font-weight: 500;
  }
  .field input,
  .field textarea {
    width: 100%;
    min-height: 44px;
    padding: 8px 12px;
    border: 1px solid var(--field);
    border-radius: 8px;
    background: var(--card);
    color: var(--text);
    font: 400 16px/1.4 var(--font);
  }
  .field textarea {
    resize: vertical;
  }
  .field .code {
    font-family: var(--mono);
    font-size: 15px;
  }
  .field [aria-invalid="true"] {
    border-color: var(--bad);
  }
  .field input:read-only {
    border-color: var(--line);
    background: var(--sunken);
  }
  .field input:focus-visible,
  .field textarea:focus-visible {
    border-radius: 8px;
    outline-offset: 0;
  }
  .field .below {
    min-height: 1.4em;
    font-size: 0.9em;
    color: var(--muted);
  }
  .field .below:empty {
    display: none;
  }
  .field .mistake {
    color: var(--bad-ink);
  }
  .field .doubt {
    color: var(--warn-ink);
  }
`;

/** A labelled field, with a hint or what is wrong right under it. */
export function textFieldTemplate(field: TextField): TemplateResult {
  const { name, finding } = field;
  return html`<div class="field">
    <label for=${name}>${field.label}</label>
    ${field.lines === undefined ? inputTemplate(field) : areaTemplate(field, field.lines)}
    <p id="${name}-below" class="below ${finding?.kind ?? ""}" aria-live="polite">${finding?.text ?? field.hint}</p>
  </div>`;
}

function inputTemplate(field: TextField): TemplateResult {
  const { name, finding } = field;
  return html`<input
    id=${name}
    class=${field.code === true ? "code" : ""}
    name=${name}
    type=${field.secret === true ? "password" : "text"}
    autocomplete=${field.secret === true ? "new-password" : "off"}
    autocapitalize="off"
    spellcheck="false"
    .value=${field.value}
    ?readonly=${field.readOnly === true}
    aria-invalid=${finding?.kind === "mistake" ? "true" : "false"}
    aria-describedby="${name}-below"
    @input=${onInput(field)}
    @blur=${field.onLeave ?? nothing}
  />`;
}

function areaTemplate(field: TextField, lines: number): TemplateResult {
  const { name, finding } = field;
  return html`<textarea
    id=${name}
    class=${field.code === true ? "code" : ""}
    name=${name}
    rows=${lines}
    autocomplete="off"
    autocapitalize="off"
    spellcheck="false"
    .value=${field.value}
    aria-invalid=${finding?.kind === "mistake" ? "true" : "false"}
    aria-describedby="${name}-below"
    @input=${onInput(field)}
    @keydown=${sendOnEnter}
    @blur=${field.onLeave ?? nothing}
  ></textarea>`;
}

function onInput(field: TextField): (event: InputEvent) => void {
  return ({ target }) => {
    if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) field.onInput(target.value);
  };
}

function sendOnEnter(event: KeyboardEvent): void {
  if (event.key !== "Enter" || event.isComposing || !(event.target instanceof HTMLTextAreaElement)) return;
  event.preventDefault();
  event.target.form?.requestSubmit();
}
