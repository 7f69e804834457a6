import { mdiHelpCircleOutline, mdiLock, mdiLockAlert, mdiLockClock, mdiLockOpenVariant } from "@mdi/js";
import { css, html } from "lit";
import type { TemplateResult } from "lit";
import type { DeviceState } from "../../../../src/state/picture.ts";
import { isCurrent } from "../../words/device-advice.ts";
import { chipsOf, lockWord } from "../../words/device-values.ts";
import type { Chip } from "../../words/device-values.ts";
import { asOf } from "../../words/time.ts";
import type { Tone } from "../../words/tone.ts";
import { Action, actionButton, actionProblem } from "../basics/action.ts";
import { DeviceElement, deviceFrame } from "./device-element.ts";
import { deviceNotice, deviceNoticeTemplate, unknownTemplate } from "./device-notice.ts";
import { deviceStory, deviceStoryTemplate } from "./device-story.ts";
import { icon } from "../basics/icon.ts";
import { refusal, refusalTemplate } from "../basics/refusal.ts";
import { LateRibbons, doorHistory, ribbonPlace } from "../ribbons/late-ribbons.ts";
import { base, button, card, chip, face } from "../basics/styles.ts";
import { since } from "../basics/when.ts";

/** How many entries of a lock's story its card shows. */
const STORY_LENGTH = 4;

/** What the button of a lock asks for. */
type BoltCommand = "lock" | "unlock";

interface Face {
  readonly icon: string;
  readonly tone: Tone;
  readonly word: string;
}

/** One lock: what the cloud last confirmed, how long ago, one big button, its recent story. */
export class LockCard extends DeviceElement {
  readonly #ribbons = new LateRibbons(this);
  readonly #actions: Readonly<Record<BoltCommand, Action>> = { lock: new Action(this), unlock: new Action(this) };

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
    const { device, entries, commands, now } = this;
    const shown = faceOf(device);
    const { refusal } = this;
    return html`<section class="card ${isCurrent(device) ? "" : "old"}" aria-labelledby="name">
      <div class="head">
        <span class="face ${shown.tone}">${icon(shown.icon)}</span>
        <div class="name">
          <h2 id="name">${device.name}</h2>
          <p role="status"><span class="state">${shown.word}</span></p>
          <p class="muted">${this.#age()}</p>
        </div>
        <div class="row">${this.#buttons()}</div>
      </div>
      ${refusalTemplate(refusal)} ${deviceNoticeTemplate(device, now, refusal)} ${this.removal()}
      ${device.lock_mode === "passage" ? html`<p>${PASSAGE}</p>` : null}
      <ul class="chips" aria-label="About ${device.name}">
        ${chipsOf(device, isCurrent(device)).map(chipTemplate)}
        ${device.model === null ? null : html`<li class="chip">${device.model}</li>`}
      </ul>
      ${unknownTemplate(device)} ${actionProblem(this.#actions.lock)} ${actionProblem(this.#actions.unlock)}
      ${
        device.lock_mode === null
          ? null
          : html`<utec-lock-mode-field
              .store=${this.store}
              .device=${device}
              .blocked=${this.blocked}
              .refusal=${refusal}
            ></utec-lock-mode-field>`
      }
      ${this.hidesStory ? null : deviceStoryTemplate({ device, entries, commands, length: STORY_LENGTH, now })}
      ${this.hidesStory ? null : this.#ribbons.draw(doorHistory(this.store, device))}
    </section>`;
  }

  #age(): TemplateResult | string {
    const { device, now } = this;
    const running = this.commands.findLast((command) => command.ended_at === null);
    if (device.transition !== null && running) {
      return html`sent ${since(running.requested_at, now)}, waiting for the lock`;
    }
    const { confirmed_at: confirmed } = device;
    if (confirmed === null) return "not confirmed yet";
    if (isCurrent(device)) return html`confirmed ${since(confirmed, now)}`;
    const then = asOf(confirmed, now);
    return isState(device) ? then : `${lockWord(device.lock_state).toLowerCase()} ${then}`;
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
    const label = name === "lock" ? "Lock" : "Unlock";
    return actionButton(this.#actions[name], {
      label,
      busy: name === "lock" ? "Locking …" : "Unlocking …",
      done: label,
      look: "filled big",
      disabled: this.blocked || this.device.lock_mode === "passage",
      refusal: this.refusal,
      underWay,
      press: () => void this.#actions[name].run(() => this.store.api.command(this.device.id, name)),
    });
  }
}

const PASSAGE = "In passage mode it stays open for everybody and ignores Lock and Unlock.";

/** Whether the last known state may still be shown as the state. */
function isState({ available, freshness }: DeviceState): boolean {
  return available && freshness !== "expired";
}

function faceOf(device: DeviceState): Face {
  if (device.transition === "locking") return { icon: mdiLockClock, tone: "busy", word: "Locking …" };
  if (device.transition === "unlocking") return { icon: mdiLockClock, tone: "busy", word: "Unlocking …" };
  if (!isState(device)) return { icon: mdiHelpCircleOutline, tone: "idle", word: "Unknown" };
  if (device.lock_mode === "passage" && device.lock_state !== "jammed") {
    return { icon: mdiLockOpenVariant, tone: device.freshness === "stale" ? "idle" : "warn", word: "Passage mode" };
  }
  const word = lockWord(device.lock_state);
  const old = device.freshness === "stale";
  switch (device.lock_state) {
    case "locked":
      return { icon: mdiLock, tone: old ? "idle" : "good", word };
    case "unlocked":
      return { icon: mdiLockOpenVariant, tone: old ? "idle" : "warn", word };
    case "jammed":
      return { icon: mdiLockAlert, tone: "bad", word };
    case "unknown":
    case null:
      return { icon: mdiHelpCircleOutline, tone: "idle", word };
  }
}

function chipTemplate({ icon: path, text, tone }: Chip): TemplateResult {
  return html`<li class="chip ${tone}">${icon(path)}${text}</li>`;
}
