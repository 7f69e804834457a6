import { css, html } from "lit";
import type { TemplateResult } from "lit";
import { say } from "../../words/language/words.ts";
import { told } from "../../words/said.ts";
import type { ImportReport } from "../../../../src/import/import-state.ts";

export const importReport = css`
  dl {
    display: grid;
    gap: 4px 16px;
    grid-template-columns: minmax(0, max-content) minmax(0, 1fr);
    font-size: 0.92em;
  }
  dt {
    font-family: var(--mono);
    overflow-wrap: anywhere;
  }
  dd {
    overflow-wrap: anywhere;
  }
  @media (width < 480px) {
    dl {
      grid-template-columns: 1fr;
    }
    dd {
      margin-bottom: 6px;
      color: var(--muted);
    }
  }
`;

/** What was taken of a file, and what not and why. */
export function reportTemplate({ taken, not_taken }: ImportReport): TemplateResult {
  return html`
    ${list(
      say("imports.taken"),
      taken.map(({ key, as, said }) => [key, told({ message: as, said })]),
    )}
    ${list(
      say("imports.not_taken"),
      not_taken.map(({ key, reason, said }) => [keyWords(key), told({ message: reason, said })]),
    )}
  `;
}

/** Keys beyond the first unknown ones are counted. */
function keyWords(key: string): string {
  const [, count] = /^(\d+) more$/.exec(key) ?? [];
  return count === undefined ? key : say("page.more", { count: Number(count) });
}

function list(title: string, rows: readonly (readonly [string, string])[]): TemplateResult | null {
  if (rows.length === 0) return null;
  return html`<h3>${title}</h3>
    <dl>
      ${rows.map(
        ([key, what]) =>
          html`<dt>${key}</dt>
            <dd>${what}</dd>`,
      )}
    </dl>`;
}
