import type { AccountEvent, AccountEventKind } from "../../../src/keeper/account.ts";
import { say } from "./language/words.ts";
import { told } from "./said.ts";
import type { Tone } from "./tone.ts";

const TONES: Readonly<Record<AccountEventKind, Tone>> = {
  signed_in: "good",
  refreshed: "good",
  recovered: "good",
  adopted: "good",
  retried: "warn",
  failed: "bad",
  signed_out: "idle",
};

export function tokenEventWord(kind: AccountEventKind): string {
  return say(`tokens.event_${kind}`);
}

export function tokenEventTone(kind: AccountEventKind): Tone {
  return TONES[kind];
}

/** What happened to a token, in a sentence, or in a word where the gateway's sentence has none in this language. */
export function tokenEventText(event: AccountEvent): string {
  return told(event, tokenEventWord(event.kind));
}
