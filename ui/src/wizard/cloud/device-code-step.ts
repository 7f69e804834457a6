import { css, html } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import type { AccountState, DeviceCodeState } from "../../../../src/keeper/account-state.ts";
import { detailsHref, wizardHref } from "../../live/place.ts";
import type { Store } from "../../live/store.ts";
import { Action, actionButton, actionProblem } from "../../parts/basics/action.ts";
import { base, button } from "../../parts/basics/styles.ts";
import { cloudName } from "../../words/accounts/clouds.ts";
import { say, sayWith } from "../../words/language/words.ts";
import { duration } from "../../words/time.ts";
import { step } from "../step-styles.ts";
import { codeEnded } from "./code-ended.ts";
import { WordedElement } from "../../parts/foundations/worded-element.ts";

/** The sign-in on another device: which code to enter where, and until when. */
export class DeviceCodeStep extends WordedElement {
  static override properties = {
    store: { attribute: false },
    account: { attribute: false },
    now: { type: Number },
    waits: { type: Boolean },
    asked: { state: true },
    drawing: { state: true },
  };
  declare store: Store;
  declare account: AccountState;
  declare now: number;
  /** Until it is known whether this person may sign in. */
  declare waits: boolean;
  /** Since when this page has had a code to show; null before. */
  declare asked: number | null;
  /** Draws a QR code; null until it has been loaded, and if that fails: the code can be typed. */
  declare drawing: ((text: string, title: string) => TemplateResult) | null;
  readonly #begin = new Action(this);
  #obtainedBefore: number | null = null;

  constructor() {
    super();
    this.waits = false;
    this.asked = null;
    this.drawing = null;
  }

  static override styles = [
    base,
    button,
    step,
    css`
      .code {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 12px 20px;
      }
      .user-code {
        padding: 10px 18px;
        border-radius: 10px;
        background: var(--sunken);
        font: 500 clamp(1.5em, 8vw, 2.2em) / 1.2 var(--mono);
        letter-spacing: 0.06em;
        overflow-wrap: anywhere;
        user-select: all;
      }
      .beside {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 220px;
        align-items: start;
        gap: 16px;
      }
      .beside > div {
        display: grid;
        gap: 16px;
      }
      /* Dark on light in both themes: many readers take no other. */
      .qr {
        width: min(100%, 220px);
        height: auto;
        border-radius: 10px;
        background: light-dark(#ffffff, #e4e7ea);
      }
      .qr path {
        fill: #101316;
      }
      .countdown {
        font-variant-numeric: tabular-nums;
      }
      @media (width < 600px) {
        .beside {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  override firstUpdated(): void {
    this.#obtainedBefore = this.account.obtained_at;
    void this.#loadDrawing();
  }

  override updated(changed: PropertyValues<this>): void {
    const { obtained_at: obtained } = this.account;
    if (obtained !== null && obtained !== this.#obtainedBefore) {
      location.hash = wizardHref("found", this.account.id);
      return;
    }
    if (this.account.device_code && this.asked === null) this.asked = this.now;
    // A code that is under way is shown again after a reload; without one the first comes by itself.
    if (changed.has("waits") && !this.waits && this.asked === null) void this.#ask();
  }

  override render(): TemplateResult {
    const code = this.account.device_code ?? null;
    return html`
      ${code !== null && code.expires_at > this.now ? this.#code(code) : this.#without(code)}
      ${actionProblem(this.#begin)}
      <div class="row ends">
        <a class="button plain" href=${detailsHref({ accountId: this.account.id })}
          ><span>${say("wizard.back")}</span></a
        >
      </div>
    `;
  }

  #code(code: DeviceCodeState): TemplateResult {
    const { user_code, verification_uri } = code;
    if (user_code === null || verification_uri === null) {
      return html`<p role="status">${say("clouds.code_of_administrators")}</p>`;
    }
    const address = code.verification_uri_complete ?? verification_uri;
    const link = html`<a href=${address} target="_blank" rel="noopener">${withoutScheme(verification_uri)}</a>`;
    return html`<div class="beside">
      <div>
        <p>${sayWith(this.drawing === null ? "clouds.enter_code" : "clouds.enter_code_or_scan", { address: link })}</p>
        <p class="code">
          <code class="user-code">${user_code}</code>
          <utec-copy-button .text=${user_code} label=${say("clouds.copy_code")}></utec-copy-button>
        </p>
        <p class="muted countdown">${say("clouds.code_valid", { time: duration(code.expires_at - this.now) })}</p>
      </div>
      ${this.drawing === null ? null : this.drawing(address, say("clouds.qr_code", { address }))}
    </div>`;
  }

  #without(code: DeviceCodeState | null): TemplateResult {
    const { state, problem } = this.#begin;
    if (state === "busy" || (this.asked === null && problem === null)) {
      return html`<p role="status">${say("clouds.asking_for_code", { cloud: cloudName(this.account) })}</p>`;
    }
    return html`${problem === null ? html`<p role="status">${codeEnded(this.account, code)}</p>` : null}
      <div class="row">
        ${actionButton(this.#begin, {
          label: say("clouds.new_code"),
          busy: say("clouds.asking"),
          done: say("wizard.done"),
          look: "filled",
          press: () => void this.#ask(),
        })}
      </div>`;
  }

  async #loadDrawing(): Promise<void> {
    try {
      this.drawing = (await import("./qr-code.ts")).qrCodeTemplate;
    } catch {
      this.drawing = null;
    }
  }

  async #ask(): Promise<void> {
    const account = await this.#begin.run(() => this.store.api.beginDeviceCode(this.account.id));
    if (account === null) return;
    this.asked = this.now;
    this.#begin.reset();
  }
}

function withoutScheme(address: string): string {
  return address.replace(/^https:\/\//, "").replace(/\/$/, "");
}
