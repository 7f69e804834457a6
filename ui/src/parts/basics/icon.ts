import { html } from "lit";
import type { TemplateResult } from "lit";

/** A material icon from its path in `@mdi/js`. It only repeats what the words say, so screen readers skip it. */
export function icon(path: string): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${path} /></svg>`;
}
