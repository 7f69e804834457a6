import { mdiClose } from "@mdi/js";
import { css, html } from "lit";
import type { TemplateResult } from "lit";
import type { CommandState, DeviceState } from "../../../../src/state/picture.ts";
import { say } from "../../words/language/words.ts";
import { told } from "../../words/said.ts";
import { icon } from "../basics/icon.ts";

export const commandProgress = css`
  .under-way {
    position: relative;
  }
  /* Takes no room: nothing moves when a command begins or ends. */
  .way {
    position: absolute;
    inset: auto 0 -8px;
    display: block;
    width: 100%;
    height: 3px;
    overflow: hidden;
    appearance: none;
    border: 0;
    border-radius: 2px;
    background: var(--sunken);
  }
  .way::-webkit-progress-bar {
    background: none;
  }
  .way::-webkit-progress-value {
    background: var(--accent);
    transition: inline-size 1s linear;
  }
  .way::-moz-progress-bar {
    background: var(--accent);
  }
  .failure {
    display: flex;
    gap: 4px 10px;
    align-items: start;
    padding: 8px 4px 8px 12px;
    border-radius: 10px;
    background: var(--bad-tint);
    font-size: 0.95em;
  }
  .failure p {
    flex: 1;
    padding-block: 4px;
  }
  .failure .button {
    flex: none;
    width: 36px;
    min-height: 32px;
    padding: 0;
  }
  @media (prefers-reduced-motion: reduce) {
    .way::-webkit-progress-value {
      transition: none;
    }
  }
`;

/** How far a command is on the way to its deadline. */
export function progressTemplate(command: CommandState | undefined, now: number): TemplateResult | null {
  if (command === undefined) return null;
  const { requested_at: from, deadline_at: until } = command;
  const share = Math.min(1, Math.max(0.02, (now - from) / Math.max(1, until - from)));
  return html`<progress class="way" aria-hidden="true" max="1" .value=${share}></progress>`;
}

/** For how long a command that failed before anybody looked is told. */
const TOLD_MS = 10 * 60_000;

/** The device's last command where it failed, and what it asked for has not come about since. */
export function failedCommand(
  commands: readonly CommandState[],
  { lock_state }: DeviceState,
  firstSeenAt: number,
): CommandState | null {
  const last = commands.at(-1);
  if (last === undefined || last.ended_at === null || last.ended_at < firstSeenAt - TOLD_MS) return null;
  if (last.outcome === "confirmed" || last.outcome === "superseded") return null;
  return lock_state === `${last.name}ed` ? null : last;
}

/** Why the last command failed, until it is dismissed. */
export function failureTemplate(command: CommandState | null, dismiss: () => void): TemplateResult | null {
  if (command === null) return null;
  const { name, error } = command;
  return html`<div class="failure" role="alert">
    <p>
      <strong>${say(`devices.failed_${name === "lock" || name === "unlock" ? name : "other"}`)}</strong>
      ${error === null ? null : told(error)}
    </p>
    <button
      type="button"
      class="button plain"
      aria-label=${say("devices.dismiss")}
      title=${say("devices.dismiss")}
      @click=${dismiss}
    >
      <span>${icon(mdiClose)}</span>
    </button>
  </div>`;
}
