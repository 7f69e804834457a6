import { css, html, svg } from "lit";
import type { SVGTemplateResult, TemplateResult } from "lit";
import type { AccountState } from "../../../../src/keeper/account.ts";
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
        ${label("issued", "Issued", issued)} ${refresh === null ? null : label("refresh", "Refresh", refresh)}
        ${label("expires", "Expires", expires)}
      </dl>
    `;
  }

  #countdown(expires: number): TemplateResult {
    return html`<p class="countdown">
      <span>${this.#next()}</span>
      <span class="muted">${expires > this.now ? `expires in ${duration(expires - this.now)}` : "has expired"}</span>
    </p>`;
  }

  #next(): TemplateResult | string {
    const { status, next_refresh_at: next } = this.account;
    if (status === "refreshing") return html`<strong>Refreshing now</strong>`;
    if (next === null) return "No refresh planned";
    const verb = status === "retrying" ? "Next try" : "Next refresh";
    return next > this.now
      ? html`${verb} in <strong>${duration(next - this.now)}</strong>`
      : html`${verb} <strong>now</strong>`;
  }

  #spoken(expires: number): string {
    const { next_refresh_at: next } = this.account;
    const refresh = next === null || next <= this.now ? "" : `, next refresh in ${duration(next - this.now)}`;
    return expires > this.now ? `Token expires in ${duration(expires - this.now)}${refresh}` : "The token has expired";
  }

  #endless(): TemplateResult {
    return html`<p class="muted">
      ${this.account.obtained_at === null ? "No token yet." : "This token has no known expiry."}
    </p>`;
  }
}

function windowOf(start: number): SVGTemplateResult {
  return svg`<rect class="window" x="${start}%" y="8" width="${100 - start}%" height="10" rx="5" />`;
}
