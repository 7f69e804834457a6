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

/** The event in one sentence; where it has none in the reader's language, what kind it is: a refresh that went well is no problem. */
export function tokenEventSentence(event: AccountEvent): string {
  return told(event, tokenEventWord(event.kind));
}

export function tokenEventTone(kind: AccountEventKind): Tone {
  return TONES[kind];
}
