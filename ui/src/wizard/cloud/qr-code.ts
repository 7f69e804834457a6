import { html, svg } from "lit";
import type { TemplateResult } from "lit";
import { encode } from "uqr";

/** What readers of QR codes need around one, in modules (ISO/IEC 18004). */
const QUIET_ZONE = 4;

/** @param title what it leads to, for those who cannot see it */
export function qrCodeTemplate(text: string, title: string): TemplateResult {
  const { data, size } = encode(text, { ecc: "M", border: QUIET_ZONE });
  return html`<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label=${title} shape-rendering="crispEdges">
    ${svg`<path d=${pathOf(data)}></path>`}
  </svg>`;
}

/** One rectangle for each run of dark modules. */
export function pathOf(rows: readonly (readonly boolean[])[]): string {
  return rows
    .flatMap((row, y) =>
      row.flatMap((dark, x) => {
        if (!dark || row[x - 1] === true) return [];
        const end = row.indexOf(false, x);
        const length = (end === -1 ? row.length : end) - x;
        return [`M${x} ${y}h${length}v1h-${length}z`];
      }),
    )
    .join("");
}
