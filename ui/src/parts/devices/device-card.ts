import { mdiDevices, mdiLightSwitch, mdiLightbulb, mdiLightbulbOutline, mdiPowerSocket } from "@mdi/js";
import { css, html, nothing } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import type { Color, CommandArguments, CommandName, DeviceState } from "../../../../src/state/picture.ts";
import { isCurrent } from "../../words/device-advice.ts";
import { switchWord } from "../../words/device-values.ts";
import { say, sayWith } from "../../words/language/words.ts";
import { asOf } from "../../words/time.ts";
import { Action, actionButton, actionProblem } from "../basics/action.ts";
import { commandProgress, progressTemplate } from "./command-progress.ts";
import { deviceName } from "./arrangement/device-name.ts";
import { DeviceElement, deviceFrame } from "./device-element.ts";
import { deviceNotice, deviceNoticeTemplate, unknownTemplate } from "./device-notice.ts";
import { deviceStory } from "./device-story.ts";
import { icon } from "../basics/icon.ts";
import { REFUSAL_ID, refusal, refusalTemplate } from "../basics/refusal.ts";
import { base, button, card, face } from "../basics/styles.ts";
import { since } from "../basics/when.ts";

const WHOLE_RANGE = { min: 0, max: 100, step: 1 } as const;

/** A light, plug or switch, or a device that this version does not know: small, and apart from the locks. */
export class DeviceCard extends DeviceElement {
  readonly #switch = new Action(this);
  readonly #adjust = new Action(this);
  #wasRunning = false;

  static override styles = [
    base,
    card,
    button,
    face,
    deviceFrame,
    deviceNotice,
    deviceStory,
    refusal,
    commandProgress,
    deviceName,
    css`
      .card {
        gap: 12px;
        padding: 14px;
      }
      .face {
        width: 40px;
        height: 40px;
        font-size: 1.1em;
      }
      .name p > .muted {
        display: block;
      }
      .head .button {
        flex: none;
        padding-inline: 14px;
        white-space: nowrap;
      }
      .slide {
        display: grid;
        grid-template-columns: minmax(5.5em, auto) minmax(0, 1fr) 4em;
        gap: 10px;
        align-items: center;
      }
      .slide output {
        text-align: end;
        font-variant-numeric: tabular-nums;
      }
      input[type="range"] {
        width: 100%;
        height: 32px;
        accent-color: var(--accent-fill);
      }
      input:disabled {
        opacity: 0.5;
      }
      input[type="color"] {
        justify-self: start;
        width: 56px;
        height: 32px;
        padding: 2px;
        border: 1px solid var(--field);
        border-radius: 8px;
        background: var(--card);
      }
    `,
  ];

  override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    const running = this.commands.some(({ ended_at }) => ended_at === null);
    if (this.#wasRunning && !running) this.#showActualValues();
    this.#wasRunning = running;
  }

  override render(): TemplateResult {
    const { device, now } = this;
    const { refusal } = this;
    const on = device.switch_state === "on" && isCurrent(device);
    return html`<section class="card ${isCurrent(device) ? "" : "old"}" aria-labelledby="name">
      <div class="head under-way">
        <span class="face ${on ? "warn" : "idle"}">${icon(iconOf(device, on))}</span>
        <div class="name">
          ${this.heading(html`<h3 id="name" dir="auto">${device.name}</h3>`)}
          <p>
            <span class="state" role="status">${stateWords(device)}</span> <span class="muted">${this.#age()}</span>
          </p>
        </div>
        ${this.#button()} ${progressTemplate(this.running, now)}
      </div>
      ${this.arrangement()} ${hasControls(device) ? refusalTemplate(refusal) : null}
      ${deviceNoticeTemplate(device, now, refusal)} ${this.removal()} ${unknownTemplate(device)} ${this.#controls()}
      ${actionProblem(this.#switch)} ${actionProblem(this.#adjust)} ${this.failure(this.#switch, this.#adjust)}
      ${this.hidesStory ? null : this.story(1)}
    </section>`;
  }

  #age(): TemplateResult | string {
    const { device, now } = this;
    const { confirmed_at: confirmed } = device;
    if (device.switch_state === null || confirmed === null) return "";
    if (isCurrent(device)) return html`${sayWith("devices.confirmed", { ago: since(confirmed, now) })}`;
    const seen = asOf(confirmed, now);
    return device.available ? seen : say(`devices.was_${device.switch_state}`, { seen });
  }

  #button(): TemplateResult | null {
    const { switch_state: state } = this.device;
    if (state === null) return null;
    const name = state === "on" ? "turn_off" : "turn_on";
    const label = say(`devices.do_${name}`);
    return actionButton(this.#switch, {
      label,
      busy: say("devices.sending"),
      done: label,
      disabled: this.blocked,
      refusal: this.refusal,
      press: () => void this.#run(this.#switch, name),
    });
  }

  #controls(): readonly (TemplateResult | null)[] {
    const { level, level_range, color, color_temperature: kelvin, color_temperature_range } = this.device;
    return [
      level === null
        ? null
        : this.#slider("level", say("devices.brightness"), level, "%", level_range ?? WHOLE_RANGE, (value) => [
            "set_level",
            { level: value },
          ]),
      kelvin === null || color_temperature_range === null
        ? null
        : this.#slider("white", say("devices.white"), kelvin, " K", color_temperature_range, (value) => [
            "set_color_temperature",
            { color_temperature: value },
          ]),
      color === null ? null : this.#colour(color),
    ];
  }

  #slider(
    id: string,
    label: string,
    value: number,
    unit: string,
    { min, max, step }: { readonly min: number; readonly max: number; readonly step: number },
    command: (value: number) => [CommandName, CommandArguments],
  ): TemplateResult {
    return html`<div class="slide">
      <label for=${id}>${label}</label>
      <input
        id=${id}
        type="range"
        min=${min}
        max=${max}
        step=${step}
        .value=${String(value)}
        ?disabled=${this.blocked || this.refusal !== null}
        aria-describedby=${this.refusal === null ? nothing : REFUSAL_ID}
        aria-valuetext="${value}${unit}"
        @change=${(event: Event) => {
          if (event.target instanceof HTMLInputElement)
            void this.#run(this.#adjust, ...command(event.target.valueAsNumber));
        }}
      />
      <output for=${id}>${value}${unit}</output>
    </div>`;
  }

  #colour(color: Color): TemplateResult {
    return html`<div class="slide">
      <label for="colour">${say("devices.colour")}</label>
      <input
        id="colour"
        type="color"
        .value=${hexOf(color)}
        ?disabled=${this.blocked || this.refusal !== null}
        aria-describedby=${this.refusal === null ? nothing : REFUSAL_ID}
        @change=${(event: Event) => {
          if (!(event.target instanceof HTMLInputElement)) return;
          void this.#run(this.#adjust, "set_color", { color: colorIn(event.target.value) });
        }}
      />
    </div>`;
  }

  async #run(action: Action, name: CommandName, args?: CommandArguments): Promise<void> {
    const sent = await action.run(() => this.store.api.command(this.device.id, name, args));
    if (sent === null) this.#showActualValues();
  }

  /** What was set by hand is only a request: once that is over, the fields show the actual values. */
  #showActualValues(): void {
    const { level, color_temperature: kelvin, color } = this.device;
    const values = { level, white: kelvin, colour: color && hexOf(color) };
    for (const [id, value] of Object.entries(values)) {
      const input = this.renderRoot.querySelector<HTMLInputElement>(`#${id}`);
      if (input && value !== null) input.value = String(value);
    }
  }
}

function hasControls({ switch_state, level, color, color_temperature }: DeviceState): boolean {
  return [switch_state, level, color, color_temperature].some((value) => value !== null);
}

function stateWords(device: DeviceState): string {
  if (device.kind === "unknown") {
    const names = [device.category, device.handle_type].filter((name) => name !== null);
    return names.length === 0
      ? say("devices.unknown_kind")
      : say("devices.unknown_kind_of", { list: names.join(", ") });
  }
  return device.available && device.freshness !== "expired"
    ? switchWord(device.switch_state)
    : say("devices.switch_unknown");
}

function iconOf({ kind }: DeviceState, on: boolean): string {
  switch (kind) {
    case "light":
      return on ? mdiLightbulb : mdiLightbulbOutline;
    case "plug":
      return mdiPowerSocket;
    case "switch":
      return mdiLightSwitch;
    case "lock":
    case "unknown":
      return mdiDevices;
  }
}

function hexOf({ r, g, b }: Color): string {
  return `#${[r, g, b].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function colorIn(hex: string): Color {
  const part = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16);
  return { r: part(1), g: part(3), b: part(5) };
}
