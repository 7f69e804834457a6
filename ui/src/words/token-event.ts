import type { AccountEventKind } from "../../../src/keeper/account.ts";
import type { Tone } from "./tone.ts";

const KINDS: Readonly<Record<AccountEventKind, { readonly word: string; readonly tone: Tone }>> = {
  signed_in: { word: "Signed in", tone: "good" },
  refreshed: { word: "Refreshed", tone: "good" },
  recovered: { word: "Recovered", tone: "good" },
  adopted: { word: "Taken over", tone: "good" },
  retried: { word: "Retried", tone: "warn" },
  failed: { word: "Failed", tone: "bad" },
  signed_out: { word: "Signed out", tone: "idle" },
};

export function tokenEventWord(kind: AccountEventKind): string {
  return KINDS[kind].word;
}

export function tokenEventTone(kind: AccountEventKind): Tone {
  return KINDS[kind].tone;
}
