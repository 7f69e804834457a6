import { css, html } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import { reportFile, reportFileName } from "../../../../src/report/report-file.ts";
import { REPORT_SECTIONS } from "../../../../src/report/report.ts";
import type { Report as ProblemReport, ReportSection, ReportSectionId } from "../../../../src/report/report.ts";
import type { Store } from "../../live/store.ts";
import { say } from "../../words/language/words.ts";
import { told } from "../../words/said.ts";
import { size } from "./size.ts";
import { Action, actionButton, actionProblem } from "../basics/action.ts";
import { refusal, refusalTemplate } from "../basics/refusal.ts";
import { saveFile } from "../log/save-file.ts";
import { base, button, card } from "../basics/styles.ts";
import { tickField, tickFieldTemplate } from "../basics/tick-field.ts";
import { WordedElement } from "../foundations/worded-element.ts";

/** Reporting a problem: gathers what helps, shows all of it, and makes one file of what the person leaves in. */
export class Report extends WordedElement {
  static override properties = {
    store: { attribute: false },
    refusal: { attribute: false },
    wanted: { type: Boolean },
    report: { state: true },
    leftOut: { state: true },
    opened: { state: true },
  };
  declare store: Store;
  /** Why the person may not have one; null who may. */
  declare refusal: string | null;
  /** The person comes for it: it begins by itself. */
  declare wanted: boolean;
  /** Null until it has been gathered. */
  declare report: ProblemReport | null;
  declare leftOut: ReadonlySet<ReportSectionId>;
  /** Those whose text is shown. */
  declare opened: ReadonlySet<ReportSectionId>;
  readonly #gather = new Action(this);
  readonly #save = new Action(this);
  #began = false;

  constructor() {
    super();
    this.refusal = null;
    this.wanted = false;
    this.report = null;
    this.leftOut = new Set();
    this.opened = new Set();
  }

  static override styles = [
    base,
    card,
    button,
    tickField,
    refusal,
    css`
      .card {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 12px;
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0 12px;
        align-items: center;
        border-top: 1px solid var(--line);
      }
      details {
        grid-column: 1 / -1;
        min-width: 0;
        padding-bottom: 8px;
      }
      summary {
        width: max-content;
        max-width: 100%;
        padding: 4px 0;
        color: var(--accent-ink);
        font-size: 0.92em;
        cursor: pointer;
      }
      .problem {
        grid-column: 1 / -1;
        padding-bottom: 10px;
      }
      pre {
        max-height: 320px;
        margin: 4px 0 0;
        padding: 10px 12px;
        overflow: auto;
        border-radius: 10px;
        background: var(--sunken);
        font: 400 13px/1.6 var(--mono);
        overflow-wrap: anywhere;
        white-space: pre-wrap;
      }
    `,
  ];

  override updated(changed: PropertyValues<this>): void {
    if (!this.wanted || this.#began || this.refusal !== null) return;
    this.#began = true;
    if (changed.has("wanted")) this.scrollIntoView({ block: "start" });
    void this.#make();
  }

  override render(): TemplateResult {
    const { report } = this;
    return html`<section class="card" aria-labelledby="title">
      <h2 id="title">${say("report.title")}</h2>
      <p>${say("report.what")}</p>
      <div class="row">
        ${actionButton(this.#gather, {
          label: report === null ? say("report.gather") : say("report.gather_again"),
          busy: say("report.gathering"),
          done: say("report.gathered"),
          look: report === null ? "filled" : "",
          refusal: this.refusal,
          press: () => void this.#make(),
        })}
      </div>
      ${refusalTemplate(this.refusal)} ${actionProblem(this.#gather)} ${report === null ? null : this.#contents(report)}
    </section>`;
  }

  #contents(report: ProblemReport): TemplateResult {
    const file = reportFile(report, this.leftOut);
    return html`<p id="look">${say("report.look")}</p>
      <ul aria-labelledby="look">
        ${report.sections.map((section) => this.#section(section))}
      </ul>
      <div class="row">
        ${actionButton(this.#save, {
          label: say("report.download", { size: size(file) }),
          busy: say("report.downloading"),
          done: say("report.downloaded"),
          look: "filled",
          press: () =>
            void this.#save.run(() => Promise.try(() => saveFile(reportFileName(report), "text/markdown", file))),
        })}
      </div>
      <p class="muted">${say("report.then")}</p>`;
  }

  #section(section: ReportSection): TemplateResult {
    const { id, text, problem, said } = section;
    const open = this.opened.has(id);
    return html`<li>
      ${tickFieldTemplate({
        label: titleOf(section),
        checked: !this.leftOut.has(id),
        onChange: (checked) => {
          this.leftOut = checked ? without(this.leftOut, id) : new Set([...this.leftOut, id]);
        },
      })}
      <span class="muted">${problem === null ? size(text) : ""}</span>
      ${
        problem === null
          ? html`<details
              ?open=${open}
              @toggle=${({ currentTarget }: Event) => {
                if (!(currentTarget instanceof HTMLDetailsElement) || currentTarget.open === open) return;
                this.opened = currentTarget.open ? new Set([...this.opened, id]) : without(this.opened, id);
              }}
            >
              <summary>${say("report.show")}<span class="aside"> · ${titleOf(section)}</span></summary>
              ${open ? html`<pre lang="en" dir="ltr" tabindex="0" aria-label=${titleOf(section)}>${text === "" ? say("report.empty") : text}</pre>` : null}
            </details>`
          : html`<p class="problem">${say("report.unreadable")} ${told({ message: problem, said })}</p>`
      }
    </li>`;
  }

  async #make(): Promise<void> {
    this.report = (await this.#gather.run(() => this.store.api.report())) ?? this.report;
  }
}

/** What a newer gateway tells of and this page does not know has its id for a name. */
function titleOf({ id, count }: ReportSection): string {
  const known = REPORT_SECTIONS.find((each) => each === id);
  const title = known === undefined ? id : say(`report.section_${known}`);
  return count === null ? title : `${title} (${count})`;
}

function without<T>(set: ReadonlySet<T>, one: T): ReadonlySet<T> {
  return new Set([...set].filter((each) => each !== one));
}
