import { css, html, svg } from "lit";
import type { PropertyDeclarations, SVGTemplateResult, TemplateResult } from "lit";
import type { HistoryWindow, TokenHistory, TokenMark } from "../../../../src/history/history-models.ts";
import type { AccountState } from "../../../../src/keeper/account.ts";
import { say } from "../../words/language/words.ts";
import { dayName, moment } from "../../words/time.ts";
import { tokenEventWord } from "../../words/token-event.ts";
import { base } from "../basics/styles.ts";
import { DAYS, dayHref, lastDays } from "./days.ts";
import { DayStrip, WHOLE, dayStrip } from "./day-strip.ts";
import type { DrawnDay } from "./day-strip.ts";
import { pastVersion } from "./history-element.ts";
import { tokenDays } from "./token-days.ts";
import type { TokenDay, TokenPart } from "./token-days.ts";

const LEGEND = ["refreshed", "signed_in", "retried", "failed", "none"] as const;

type Tokens = HistoryWindow & { readonly accounts: readonly TokenHistory[] };

/** What the token of an account went through in the last thirty days, an outage as one block. */
export class TokenLane extends DayStrip<Tokens> {
  static override properties: PropertyDeclarations = { account: { attribute: false } };
  declare account: AccountState;

  static override styles = [
    base,
    dayStrip,
    css`
      .line,
      .quiet {
        fill: var(--field);
      }
      .refreshed {
        fill: var(--good);
      }
      .signed_in {
        fill: var(--accent-ink);
      }
      .signed_out {
        fill: var(--muted);
      }
      .retried {
        fill: var(--warn-ink);
      }
      .failed {
        fill: var(--bad);
      }
    `,
  ];

  protected override get version(): string {
    const { id, recent } = this.account;
    const latest = recent.at(-1);
    return `${id} ${latest?.at} ${latest?.kind} ${pastVersion(this.store)}`;
  }

  protected override load(): Promise<Tokens> {
    return this.store.api.history("tokens", { account_id: this.account.id });
  }

  override render(): TemplateResult {
    const { name } = this.account;
    const marks = this.read?.accounts[0]?.marks;
    if (this.read === null || marks === undefined) return this.unread();
    const { to: now, down } = this.read;
    const days = tokenDays(marks, down, lastDays(now), now).map((day) => this.#day(day, now));
    const legend = html`${LEGEND.map(
      (part) =>
        html`<li>
          <svg viewBox="0 0 8 24" preserveAspectRatio="none" aria-hidden="true">${picture(part, 0, 8)}</svg>${say(
            `ribbons.token_${part}`,
          )}
        </li>`,
    )}`;
    return html`<p class="muted">${say("ribbons.days", { count: DAYS })}</p>
      ${this.strip(say("ribbons.token_days", { count: DAYS, name }), days, legend, true)}`;
  }

  #day(token: TokenDay, now: number): DrawnDay {
    const { day, parts } = token;
    const href = dayHref({ show: "tokens", deviceId: null, accountId: this.account.id }, day);
    return {
      day,
      href,
      picture: parts.flatMap((part, index) => picture(part, index, WHOLE)),
      words: dayWords(token, now),
    };
  }
}

/** Each has a shape of its own: low and narrow, a flag, a block of middle height, one of full height. */
function picture(part: TokenPart, x: number, width: number): SVGTemplateResult[] {
  const line = svg`<rect class="line" x=${x} y="20" width=${width} height="2" />`;
  const shape = (y: number, share: number, height: number): SVGTemplateResult =>
    svg`<rect class=${part} x=${x + (width * (1 - share)) / 2} y=${y} width=${width * share} height=${height} />`;
  switch (part) {
    case "none":
      return [svg`<rect class="line" x=${x} y="20" width=${width * 0.3} height="2" />`];
    case "quiet":
      return [line];
    case "refreshed":
      return [line, shape(12, 0.6, 8)];
    case "signed_in":
    case "signed_out":
      return [line, shape(2, 0.3, 18), shape(2, 0.9, 7)];
    case "retried":
      return [shape(8, 1, 14)];
    case "failed":
      return [shape(0, 1, 24)];
  }
}

function dayWords({ day, refreshes, outages, others }: TokenDay, now: number): string {
  return [
    say("ribbons.token_day", { day: dayName(day.from, now), count: refreshes }),
    ...others.map((mark) =>
      say("ribbons.token_at", { what: tokenEventWord(mark.kind), time: moment(mark.at, mark.at) }),
    ),
    ...outages.map((mark) => outageWords(mark, now)),
  ].join(" ");
}

function outageWords({ at, until, count, kind }: TokenMark, now: number): string {
  const values = { kind, count, from: moment(at, now) };
  return until === null
    ? say("ribbons.outage_now", values)
    : say("ribbons.outage", { ...values, to: moment(until, now) });
}
