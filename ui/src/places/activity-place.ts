import { css, html } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import type { EventFilter } from "../../../src/activity/event-filter.ts";
import { deviceEvents, tokenEvents } from "../../../src/activity/event.ts";
import type { ActivityEvent } from "../../../src/activity/event.ts";
import type { Snapshot } from "../../../src/state/picture.ts";
import { ActivityPages, queryOf } from "../live/activity-pages.ts";
import type { ActivityFilter } from "../live/place.ts";
import type { Store } from "../live/store.ts";
import { Action, actionButton, actionProblem } from "../parts/basics/action.ts";
import { refusal, refusedPlace } from "../parts/basics/refusal.ts";
import { base, button, card, field } from "../parts/basics/styles.ts";
import { say } from "../words/language/words.ts";
import { told } from "../words/said.ts";
import { searchWords } from "../words/changes/search-words.ts";
import { eventTimeline } from "../words/timeline.ts";
import type { TimelineEntry } from "../words/timeline.ts";
import { WordedElement } from "../parts/foundations/worded-element.ts";
import { ActivityFilters, activityFilters } from "./activity-filters.ts";

/** The picture has no more of an account's events than this: the oldest may be the rest of an event. */
const EVENTS_IN_PICTURE = 40;

/** What happened to all doors and all tokens, newest first, as far back as the gateway remembers. */
export class ActivityPlace extends WordedElement {
  static override properties = {
    store: { attribute: false },
    picture: { attribute: false },
    now: { type: Number },
    filter: { attribute: false },
    visit: { type: Number },
  };
  declare store: Store;
  declare picture: Snapshot;
  declare now: number;
  declare filter: ActivityFilter;
  /** Grows with each connection to the gateway. */
  declare visit: number;
  readonly #pages = new ActivityPages(this);
  readonly #filters = new ActivityFilters();
  readonly #csv = new Action(this);
  readonly #json = new Action(this);
  /** Who scrolls on, reads on; the button is there for those who do not scroll. */
  readonly #end = new IntersectionObserver(([seen]) => {
    if (seen?.isIntersecting === true) this.#older();
  });
  #unsubscribe = (): void => {};

  static override styles = [
    base,
    card,
    button,
    field,
    refusal,
    activityFilters,
    css`
      .card {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
      }
      .more {
        justify-self: center;
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unsubscribe();
    this.#filters.stop();
    this.#end.disconnect();
  }

  override updated(changed: PropertyValues<this>): void {
    // Not when it is connected: what the page gives it comes with the first update.
    if (changed.has("store")) {
      this.#unsubscribe();
      this.#unsubscribe = this.store.onActivity((entries) => this.#pages.take(entries));
    }
    if (this.#refusal !== null) return;
    if (changed.has("filter") || changed.has("visit")) {
      void this.#pages.begin(this.store, this.#wanted(), !changed.has("filter"));
    }
    if (changed.has("picture")) this.#pages.takeTokens(this.picture.accounts.flatMap(recentOfToken));
    this.#watchEnd();
  }

  override render(): TemplateResult {
    if (this.#refusal !== null) return refusedPlace(say("activity.title"), this.#refusal);
    const entries = this.#timeline();
    // Without the gateway the banner says so, once.
    const problem = this.store.connected ? this.#pages.problem : null;
    return html`<section class="card" aria-labelledby="title">
      <div class="head">
        <div class="name">
          <h2 id="title">${say("activity.title")}</h2>
          <p class="muted">${say("activity.intro")}</p>
        </div>
        <div class="row">${this.#exportButton("csv", this.#csv)} ${this.#exportButton("json", this.#json)}</div>
      </div>
      ${actionProblem(this.#csv)} ${actionProblem(this.#json)}
      ${this.#filters.template(this.filter, this.picture, dayOf(this.now))}
      ${problem === null ? null : html`<p class="problem" role="alert">${told(problem)}</p>`}
      ${
        entries.length === 0
          ? html`<p class="muted" role="status">${this.#nothing()}</p>`
          : html`<utec-timeline .entries=${entries} .now=${this.now}></utec-timeline>`
      }
      ${this.#olderButton()}
    </section>`;
  }

  get #refusal(): string | null {
    return this.store.refusal("GET", "/api/activity");
  }

  /** What has not been read is not said to be nothing. */
  #nothing(): string {
    const { loading, problem, more } = this.#pages;
    const { search = "", day = null, show } = this.filter;
    if (loading) return say("activity.loading");
    if (problem !== null) return say("activity.not_loaded");
    if (more) return say("activity.none_yet");
    return search === "" && day === null ? say(`activity.empty_${show}`) : say("activity.none_found");
  }

  #exportButton(format: "csv" | "json", action: Action): TemplateResult {
    return actionButton(action, {
      label: say(`activity.save_${format}`),
      busy: say("activity.saving"),
      done: say("activity.saved"),
      disabled: !this.store.connected,
      press: () =>
        void action.run(async () => {
          save(format, await this.store.api.activityFile(format, queryOf(this.#wanted())));
        }),
    });
  }

  #olderButton(): TemplateResult | null {
    const { more, loading, problem } = this.#pages;
    if (!more) return null;
    return html`<button
      type="button"
      class="button more"
      aria-disabled=${loading ? "true" : "false"}
      @click=${() => this.#older(true)}
    >
      <span aria-hidden=${loading ? "true" : "false"}
        >${problem === null ? say("activity.older") : say("activity.try_again")}</span
      >
      <span aria-hidden=${loading ? "false" : "true"}>${say("activity.loading")}</span>
    </button>`;
  }

  /** What has failed is tried again by who presses the button. */
  #older(isAsked = false): void {
    const { loading, more, problem } = this.#pages;
    if (more && !loading && (isAsked || problem === null)) void this.#pages.older(this.store);
  }

  /** Seen anew after each page, for it may still be in view. */
  #watchEnd(): void {
    this.#end.disconnect();
    const more = this.renderRoot.querySelector(".more");
    if (more !== null && !this.#pages.loading) this.#end.observe(more);
  }

  #timeline(): readonly TimelineEntry[] {
    const { show, deviceId, accountId, search = "", day = null } = this.filter;
    const { commands, devices } = this.picture;
    const isNow = (show === "everything" || show === "commands") && search === "" && day === null;
    const served = new Map(devices.map(({ id, account_id }) => [id, account_id]));
    const running = commands.filter(
      ({ device_id }) =>
        isNow &&
        (deviceId === null || deviceId === device_id) &&
        (accountId === null || served.get(device_id) === accountId),
    );
    const events =
      deviceId === null ? this.#pages.events : this.#pages.events.flatMap((event) => partOf(event, deviceId));
    return eventTimeline(events, running, devices, this.now);
  }

  #wanted(): EventFilter {
    const { show, deviceId, accountId, search = "", day = null } = this.filter;
    return {
      show,
      ...(deviceId === null ? {} : { device_id: deviceId }),
      ...(accountId === null ? {} : { account_id: accountId }),
      ...(day === null ? {} : bounds(day)),
      words: searchWords(search),
    };
  }
}

function recentOfToken({ id, name, recent }: Snapshot["accounts"][number]): ReturnType<typeof tokenEvents> {
  const events = tokenEvents({ id, name, events: recent });
  return recent.length < EVENTS_IN_PICTURE ? events : events.slice(0, -1);
}

/** What concerns one device of an event. */
function partOf(event: ActivityEvent, deviceId: string): ActivityEvent[] {
  return deviceEvents(event.entries.filter(({ device_id }) => device_id === deviceId));
}

/** The reader's day of a moment, as fields take it. */
function dayOf(at: number): string {
  const date = new Date(at);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
}

/** The reader's day: 23 or 25 hours where the clocks are changed. */
function bounds(day: string): { readonly from: number; readonly to: number } {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return { from: new Date(year, month - 1, date).getTime(), to: new Date(year, month - 1, date + 1).getTime() };
}

function save(format: "csv" | "json", file: Blob): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = `utec-gateway-activity-${new Date().toISOString().slice(0, 10)}.${format}`;
  link.click();
  URL.revokeObjectURL(url);
}
