import { mdiChevronDown } from "@mdi/js";
import { html } from "lit";
import type { PropertyDeclarations, PropertyValues, TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { CommandState, DeviceState } from "../../../../../src/state/picture.ts";
import type { ActivityFilter } from "../../../live/place.ts";
import { isCurrent } from "../../../words/device-advice.ts";
import { currentLocale, say, sayWith } from "../../../words/language/words.ts";
import { icon } from "../../basics/icon.ts";
import { base, button, field } from "../../basics/styles.ts";
import { PictureElement } from "../../foundations/picture-element.ts";
import { DeviceElement } from "../device-element.ts";
import { keepChoice, readChoice } from "./door-choice.ts";
import type { DoorChoice } from "./door-choice.ts";
import { GROUPINGS, STATE_GROUPS, accountOrder, grouped, inOrder, stateGroupOf } from "./door-groups.ts";
import type { DoorGroup } from "./door-groups.ts";
import { DoorRow } from "./door-row.ts";
import { manyDoors } from "./many-styles.ts";
import { SettledGroups } from "./settled-groups.ts";
import { withName } from "./door-search.ts";

/** A row stays where it is while somebody is at work in the list, and shortly after its command has ended. */
const HOLD_MS = 4000;
/** How many rows are drawn at once; the others follow, a frame each time. */
const ROWS_AT_ONCE = 40;
const MINUTE_MS = 60_000;

/** Many devices: in rows, grouped, to be searched. Each row opens into the device's whole card. */
export class ManyDoors extends PictureElement {
  static override properties: PropertyDeclarations = {
    shown: { attribute: false },
    card: { attribute: false },
    choice: { state: true },
    wanted: { state: true },
    details: { state: true },
    drawn: { state: true },
  };
  /** The device that a link has led to. */
  declare shown: ActivityFilter;
  /** Draws the whole card of a device. */
  declare card: (device: DeviceState) => TemplateResult;
  declare choice: DoorChoice;
  /** What is searched. */
  declare wanted: string;
  /** The devices whose whole cards are shown. */
  declare details: ReadonlySet<string>;
  declare drawn: number;
  #groups: readonly DoorGroup[] = [];
  #commands: ReadonlyMap<string, CommandState> = new Map();
  readonly #settled = new SettledGroups();
  #touchedAt = -Infinity;
  #focusedRow: DoorRow | null = null;
  #rows = 0;

  constructor() {
    super();
    this.choice = readChoice();
    this.wanted = "";
    this.details = new Set();
    this.drawn = ROWS_AT_ONCE;
  }

  static override styles = [base, button, field, manyDoors];

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("picture")) {
      const before = changed.get("picture");
      if (before?.commands !== this.picture.commands)
        this.#commands = new Map(this.picture.commands.map((command) => [command.device_id, command]));
    }
    const { deviceId } = this.shown;
    if (changed.has("shown") && deviceId !== null) {
      this.wanted = "";
      this.drawn = Infinity;
      this.choice = { ...this.choice, closed: [] };
      this.details = new Set([...this.details, deviceId]);
    }
    const regroups = changed.has("picture") || changed.has("choice") || changed.has("wanted");
    if (!regroups && !this.#settled.holds) return;
    this.#focusedRow = this.#focused(DoorRow) ?? null;
    this.#group(changed.has("choice"));
  }

  override updated(changed: PropertyValues<this>): void {
    if (this.drawn < this.#rows) requestAnimationFrame(() => (this.drawn += 4 * ROWS_AT_ONCE));
    this.#followFocus();
    const { deviceId } = this.shown;
    if (!changed.has("shown") || deviceId === null) return;
    const row = this.#rowOf(deviceId);
    row?.scrollIntoView({ block: "center" });
    void row?.updateComplete.then(() =>
      row.renderRoot.querySelector<HTMLElement>(".name")?.focus({ preventScroll: true }),
    );
  }

  override render(): TemplateResult {
    const { devices, commands } = this.picture;
    const found = this.#groups.reduce((sum, group) => sum + group.devices.length, 0);
    return html`<utec-lock-all
        .store=${this.store}
        .devices=${devices}
        .commands=${commands}
        .stale=${this.stale}
      ></utec-lock-all>
      <div class="controls" role="search" aria-label=${say("devices.controls")}>
        <label class="search">
          <span>${say("devices.search")}</span>
          <input
            type="search"
            dir="auto"
            autocomplete="off"
            spellcheck="false"
            .value=${this.wanted}
            @input=${this.#search}
          />
        </label>
        <label>
          <span>${say("devices.group_by")}</span>
          <select @change=${this.#groupBy}>
            ${GROUPINGS.map(
              (by) => html`<option value=${by} .selected=${by === this.choice.by}>${say(`devices.by_${by}`)}</option>`,
            )}
          </select>
        </label>
        <p class="muted found" role="status">
          ${found === 0 ? say("devices.found_none") : say("devices.found", { count: found })}
        </p>
      </div>
      ${this.#sections()}`;
  }

  #sections(): TemplateResult {
    let room = this.drawn;
    this.#rows = 0;
    return html`<div class="groups" @pointerdown=${this.#touch} @pointermove=${this.#touch} @keydown=${this.#touch}>
      ${repeat(
        this.#groups,
        ({ key }) => key,
        (group) => {
          const isOpen = !this.choice.closed.includes(group.key);
          const rows = isOpen ? group.devices.slice(0, Math.max(0, room)) : [];
          room -= rows.length;
          if (isOpen) this.#rows += group.devices.length;
          return this.#section(group, isOpen, rows);
        },
      )}
    </div>`;
  }

  #section({ key, devices }: DoorGroup, isOpen: boolean, rows: readonly DeviceState[]): TemplateResult {
    return html`<section>
      <h2>
        <button type="button" aria-expanded=${isOpen ? "true" : "false"} @click=${() => this.#turn(key, isOpen)}>
          ${icon(mdiChevronDown)}<span>${this.#title(key, devices.length)}</span>
        </button>
      </h2>
      <ul>
        ${repeat(
          rows,
          ({ id }) => id,
          (device) => this.#row(device),
        )}
      </ul>
    </section>`;
  }

  #row(device: DeviceState): TemplateResult {
    const command = this.#commands.get(device.id);
    const isOpen = this.details.has(device.id);
    return html`<li>
      <utec-door-row
        .store=${this.store}
        .device=${device}
        .command=${command}
        .refusal=${this.store.refusal("POST", "/api/commands")}
        .now=${this.#nowFor(device, command)}
        .stale=${this.stale}
        .open=${isOpen}
        @details=${() => this.#open(device.id)}
      ></utec-door-row>
      ${isOpen ? html`<div class="whole">${this.card(device)}</div>` : null}
    </li>`;
  }

  /** To the second while something is under way, to the minute where an age is shown, else not at all. */
  #nowFor(device: DeviceState, command: CommandState | undefined): number {
    if (command?.ended_at === null) return this.now;
    return isCurrent(device) ? 0 : Math.floor(this.now / MINUTE_MS) * MINUTE_MS;
  }

  #title(key: string, count: number): unknown {
    const group = STATE_GROUPS.find((known) => known === key);
    if (group !== undefined) return say(`devices.group_${group}`, { count });
    const account = this.picture.accounts.find(({ id }) => id === key)?.name ?? key;
    return sayWith("devices.group_of_account", { account: html`<bdi>${account}</bdi>`, count });
  }

  #group(anew: boolean): void {
    const { accounts, devices } = this.picture;
    const byAccount = this.choice.by === "account";
    const isBusy = this.now - this.#touchedAt < HOLD_MS;
    const typingIn = this.#focused(DeviceElement)?.device.id;
    if (anew) this.#settled.forget();
    this.#settled.settle(devices, {
      groupOf: (device) => (byAccount ? device.account_id : stateGroupOf(device)),
      isHeld: ({ id }) =>
        isBusy || id === typingIn || this.now - (this.#commands.get(id)?.ended_at ?? this.#runningAt(id)) < HOLD_MS,
    });
    const ordered = inOrder(withName(devices, this.wanted), currentLocale());
    const order = byAccount ? accountOrder(accounts, currentLocale()) : STATE_GROUPS;
    this.#groups = grouped(ordered, ({ id }) => this.#settled.groupOf(id), order);
  }

  /** A row that moves to another group takes the keyboard's focus along. */
  #followFocus(): void {
    const before = this.#focusedRow;
    this.#focusedRow = null;
    if (before === null || before.isConnected) return;
    const row = this.#rowOf(before.device.id);
    void row?.updateComplete.then(() => row.focusButton());
  }

  #rowOf(deviceId: string): DoorRow | undefined {
    return [...this.renderRoot.querySelectorAll<DoorRow>("utec-door-row")].find(({ device }) => device.id === deviceId);
  }

  #focused<T extends Element>(kind: abstract new () => T): T | undefined {
    const element = this.shadowRoot?.activeElement;
    return element instanceof kind ? element : undefined;
  }

  /** Of a device with a command under way: now, and until it ends. */
  #runningAt(id: string): number {
    return this.#commands.has(id) ? Infinity : -Infinity;
  }

  readonly #touch = (): void => {
    this.#touchedAt = this.now;
  };

  readonly #search = ({ target }: InputEvent): void => {
    if (target instanceof HTMLInputElement) this.wanted = target.value;
  };

  readonly #groupBy = ({ target }: Event): void => {
    const by = GROUPINGS.find((known) => target instanceof HTMLSelectElement && target.value === known);
    if (by !== undefined) this.#choose({ ...this.choice, by });
  };

  #turn(key: string, isOpen: boolean): void {
    const closed = isOpen ? [...this.choice.closed, key] : this.choice.closed.filter((one) => one !== key);
    this.#choose({ ...this.choice, closed });
  }

  #choose(choice: DoorChoice): void {
    this.choice = choice;
    keepChoice(choice);
  }

  #open(id: string): void {
    const details = new Set(this.details);
    if (!details.delete(id)) details.add(id);
    this.details = details;
  }
}
