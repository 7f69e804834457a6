import { mdiChevronDown, mdiDevices, mdiLightbulbOutline, mdiPowerSocket } from "@mdi/js";
import { css, html } from "lit";
import type { PropertyDeclarations, TemplateResult } from "lit";
import type { CommandState, DeviceState } from "../../../../../src/state/picture.ts";
import type { Store } from "../../../live/store.ts";
import { isCurrent } from "../../../words/device-advice.ts";
import { chipsOf, switchWord } from "../../../words/device-values.ts";
import { say } from "../../../words/language/words.ts";
import { asOf } from "../../../words/time.ts";
import { Action, actionButton, actionProblem } from "../../basics/action.ts";
import { icon } from "../../basics/icon.ts";
import { base, button, chip, face } from "../../basics/styles.ts";
import { WordedElement } from "../../foundations/worded-element.ts";
import { commandProgress, failedCommand, failureTemplate, progressTemplate } from "../command-progress.ts";
import { faceOf } from "../lock-face.ts";
import type { Face } from "../lock-face.ts";

/** What changes with every poll although nothing has happened: a row does not show it. */
const AGES: ReadonlySet<string> = new Set<keyof DeviceState>(["said_at", "confirmed_at"]);

function differs(after: DeviceState, before: DeviceState | undefined): boolean {
  if (after === before) return false;
  if (before === undefined || !isCurrent(after)) return true;
  return (Object.keys(after) as (keyof DeviceState)[]).some((name) => after[name] !== before[name] && !AGES.has(name));
}

/** One device among many: its name, its state, its button. Fires `details` when its whole card is asked for, or no longer. */
export class DoorRow extends WordedElement {
  static override properties: PropertyDeclarations = {
    store: { attribute: false },
    device: { attribute: false, hasChanged: differs },
    command: { attribute: false },
    refusal: { attribute: false },
    now: { type: Number },
    stale: { type: Boolean },
    open: { type: Boolean },
    dismissed: { state: true },
  };
  declare store: Store;
  declare device: DeviceState;
  /** The device's latest command. */
  declare command: CommandState | undefined;
  /** Why this person may not command it; null if they may. */
  declare refusal: string | null;
  /** Only as new as the row needs it, so that it is not drawn again every second. */
  declare now: number;
  declare stale: boolean;
  /** Its whole card is shown under it. */
  declare open: boolean;
  declare dismissed: string | null;
  readonly #action = new Action(this);
  #firstSeenAt: number | null = null;

  constructor() {
    super();
    this.dismissed = null;
  }

  static override styles = [
    base,
    button,
    chip,
    face,
    commandProgress,
    css`
      .line {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        gap: 4px 12px;
        align-items: center;
        padding: 8px 12px;
      }
      .face {
        width: 36px;
        height: 36px;
        font-size: 1em;
      }
      .name {
        display: flex;
        gap: 4px;
        align-items: center;
        max-width: 100%;
        padding: 2px 0;
        border: 0;
        background: none;
        color: inherit;
        font: inherit;
        font-weight: 500;
        text-align: start;
        overflow-wrap: anywhere;
        cursor: pointer;
      }
      .name .icon {
        color: var(--muted);
      }
      .name[aria-expanded="true"] .icon {
        transform: rotate(180deg);
      }
      .about {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 8px;
        align-items: center;
        font-size: 0.92em;
      }
      .line .button {
        min-width: 8.5em;
      }
      @media (width < 560px) {
        .line {
          grid-template-columns: auto minmax(0, 1fr);
        }
        .line .button {
          grid-column: 2;
          justify-self: start;
        }
      }
      .line .way {
        inset: auto 0 0;
      }
      .failure,
      .problem {
        margin: 0 12px 8px;
      }
    `,
  ];

  override render(): TemplateResult {
    const { device, command, now, open } = this;
    const shown = device.kind === "lock" ? faceOf(device) : faceOfOther(device);
    const running = command?.ended_at === null ? command : undefined;
    return html`<div class="line under-way">
        <span class="face ${shown.tone}">${icon(shown.icon)}</span>
        <div>
          <button
            type="button"
            class="name"
            aria-expanded=${open ? "true" : "false"}
            title=${say("devices.details", { name: device.name })}
            @click=${() => this.dispatchEvent(new Event("details"))}
          >
            <bdi>${device.name}</bdi>${icon(mdiChevronDown)}
          </button>
          <p class="about">
            <span role="status">${shown.word}</span>
            ${isCurrent(device) || device.confirmed_at === null ? null : html`<span class="muted">${asOf(device.confirmed_at, now)}</span>`}
            ${device.trouble === null ? null : html`<span class="muted">${say(`devices.trouble_${device.trouble}`)}</span>`}
            ${chipsOf(device, isCurrent(device))
              .filter(({ text, tone }) => tone !== "" && text !== shown.word)
              .map(({ text, tone }) => html`<span class="chip ${tone}">${text}</span>`)}
          </p>
        </div>
        ${this.#button()} ${progressTemplate(running, now)}
      </div>
      ${actionProblem(this.#action)} ${this.#failure()}`;
  }

  focusButton(): void {
    this.renderRoot.querySelector<HTMLElement>(".line > .button")?.focus({ preventScroll: true });
  }

  #failure(): TemplateResult | null {
    const { command, device } = this;
    this.#firstSeenAt ??= this.store.now();
    if (command === undefined || command.id === this.dismissed || this.#action.problem !== null) return null;
    return failureTemplate(failedCommand([command], device, this.#firstSeenAt), () => {
      this.dismissed = command.id;
    });
  }

  #button(): TemplateResult {
    const { device } = this;
    const name = commandFor(device);
    if (name === null) return html`<span></span>`;
    const label = say(`devices.do_${name}`);
    return actionButton(this.#action, {
      label,
      busy: name === "lock" || name === "unlock" ? say(`devices.${name}ing`) : say("devices.sending"),
      done: label,
      disabled:
        this.stale || !device.available || device.trouble === "sign_in_needed" || device.lock_mode === "passage",
      refusal: this.refusal,
      underWay: device.transition !== null,
      press: () => void this.#action.run(() => this.store.api.command(device.id, name)),
    });
  }
}

/** What the button asks for: what changes the state. Where it is not known, the whole card offers both. */
function commandFor(device: DeviceState): "lock" | "unlock" | "turn_on" | "turn_off" | null {
  const { kind, transition, lock_state, switch_state } = device;
  if (kind !== "lock") return switch_state === null ? null : switch_state === "on" ? "turn_off" : "turn_on";
  if (transition !== null) return transition === "locking" ? "lock" : "unlock";
  return lock_state === "locked" ? "unlock" : "lock";
}

function faceOfOther(device: DeviceState): Face {
  const { kind, switch_state, available, freshness } = device;
  const path = kind === "light" ? mdiLightbulbOutline : kind === "unknown" ? mdiDevices : mdiPowerSocket;
  if (kind === "unknown") return { icon: path, tone: "idle", word: say("devices.unknown_kind") };
  const isKnown = available && freshness !== "expired";
  const isOn = isKnown && switch_state === "on";
  return {
    icon: path,
    tone: isOn ? "warn" : "idle",
    word: isKnown ? switchWord(switch_state) : say("devices.switch_unknown"),
  };
}
