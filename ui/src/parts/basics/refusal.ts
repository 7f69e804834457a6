import { mdiAccountLockOutline } from "@mdi/js";
import { css, html } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "./icon.ts";

export const refusal = css`
  .refusal {
    display: flex;
    gap: 8px;
    color: var(--muted);
    font-size: 0.92em;
  }
  .refusal > .icon {
    margin-top: 0.1em;
  }
`;

/** What a button that is off for want of a right is described by; stands in the same element. */
export const REFUSAL_ID = "refusal";

/** Why what is off here is off: once in an element, in sight, next to it. */
export function refusalTemplate(why: string | null): TemplateResult | null {
  return why === null
    ? null
    : html`<p class="refusal" id=${REFUSAL_ID}>${icon(mdiAccountLockOutline)}<span>${why}</span></p>`;
}

/** A place whose contents the person may not read. */
export function refusedPlace(title: string, why: string): TemplateResult {
  return html`<section class="card" aria-labelledby="title">
    <h2 id="title">${title}</h2>
    ${refusalTemplate(why)}
  </section>`;
}

export interface LinkButton {
  readonly href: string;
  readonly label: string;
  /** Any of the button classes. */
  readonly look?: string;
  /** Why it leads nowhere for this person; null if it does. */
  readonly refusal: string | null;
}

/** A link that looks like a button; without the right to what it leads to it can be reached, and does nothing. */
export function linkButton({ href, label, look = "", refusal: why }: LinkButton): TemplateResult {
  return why === null
    ? html`<a class="button ${look}" href=${href}><span>${label}</span></a>`
    : html`<button type="button" class="button ${look}" aria-disabled="true" aria-describedby=${REFUSAL_ID}>
        <span>${label}</span>
      </button>`;
}
