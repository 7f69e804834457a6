import { css, html } from "lit";
import type { PropertyDeclarations, TemplateResult } from "lit";
import { isCurrent } from "../../words/device-advice.ts";
import { chipsOf } from "../../words/device-values.ts";
import type { Chip } from "../../words/device-values.ts";
import { say, sayWith } from "../../words/language/words.ts";
import { asOf } from "../../words/time.ts";
import { Action, actionButton, actionProblem } from "../basics/action.ts";
import { commandProgress, progressTemplate } from "./command-progress.ts";
import { deviceName } from "./arrangement/device-name.ts";
import { DeviceElement, deviceFrame } from "./device-element.ts";
import { deviceNotice, deviceNoticeTemplate, unknownTemplate } from "./device-notice.ts";
import { deviceStory } from "./device-story.ts";
import { faceOf, isState } from "./lock-face.ts";
import { icon } from "../basics/icon.ts";
import { refusal, refusalTemplate } from "../basics/refusal.ts";
import { LateRibbons, doorHistory, ribbonPlace } from "../ribbons/late-ribbons.ts";
import { base, button, card, chip, face } from "../basics/styles.ts";
import { since } from "../basics/when.ts";

/** How many entries of a lock's story its card shows. */
const STORY_LENGTH = 4;

/** What the button of a lock asks for. */
type BoltCommand = "lock" | "unlock";

/** One lock: what the cloud last confirmed, how long ago, one big button, its recent story. */
export class LockCard extends DeviceElement {
  static override properties: PropertyDeclarations = { brief: { type: Boolean } };
  /** Only what it is, and its button. */
  declare brief: boolean;
  readonly #ribbons = new LateRibbons(this);
  readonly #actions: Readonly<Record<BoltCommand, Action>> = { lock: new Action(this), unlock: new Action(this) };

  constructor() {
    super();
    this.brief = false;
  }

  static override styles = [
    base,
    card,
    chip,
    button,
    face,
    deviceFrame,
    deviceNotice,
    deviceStory,
    refusal,
    commandProgress,
    deviceName,
    ribbonPlace,
    css`
      .head > .name {
        flex: 1 1 0;
      }
      .state {
        font-size: 1.05em;
      }
      .row {
        flex: none;
      }
      .big {
        min-width: 112px;
        min-height: 44px;
      }
      @media (width < 480px) {
        .head {
          flex-wrap: wrap;
        }
        .row {
          flex: 1 1 100%;
        }
        .big {
          flex: 1;
        }
      }
    `,
  ];

  override render(): TemplateResult {
    const { device, now } = this;
    const shown = faceOf(device);
    const { refusal } = this;
    return html`<section class="card ${isCurrent(device) ? "" : "old"}" aria-labelledby="name">
      <div class="head under-way">
        <span class="face ${shown.tone}">${icon(shown.icon)}</span>
        <div class="name">
          ${this.heading(html`<h2 id="name" dir="auto">${device.name}</h2>`)}
          <p role="status"><span class="state">${shown.word}</span></p>
          <p class="muted">${this.#age()}</p>
        </div>
        <div class="row">${this.#buttons()}</div>
        ${progressTemplate(this.running, now)}
      </div>
      ${this.arrangement()} ${refusalTemplate(refusal)} ${deviceNoticeTemplate(device, now, refusal)} ${this.removal()}
      ${this.brief ? null : this.#about()} ${unknownTemplate(device)} ${actionProblem(this.#actions.lock)}
      ${actionProblem(this.#actions.unlock)} ${this.failure(this.#actions.lock, this.#actions.unlock)}
      ${this.brief ? null : this.#more()}
    </section>`;
  }

  #about(): TemplateResult {
    const { device } = this;
    return html`${device.lock_mode === "passage" ? html`<p>${say("devices.passage_explained")}</p>` : null}
      <ul class="chips" aria-label=${say("devices.about", { name: device.name })}>
        ${chipsOf(device, isCurrent(device)).map(chipTemplate)}
        ${device.model === null ? null : html`<li class="chip">${device.model}</li>`}
      </ul>`;
  }

  #more(): TemplateResult {
    const { device, refusal } = this;
    return html`${
      device.lock_mode === null
        ? null
        : html`<utec-lock-mode-field
            .store=${this.store}
            .device=${device}
            .blocked=${this.blocked}
            .refusal=${refusal}
          ></utec-lock-mode-field>`
    }
    ${this.hidesStory ? null : this.story(STORY_LENGTH)}
    ${this.hidesStory ? null : this.#ribbons.draw(doorHistory(this.store, device))}`;
  }

  #age(): TemplateResult | string {
    const { device, now } = this;
    const { running } = this;
    if (device.transition !== null && running) {
      return html`${sayWith("devices.sent", { ago: since(running.requested_at, now) })}`;
    }
    const { confirmed_at: confirmed } = device;
    if (confirmed === null) return say("devices.not_confirmed");
    if (isCurrent(device)) return html`${sayWith("devices.confirmed", { ago: since(confirmed, now) })}`;
    const seen = asOf(confirmed, now);
    return isState(device) ? seen : say(`devices.was_${device.lock_state ?? "unknown"}`, { seen });
  }

  /** The one that changes the state; both where the state is not known. */
  #buttons(): TemplateResult | readonly TemplateResult[] {
    const { transition, lock_state: state } = this.device;
    if (transition !== null) return this.#button(transition === "locking" ? "lock" : "unlock", true);
    if (state === "locked") return this.#button("unlock", false);
    if (state === "unlocked") return this.#button("lock", false);
    return [this.#button("lock", false), this.#button("unlock", false)];
  }

  #button(name: BoltCommand, underWay: boolean): TemplateResult {
    const label = say(`devices.do_${name}`);
    return actionButton(this.#actions[name], {
      label,
      busy: say(`devices.${name}ing`),
      done: label,
      look: "filled big",
      disabled: this.blocked || this.device.lock_mode === "passage",
      refusal: this.refusal,
      underWay,
      press: () => void this.#actions[name].run(() => this.store.api.command(this.device.id, name)),
    });
  }
}

function chipTemplate({ icon: path, text, tone }: Chip): TemplateResult {
  return html`<li class="chip ${tone}">${icon(path)}${text}</li>`;
}
