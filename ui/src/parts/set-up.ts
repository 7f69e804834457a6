import { css, html } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import type { LinkState } from "../../../src/state/picture.ts";
import type { SetUpPlan } from "../../../src/state/set-up.ts";
import { ApiProblem } from "../live/api.ts";
import type { Store } from "../live/store.ts";
import { logHref } from "../live/log-filter.ts";
import { say } from "../words/language/words.ts";
import { told } from "../words/said.ts";
import { rememberSetUp } from "../wizard/after-set-up.ts";
import { setUpOffer } from "./set-up-offer.ts";
import { Action, actionButton, actionProblem } from "./basics/action.ts";
import { refusal, refusalTemplate } from "./basics/refusal.ts";
import { base, button } from "./basics/styles.ts";
import { WordedElement } from "./foundations/worded-element.ts";

/** How the link stands, and the one button that does all that is left: it says before what it does. */
export class SetUp extends WordedElement {
  static override properties = {
    store: { attribute: false },
    link: { attribute: false },
    visit: { type: Number },
    refusal: { attribute: false },
    plan: { state: true },
  };
  declare store: Store;
  declare link: LinkState;
  declare visit: number;
  /** Why the person may not press it; null who may. */
  declare refusal: string | null;
  /** What the button would do; null until the gateway has said so. */
  declare plan: SetUpPlan | null;
  readonly #press = new Action(this);
  /** How things stood when the plan was asked for. */
  #askedAt = "";

  constructor() {
    super();
    this.refusal = null;
    this.plan = null;
  }

  static override styles = [
    base,
    button,
    refusal,
    css`
      :host,
      .offer {
        display: grid;
        gap: 10px;
      }
      ol {
        display: grid;
        gap: 2px;
        padding-left: 1.5em;
        list-style: decimal;
      }
    `,
  ];

  override willUpdate(changed: PropertyValues<this>): void {
    // What was true before is no offer any more.
    if (changed.get("link") !== undefined && changed.get("link")?.status !== this.link.status) this.plan = null;
  }

  override updated(): void {
    const { status, message, set_up } = this.link;
    if (status === "not_configured" || this.#isUnderWay()) return;
    const now = [this.visit, status, message, set_up?.ended_at].join("|");
    if (now === this.#askedAt) return;
    this.#askedAt = now;
    void this.#askForPlan();
  }

  override render(): TemplateResult {
    const { set_up } = this.link;
    if (set_up !== null && this.#isUnderWay()) {
      return html`<p role="status">${told(set_up, say("page.link_setting_up"))}</p>
        <p class="muted">${say("set_up.goes_on")}</p>`;
    }
    const failed = this.link.status === "linked" ? null : (set_up?.error ?? null);
    const offer = setUpOffer(this.plan?.steps ?? []);
    return html`
      ${failed === null ? null : html`<p class="problem" role="alert">${told(failed)}</p>`}
      ${
        failed === null || this.store.refusal("GET", "/api/report") !== null
          ? null
          : html`<p><a href=${logHref({ report: true })}>${say("set_up.report_problem")}</a></p>`
      }
      ${
        offer === null
          ? html`<p class="muted">${this.plan?.refusal ? told(this.plan.refusal) : told(this.link, "")}</p>`
          : html`<div class="offer">
              ${this.link.status === "linked" ? html`<p class="muted">${told(this.link, "")}</p>` : null}
              <div>
                <p>${say("set_up.one_press")}</p>
                <ol>
                  ${offer.will.map((what) => html`<li>${what}</li>`)}
                </ol>
              </div>
              <div class="row">
                ${actionButton(this.#press, {
                  label: offer.label,
                  busy: say("set_up.starting"),
                  done: offer.label,
                  look: this.link.status === "linked" ? "" : "filled",
                  refusal: this.refusal,
                  press: () => void this.#begin(),
                })}
              </div>
              ${refusalTemplate(this.refusal)}
              ${offer.instead === null ? null : html`<p class="muted">${offer.instead}</p>`}
            </div>`
      }
      ${actionProblem(this.#press)}
    `;
  }

  #isUnderWay(): boolean {
    return this.link.set_up?.ended_at === null;
  }

  async #begin(): Promise<void> {
    const steps = this.plan?.steps ?? [];
    const begun = await this.#press.run(() => this.store.api.beginSetUp(steps));
    if (begun !== null) rememberSetUp();
    // More may be needed than the button said.
    else void this.#askForPlan();
  }

  /** Where it fails, the link's own sentence is shown. */
  async #askForPlan(): Promise<void> {
    try {
      this.plan = await this.store.api.setUpPlan();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
    }
  }
}
