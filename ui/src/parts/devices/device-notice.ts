import { mdiAlertOutline } from "@mdi/js";
import { css, html } from "lit";
import type { TemplateResult } from "lit";
import type { DeviceState } from "../../../../src/state/picture.ts";
import { deviceAdvice } from "../../words/device-advice.ts";
import { say } from "../../words/language/words.ts";
import { icon } from "../basics/icon.ts";

export const deviceNotice = css`
  .notice {
    display: flex;
    gap: 10px;
    padding: 10px 12px;
    border-radius: 10px;
    background: var(--warn-tint);
    font-size: 0.95em;
  }
  .notice > .icon {
    margin-top: 1px;
    color: var(--warn-ink);
  }
  .notice strong {
    font-weight: 500;
  }
`;

/** Why nothing newer is known about the device, and what to do, where the person may (`refusal` is null). */
export function deviceNoticeTemplate(device: DeviceState, now: number, refusal: string | null): TemplateResult | null {
  const advice = deviceAdvice(device, now);
  if (advice === null) return null;
  // Said whole at the top of the page, once for all devices.
  if (device.trouble === "cloud_unreachable") return html`<p class="muted">${advice.title}.</p>`;
  const { link } = advice;
  return html`<div class="notice">
    ${icon(mdiAlertOutline)}
    <p>
      <strong>${advice.title}.</strong> ${advice.advice}
      ${link === null || refusal !== null ? null : html`<a href=${link.href}>${link.label}</a>`}
    </p>
  </div>`;
}

/** What the device reports and this version does not know. */
export function unknownTemplate({ unknown_capabilities: unknown }: DeviceState): TemplateResult | null {
  if (unknown.length === 0) return null;
  return html`<p class="muted">${say("devices.unknown_capabilities", { list: unknown.join(", ") })}</p>`;
}
