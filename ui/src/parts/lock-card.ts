import {
  mdiBatteryAlertVariantOutline,
  mdiBatteryHigh,
  mdiDoorClosed,
  mdiDoorOpen,
  mdiHelpCircleOutline,
  mdiLock,
  mdiLockAlert,
  mdiLockClock,
  mdiLockOpenVariant,
  mdiShieldKeyOutline,
  mdiWifi,
  mdiWifiOff,
} from "@mdi/js";
import { LitElement, css, html } from "lit";
import type { TemplateResult } from "lit";
import type { CommandState, DeviceState } from "../../../src/state/picture.ts";
import type { Store } from "../live/store.ts";
import { commandSentence } from "../words/command-sentence.ts";
import type { Tone } from "../words/tone.ts";
import { Action, actionButton, actionProblem } from "./action.ts";
import { icon } from "./icon.ts";
import { base, button, card, chip } from "./styles.ts";
import { atMoment, since } from "./when.ts";

/** How many of a lock's latest commands its card tells. */
const STORY_LENGTH = 3;
const LOW_BATTERY_PERCENT = 20;

/** What the button of a lock asks for. */
type BoltCommand = "lock" | "unlock";

interface Face {
  readonly icon: string;
  readonly tone: Tone;
  readonly word: string;
}

/** One lock: what the cloud last confirmed, how long ago, one big button, its recent story. */
export class LockCard extends LitElement {
  static override properties = {
    store: { attribute: false },
    device: { attribute: false },
    commands: { attribute: false },
    now: { type: Number },
    stale: { type: Boolean },
  };
  declare store: Store;
  declare device: DeviceState;
  /** The device's commands, oldest first. */
  declare commands: readonly CommandState[];
  declare now: number;
  declare stale: boolean;
  readonly #actions: Readonly<Record<BoltCommand, Action>> = { lock: new Action(this), unlock: new Action(this) };

  static override styles = [
    base,
    card,
    chip,
    button,
    css`
      :host,
      .card {
        height: 100%;
      }
      .card {
        display: flex;
        flex-direction: column;
        gap: 14px;
      }
      .face {
        display: grid;
        flex: none;
        place-items: center;
        width: 54px;
        height: 54px;
        border-radius: 50%;
        background: var(--sunken);
        color: var(--muted);
        font-size: 1.35em;
      }
      .face.good {
        background: var(--good-tint);
        color: var(--good-ink);
      }
      .face.warn {
        background: var(--warn-tint);
        color: var(--warn-ink);
      }
      .face.bad {
        background: var(--bad-tint);
        color: var(--bad-ink);
      }
      .face.busy {
        background: var(--accent-tint);
        color: var(--accent-ink);
      }
      .head {
        flex-wrap: nowrap;
      }
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
      .story {
        display: grid;
        gap: 6px;
        padding-left: 14px;
        border-left: 2px solid var(--line);
        font-size: 0.95em;
      }
      .story li {
        position: relative;
      }
      .story li::before {
        position: absolute;
        top: 0.45em;
        left: -19px;
        width: 8px;
        height: 8px;
        border-radius: 50%;
        background: var(--accent);
        content: "";
      }
      .story li.bad::before {
        background: var(--bad);
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
    const { device } = this;
    const face = faceOf(device);
    return html`<section class="card" aria-labelledby="name">
      <div class="head">
        <span class="face ${face.tone}">${icon(face.icon)}</span>
        <div class="name">
          <h2 id="name">${device.name}</h2>
          <p role="status"><span class="state">${face.word}</span></p>
          <p class="muted">${this.#age()}</p>
        </div>
        <div class="row">${this.#buttons()}</div>
      </div>
      <ul class="chips" aria-label="About ${device.name}">
        ${chipsOf(device)}
      </ul>
      ${actionProblem(this.#actions.lock)} ${actionProblem(this.#actions.unlock)} ${this.#story()}
    </section>`;
  }

  #age(): TemplateResult | string {
    const running = this.commands.findLast((command) => command.ended_at === null);
    if (this.device.transition !== null && running) {
      return html`sent ${since(running.requested_at, this.now)}, waiting for the lock`;
    }
    const { confirmed_at: confirmed } = this.device;
    return confirmed === null ? "not confirmed yet" : html`confirmed ${since(confirmed, this.now)}`;
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
      disabled: this.stale || this.device.online === false,
      underWay,
      press: () => void this.#actions[name].run(() => this.store.api.command(this.device.id, name)),
    });
  }

  #story(): TemplateResult {
    const latest = this.commands.slice(-STORY_LENGTH).toReversed();
    if (latest.length === 0)
      return html`<p class="muted">No command yet. What you do here or in Home Assistant is told here.</p>`;
    return html`<ol class="story" aria-label="Latest commands">
      ${latest.map((command) => {
        const { tone, text, aside } = commandSentence(command);
        return html`<li class=${tone}>
          ${atMoment(command.requested_at, this.now)} ${text} <span class="muted">${aside}</span>
        </li>`;
      })}
    </ol>`;
  }
}

function faceOf(device: DeviceState): Face {
  if (device.transition === "locking") return { icon: mdiLockClock, tone: "busy", word: "Locking …" };
  if (device.transition === "unlocking") return { icon: mdiLockClock, tone: "busy", word: "Unlocking …" };
  switch (device.lock_state) {
    case "locked":
      return { icon: mdiLock, tone: "good", word: "Locked" };
    case "unlocked":
      return { icon: mdiLockOpenVariant, tone: "warn", word: "Unlocked" };
    case "jammed":
      return { icon: mdiLockAlert, tone: "bad", word: "Jammed" };
    case "unknown":
    case null:
      return { icon: mdiHelpCircleOutline, tone: "idle", word: "Not known" };
  }
}

function chipsOf(device: DeviceState): readonly TemplateResult[] {
  const chips: TemplateResult[] = [];
  const add = (path: string | null, words: string, tone: Tone | "" = ""): void => {
    chips.push(html`<li class="chip ${tone}">${path === null ? null : icon(path)}${words}</li>`);
  };
  const { battery_percent: percent, battery_level: level } = device;
  const low = percent === null ? level !== null && level <= 1 : percent <= LOW_BATTERY_PERCENT;
  if (percent !== null || level !== null) {
    const words = percent === null ? `Battery ${level} of 5` : `Battery ${percent}%`;
    add(low ? mdiBatteryAlertVariantOutline : mdiBatteryHigh, words, low ? "warn" : "");
  }
  if (device.door_state === "open") add(mdiDoorOpen, "Door open", "warn");
  if (device.door_state === "closed") add(mdiDoorClosed, "Door closed");
  if (device.online === true) add(mdiWifi, "Online");
  if (device.online === false) add(mdiWifiOff, "Offline", "bad");
  if (device.lock_mode === "passage") add(mdiShieldKeyOutline, "Passage mode", "warn");
  if (device.lock_mode === "always_locked") add(mdiShieldKeyOutline, "Always locked");
  if (device.model !== null) add(null, device.model);
  return chips;
}
