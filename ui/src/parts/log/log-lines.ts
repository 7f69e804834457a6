import { css, html } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import type { LogRecord } from "../../../../src/log.ts";
import { currentLocale, say } from "../../words/language/words.ts";
import { clockSeconds } from "../../words/time.ts";
import { base } from "../basics/styles.ts";
import { time } from "../basics/when.ts";
import { WordedElement } from "../foundations/worded-element.ts";
import { shortFields } from "./log-line.ts";

/** This near the end counts as there. */
const END_PX = 24;

/**
 * Lines of the log, of which one can be chosen. Follows the end while the reader is there; whoever scrolls up stands still,
 * which it tells by the event `still`, and by `follow` once they are back.
 */
export class LogLines extends WordedElement {
  static override properties = {
    records: { attribute: false },
    find: { attribute: false },
    chosen: { attribute: false },
    following: { type: Boolean },
    nothing: { attribute: false },
  };
  declare records: readonly LogRecord[];
  /** What is marked in the lines. */
  declare find: string;
  declare chosen: LogRecord | null;
  declare following: boolean;
  /** What is said where there is no line. */
  declare nothing: string;
  #top = 0;

  static override styles = [
    base,
    css`
      .tail {
        min-height: 180px;
        max-height: max(260px, calc(100dvh - 420px));
        padding: 6px 0;
        overflow: auto;
        border-radius: 10px;
        background: var(--sunken);
        font: 400 13px/1.6 var(--mono);
        scrollbar-gutter: stable;
      }
      li {
        padding: 0 12px;
        overflow-wrap: anywhere;
        content-visibility: auto;
        contain-intrinsic-size: auto 21px;
        cursor: pointer;
      }
      /* Where a line is several, its begin is to be found. */
      @media (width < 480px) {
        li + li {
          padding-top: 4px;
          border-top: 1px solid var(--line);
          margin-top: 4px;
        }
      }
      li[aria-current="true"] {
        background: var(--accent-tint);
        box-shadow: inset 3px 0 var(--accent);
      }
      .message {
        white-space: pre-wrap;
        unicode-bidi: plaintext;
      }
      b {
        font-weight: 500;
      }
      mark {
        border-radius: 3px;
        background: var(--warn-tint);
        color: inherit;
        outline: 1px solid var(--warn);
      }
      .quiet {
        color: var(--muted);
      }
      .warn b {
        color: var(--warn-ink);
      }
      .error b,
      .fatal b {
        color: var(--bad-ink);
      }
    `,
  ];

  override updated(changed: PropertyValues<this>): void {
    if (changed.has("chosen")) this.#showChosen();
    if (!this.following || !(changed.has("records") || changed.has("following"))) return;
    this.#toEnd();
    // Lines that come into sight take their real height only then.
    requestAnimationFrame(() => {
      if (this.following) this.#toEnd();
    });
  }

  override render(): TemplateResult {
    const locale = currentLocale();
    return html`<ol
      class="tail"
      tabindex="0"
      lang="en"
      dir="ltr"
      aria-label=${say("log.lines_label")}
      @scroll=${this.#onScroll}
      @click=${this.#onClick}
      @keydown=${this.#onKey}
    >
      ${this.records.length === 0 ? html`<li class="quiet" lang=${document.documentElement.lang}>${this.nothing}</li>` : null}
      ${repeat(
        this.records,
        (record) => record,
        (record) => guard([record, this.find, record === this.chosen, locale], () => this.#line(record)),
      )}
    </ol>`;
  }

  #line(record: LogRecord): TemplateResult {
    return html`<li class=${record.level} .record=${record} aria-current=${record === this.chosen ? "true" : "false"}>
      <span class="quiet">${time(record.at, clockSeconds(record.at))}</span>
      <b>${record.level}</b>
      <span class="quiet">${this.#marked(record.part)}</span>
      <span class="message">${this.#marked(record.message)}</span>
      <span class="quiet message">${this.#marked(shortFields(record))}</span>
    </li>`;
  }

  #marked(text: string): string | readonly (string | TemplateResult)[] {
    const find = this.find.toLowerCase();
    const lower = text.toLowerCase();
    // Some letters are longer when they are small: the places would not be the same.
    if (find === "" || lower.length !== text.length || !lower.includes(find)) return text;
    const parts: (string | TemplateResult)[] = [];
    let from = 0;
    for (let at = lower.indexOf(find); at >= 0; at = lower.indexOf(find, from)) {
      parts.push(text.slice(from, at), html`<mark>${text.slice(at, at + find.length)}</mark>`);
      from = at + find.length;
    }
    return [...parts, text.slice(from)];
  }

  get #tail(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(".tail");
  }

  /** It is not the reader who scrolls here. */
  #showChosen(): void {
    this.renderRoot.querySelector("li[aria-current=true]")?.scrollIntoView({ block: "nearest" });
    this.#top = this.#tail?.scrollTop ?? 0;
  }

  #toEnd(): void {
    const tail = this.#tail;
    if (tail === null) return;
    tail.scrollTop = tail.scrollHeight;
    this.#top = tail.scrollTop;
  }

  /** Only what the reader does counts: lines that grow are no scrolling up. */
  readonly #onScroll = (): void => {
    const tail = this.#tail;
    if (tail === null) return;
    const { scrollTop, scrollHeight, clientHeight } = tail;
    const atEnd = scrollHeight - scrollTop - clientHeight < END_PX;
    if (this.following && !atEnd && scrollTop < this.#top - 2) this.dispatchEvent(new Event("still"));
    else if (!this.following && atEnd && scrollTop > this.#top) this.dispatchEvent(new Event("follow"));
    this.#top = scrollTop;
  };

  readonly #onClick = (event: Event): void => {
    // Who selects text wants that text.
    if (event.target instanceof Element && getSelection()?.isCollapsed !== false)
      this.#choose(recordOf(event.target.closest("li")));
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    const at = this.chosen === null ? this.records.length : this.records.indexOf(this.chosen);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Escape: -1 }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (event.key === "Escape") this.#choose(null);
    else this.#choose(this.records[to] ?? this.chosen);
  };

  #choose(record: LogRecord | null): void {
    this.dispatchEvent(new CustomEvent<LogRecord | null>("choose", { detail: record }));
  }
}

function recordOf(line: Element | null): LogRecord | null {
  return line !== null && "record" in line ? ((line.record as LogRecord | undefined) ?? null) : null;
}
