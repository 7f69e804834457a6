import { mdiLogout } from "@mdi/js";
import { html } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import type { Snapshot } from "../../src/state/picture.ts";
import { LatePart } from "./live/late-part.ts";
import { PLACES, placeHref, readPlace } from "./live/place.ts";
import type { Place, PlaceName } from "./live/place.ts";
import { Store } from "./live/store.ts";
import { Action, actionProblem } from "./parts/basics/action.ts";
import { icon } from "./parts/basics/icon.ts";
import { base, button, chip } from "./parts/basics/styles.ts";
import { pageStyles } from "./page-styles.ts";
import { whenIdle } from "./live/when-idle.ts";
import { say } from "./words/language/words.ts";
import { headlineOf } from "./words/headline/headline.ts";
import type { Draft } from "./wizard/draft.ts";
import { goOnAfterSetUp } from "./wizard/after-set-up.ts";
import { takeSignIn, wayAfterSignIn } from "./wizard/sign-in/pending-sign-in.ts";
import { WordedElement } from "./parts/foundations/worded-element.ts";

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
  readonly #leaving = new Action(this);
  #drawn = false;
  readonly #activity = new LatePart(
    this,
    async () => (await import("./places/late/activity-elements.ts")).ACTIVITY_ELEMENTS,
  );
  readonly #accounts = new LatePart(
    this,
    async () => (await import("./places/late/accounts-elements.ts")).ACCOUNTS_ELEMENTS,
  );
  readonly #log = new LatePart(this, async () => (await import("./parts/log/log-elements.ts")).LOG_ELEMENTS);

  constructor() {
    super();
    this.now = Date.now();
    this.place = readPlace(location.hash);
    this.draft = null;
    this.revision = 0;
  }

  static override styles = [base, button, chip, pageStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("hashchange", () => this.#goTo(readPlace(location.hash)));
    window.setInterval(() => {
      if (!document.hidden) this.now = this.#store.now();
    }, TICK_MS);
    this.#store.subscribe(() => {
      this.now = this.#store.now();
      this.revision += 1;
      if (this.#store.picture !== null && !this.#drawn) {
        this.#drawn = true;
        whenIdle(this.#fetchPlaces);
      }
      goOnAfterSetUp(this.#store.picture, this.place);
    });
    this.#store.start();
    this.#continueSignIn();
    // Who comes back into the wizard itself did not sign in.
    if (this.place.wizard !== null) takeSignIn();
  }

  override updated(changed: PropertyValues<this>): void {
    document.title = `${titleOf(this.place.name)} · U-tec Gateway`;
    if (!changed.has("place")) return;
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
            ${picture === null ? null : html`<span class="muted version">${picture.gateway.version}</span>`}
            <utec-language-menu></utec-language-menu>
            <utec-theme-button></utec-theme-button>
            ${this.#store.session?.logged_in === true ? this.#logOutButton() : null}
          </div>
          ${actionProblem(this.#leaving)}
          <div class="ways">
            <nav aria-label=${say("page.places")}>
              ${PLACES.filter((name) => !this.#hides(name)).map(
                (name) =>
                  html`<a href=${placeHref(name)} aria-current=${name === this.place.name ? "page" : "false"}
                    >${titleOf(name)}</a
                  >`,
              )}
            </nav>
            ${showBanner ? null : this.#headlineChip(picture)}
          </div>
        </header>
      </div>
      <main tabindex="-1" aria-label=${titleOf(this.place.name)} @draft=${this.#keepDraft}>
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
        return this.#activity.draw(
          html`<utec-activity-place
            .store=${store}
            .picture=${picture}
            .now=${this.now}
            .filter=${this.place.activity}
            .visit=${store.visit}
          ></utec-activity-place>`,
        );
      case "accounts":
        return this.#accounts.draw(
          wizard === null
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
              ></utec-sign-in-wizard>`,
        );
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
    const isBusy = this.#leaving.state === "busy";
    const words = isBusy ? say("page.logging_out") : say("page.log_out");
    return html`<button
      type="button"
      class="button plain log-out"
      aria-label=${words}
      title=${words}
      aria-disabled=${isBusy ? "true" : "false"}
      @click=${() => void this.#leaving.run(() => this.#store.api.logOut())}
    >
      <span>${icon(mdiLogout)}</span>
    </button>`;
  }

  /** Once the overview is drawn and nothing else is to do, so that the other places open at once. */
  readonly #fetchPlaces = (): void => {
    for (const part of [this.#accounts, this.#activity, this.#log]) part.fetch();
  };

  #goTo(place: Place): void {
    this.place = place;
    this.#continueSignIn();
  }

  /** The cloud's redirect ends at the accounts: people who left the wizard for it continue there. */
  #continueSignIn(): void {
    const way = wayAfterSignIn(this.place);
    if (way !== null) location.replace(way);
  }

  readonly #keepDraft = (event: CustomEvent<Draft>): void => {
    this.draft = event.detail;
  };
}

function titleOf(name: PlaceName): string {
  return say(`page.place_${name}`);
}
