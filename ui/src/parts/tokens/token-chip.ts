import { mdiAlertCircleOutline, mdiCheckCircleOutline, mdiPauseCircleOutline, mdiSync } from "@mdi/js";
import { html } from "lit";
import type { TemplateResult } from "lit";
import type { AccountState } from "../../../../src/keeper/account.ts";
import { tokenTone, tokenWord } from "../../words/token-status.ts";
import type { Tone } from "../../words/tone.ts";
import { icon } from "../basics/icon.ts";

const ICONS: Readonly<Record<Tone, string>> = {
  good: mdiCheckCircleOutline,
  warn: mdiAlertCircleOutline,
  bad: mdiAlertCircleOutline,
  busy: mdiSync,
  idle: mdiPauseCircleOutline,
};

export function tokenChip(account: AccountState): TemplateResult {
  const tone = tokenTone(account);
  return html`<span class="chip ${tone}">${icon(ICONS[tone])}${tokenWord(account.status)}</span>`;
}
