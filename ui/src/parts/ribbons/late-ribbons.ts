import { css, html } from "lit";
import type { ReactiveController, ReactiveControllerHost, TemplateResult } from "lit";
import type { DeviceState } from "../../../../src/state/picture.ts";
import type { Store } from "../../live/store.ts";
import { needWords } from "../../words/language/words.ts";

/** Keeps the place of what is loaded late, so that nothing jumps when it comes. */
export const ribbonPlace = css`
  :is(utec-door-ribbon, utec-token-lane):not(:defined) {
    display: block;
    min-height: 106px;
  }
  @media (width < 480px) {
    :is(utec-door-ribbon, utec-token-lane):not(:defined) {
      min-height: 162px;
    }
  }
  utec-battery-months:not(:defined) {
    display: block;
    min-height: 28px;
  }
  @media (width < 480px) {
    utec-battery-months:not(:defined) {
      min-height: 94px;
    }
  }
  utec-path-line:not(:defined) {
    display: block;
    min-height: 66px;
  }
`;

/** The ribbons, lanes and the path come after the first picture. Until then, and where they do not come, their place is empty. */
export class LateRibbons implements ReactiveController {
  #asked = false;

  constructor(host: ReactiveControllerHost) {
    host.addController(this);
  }

  /** Who opens the place again, tries again. */
  hostConnected(): void {
    this.#asked = false;
  }

  draw(part: TemplateResult): TemplateResult {
    if (!this.#asked) {
      this.#asked = true;
      // It does not come if the gateway was updated meanwhile, and then the page loads itself again.
      define().catch(() => undefined);
    }
    return part;
  }
}

async function define(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, LATER_MS));
  const [{ elements }] = await Promise.all([import("./ribbon-elements.ts"), needWords("ribbons")]);
  for (const [name, element] of Object.entries(elements)) {
    if (customElements.get(name) === undefined) customElements.define(name, element);
  }
}

/** A door's last days, and its battery where it has one. */
export function doorHistory(store: Store, device: DeviceState): TemplateResult {
  return html`<utec-door-ribbon .store=${store} .device=${device}></utec-door-ribbon> ${
      device.battery_percent === null
        ? null
        : html`<utec-battery-months .store=${store} .device=${device}></utec-battery-months>`
    }`;
}

/** Long enough for the first picture to be drawn. */
const LATER_MS = 300;
