import { mdiLogout } from "@mdi/js";
import { css, html } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import type { Snapshot } from "../../src/state/picture.ts";
import { ApiProblem } from "./live/api.ts";
import { LatePart } from "./live/late-part.ts";
import { PLACES, placeHref, readPlace, wizardHref } from "./live/place.ts";
import type { Place, PlaceName } from "./live/place.ts";
import { Store } from "./live/store.ts";
import { icon } from "./parts/basics/icon.ts";
import { base, button, chip } from "./parts/basics/styles.ts";
import { headlineOf } from "./words/headline/headline.ts";
import type { Draft } from "./wizard/draft.ts";
import { goOnAfterSetUp } from "./wizard/after-set-up.ts";
import { takeSignIn } from "./wizard/pending-sign-in.ts";
import { WordedElement } from "./parts/foundations/worded-element.ts";

const TITLES: Readonly<Record<PlaceName, string>> = {
  overview: "Overview",
  activity: "Activity",
  accounts: "Accounts",
  log: "Log",
};

const TICK_MS = 1000;

/** The page: its head, its places, and the one clock and store that all parts are drawn from. */
export class GatewayPage extends WordedElement {
  static override properties = {
    now: { state: true },
    place: { state: true },
    draft: { state: true },
    revision: { state: true },
  };
  declare now: number;
  declare place: Place;
  declare draft: Draft | null;
  declare revision: number;
  readonly #store = new Store();
  readonly #log = new LatePart(this, async () => (await import("./parts/log/log-elements.ts")).LOG_ELEMENTS);

  constructor() {
    super();
    this.now = Date.now();
    this.place = readPlace(location.hash);
    this.draft = null;
    this.revision = 0;
  }

  static override styles = [
    base,
    button,
    chip,
    css`
      header,
      main {
        width: 100%;
        max-width: 82em;
        margin-inline: auto;
        padding-inline: clamp(12px, 3vw, 32px);
      }
      .top {
        border-bottom: 1px solid var(--line);
      }
      .title {
        display: flex;
        align-items: center;
        gap: 12px;
        padding-block: 12px 4px;
      }
      h1 {
        flex: 1;
        font-size: 1.3em;
        font-weight: 400;
      }
      nav {
        display: flex;
        margin-inline: -12px;
      }
      nav a {
        flex: 0 1 auto;
        padding: 10px 14px 12px;
        border-bottom: 2px solid transparent;
        color: var(--muted);
        text-decoration: none;
      }
      nav a:hover {
        color: var(--text);
      }
      nav a[aria-current="page"] {
        border-color: var(--accent);
        color: var(--accent-ink);
      }
      main {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
        padding-block: 18px 40px;
      }
      main:focus {
        outline: none;
      }
      .stale {
        filter: grayscale(1);
      }
      .title .chip {
        text-decoration: none;
      }
      .log-out {
        width: 40px;
        padding: 0;
        color: var(--muted);
      }
      .waiting {
        min-height: 160px;
        border-radius: var(--radius);
        background: var(--sunken);
      }
      @media (width < 480px) {
        .version {
          display: none;
        }
        h1 {
          font-size: 1.15em;
        }
        nav:has(:nth-child(4)) {
          justify-content: space-between;
        }
        nav a {
          padding-inline: 10px;
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("hashchange", () => this.#goTo(readPlace(location.hash)));
    window.setInterval(() => {
      if (!document.hidden) this.now = this.#store.now();
    }, TICK_MS);
    this.#store.subscribe(() => {
      this.now = this.#store.now();
      this.revision += 1;
      goOnAfterSetUp(this.#store.picture, this.place);
    });
    this.#store.start();
    // Who comes back into the wizard itself did not sign in.
    if (this.place.wizard !== null) takeSignIn();
    this.#continueSignIn();
  }

  override updated(changed: PropertyValues<this>): void {
    if (!changed.has("place")) return;
    document.title = `${TITLES[this.place.name]} · U-tec Gateway`;
    const before = changed.get("place");
    if (before !== undefined && before.name !== this.place.name) this.renderRoot.querySelector("main")?.focus();
  }

  override render(): TemplateResult {
    const { picture, connected } = this.#store;
    const showBanner = this.place.name === "overview" || !connected || picture === null;
    return html`
      <div class="top">
        <header>
          <div class="title">
            <h1>U-tec Gateway</h1>
            ${showBanner ? null : this.#headlineChip(picture)}
            ${picture === null ? null : html`<span class="muted version">${picture.gateway.version}</span>`}
            <utec-theme-button></utec-theme-button>
            ${this.#store.session?.logged_in === true ? this.#logOutButton() : null}
          </div>
          <nav aria-label="Places">
            ${PLACES.filter((name) => !this.#hides(name)).map(
              (name) =>
                html`<a href=${placeHref(name)} aria-current=${name === this.place.name ? "page" : "false"}
                  >${TITLES[name]}</a
                >`,
            )}
          </nav>
        </header>
      </div>
      <main tabindex="-1" aria-label=${TITLES[this.place.name]} @draft=${this.#keepDraft}>
        ${
          showBanner
            ? html`<utec-status-banner
                .store=${this.#store}
                .now=${this.now}
                .revision=${this.revision}
              ></utec-status-banner>`
            : null
        }
        ${
          picture === null
            ? html`<div class="waiting" aria-hidden="true"></div>`
            : html`<div class=${connected ? "" : "stale"}>${this.#place(picture, !connected)}</div>`
        }
      </main>
    `;
  }

  #place(picture: Snapshot, stale: boolean): TemplateResult {
    const { name, wizard } = this.place;
    const store = this.#store;
    switch (name) {
      case "overview":
        return html`<utec-overview-place
          .shown=${this.place.activity}
          .store=${store}
          .providers=${store.providers}
          .picture=${picture}
          .now=${this.now}
          .stale=${stale}
        ></utec-overview-place>`;
      case "activity":
        return html`<utec-activity-place
          .store=${store}
          .picture=${picture}
          .now=${this.now}
          .filter=${this.place.activity}
          .visit=${store.visit}
        ></utec-activity-place>`;
      case "accounts":
        return wizard === null
          ? html`<utec-accounts-place
              .store=${store}
              .providers=${store.providers}
              .picture=${picture}
              .now=${this.now}
              .stale=${stale}
            ></utec-accounts-place>`
          : html`<utec-sign-in-wizard
              .store=${store}
              .providers=${store.providers}
              .picture=${picture}
              .place=${wizard}
              .now=${this.now}
              .draft=${this.draft}
              .access=${store.access}
            ></utec-sign-in-wizard>`;
      case "log":
        return this.#log.draw(
          html`<utec-log-place
            .store=${store}
            .picture=${picture}
            .records=${store.log}
            .filter=${this.place.log}
            .stale=${stale}
            .refusal=${store.refusal("GET", "/api/log")}
          ></utec-log-place>`,
        );
    }
  }

  /** A place that this person may not read is in nobody's way; whoever is there, or waits for the answer, sees why. */
  #hides(name: PlaceName): boolean {
    if (name === this.place.name || this.#store.access?.standing === "unconfirmed") return false;
    const read = name === "activity" ? "/api/activity" : name === "log" ? "/api/log" : null;
    return read !== null && this.#store.refusal("GET", read) !== null;
  }

  /** The sentence of the overview in short, for the other places. */
  #headlineChip(picture: Snapshot): TemplateResult {
    const { tone, title } = headlineOf(picture, this.now);
    return html`<a class="chip ${tone}" href=${placeHref("overview")}>${title}</a>`;
  }

  #logOutButton(): TemplateResult {
    return html`<button
      type="button"
      class="button plain log-out"
      aria-label="Log out"
      title="Log out"
      @click=${() => {
        this.#store.api.logOut().catch((error: unknown) => {
          if (!(error instanceof ApiProblem)) throw error;
        });
      }}
    >
      <span>${icon(mdiLogout)}</span>
    </button>`;
  }

  #goTo(place: Place): void {
    this.place = place;
    this.#continueSignIn();
  }

  /** The cloud's redirect ends at the accounts: people who left the wizard for it continue there. */
  #continueSignIn(): void {
    if (this.place.name !== "accounts" || this.place.wizard !== null) return;
    const accountId = takeSignIn();
    if (accountId !== null) location.replace(wizardHref("found", accountId));
  }

  readonly #keepDraft = (event: CustomEvent<Draft>): void => {
    this.draft = event.detail;
  };
}
