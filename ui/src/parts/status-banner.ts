import {
  mdiAlert,
  mdiAlertCircle,
  mdiCheckCircle,
  mdiCloudOffOutline,
  mdiInformation,
  mdiProgressClock,
} from "@mdi/js";
import { css, html } from "lit";
import type { TemplateResult } from "lit";
import { leadsToWizard } from "../live/place.ts";
import type { Store } from "../live/store.ts";
import { say } from "../words/language/words.ts";
import { duration, moment } from "../words/time.ts";
import type { Tone } from "../words/tone.ts";
import { headlineOf } from "../words/headline/headline.ts";
import type { Headline, HeadlineHelp } from "../words/headline/headline-parts.ts";
import { Action, actionButton, actionProblem } from "./basics/action.ts";
import { icon } from "./basics/icon.ts";
import { linkButton, refusal, refusalTemplate } from "./basics/refusal.ts";
import { base, button } from "./basics/styles.ts";
import { reportLink } from "./report/report-link.ts";
import { WordedElement } from "./foundations/worded-element.ts";

/** So many other things are named; the rest is counted, and stands on the cards. */
const LINKED = 3;

const ICONS: Readonly<Record<Tone, string>> = {
  good: mdiCheckCircle,
  warn: mdiAlert,
  bad: mdiAlertCircle,
  busy: mdiProgressClock,
  idle: mdiInformation,
};

/** The headline, and the button that helps. Without the live feed, that is what it says. */
export class StatusBanner extends WordedElement {
  static override properties = {
    store: { attribute: false },
    now: { type: Number },
    revision: { type: Number },
  };
  declare store: Store;
  declare now: number;
  /** Grows with each change of the store, so that this is drawn again. */
  declare revision: number;
  readonly #help = new Action(this);

  static override styles = [
    base,
    button,
    refusal,
    css`
      .headline {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 10px 14px;
        min-height: 68px;
        padding: 12px 18px;
        border-radius: var(--radius);
        background: var(--sunken);
      }
      .headline > .icon {
        width: 28px;
        height: 28px;
      }
      .words {
        flex: 1 1 14em;
        min-width: 0;
      }
      .words p:first-child {
        font-size: 1.1em;
        font-weight: 500;
      }
      .also {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
      }
      .good {
        background: var(--good-tint);
      }
      .good > .icon {
        color: var(--good-ink);
      }
      .warn {
        background: var(--warn-tint);
      }
      .warn > .icon {
        color: var(--warn-ink);
      }
      .bad {
        background: var(--bad-tint);
      }
      .bad > .icon {
        color: var(--bad-ink);
      }
      .busy {
        background: var(--accent-tint);
      }
      .busy > .icon {
        color: var(--accent-ink);
      }
      @media (width < 480px) {
        .headline {
          padding: 12px 14px;
        }
      }
    `,
  ];

  override render(): TemplateResult {
    const { picture, connected } = this.store;
    if (!connected) return this.#unreached();
    if (picture === null) return this.#connecting();
    const headline = headlineOf(picture, this.now);
    const { tone, title, help } = headline;
    const why = this.#refusalOf(help);
    const report = reportLink({ picture, refusal: this.store.refusal("GET", "/api/report") });
    return this.#banner(tone, ICONS[tone], title, detailOf(headline), this.#helpButton(help, why), why, report);
  }

  #connecting(): TemplateResult {
    return this.#banner("busy", ICONS.busy, say("page.connecting"), null, null);
  }

  #unreached(): TemplateResult {
    const { heardAt, retryAt } = this.store;
    if (retryAt === null) return this.#connecting();
    const wait = Math.ceil((retryAt - this.now) / 1000) * 1000;
    const again = wait > 0 ? say("page.again_in", { time: duration(wait) }) : say("page.again_now");
    const old = heardAt === null ? "" : say("page.state_from", { moment: moment(heardAt, this.now) });
    const now = html`<button type="button" class="button" @click=${() => this.store.retryNow()}>
      <span>${say("page.try_now")}</span>
    </button>`;
    const detail = html`<p>${again} ${old}</p>`;
    return this.#banner("warn", mdiCloudOffOutline, say("page.gateway_away"), detail, now);
  }

  #refusalOf(help: HeadlineHelp | null): string | null {
    if (help === null || (help.kind === "link" && !leadsToWizard(help.href))) return null;
    return this.store.refusal("POST", help.kind === "ask_cloud" ? "/api/devices/discover" : "/api/accounts/refresh");
  }

  #banner(
    tone: Tone,
    path: string,
    title: string,
    detail: TemplateResult | null,
    help: TemplateResult | null,
    why: string | null = null,
    report: TemplateResult | null = null,
  ): TemplateResult {
    return html`<div class="headline ${tone}">
      ${icon(path)}
      <div class="words">
        <p role="status">${title}</p>
        ${detail} ${refusalTemplate(why)} ${report} ${actionProblem(this.#help)}
      </div>
      ${help}
    </div>`;
  }

  #helpButton(help: HeadlineHelp | null, why: string | null): TemplateResult | null {
    if (help === null) return null;
    if (help.kind === "link") return linkButton({ ...help, look: "filled", refusal: why });
    const { api } = this.store;
    const task = help.kind === "refresh" ? () => api.refresh(help.accountId) : () => api.discover();
    return actionButton(this.#help, {
      label: help.label,
      busy: help.kind === "refresh" ? say("page.refreshing") : say("page.asking_cloud"),
      done: help.kind === "refresh" ? say("page.refreshed") : say("page.asked_cloud"),
      look: "filled",
      refusal: why,
      press: () => void this.#help.run<unknown>(task),
    });
  }
}

/** What follows the title; below it the worst of what else is to be known, each with the way to its card. */
function detailOf({ detail, also }: Headline): TemplateResult | null {
  if (detail === "" && also.length === 0) return null;
  const left = also.length - LINKED;
  return html`${detail === "" ? null : html`<p>${detail}</p>`}
    <p class="also" role="status">
      ${also.slice(0, LINKED).map(({ text, href }) => html`<a href=${href}>${text}</a>`)}
      ${left > 0 ? html`<span>${say("page.more", { count: left })}</span>` : null}
    </p>`;
}
