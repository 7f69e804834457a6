import { css, html } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import { ACTIVITY_KINDS } from "../../../src/activity/entry.ts";
import type { ActivityEntry, ActivityKind } from "../../../src/activity/entry.ts";
import type { AccountEvent } from "../../../src/keeper/account.ts";
import type { Snapshot } from "../../../src/state/picture.ts";
import { ActivityPages } from "../live/activity-pages.ts";
import { ApiProblem } from "../live/api.ts";
import { SHOWN, activityHref } from "../live/place.ts";
import type { ActivityFilter, Shown } from "../live/place.ts";
import type { Store } from "../live/store.ts";
import { refusal, refusedPlace } from "../parts/basics/refusal.ts";
import { base, button, card, field } from "../parts/basics/styles.ts";
import { activitySentence } from "../words/activity-sentence.ts";
import { deviceTimeline, tokenTimeline } from "../words/timeline.ts";
import type { TimelineEntry } from "../words/timeline.ts";
import type { Tone } from "../words/tone.ts";
import { WordedElement } from "../parts/foundations/worded-element.ts";

const WORDS: Readonly<Record<Shown, string>> = {
  everything: "Everything",
  commands: "Commands",
  changes: "Changes",
  tokens: "Tokens",
  trouble: "Trouble",
};

/** The kinds of the log that are read for each; null is all of them. */
const KINDS: Readonly<Record<Shown, readonly ActivityKind[] | null>> = {
  everything: null,
  commands: ["command_ended"],
  changes: ACTIVITY_KINDS.filter((kind) => kind !== "command_ended"),
  tokens: [],
  trouble: ["command_ended", "state_changed", "device_missing", "device_removed", "device_unavailable"],
};

/** What happened to all doors and all tokens, newest first, as far back as the gateway remembers. */
export class ActivityPlace extends WordedElement {
  static override properties = {
    store: { attribute: false },
    picture: { attribute: false },
    now: { type: Number },
    filter: { attribute: false },
    visit: { type: Number },
    history: { state: true },
    problem: { state: true },
  };
  declare store: Store;
  declare picture: Snapshot;
  declare now: number;
  declare filter: ActivityFilter;
  /** Grows with each connection to the gateway. */
  declare visit: number;
  /** Token events by account id, beyond those in the picture. */
  declare history: ReadonlyMap<string, readonly AccountEvent[]>;
  declare problem: string | null;
  readonly #asked = new Set<string>();
  readonly #pages = new ActivityPages(this);
  #unsubscribe = (): void => {};

  constructor() {
    super();
    this.history = new Map();
    this.problem = null;
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
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
      }
      .filters {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 16px;
        align-items: center;
        justify-content: space-between;
      }
      .of {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 10px;
      }
      select {
        max-width: 100%;
      }
      .button[aria-current="true"] {
        border-color: var(--accent-fill);
        background: var(--accent-tint);
      }
      .more {
        justify-self: center;
      }
      @media (width < 480px) {
        .row {
          gap: 6px;
        }
        .row .button {
          padding-inline: 12px;
        }
        .of,
        select {
          width: 100%;
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#unsubscribe = this.store.onActivity((entries) => this.#pages.take(entries));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unsubscribe();
  }

  override updated(changed: PropertyValues<this>): void {
    if (this.#refusal !== null) return;
    if (changed.has("filter") || changed.has("visit")) this.#read(!changed.has("filter"));
    if (!changed.has("picture")) return;
    for (const { id } of this.picture.accounts) {
      if (this.#asked.has(id)) continue;
      this.#asked.add(id);
      void this.#fetchHistory(id);
    }
  }

  override render(): TemplateResult {
    if (this.#refusal !== null) return refusedPlace("Activity", this.#refusal);
    const entries = this.#timeline();
    const { connected } = this.store;
    // Without the gateway the banner says so, once; and what fails alike is said once.
    const problem = connected ? this.#pages.problem : null;
    const missing = connected && problem === null ? this.problem : null;
    return html`<section class="card" aria-labelledby="title">
      <div class="name">
        <h2 id="title">Activity</h2>
        <p class="muted">Your doors and tokens, as far back as the gateway remembers</p>
      </div>
      <div class="filters">
        <div class="row" role="group" aria-label="Show">${SHOWN.map((show) => this.#choice(show))}</div>
        ${this.#subjects()}
      </div>
      ${problem === null ? null : html`<p class="problem" role="alert">${problem}</p>`}
      ${missing === null ? null : html`<p class="problem" role="alert">Older token events are missing: ${missing}</p>`}
      ${
        entries.length === 0
          ? html`<p class="muted">${this.#nothing()}</p>`
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
    if (this.#pages.loading) return "Loading …";
    return this.#pages.problem === null ? EMPTY[this.filter.show] : "Not loaded yet.";
  }

  #choice(show: Shown): TemplateResult {
    const { deviceId, accountId } = this.filter;
    const current = show === this.filter.show;
    return html`<a
      class="button"
      href=${activityHref({ show, deviceId, accountId })}
      aria-current=${current ? "true" : "false"}
      ><span>${WORDS[show]}</span></a
    >`;
  }

  #subjects(): TemplateResult {
    const { deviceId, accountId } = this.filter;
    const { devices, accounts } = this.picture;
    const option = (value: string, words: string, chosen: boolean): TemplateResult =>
      html`<option value=${value} .selected=${chosen}>${words}</option>`;
    return html`<label class="of">
      <span class="muted">Of</span>
      <select @change=${this.#chooseSubject}>
        ${option("", "all doors and tokens", deviceId === null && accountId === null)}
        <optgroup label="Devices">
          ${devices.map(({ id, name }) => option(`device ${id}`, name, id === deviceId))}
        </optgroup>
        <optgroup label="Tokens">
          ${accounts.map(({ id, name }) => option(`account ${id}`, name, id === accountId))}
        </optgroup>
      </select>
    </label>`;
  }

  #olderButton(): TemplateResult | null {
    const { more, loading, problem } = this.#pages;
    if (!more) return null;
    return html`<button
      type="button"
      class="button more"
      aria-disabled=${loading ? "true" : "false"}
      @click=${() => {
        if (!loading) void this.#pages.older(this.store);
      }}
    >
      <span aria-hidden=${loading ? "true" : "false"}>${problem === null ? "Load older" : "Try again"}</span>
      <span aria-hidden=${loading ? "false" : "true"}>Loading …</span>
    </button>`;
  }

  #timeline(): readonly TimelineEntry[] {
    const { show, deviceId, accountId } = this.filter;
    const { entries, more, problem } = this.#pages;
    const running = this.picture.commands.filter(
      ({ device_id }) => accountId === null && (deviceId === null || deviceId === device_id),
    );
    const showsCommands = show === "everything" || show === "commands";
    const doors = accountId === null ? deviceTimeline(entries, showsCommands ? running : [], this.picture.devices) : [];
    if (deviceId !== null || show === "commands" || show === "changes") return doors;
    // Token events older than the oldest door entry that was read would leave a gap.
    const from = more && problem === null && accountId === null ? (entries.at(-1)?.at ?? Infinity) : -Infinity;
    const tokens = tokenTimeline(this.picture, this.history).filter(
      ({ at, tone, key }) =>
        at >= from &&
        (accountId === null || key.startsWith(`${accountId} `)) &&
        (show !== "trouble" || isTrouble(tone)),
    );
    return [...doors, ...tokens].sort((a, b) => b.at - a.at);
  }

  #read(keep: boolean): void {
    const { show, deviceId, accountId } = this.filter;
    const passes = (entry: ActivityEntry): boolean =>
      show !== "trouble" || isTrouble(activitySentence(entry).tone, entry.kind);
    const kinds = accountId === null ? KINDS[show] : [];
    void this.#pages.begin(this.store, { device_id: deviceId, kinds, passes }, keep);
  }

  readonly #chooseSubject = (event: Event): void => {
    const { target } = event;
    if (!(target instanceof HTMLSelectElement)) return;
    const [what = "", id = null] = splitOnce(target.value);
    location.hash = activityHref({
      show: this.filter.show,
      deviceId: what === "device" ? id : null,
      accountId: what === "account" ? id : null,
    });
  };

  async #fetchHistory(accountId: string): Promise<void> {
    try {
      const events = await this.store.api.events(accountId);
      this.history = new Map([...this.history, [accountId, events]]);
      this.problem = null;
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      this.#asked.delete(accountId);
      this.problem = error.message;
    }
  }
}

const EMPTY: Readonly<Record<Shown, string>> = {
  everything: "Nothing has happened yet. Whatever happens to your doors and tokens is shown here.",
  commands: "No commands yet.",
  changes: "No changes yet.",
  tokens: "No token events yet.",
  trouble: "No trouble.",
};

/** An unlocked door has a colour, but is no trouble. */
function isTrouble(tone: Tone, kind?: ActivityKind): boolean {
  return tone === "bad" || (tone === "warn" && kind !== "state_changed");
}

/** The word before the first space, and what follows it. */
function splitOnce(text: string): string[] {
  const at = text.indexOf(" ");
  return at < 0 ? [] : [text.slice(0, at), text.slice(at + 1)];
}
