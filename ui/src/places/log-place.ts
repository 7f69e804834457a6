import { html } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import type { LogLevel, LogRecord } from "../../../src/log.ts";
import type { Snapshot } from "../../../src/state/picture.ts";
import { WHOLE_LOG, logHref } from "../live/log-filter.ts";
import type { LogFilter } from "../live/log-filter.ts";
import { activityHref } from "../live/place.ts";
import type { Store } from "../live/store.ts";
import { refusal, refusedPlace } from "../parts/basics/refusal.ts";
import { base, button, card, field } from "../parts/basics/styles.ts";
import { saveFile } from "../parts/log/save-file.ts";
import { isNarrowed, logFilters } from "../parts/log/log-filters.ts";
import { filtered, lineText, subjectOf } from "../parts/log/log-line.ts";
import { currentLanguage, say } from "../words/language/words.ts";
import { WordedElement } from "../parts/foundations/worded-element.ts";
import { logPlaceStyles } from "../parts/log/log-place-styles.ts";

/** The log as it is written: what of it is shown stands in the address. */
export class LogPlace extends WordedElement {
  static override properties = {
    store: { attribute: false },
    picture: { attribute: false },
    records: { attribute: false },
    filter: { attribute: false },
    stale: { type: Boolean },
    refusal: { attribute: false },
    shownFilter: { state: true },
    held: { state: true },
    paused: { state: true },
    chosen: { state: true },
  };
  declare store: Store;
  declare picture: Snapshot;
  declare records: readonly LogRecord[];
  /** As the address has it. */
  declare filter: LogFilter;
  declare stale: boolean;
  /** Why this person may not read it; null if they may. The gateway begins to send it once they may. */
  declare refusal: string | null;
  /** The same, as far as it was changed here. */
  declare shownFilter: LogFilter;
  /** The records that stand still; null while new ones are followed. */
  declare held: readonly LogRecord[] | null;
  /** They stand still until the person says otherwise, also at their end. */
  declare paused: boolean;
  declare chosen: LogRecord | null;
  /** The level that the gateway has been asked for. */
  #followed: LogLevel | null = null;

  constructor() {
    super();
    this.filter = WHOLE_LOG;
    this.shownFilter = WHOLE_LOG;
    this.held = null;
    this.paused = false;
    this.chosen = null;
    this.refusal = null;
  }

  static override styles = [base, card, button, field, refusal, logPlaceStyles];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#followed = null;
    this.store.followLog(null);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("filter")) this.shownFilter = this.filter;
    if (changed.has("shownFilter") && this.#followed !== null && this.#followed !== this.shownFilter.level)
      this.#resume(true);
  }

  override updated(): void {
    const { level } = this.shownFilter;
    if (!this.isConnected || level === this.#followed) return;
    this.#followed = level;
    this.store.followLog(level);
  }

  override render(): TemplateResult {
    if (this.refusal !== null) return refusedPlace(say("log.title"), this.refusal);
    const lines = filtered(this.held ?? this.records, this.shownFilter, this.picture);
    return html`<section class="card" aria-labelledby="title">
        <div class="head">
          <div class="name">
            <h2 id="title">${say("log.title")}</h2>
            <p class="muted">
              <span role="status">${this.#state()}</span> · ${say("log.lines", { count: lines.length })}
            </p>
          </div>
          <div class="row">
            <button type="button" class="button" @click=${this.#pause}>
              <span aria-hidden=${this.held !== null}>${say("log.pause")}</span>
              <span aria-hidden=${this.held === null}>${say("log.resume")}</span>
            </button>
            <button type="button" class="button" ?disabled=${lines.length === 0} @click=${() => download(lines)}>
              <span>${say("log.download")}</span>
            </button>
          </div>
        </div>
        ${logFilters(this.shownFilter, this.records, this.picture, this.#change)}
        ${currentLanguage() === "en" ? null : html`<p class="muted">${say("log.in_english")}</p>`}
        <div class="lines">
          <utec-log-lines
            .records=${lines}
            .find=${this.shownFilter.find}
            .chosen=${this.chosen}
            .following=${this.held === null}
            .nothing=${this.#nothing()}
            @still=${() => this.#hold()}
            @follow=${() => this.#resume(false)}
            @choose=${({ detail }: CustomEvent<LogRecord | null>) => {
              this.chosen = detail;
              if (detail !== null) this.#hold();
            }}
          ></utec-log-lines>
          ${this.#newLines()}
        </div>
        ${this.#chosenLine()}
      </section>
      <utec-report
        .store=${this.store}
        .refusal=${this.store.refusal("GET", "/api/report")}
        .wanted=${this.shownFilter.report}
      ></utec-report>`;
  }

  #state(): string {
    if (this.stale) return say("log.state_stale");
    if (this.paused) return say("log.state_paused");
    return this.held === null ? say("log.state_live") : say("log.state_still");
  }

  #nothing(): string {
    if (isNarrowed(this.shownFilter) && this.records.length > 0) return say("log.nothing_found");
    return this.stale ? say("log.not_loaded") : say("log.nothing_yet");
  }

  /** What has come since the lines stand still; its place is kept, so that nothing jumps. */
  #newLines(): TemplateResult | null {
    if (this.held === null) return null;
    const last = this.held.at(-1)?.at ?? 0;
    const count = filtered(
      this.records.filter(({ at }) => at > last),
      this.shownFilter,
      this.picture,
    ).length;
    if (count === 0) return null;
    return html`<button type="button" class="button new" @click=${() => this.#resume(true)}>
      <span>${say("log.new_lines", { count })}</span>
    </button>`;
  }

  /** What can be done with the line that was chosen. */
  #chosenLine(): TemplateResult {
    const { chosen } = this;
    if (chosen === null) return html`<p class="chosen muted">${say("log.choose_hint")}</p>`;
    const { accountId, deviceId, commandId } = subjectOf(chosen, this.picture);
    const link = (href: string, words: string): TemplateResult =>
      html`<a class="button" href=${href}><span>${words}</span></a>`;
    return html`<div class="chosen row" role="group" aria-label=${say("log.chosen_label")}>
      <utec-copy-button .text=${lineText(chosen)} label=${say("log.copy_line")}></utec-copy-button>
      ${
        deviceId === null
          ? null
          : link(
              activityHref({ show: commandId === null ? "everything" : "commands", deviceId, accountId: null }),
              say("log.to_device"),
            )
      }
      ${accountId === null ? null : link(activityHref({ show: "tokens", deviceId: null, accountId }), say("log.to_token"))}
      ${
        commandId === null || commandId === this.shownFilter.commandId
          ? null
          : link(logHref({ commandId, level: this.shownFilter.level }), say("log.of_command"))
      }
    </div>`;
  }

  /** Changes the filter and the address with it, without a step in the browser's history for each letter. */
  readonly #change = (change: Partial<LogFilter>): void => {
    const filter = { ...this.shownFilter, ...change };
    history.replaceState(history.state, "", logHref(filter));
    this.shownFilter = filter;
  };

  #hold(): void {
    this.held ??= this.records;
  }

  /** @param whatever also if it was paused by the button */
  #resume(whatever: boolean): void {
    if (this.paused && !whatever) return;
    this.paused = false;
    this.held = null;
    if (whatever) this.chosen = null;
  }

  readonly #pause = (): void => {
    if (this.held !== null) {
      this.#resume(true);
      return;
    }
    this.paused = true;
    this.#hold();
  };
}

function download(records: readonly LogRecord[]): void {
  const name = `utec-gateway-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.log`;
  saveFile(name, "text/plain", records.map((record) => `${lineText(record)}\n`).join(""));
}
