import { css, html } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import type { CommandState, DeviceState } from "../../../../../src/state/picture.ts";
import { ApiProblem } from "../../../live/api.ts";
import type { Store } from "../../../live/store.ts";
import { isCurrent } from "../../../words/device-advice.ts";
import { say, sayWith } from "../../../words/language/words.ts";
import { told } from "../../../words/said.ts";
import { base, button } from "../../basics/styles.ts";
import { refusal, refusalTemplate } from "../../basics/refusal.ts";
import { WordedElement } from "../../foundations/worded-element.ts";

/** How many doors are asked at once. */
const AT_ONCE = 4;

/** What has become of one door of those that were to be locked. */
interface Asked {
  readonly device: DeviceState;
  /** Null until the gateway has taken it. */
  readonly command: CommandState | null;
  readonly problem: ApiProblem | null;
  readonly begun: boolean;
}

/** Locks every door that is unlocked: asks once, says which, and shows how each ended. */
export class LockAll extends WordedElement {
  static override properties = {
    store: { attribute: false },
    devices: { attribute: false },
    commands: { attribute: false },
    stale: { type: Boolean },
    asking: { state: true },
    asked: { state: true },
  };
  declare store: Store;
  declare devices: readonly DeviceState[];
  declare commands: readonly CommandState[];
  declare stale: boolean;
  declare asking: boolean;
  /** Empty until it has begun, and after it was closed. */
  declare asked: readonly Asked[];

  constructor() {
    super();
    this.asking = false;
    this.asked = [];
  }

  static override styles = [
    base,
    button,
    refusal,
    css`
      .all {
        display: grid;
        gap: 10px;
        padding: 14px;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--card);
      }
      .all:focus {
        outline: none;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      .which {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 14px;
        max-height: 14em;
        overflow-y: auto;
      }
      .good {
        color: var(--good-ink);
      }
      .bad {
        color: var(--bad-ink);
      }
      .which:focus-visible {
        outline-offset: -2px;
      }
    `,
  ];

  override willUpdate(changed: PropertyValues<this>): void {
    // The picture holds the latest commands only: how each ended is kept here.
    if (!changed.has("commands") || this.asked.length === 0) return;
    const byId = new Map(this.commands.map((command) => [command.id, command]));
    this.asked = this.asked.map((one) => ({ ...one, command: byId.get(one.command?.id ?? "") ?? one.command }));
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has("asking") && this.asking) this.renderRoot.querySelector<HTMLElement>(".all")?.focus();
  }

  override render(): TemplateResult | null {
    if (this.asked.length > 0) return this.#outcome();
    const unlocked = this.devices.filter((device) => device.kind === "lock" && device.lock_state === "unlocked");
    const doors = unlocked.filter((device) => whyLeft(device) === null);
    if (this.asking && doors.length > 0) return this.#question(doors, unlocked);
    if (doors.length === 0) return null;
    const why = this.store.refusal("POST", "/api/commands");
    return html`<button
        type="button"
        class="button"
        ?disabled=${this.stale && why === null}
        aria-disabled=${why === null ? "false" : "true"}
        @click=${() => {
          this.asking = why === null;
        }}
      >
        <span>${say("devices.lock_all", { count: doors.length })}</span>
      </button>
      ${refusalTemplate(why)}`;
  }

  #question(doors: readonly DeviceState[], unlocked: readonly DeviceState[]): TemplateResult {
    const question = say("devices.lock_all_question", { count: doors.length });
    const left = unlocked.filter((device) => whyLeft(device) !== null);
    return html`<div class="all" role="group" tabindex="-1" aria-label=${question}>
      <p><strong>${question}</strong></p>
      <ul class="which" tabindex="0" aria-label=${question}>
        ${doors.map(({ name }) => html`<li><bdi>${name}</bdi></li>`)}
      </ul>
      ${
        left.length === 0
          ? null
          : html`<div class="muted">
              <p>${say("devices.lock_all_left")}</p>
              <ul>
                ${left.map(
                  (device) =>
                    html`<li>
                      ${sayWith(`devices.left_${whyLeft(device) ?? "missing"}`, { name: html`<bdi>${device.name}</bdi>` })}
                    </li>`,
                )}
              </ul>
            </div>`
      }
      <div class="row">
        <button type="button" class="button filled" ?disabled=${this.stale} @click=${() => void this.#lock(doors)}>
          <span>${say("devices.lock_all_begin", { count: doors.length })}</span>
        </button>
        <button
          type="button"
          class="button"
          @click=${() => {
            this.asking = false;
          }}
        >
          <span>${say("devices.cancel")}</span>
        </button>
      </div>
    </div>`;
  }

  #outcome(): TemplateResult {
    const { asked } = this;
    const locked = asked.filter(({ command }) => command?.outcome === "confirmed").length;
    const isOver = asked.every(({ command, problem }) => problem !== null || (command?.ended_at ?? null) !== null);
    const result = say("devices.lock_all_result", { locked, count: asked.length });
    return html`<div class="all" role="group" tabindex="-1" aria-label=${result}>
      <p role="status"><strong>${result}</strong></p>
      <ul tabindex="0" aria-label=${result}>
        ${asked.map((one) => html`<li><bdi>${one.device.name}</bdi>: ${outcomeOf(one)}</li>`)}
      </ul>
      ${
        isOver
          ? html`<div class="row">
              <button
                type="button"
                class="button"
                @click=${() => {
                  this.asked = [];
                }}
              >
                <span>${say("devices.close")}</span>
              </button>
            </div>`
          : null
      }
    </div>`;
  }

  async #lock(doors: readonly DeviceState[]): Promise<void> {
    this.asking = false;
    this.asked = doors.map((device) => ({ device, command: null, problem: null, begun: false }));
    const waiting = doors.map(({ id }) => id);
    const work = async (): Promise<void> => {
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) await this.#lockOne(id);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  async #lockOne(id: string): Promise<void> {
    this.#note(id, { begun: true });
    try {
      const command = await this.store.api.command(id, "lock");
      // It may have ended by the time that its answer is here.
      this.#note(id, { command: this.commands.find((known) => known.id === command.id) ?? command });
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      this.#note(id, { problem: error });
    }
  }

  #note(id: string, part: Partial<Asked>): void {
    this.asked = this.asked.map((one) => (one.device.id === id ? { ...one, ...part } : one));
  }
}

/** Why an unlocked door is not asked; null where it is. A bolt that is thrown in an open door keeps it from shutting. */
function whyLeft(device: DeviceState): "passage" | "open" | "missing" | null {
  if (!isCurrent(device) || device.trouble === "sign_in_needed") return "missing";
  if (device.lock_mode === "passage") return "passage";
  return device.door_state === "open" ? "open" : null;
}

function outcomeOf({ command, problem, begun }: Asked): TemplateResult {
  if (problem !== null) return html`<span class="bad">${told(problem)}</span>`;
  if (command?.outcome === "confirmed") return html`<span class="good">${say("devices.lock_locked")}</span>`;
  if ((command?.ended_at ?? null) === null)
    return html`<span class="muted">${begun ? say("devices.locking") : say("devices.row_waiting")}</span>`;
  const error = command?.error ?? null;
  return html`<span class="bad">${error === null ? say("devices.row_failed") : told(error)}</span>`;
}
