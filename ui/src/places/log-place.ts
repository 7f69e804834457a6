import { css, html } from "lit";
import type { TemplateResult } from "lit";
import type { LogLevel, LogRecord } from "../../../src/log.ts";
import type { Store } from "../live/store.ts";
import { refusal, refusedPlace } from "../parts/basics/refusal.ts";
import { base, button, card, field } from "../parts/basics/styles.ts";
import { time } from "../parts/basics/when.ts";
import { clockSeconds } from "../words/time.ts";
import { WordedElement } from "../parts/foundations/worded-element.ts";

const LEVELS: readonly LogLevel[] = ["trace", "debug", "info", "warn", "error"];

/** The log as it is written. */
export class LogPlace extends WordedElement {
  static override properties = {
    store: { attribute: false },
    records: { attribute: false },
    stale: { type: Boolean },
    refusal: { attribute: false },
    level: { state: true },
    paused: { state: true },
  };
  declare store: Store;
  declare records: readonly LogRecord[];
  declare stale: boolean;
  /** Why this person may not read it; null if they may. The gateway begins to send it once they may. */
  declare refusal: string | null;
  declare level: LogLevel;
  /** The records shown while paused; null while live. */
  declare paused: readonly LogRecord[] | null;
  #atEnd = true;

  constructor() {
    super();
    this.level = "info";
    this.paused = null;
    this.refusal = null;
  }

  static override styles = [
    base,
    card,
    button,
    field,
    refusal,
    css`
      .card {
        display: grid;
        gap: 14px;
      }
      label {
        display: flex;
        align-items: center;
        gap: 8px;
      }
      .tail {
        height: max(260px, calc(100dvh - 300px));
        padding: 10px 12px;
        overflow: auto;
        border-radius: 10px;
        background: var(--sunken);
        font: 400 13px/1.6 var(--mono);
      }
      .tail li {
        overflow-wrap: anywhere;
      }
      .message {
        white-space: pre-wrap;
      }
      .tail b {
        font-weight: 500;
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

  override connectedCallback(): void {
    super.connectedCallback();
    this.store.followLog(this.level);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.store.followLog(null);
  }

  override updated(): void {
    const tail = this.renderRoot.querySelector(".tail");
    if (tail && this.#atEnd && this.paused === null) tail.scrollTop = tail.scrollHeight;
  }

  override render(): TemplateResult {
    if (this.refusal !== null) return refusedPlace("Log", this.refusal);
    const records = this.paused ?? this.records;
    const state = this.stale ? "The gateway does not answer" : this.paused === null ? "Live" : "Paused";
    return html`<section class="card" aria-labelledby="title">
      <div class="head">
        <div class="name">
          <h2 id="title">Log</h2>
          <p class="muted"><span role="status">${state}</span> · ${records.length} lines</p>
        </div>
        <div class="row">
          <label
            >From level
            <select @change=${this.#choose}>
              ${LEVELS.map((level) => html`<option value=${level} ?selected=${level === this.level}>${level}</option>`)}
            </select></label
          >
          <button type="button" class="button" @click=${this.#pause}>
            <span aria-hidden=${this.paused === null ? "false" : "true"}>Pause</span>
            <span aria-hidden=${this.paused === null ? "true" : "false"}>Resume</span>
          </button>
          <button type="button" class="button" ?disabled=${records.length === 0} @click=${() => download(records)}>
            <span>Download</span>
          </button>
        </div>
      </div>
      <ol class="tail" tabindex="0" aria-label="Log lines" @scroll=${this.#onScroll}>
        ${records.length === 0 ? html`<li class="quiet">${this.stale ? "Not loaded yet." : "Nothing at this level yet."}</li>` : null}
        ${records.map(
          (record) =>
            html`<li class=${record.level}>
              <span class="quiet">${time(record.at, clockSeconds(record.at))}</span>
              <b>${record.level}</b>
              <span class="quiet">${record.part}</span>
              <span class="message">${record.message}</span>
              <span class="quiet message">${fieldsText(record)}</span>
            </li>`,
        )}
      </ol>
    </section>`;
  }

  readonly #choose = (event: Event): void => {
    if (!(event.target instanceof HTMLSelectElement)) return;
    const { value } = event.target;
    this.level = LEVELS.find((level) => level === value) ?? "info";
    this.paused = null;
    this.store.followLog(this.level);
  };

  readonly #pause = (): void => {
    this.paused = this.paused === null ? this.records : null;
  };

  /** Scrolling up stops following; scrolling to the end resumes it. */
  readonly #onScroll = (event: Event): void => {
    if (!(event.target instanceof HTMLElement)) return;
    const { scrollTop, scrollHeight, clientHeight } = event.target;
    this.#atEnd = scrollHeight - scrollTop - clientHeight < 24;
  };
}

function fieldsText({ fields }: LogRecord): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" ");
}

function download(records: readonly LogRecord[]): void {
  const lines = records.map(
    (record) =>
      `${new Date(record.at).toISOString()} ${record.level.toUpperCase().padEnd(5)} ${record.part}: ${record.message} ${fieldsText(record)}\n`,
  );
  const url = URL.createObjectURL(new Blob(lines, { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `utec-gateway-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.log`;
  link.click();
  URL.revokeObjectURL(url);
}
