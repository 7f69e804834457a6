import { mdiKeyVariant, mdiLightSwitch, mdiLockOutline } from "@mdi/js";
import { css, html } from "lit";
import type { TemplateResult } from "lit";
import type { TimelineEntry } from "../../words/timeline.ts";
import { placeHref } from "../../live/place.ts";
import { say } from "../../words/language/words.ts";
import { clockSeconds, dayName, moment } from "../../words/time.ts";
import { icon } from "./icon.ts";
import { base } from "./styles.ts";
import { time } from "./when.ts";
import { WordedElement } from "../foundations/worded-element.ts";

const ICONS: Readonly<Record<TimelineEntry["about"], string>> = {
  door: mdiLockOutline,
  device: mdiLightSwitch,
  token: mdiKeyVariant,
};

/** Entries newest first, under their days. */
export class Timeline extends WordedElement {
  static override properties = { entries: { attribute: false }, now: { type: Number } };
  declare entries: readonly TimelineEntry[];
  declare now: number;

  static override styles = [
    base,
    css`
      h3 {
        margin: 18px 0 6px;
        color: var(--muted);
        font-size: 0.9em;
      }
      section:first-child h3 {
        margin-top: 0;
      }
      section > ol > li {
        display: grid;
        grid-template-columns: 5.2em 1.5em 1fr;
        gap: 0 10px;
        align-items: start;
        padding: 8px 0;
        border-top: 1px solid var(--line);
      }
      li time {
        color: var(--muted);
        font-size: 0.92em;
      }
      .icon {
        margin-top: 1px;
        color: var(--muted);
      }
      .good .icon {
        color: var(--good-ink);
      }
      .warn .icon {
        color: var(--warn-ink);
      }
      .bad .icon {
        color: var(--bad-ink);
      }
      .busy .icon {
        color: var(--accent-ink);
      }
      strong {
        font-weight: 500;
      }
      p {
        overflow-wrap: anywhere;
      }
      summary {
        width: fit-content;
        min-height: 24px;
        color: var(--accent-ink);
        font-size: 0.92em;
        cursor: pointer;
      }
      details ol {
        display: grid;
        gap: 4px;
        margin-top: 6px;
        padding-inline-start: 12px;
        border-inline-start: 2px solid var(--line);
        font-size: 0.95em;
      }
      @media (width < 480px) {
        section > ol > li {
          grid-template-columns: 1.5em 1fr;
        }
        section > ol > li > time {
          grid-column: 2;
          order: 3;
        }
      }
    `,
  ];

  override render(): readonly TemplateResult[] {
    const days = Map.groupBy(this.entries, ({ at }) => dayName(at, this.now));
    return [...days].map(
      ([day, entries]) =>
        html`<section>
          <h3>${day}</h3>
          <ol>
            ${entries.map((entry) => this.#line(entry))}
          </ol>
        </section>`,
    );
  }

  #line(entry: TimelineEntry): TemplateResult {
    const { at, about, tone, subject, text, aside } = entry;
    return html`<li class=${tone}>
      ${time(at, clockSeconds(at))} ${icon(entry.icon ?? ICONS[about])}
      <div>
        <p>
          <strong><bdi>${subject}</bdi></strong> · ${text} <span class="muted">${aside}</span> ${logLink(entry)}
        </p>
        ${this.#advice(entry)} ${this.#details(entry)}
      </div>
    </li>`;
  }

  #advice({ advice = null }: TimelineEntry): TemplateResult | null {
    if (advice === null) return null;
    const words = say(`activity.advice_${advice}`);
    return advice === "sign_in_needed"
      ? html`<p><a href=${placeHref("accounts")}>${words}</a></p>`
      : html`<p class="muted">${words}</p>`;
  }

  #details({ details = [], key }: TimelineEntry): TemplateResult | null {
    if (details.length === 0) return null;
    return html`<details data-key=${key}>
      <summary>${say("activity.details", { count: details.length })}</summary>
      <ol>
        ${details.map(
          ({ at, subject, text }) => html`<li>${time(at, moment(at, this.now))} <bdi>${subject}</bdi> · ${text}</li>`,
        )}
      </ol>
    </details>`;
  }
}

/** Into the log from what went wrong: of all else it says no more. */
function logLink({ log, tone }: TimelineEntry): TemplateResult | null {
  if (log === undefined || (tone !== "bad" && tone !== "warn")) return null;
  return html`<a class="muted" href=${log}>${say("set_up.to_log")}</a>`;
}
