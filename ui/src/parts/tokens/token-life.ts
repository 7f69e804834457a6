import { css, html, svg } from "lit";
import type { SVGTemplateResult, TemplateResult } from "lit";
import type { AccountState } from "../../../../src/keeper/account.ts";
import { say, sayWith } from "../../words/language/words.ts";
import { clockSeconds, duration, moment } from "../../words/time.ts";
import { base } from "../basics/styles.ts";
import { time } from "../basics/when.ts";
import { WordedElement } from "../foundations/worded-element.ts";

const SHORT_LIFE_MS = 60 * 60 * 1000;

/**
 * The life of a token as a bar: from issued to expires, with the current time moving along it and the refresh window
 * marked.
 */
export class TokenLife extends WordedElement {
  static override properties = { account: { attribute: false }, now: { type: Number } };
  declare account: AccountState;
  declare now: number;

  static override styles = [
    base,
    css`
      .countdown {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0 16px;
        margin-bottom: 4px;
        font-variant-numeric: tabular-nums;
      }
      .countdown strong {
        font-weight: 500;
      }
      .bar {
        display: block;
        width: 100%;
        height: 26px;
        overflow: visible;
      }
      .life {
        fill: var(--accent-tint);
      }
      .window {
        fill: var(--warn);
      }
      .past {
        fill: var(--accent);
      }
      .over {
        fill: var(--bad);
      }
      .now {
        fill: var(--text);
        stroke: var(--card);
        stroke-width: 2px;
        paint-order: stroke;
      }
      dl {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 20px;
        color: var(--muted);
        font-size: 0.87em;
      }
      dl > div {
        display: flex;
        align-items: baseline;
        gap: 6px;
      }
      .issued + div {
        margin-left: auto;
      }
      dt::before {
        display: inline-block;
        width: 8px;
        height: 8px;
        margin-right: 6px;
        border-radius: 2px;
        background: var(--swatch);
        content: "";
      }
      .issued {
        --swatch: var(--accent);
      }
      .refresh {
        --swatch: var(--warn);
      }
      .expires {
        --swatch: var(--field);
      }
      dd {
        white-space: nowrap;
      }
      @media (width < 560px) {
        dl {
          display: grid;
          gap: 2px;
        }
        dl > div {
          justify-content: space-between;
        }
        .issued + div {
          margin-left: 0;
        }
      }
    `,
  ];

  override render(): TemplateResult {
    const { obtained_at: issued, expires_at: expires } = this.account;
    if (issued === null || expires === null || expires <= issued) return this.#endless();
    const share = (at: number): number => Math.min(100, Math.max(0, (100 * (at - issued)) / (expires - issued)));
    const now = share(this.now);
    const refresh = this.account.next_refresh_at;
    const over = this.now >= expires;
    // A life of minutes is shown to the second, a life of days is not.
    const shown = expires - issued < SHORT_LIFE_MS ? clockSeconds : (at: number): string => moment(at, this.now);
    const label = (name: "issued" | "refresh" | "expires", word: string, at: number): TemplateResult =>
      html`<div class=${name}>
        <dt>${word}</dt>
        <dd>${time(at, shown(at))}</dd>
      </div>`;
    return html`
      ${this.#countdown(expires)}
      <svg class="bar" role="img" aria-label=${this.#spoken(expires)}>
        <rect class="life" y="8" width="100%" height="10" rx="5" />
        ${refresh === null ? null : windowOf(share(refresh))}
        <rect class=${over ? "over" : "past"} y="8" width="${now}%" height="10" rx="5" />
        <svg x="${now}%" overflow="visible"><rect class="now" x="-1.5" y="2" width="3" height="22" rx="1.5" /></svg>
      </svg>
      <dl>
        ${label("issued", say("tokens.issued"), issued)}
        ${refresh === null ? null : label("refresh", say("tokens.refresh"), refresh)}
        ${label("expires", say("tokens.expires"), expires)}
      </dl>
    `;
  }

  #countdown(expires: number): TemplateResult {
    return html`<p class="countdown">
      <span>${this.#next()}</span>
      <span class="muted"
        >${
          expires > this.now
            ? say("tokens.expires_in", { duration: duration(expires - this.now) })
            : say("tokens.has_expired")
        }</span
      >
    </p>`;
  }

  #next(): readonly (TemplateResult | string)[] {
    const { status, next_refresh_at: next } = this.account;
    const strong = (chunks: readonly unknown[]): TemplateResult => html`<strong>${chunks}</strong>`;
    if (status === "refreshing") return sayWith<TemplateResult>("tokens.refreshing_now", { strong });
    if (next === null) return [say("tokens.no_refresh_planned")];
    const what = status === "retrying" ? "try" : "refresh";
    return next > this.now
      ? sayWith<TemplateResult>(`tokens.next_${what}_in`, { duration: duration(next - this.now), strong })
      : sayWith<TemplateResult>(`tokens.next_${what}_now`, { strong });
  }

  #spoken(expires: number): string {
    if (expires <= this.now) return say("tokens.token_has_expired");
    const { next_refresh_at: next } = this.account;
    const left = duration(expires - this.now);
    return next === null || next <= this.now
      ? say("tokens.token_expires_in", { duration: left })
      : say("tokens.token_expires_after_refresh", { duration: left, refresh: duration(next - this.now) });
  }

  #endless(): TemplateResult {
    return html`<p class="muted">
      ${say(this.account.obtained_at === null ? "tokens.no_token" : "tokens.no_expiry")}
    </p>`;
  }
}

function windowOf(start: number): SVGTemplateResult {
  return svg`<rect class="window" x="${start}%" y="8" width="${100 - start}%" height="10" rx="5" />`;
}
