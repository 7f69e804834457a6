import type { AccountEventKind } from "../../../src/keeper/account.ts";
import { say } from "./language/words.ts";
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
