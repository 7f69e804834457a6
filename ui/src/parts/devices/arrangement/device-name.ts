import { mdiPencilOutline } from "@mdi/js";
import { css, html } from "lit";
import type { TemplateResult } from "lit";
import type { DeviceState } from "../../../../../src/state/picture.ts";
import { say, sayWith } from "../../../words/language/words.ts";
import { icon } from "../../basics/icon.ts";

export const deviceName = css`
  .named {
    display: flex;
    align-items: center;
    gap: 4px;
  }
  .named :is(h2, h3) {
    min-width: 0;
  }
  .named .button {
    flex: none;
    width: 32px;
    min-height: 32px;
    margin-block: -4px;
    padding: 0;
    color: var(--muted);
    font-size: 0.85em;
  }
`;

/** What a device is called in the app, where a person has called it otherwise here. */
export function cloudNameTemplate({ name, cloud_name: cloud }: DeviceState): TemplateResult | null {
  if (cloud === name) return null;
  return html`<p class="muted">${sayWith("devices.app_name", { name: html`<bdi>${cloud}</bdi>` })}</p>`;
}

/** A device's heading, with the button that names it for who may. */
export function deviceNameTemplate(
  heading: TemplateResult,
  { name }: DeviceState,
  open: boolean,
  press: (() => void) | null,
): TemplateResult {
  return html`<div class="named">
    ${heading}
    ${
      press === null
        ? null
        : html`<button
            type="button"
            class="button plain"
            aria-label=${say("devices.name_of", { name })}
            aria-expanded=${open ? "true" : "false"}
            @click=${press}
          >
            <span>${icon(mdiPencilOutline)}</span>
          </button>`
    }
  </div>`;
}
