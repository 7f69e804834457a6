import { css, html } from "lit";
import type { ReactiveControllerHost, TemplateResult } from "lit";
import type { DeviceState } from "../../../../src/state/picture.ts";
import { LatePart } from "../../live/late-part.ts";
import type { Store } from "../../live/store.ts";

/** Keeps the place of what is loaded late, so that nothing jumps when it comes. */
export const ribbonPlace = css`
  :is(utec-door-ribbon, utec-token-lane):not(:defined) {
    display: block;
    min-height: 106px;
  }
  @media (width < 480px) {
    :is(utec-door-ribbon, utec-token-lane):not(:defined) {
      min-height: 158px;
    }
  }
  utec-battery-months:not(:defined) {
    display: block;
    min-height: 28px;
  }
  utec-path-line:not(:defined) {
    display: block;
    min-height: 66px;
  }
`;

/** The ribbons, lanes and the path come after the first picture. */
export function lateRibbons(host: ReactiveControllerHost): LatePart {
  return new LatePart(host, async () => {
    await new Promise((resolve) => setTimeout(resolve, LATER_MS));
    return (await import("./ribbon-elements.ts")).elements;
  });
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
