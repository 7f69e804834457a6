import { svg } from "lit";
import type { SVGTemplateResult } from "lit";
import { say } from "../../words/language/words.ts";

/**
 * Three little phones: the account tab, the OpenAPI row, the screen with the three values. What is written on them is
 * what the app shows, in whatever language the page is.
 */
export function appDrawing(): SVGTemplateResult {
  return svg`<svg class="drawing" viewBox="0 0 420 170" role="img"
    aria-label=${say("wizard.drawing")}>
    ${phone(8)}
    <circle class="line" cx="58" cy="48" r="13" /><path class="line" d="M38 78a20 20 0 0 1 40 0" />
    <rect class="soft" x="22" y="92" width="72" height="9" rx="4" /><rect class="soft" x="22" y="108" width="72" height="9" rx="4" />
    <rect class="mark" x="66" y="136" width="32" height="16" rx="8" /><rect class="soft" x="20" y="140" width="36" height="8" rx="4" />
    <path class="arrow" d="M118 85h24m-7-6 7 6-7 6" />
    ${phone(152)}
    <rect class="soft" x="166" y="32" width="72" height="14" rx="5" /><rect class="soft" x="166" y="54" width="72" height="14" rx="5" />
    <rect class="mark" x="162" y="76" width="80" height="20" rx="6" /><text class="word" x="202" y="90">OpenAPI</text>
    <rect class="soft" x="166" y="104" width="72" height="14" rx="5" /><rect class="soft" x="166" y="126" width="72" height="14" rx="5" />
    <path class="arrow" d="M262 85h24m-7-6 7 6-7 6" />
    ${phone(296)}
    ${value(34, "Client ID")} ${value(72, "Client Secret")} ${value(110, "Redirect URI")}
  </svg>`;
}

function phone(x: number): SVGTemplateResult {
  return svg`<rect class="phone" x=${x} y="4" width="100" height="162" rx="14" />
    <rect class="soft" x=${x + 36} y="12" width="28" height="4" rx="2" />`;
}

function value(y: number, label: string): SVGTemplateResult {
  return svg`<text class="label" x="308" y=${y}>${label}</text><rect class="mark" x="306" y=${y + 6} width="80" height="14" rx="4" />`;
}
