import { css, html, svg } from "lit";
import type { PropertyDeclarations, SVGTemplateResult, TemplateResult } from "lit";
import type { DoorHistory, DoorHistoryState, DoorSpan, HistoryWindow } from "../../../../src/history/history-models.ts";
import type { DeviceState } from "../../../../src/state/picture.ts";
import { currentLocale, say } from "../../words/language/words.ts";
import { dayName, duration, moment } from "../../words/time.ts";
import { base } from "../basics/styles.ts";
import { DAYS, dayHref, lastDays } from "./days.ts";
import { DayStrip, WHOLE, dayStrip } from "./day-strip.ts";
import type { DrawnDay } from "./day-strip.ts";
import { doorDays } from "./door-days.ts";
import type { DoorDay, DoorPart } from "./door-days.ts";
import { pastVersion } from "./history-element.ts";

/** Each state has a height of its own, so that it is read without colours, too. */
const HEIGHTS: Readonly<Record<DoorHistoryState, number>> = {
  unknown: 2,
  locked: 8,
  unlocked: 15,
  jammed: 24,
  open: 24,
};
const LEGEND = ["locked", "unlocked", "open", "unknown"] as const;
const MINUTE_MS = 60_000;

type Doors = HistoryWindow & { readonly doors: readonly DoorHistory[] };

/** The last thirty days of a door, and its battery. */
export class DoorRibbon extends DayStrip<Doors> {
  static override properties: PropertyDeclarations = { device: { attribute: false } };
  declare device: DeviceState;

  static override styles = [
    base,
    dayStrip,
    css`
      .locked {
        fill: var(--good);
      }
      .unlocked {
        fill: var(--warn-ink);
      }
      .open,
      .jammed {
        fill: var(--bad);
      }
      .unknown {
        fill: var(--field);
      }
    `,
  ];

  protected override get version(): string {
    const { id, lock_state, door_state, available } = this.device;
    return `${id} ${lock_state} ${door_state} ${available} ${pastVersion(this.store)}`;
  }

  protected override load(): Promise<Doors> {
    return this.store.api.history("doors", { device_id: this.device.id });
  }

  override render(): TemplateResult {
    const { name } = this.device;
    const spans = this.read?.doors[0]?.spans;
    if (this.read === null || spans === undefined) return this.unread();
    const now = this.read.to;
    const days = doorDays(spans, lastDays(now), now).map((day) => this.#day(day, now));
    const jammed = spans.some(({ state }) => state === "jammed");
    const states = LEGEND.flatMap((state) => (state === "open" && jammed ? (["open", "jammed"] as const) : [state]));
    const legend = html`${states.map(
      (state) =>
        html`<li>
          <svg viewBox="0 0 8 24" preserveAspectRatio="none" aria-hidden="true">${bar(state, 0, 8)}</svg>${say(
            `ribbons.state_${state}`,
          )}
        </li>`,
    )}`;
    return html`<p class="muted">${say("ribbons.days", { count: DAYS })}</p>
      ${this.strip(say("ribbons.door_days", { count: DAYS, name }), days, legend)}`;
  }

  #day(door: DoorDay, now: number): DrawnDay {
    const { day, parts } = door;
    const href = dayHref({ show: "everything", deviceId: this.device.id, accountId: null }, day);
    return { day, href, picture: parts.flatMap(partPicture), words: dayWords(door, now) };
  }
}

function partPicture({ mostly, worst }: DoorPart, index: number): SVGTemplateResult[] {
  const most = bar(mostly, index, WHOLE);
  // A door that was open for minutes stands out of an hour in which it was locked.
  return HEIGHTS[worst] > HEIGHTS[mostly] ? [most, bar(worst, index + 0.25, 0.5)] : [most];
}

function bar(state: DoorHistoryState, x: number, width: number): SVGTemplateResult {
  const height = HEIGHTS[state];
  // A jam is broken in the middle.
  if (state === "jammed") {
    return svg`<rect class="jammed" x=${x} y="0" width=${width} height="9" /><rect class="jammed" x=${x} y="15" width=${width} height="9" />`;
  }
  return svg`<rect class=${state} x=${x} y=${24 - height} width=${width} height=${height} />`;
}

function dayWords({ day, spent, changes }: DoorDay, now: number): string {
  const states = [...spent]
    .filter(([, ms]) => ms >= MINUTE_MS || spent.size === 1)
    .sort(([, one], [, other]) => other - one)
    .map(([state, ms]) => say(`ribbons.for_${state}`, { duration: duration(Math.round(ms / MINUTE_MS) * MINUTE_MS) }));
  const list = new Intl.ListFormat(currentLocale(), { type: "unit" }).format(states);
  const said = say("ribbons.door_day", { day: dayName(day.from, now), states: list, count: changes.length });
  const last = changes.at(-1);
  return last === undefined ? said : `${said} ${lastWords(last)}`;
}

function lastWords({ at, state, by }: DoorSpan): string {
  const values = { time: moment(at, at), state: say(`ribbons.state_${state}`) };
  if (by === null) return say("ribbons.last_by_hand", values);
  return say("ribbons.last_by", {
    ...values,
    who: by.name ?? (by.kind === "home_assistant" ? "Home Assistant" : say(`ribbons.who_${by.kind}`)),
  });
}
