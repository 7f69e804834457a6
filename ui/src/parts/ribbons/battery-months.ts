import { css, html, svg } from "lit";
import type { PropertyDeclarations, SVGTemplateResult, TemplateResult } from "lit";
import type { BatteryHistory } from "../../../../src/history/history-models.ts";
import type { DeviceState } from "../../../../src/state/picture.ts";
import { say } from "../../words/language/words.ts";
import { roughDay } from "../../words/time.ts";
import { base } from "../basics/styles.ts";
import { HistoryElement, pastVersion } from "./history-element.ts";

interface Batteries {
  readonly batteries: readonly BatteryHistory[];
}

/** A battery over months as a line, and the day on which it is likely to be empty. */
export class BatteryMonths extends HistoryElement<Batteries> {
  static override properties: PropertyDeclarations = { device: { attribute: false } };
  declare device: DeviceState;

  static override styles = [
    base,
    css`
      :host {
        container-type: inline-size;
        min-height: 28px;
      }
      .battery {
        display: grid;
        grid-template-columns: minmax(80px, 160px) minmax(0, 1fr);
        gap: 12px;
        align-items: center;
      }
      svg {
        display: block;
        width: 100%;
        height: 28px;
        border-bottom: 1px solid var(--field);
      }
      path {
        fill: none;
        stroke: var(--accent-ink);
        stroke-width: 2px;
        vector-effect: non-scaling-stroke;
      }
      /* The line, and below it a sentence of three lines. */
      @media (width < 480px) {
        :host {
          min-height: 94px;
        }
      }
      @container (width < 420px) {
        .battery {
          grid-template-columns: minmax(0, 1fr);
          gap: 4px;
        }
        .battery p {
          min-height: 2lh;
        }
      }
      .ahead {
        stroke: var(--warn-ink);
        stroke-dasharray: 4 4;
      }
    `,
  ];

  protected override get version(): string {
    const { id, battery_percent } = this.device;
    return `${id} ${battery_percent} ${pastVersion(this.store)}`;
  }

  protected override load(): Promise<Batteries> {
    return this.store.api.history("batteries", { device_id: this.device.id });
  }

  override render(): TemplateResult {
    const battery = this.read?.batteries[0];
    if (battery === undefined) return html`${this.lost ? html`<p class="muted">${say("ribbons.not_read")}</p>` : null}`;
    return html`<div class="battery">
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">${line(battery)}</svg>
      <p class="muted">${this.#words(battery)}</p>
    </div>`;
  }

  #words({ outlook, ends_at, changed_at }: BatteryHistory): string {
    const now = this.store.now();
    const changed = changed_at === null ? "" : ` ${say("ribbons.battery_changed", { day: roughDay(changed_at, now) })}`;
    const ends = ends_at === null ? "" : roughDay(ends_at, now);
    return say(`ribbons.battery_${outlook}`, { day: ends }) + changed;
  }
}

/** What was as a whole line, what is likely as a broken one. */
function line({ readings, ends_at }: BatteryHistory): SVGTemplateResult[] {
  const [first, last] = [readings[0], readings.at(-1)];
  if (first === undefined || last === undefined) return [];
  const length = Math.max(1, (ends_at ?? last.at) - first.at);
  const point = (at: number, percent: number): string =>
    `${(((at - first.at) / length) * 100).toFixed(1)} ${(100 - percent).toFixed(0)}`;
  const past = `M${readings.map(({ at, percent }) => point(at, percent)).join("L")}h0.1`;
  const ahead = ends_at === null ? null : `M${point(last.at, last.percent)}L${point(ends_at, 0)}`;
  return [svg`<path d=${past} />`, ...(ahead === null ? [] : [svg`<path class="ahead" d=${ahead} />`])];
}
