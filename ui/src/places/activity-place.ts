import { LitElement, css, html } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import type { AccountEvent } from "../../../src/keeper/account.ts";
import type { Snapshot } from "../../../src/state/picture.ts";
import { ApiProblem } from "../live/api.ts";
import type { Store } from "../live/store.ts";
import { base, button, card } from "../parts/styles.ts";
import { timelineOf } from "../words/timeline.ts";
import type { TimelineEntry } from "../words/timeline.ts";

const FILTERS = ["Everything", "Doors", "Tokens", "Trouble"] as const;
type Filter = (typeof FILTERS)[number];

const SHOWN_MS = 30 * 24 * 60 * 60 * 1000;

/** What happened: all doors, all tokens, newest first. */
export class ActivityPlace extends LitElement {
  static override properties = {
    store: { attribute: false },
    picture: { attribute: false },
    now: { type: Number },
    filter: { state: true },
    history: { state: true },
    problem: { state: true },
  };
  declare store: Store;
  declare picture: Snapshot;
  declare now: number;
  declare filter: Filter;
  /** Token events by account id, beyond those in the picture. */
  declare history: ReadonlyMap<string, readonly AccountEvent[]>;
  declare problem: string | null;
  readonly #asked = new Set<string>();

  constructor() {
    super();
    this.filter = "Everything";
    this.history = new Map();
    this.problem = null;
  }

  static override styles = [
    base,
    card,
    button,
    css`
      .card {
        display: grid;
        gap: 16px;
      }
      .button[aria-pressed="true"] {
        border-color: var(--accent-fill);
        background: var(--accent-tint);
      }
    `,
  ];

  override updated(changed: PropertyValues<this>): void {
    if (!changed.has("picture")) return;
    for (const { id } of this.picture.accounts) {
      if (this.#asked.has(id)) continue;
      this.#asked.add(id);
      void this.#fetchHistory(id);
    }
  }

  override render(): TemplateResult {
    const entries = timelineOf(this.picture, this.history).filter(
      (entry) => entry.at > this.now - SHOWN_MS && passes(entry, this.filter),
    );
    return html`<section class="card" aria-labelledby="title">
      <div class="head">
        <div class="name">
          <h2 id="title">Activity</h2>
          <p class="muted">Your doors and tokens in the last 30 days</p>
        </div>
        <div class="row" role="group" aria-label="Show">
          ${FILTERS.map(
            (filter) =>
              html`<button
                type="button"
                class="button"
                aria-pressed=${filter === this.filter ? "true" : "false"}
                @click=${() => {
                  this.filter = filter;
                }}
              >
                <span>${filter}</span>
              </button>`,
          )}
        </div>
      </div>
      ${this.problem === null ? null : html`<p class="problem" role="alert">Older token events are missing: ${this.problem}</p>`}
      ${
        entries.length === 0
          ? html`<p class="muted">${EMPTY[this.filter]}</p>`
          : html`<utec-timeline .entries=${entries} .now=${this.now}></utec-timeline>`
      }
    </section>`;
  }

  async #fetchHistory(accountId: string): Promise<void> {
    try {
      const events = await this.store.api.events(accountId);
      this.history = new Map([...this.history, [accountId, events]]);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      this.#asked.delete(accountId);
      this.problem = error.message;
    }
  }
}

const EMPTY: Readonly<Record<Filter, string>> = {
  Everything: "Nothing has happened yet. Commands and token refreshes are told here.",
  Doors: "No door was asked to move yet.",
  Tokens: "No token event yet.",
  Trouble: "No trouble. That is good.",
};

function passes(entry: TimelineEntry, filter: Filter): boolean {
  switch (filter) {
    case "Everything":
      return true;
    case "Doors":
      return entry.about === "door";
    case "Tokens":
      return entry.about === "token";
    case "Trouble":
      return entry.tone === "warn" || entry.tone === "bad";
  }
}
